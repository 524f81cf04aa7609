"""The API layer, one for v1 and every facade: transport only, no business."""

from . import (
    bulk,
    cors,
    direct_reads,
    dispatcher,
    errors,
    facade,
    filters,
    idempotency,
    ir_http,
    openapi,
    paging,
    raw,
    response,
    rows,
    shapes,
    strict_json,
    sync,
    versions,
)
