"""Origins of web pages, as browsers write them: `https://www.example.com`, with a port where it is not the default."""

from __future__ import annotations

from urllib.parse import urlsplit

_USUAL_PORTS = {"http": 80, "https": 443}


class InvalidOrigin(ValueError):
    """A line that is no origin: (the line, a code for the reason)."""

    def __init__(self, line: str, reason: str) -> None:
        super().__init__(f"{line}: {reason}")
        self.line, self.reason = line, reason


def parse(text: str) -> list[str]:
    """The origins of a text, one a line, each once and spelt as a browser sends it. Raises InvalidOrigin."""
    lines = (line.strip() for line in text.splitlines())
    return list(dict.fromkeys(_origin(line) for line in lines if line))


def _origin(line: str) -> str:
    if "*" in line:
        raise InvalidOrigin(line, "wildcard")
    try:
        parts = urlsplit(line.removesuffix("/"))
        host, port = parts.hostname, parts.port
        ascii_host = host and (host if ":" in host else host.encode("idna").decode())
    except ValueError as error:
        raise InvalidOrigin(line, "malformed") from error
    if parts.scheme not in _USUAL_PORTS or not ascii_host or any(char.isspace() or char in "@\\" for char in line):
        raise InvalidOrigin(line, "malformed")
    if parts.path or parts.query or parts.fragment or line.rstrip("/") != line.removesuffix("/") or line[-1] in "?#":
        raise InvalidOrigin(line, "path")
    shown = f"[{ascii_host}]" if ":" in ascii_host else ascii_host
    return f"{parts.scheme}://{shown}" + (f":{port}" if port not in (None, _USUAL_PORTS[parts.scheme]) else "")
