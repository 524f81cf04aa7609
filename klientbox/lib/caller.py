"""Who calls, as far as an address tells."""

import hashlib
from ipaddress import ip_address, ip_network

# A customer gets at least so much of IPv6: single addresses there cost nothing.
_ONE_CUSTOMER = 64


def bucket(address):
    """A negative integer that stands for an address, so that it never meets the id of a key; IPv6 by its /64."""
    number = int.from_bytes(hashlib.sha256(_origin(address).encode()).digest()[:4]) & 0x7FFFFFFF
    return -1 - number


def _origin(address):
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        # A socket without an address, or a proxy that gives none: all of them together.
        return ""
    if known.version == 6 and known.ipv4_mapped:
        known = known.ipv4_mapped
    return str(known if known.version == 4 else ip_network((known, _ONE_CUSTOMER), strict=False))
