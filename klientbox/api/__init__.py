"""The API layer, one for v1 and every facade: transport only, no business."""

from . import (
    dispatcher,
    errors,
    facade,
    idempotency,
    ir_http,
    openapi,
    paging,
    response,
    rows,
    shapes,
    strict_json,
    versions,
)
