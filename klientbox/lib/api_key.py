"""API keys: `kbx_<live|test>_<8 public>_<43 secret><6 checksum>`, recognisable in any text and checkable without a
database.

The secret is 256 random bits, so a plain SHA-256 is enough to store (slow hashes are for what people choose). The
checksum is the CRC-32 of all before it, in base 62, as in GitHub's token format; it keeps typing errors and junk away
from the keys.
"""

import hashlib
import re
import secrets
import zlib
from typing import NamedTuple

LIVE, TEST = "live", "test"
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
PATTERN = re.compile(rf"kbx_({LIVE}|{TEST})_([0-9A-Za-z]{{8}})_[0-9A-Za-z]{{49}}")

# How each key begins: enough to tell that a text was meant to hold one, though a piece of it may be missing.
BEGINNING = re.compile(rf"kbx_(?:{LIVE}|{TEST})_[0-9A-Za-z]{{8}}")


class NewKey(NamedTuple):
    """A key at its birth, the only time when its text is known."""

    text: str
    prefix: str
    digest: str


class Presented(NamedTuple):
    """What a caller's text says it is: public part, digest and mode. Whether it is true, the database knows."""

    prefix: str
    digest: str
    mode: str


def generate(mode=LIVE):
    """A new key."""
    prefix = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    body = f"{opening(mode, prefix)}_{_base62(secrets.randbits(256), 43)}"
    text = body + _checksum(body)
    return NewKey(text, prefix, digest(text))


def opening(mode, prefix):
    """How a key begins; this much of it may be shown."""
    return f"kbx_{mode}_{prefix}"


def recognise(text):
    """What a well-formed key says of itself, or None for anything else."""
    match = PATTERN.fullmatch(text)
    if not match or _checksum(text[:-6]) != text[-6:]:
        return None
    return Presented(match[2], digest(text), match[1])


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
