"""Signatures of callbacks: HMAC-SHA256 over the raw body, and over the time where the gateway sends one."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timezone

from . import clock

# The allowed difference between a gateway's time and ours, in seconds.
OLDEST = 300
_PARTS = re.compile(r"[\s,]+")
_PREFIX = re.compile(r"^(sha256|v\d)[=:]")
_SECONDS = re.compile(r"\d{9,13}")
_MILLISECONDS = 10**11


@dataclass(frozen=True)
class Signature:
    """How a gateway signs. Without a header nothing is signed, and every callback is accepted."""

    header: str
    timestamp_header: str
    secret: str = field(repr=False)

    def is_right(self, body: bytes, headers: Mapping[str, str]) -> bool:
        """Whether the headers contain a signature of the body (bytes) that is not too old.

        It is hexadecimal or base64, alone or as `sha256=...`. With a header for the time (Unix seconds or milliseconds)
        `<time>.<body>` is signed. The names in `headers` are in lower case.
        """
        if not self.header:
            return True
        timestamp = headers.get(self.timestamp_header.lower(), "") if self.timestamp_header else None
        if not self.secret or (timestamp is not None and not _is_recent(timestamp)):
            return False
        signed = body if timestamp is None else timestamp.encode() + b"." + body
        digest = hmac.new(self.secret.encode(), signed, hashlib.sha256).digest()
        right = (digest.hex().encode(), base64.b64encode(digest))
        signatures = [_PREFIX.sub("", part).encode() for part in _PARTS.split(headers.get(self.header.lower(), ""))]
        return any(hmac.compare_digest(part, one) for part in signatures for one in right)


def _is_recent(text: str) -> bool:
    if not _SECONDS.fullmatch(text):
        return False
    seconds = int(text) / 1000 if int(text) > _MILLISECONDS else int(text)
    return abs(clock.now().replace(tzinfo=timezone.utc).timestamp() - seconds) <= OLDEST
