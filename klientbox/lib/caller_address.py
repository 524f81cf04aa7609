"""The caller, as far as an address identifies it."""

from __future__ import annotations

import hashlib
from ipaddress import ip_address, ip_network

# The smallest IPv6 block that a customer gets: single addresses there cost nothing.
_ONE_CUSTOMER = 64


def bucket(address: str) -> int:
    """A negative integer for an address, so that it never equals the id of a key; IPv6 by its /64."""
    number = int.from_bytes(hashlib.sha256(_origin(address).encode()).digest()[:4], "big") & 0x7FFFFFFF
    return -1 - number


def _origin(address: str) -> str:
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        # A socket without an address, or a proxy that sends none: all of them share one number.
        return ""
    if known.version == 6 and known.ipv4_mapped:
        known = known.ipv4_mapped
    return str(known if known.version == 4 else ip_network((known, _ONE_CUSTOMER), strict=False))
