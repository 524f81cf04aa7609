"""Addresses in consent records: hashed, so that a refusal outlives the personal data."""

from __future__ import annotations

import hashlib
import hmac

SMS, EMAIL = "sms", "email"


def address_hash(salt: str, channel: str, address: str) -> str:
    """HMAC-SHA256 (hex) of a channel's address. `address` is E.164 or an e-mail, whose case is ignored."""
    return hmac.new(salt.encode(), f"{channel}:{address.strip().lower()}".encode(), hashlib.sha256).hexdigest()
