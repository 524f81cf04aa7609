"""The API layer, one for v1 and every facade: transport only, no business."""

from . import dispatcher, errors, facade, ir_http, openapi, paging, shapes, strict_json
