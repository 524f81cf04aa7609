"""Addresses as the consent records know them: hashed, so that a refusal outlives the person's data."""

import hashlib
import hmac

SMS, EMAIL = "sms", "email"


def address_hash(salt, channel, address):
    """HMAC-SHA256 (hex) of a channel's address. `address` is E.164 or an e-mail, whose case does not count."""
    return hmac.new(salt.encode(), f"{channel}:{address.strip().lower()}".encode(), hashlib.sha256).hexdigest()
