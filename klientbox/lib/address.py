"""E-mails: what is one, in every form, API and file; and addresses in consent records, hashed so that a refusal
outlives the personal data."""

from __future__ import annotations

import hashlib
import hmac
import re

SMS, EMAIL = "sms", "email"
LONGEST_LOCAL_PART = 64
# Stricter than Odoo's rule (odoo.tools.single_email_re): dots are between other characters, never two in a row.
_EMAIL = re.compile(
    r"(?<![a-z0-9_%+.-])(?P<local>[a-z0-9_%+-]+(?:\.[a-z0-9_%+-]+)*)"
    r"@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}",
    re.IGNORECASE | re.ASCII,
)


def is_email(text: str) -> bool:
    """Whether a text is one e-mail address that a mail server may know."""
    match = _EMAIL.fullmatch(text)
    return match is not None and len(match["local"]) <= LONGEST_LOCAL_PART


def address_hash(salt: str, channel: str, address: str) -> str:
    """HMAC-SHA256 (hex) of a channel's address. `address` is E.164 or an e-mail, whose case is ignored."""
    return hmac.new(salt.encode(), f"{channel}:{address.strip().lower()}".encode(), hashlib.sha256).hexdigest()
