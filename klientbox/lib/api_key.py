"""API keys: `kbx_<live|test>_<8 public>_<43 secret><6 checksum>`, recognisable in any text and checkable without a
database.

The secret is 256 random bits, so a plain SHA-256 is enough to store (slow hashes are for passwords that people choose).
The checksum is the CRC-32 of all before it, in base 62, as in GitHub's token format; it rejects typing errors and junk
before any lookup.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import zlib
from typing import NamedTuple

LIVE, TEST = "live", "test"
# The audience of keys for the APIs that read it from a header; addons have others.
API = "api"
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
PATTERN = re.compile(rf"kbx_({LIVE}|{TEST})_([0-9A-Za-z]{{8}})_[0-9A-Za-z]{{49}}")

# The prefix of each key: enough to recognise a text as a key, even an incomplete one.
BEGINNING = re.compile(rf"kbx_(?:{LIVE}|{TEST})_[0-9A-Za-z]{{8}}")


class KeyCheck(NamedTuple):
    """The result of checking a request's key: the reason of a refusal (None if admitted), the company, what is left of
    the limit, the scopes, the allowed origins, and the time zone of answers.

    A test key acts in the company's test data.
    """

    refusal: str | None
    company_id: int | None = None
    limit: int = 0
    remaining: int = 0
    retry_ms: int = 0
    key_id: int = 0
    scopes: frozenset[str] = frozenset()
    origins: frozenset[str] = frozenset()
    zone: str | None = None


class NewKey(NamedTuple):
    """A newly made key, the only time when its text is known."""

    text: str
    prefix: str
    digest: str


class Presented(NamedTuple):
    """The parts of a presented key: public part, digest and mode. Only the database can verify them."""

    prefix: str
    digest: str
    mode: str


def generate(mode: str = LIVE) -> NewKey:
    """A new key."""
    prefix = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    body = f"{opening(mode, prefix)}_{_base62(secrets.randbits(256), 43)}"
    text = body + _checksum(body)
    return NewKey(text, prefix, digest(text))


def opening(mode: str, prefix: str) -> str:
    """The start of a key, which may be shown."""
    return f"kbx_{mode}_{prefix}"


def masked(mode: str, prefix: str) -> str:
    """A key as it is listed, without its secret."""
    return f"{opening(mode, prefix)}_…"


def recognise(text: str) -> Presented | None:
    """The parts of a well-formed key, or None for anything else."""
    match = PATTERN.fullmatch(text)
    if not match or _checksum(text[:-6]) != text[-6:]:
        return None
    return Presented(match[2], digest(text), match[1])


def digest(text: str) -> str:
    """The stored form of a key: SHA-256 in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def _checksum(body: str) -> str:
    return _base62(zlib.crc32(body.encode()), 6)


def _base62(number: int, width: int) -> str:
    digits = ""
    for _ in range(width):
        number, index = divmod(number, 62)
        digits = _ALPHABET[index] + digits
    return digits
