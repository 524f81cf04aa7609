"""HTTP to addresses that people have typed in: only to public hosts, without redirects, in bounded time and size."""

import ipaddress
import socket
import ssl

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NameResolutionError, NewConnectionError, SSLError
from urllib3.util.connection import create_connection

CONNECT_SECONDS, READ_SECONDS = 5, 20
MAX_ANSWER = 64 * 1024


class ForbiddenAddressError(NewConnectionError):
    """The host is, or hides, an address inside somebody's network."""


class _Guarded:
    """Looks at the address that is really connected to, so that no second answer of a name server gets around it."""

    allowed = ()

    def _new_conn(self):
        try:
            found = socket.getaddrinfo(self._dns_host, self.port, type=socket.SOCK_STREAM)
        except (socket.gaierror, UnicodeError) as error:
            raise NameResolutionError(self.host, self, error) from error
        addresses = [address for *_rest, (address, *_port) in found]
        if not addresses or not all(is_public(address) or self._is_allowed(address) for address in addresses):
            raise ForbiddenAddressError(self, "This address is not public.")
        try:
            return create_connection((addresses[0], self.port), self.timeout, socket_options=self.socket_options)
        except OSError as error:
            raise NewConnectionError(self, f"No connection: {error}") from error

    def _is_allowed(self, address):
        return any(ipaddress.ip_address(address) in network for network in self.allowed)


class _Adapter(HTTPAdapter):
    def __init__(self, allowed):
        self._allowed = allowed
        super().__init__(max_retries=0)

    def init_poolmanager(self, *arguments, **options):
        made = super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = {
            "http": _pool(HTTPConnectionPool, HTTPConnection, self._allowed),
            "https": _pool(HTTPSConnectionPool, HTTPSConnection, self._allowed),
        }
        return made


def _pool(pool, connection, allowed):
    guarded = type(f"Guarded{connection.__name__}", (_Guarded, connection), {"allowed": allowed})
    return type(f"Guarded{pool.__name__}", (pool,), {"ConnectionCls": guarded})


def is_public(address):
    """Whether an IP address belongs to the open Internet, also one that wraps another (mapped, 6to4, Teredo)."""
    ip = ipaddress.ip_address(address)
    wrapped = [getattr(ip, name, None) for name in ("ipv4_mapped", "sixtofour")]
    wrapped += getattr(ip, "teredo", None) or ()
    return all(one.is_global and not one.is_multicast for one in (ip, *filter(None, wrapped)))


def session(allowed=()):
    """A session of `requests` behind the guard. `allowed` are private networks (CIDR) that the server's owner named.

    Nothing of the environment (proxies, .netrc) comes between; nothing is tried twice.
    """
    networks = tuple(ipaddress.ip_network(network) for network in allowed)
    made = requests.Session()
    made.trust_env = False
    for scheme in ("http://", "https://"):
        made.mount(scheme, _Adapter(networks))
    # A connection kept open may be closed by the other side at the moment of the next request: was it read or not?
    made.headers["Connection"] = "close"
    return made


def request(made, method, url, **options):
    """One request; (answer, its first 64 kB). Raises what `requests` raises."""
    with made.request(
        method, url, timeout=(CONNECT_SECONDS, READ_SECONDS), allow_redirects=False, stream=True, **options
    ) as answer:
        body = answer.raw.read(MAX_ANSWER, decode_content=True)
    return answer, body


def never_left(error):
    """Whether a request certainly reached nobody: no address, no connection, no TLS."""
    at_once = (requests.exceptions.ConnectTimeout, requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema)
    if isinstance(error, at_once):
        return True
    reason = getattr(error.args[0], "reason", None) if error.args else None
    cause = reason.args[0] if isinstance(reason, SSLError) and reason.args else None
    return isinstance(reason, NewConnectionError) or isinstance(cause, ssl.SSLCertVerificationError)
