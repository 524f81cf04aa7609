"""API keys: `kbx_live_<8 public>_<43 secret><6 checksum>`, recognisable in any text and checkable without a database.

The secret is 256 random bits, so a plain SHA-256 is enough to store (slow hashes are for what people choose). The
checksum is the CRC-32 of all before it, in base 62, as in GitHub's token format; it keeps typing errors and junk away
from the database.
"""

import hashlib
import re
import secrets
import zlib
from typing import NamedTuple

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
PATTERN = re.compile(r"kbx_(?:live|test)_([0-9A-Za-z]{8})_[0-9A-Za-z]{49}")


class NewKey(NamedTuple):
    """A key at its birth, the only time when its text is known."""

    text: str
    prefix: str
    digest: str


def generate():
    """A new live key."""
    prefix = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    body = f"kbx_live_{prefix}_{_base62(secrets.randbits(256), 43)}"
    text = body + _checksum(body)
    return NewKey(text, prefix, digest(text))


def prefix_of(text):
    """The public part of a well-formed key, or None for anything else."""
    match = PATTERN.fullmatch(text)
    if not match or _checksum(text[:-6]) != text[-6:]:
        return None
    return match[1]


def digest(text):
    """What is stored of a key: SHA-256 in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def _checksum(body):
    return _base62(zlib.crc32(body.encode()), 6)


def _base62(number, width):
    digits = ""
    for _ in range(width):
        number, index = divmod(number, 62)
        digits = _ALPHABET[index] + digits
    return digits
