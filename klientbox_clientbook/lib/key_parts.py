"""Client Book's credentials: token and secret are the two parts of a KlientBox API key."""

from __future__ import annotations

# The audience of tokens: they are sent in addresses, so they are valid nowhere else.
CLIENT_BOOK = "clientbook"


def split_key(text: str) -> tuple[str, str]:
    """(token, secret) of an API key's text."""
    token, _, secret = text.rpartition("_")
    return token, secret
