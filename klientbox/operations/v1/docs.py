"""The page to read and try this API, made from the document alone; nothing is loaded from other servers."""

from .facade import v1

STATIC = "/klientbox/static/lib/scalar"
PAGE = f"""\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{v1.title}</title>
<link rel="icon" href="/klientbox/static/description/icon.png">
</head>
<body>
<noscript>This page needs JavaScript; <a href="{v1.prefix}/openapi.json">the document</a> does not.</noscript>
<div id="reference" data-document="{v1.prefix}/openapi.json"></div>
<script src="{STATIC}/standalone.js"></script>
<script src="{STATIC}/klientbox.js"></script>
</body>
</html>
"""
# Scripts, fonts and requests of this server only. The viewer writes its styles into the page.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@v1.operation(
    "GET",
    "/docs",
    name="docs",
    tag="Document",
    gives=None,
    public=True,
    content_type="text/html; charset=utf-8",
    headers=(
        ("Content-Security-Policy", POLICY),
        ("Referrer-Policy", "no-referrer"),
        ("X-Content-Type-Options", "nosniff"),
    ),
)
def serve_page(facade, routes):
    """This API as a page to read and to try"""
    return PAGE
