"""HTTP to addresses that users have typed in: only to public hosts, without redirects, in limited time and size.

Private networks, and http or other ports there, are allowed only where the server's administrator lists them in the
setting `klientbox.private_networks`, as for a gateway in the salon.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, NameResolutionError, NewConnectionError, SSLError
from urllib3.util.connection import create_connection

CONNECT_SECONDS, READ_SECONDS = 5, 20
# Seconds from the connection on after which a slow answer is cut off.
WHOLE_SECONDS = 40
MAX_ANSWER = 64 * 1024
PORTS = (443, 8443)
LONGEST_URL = 2000
LONGEST_SECONDS = 18  # digits of a Retry-After
# IANA's registries of special-purpose addresses, IPv4 and IPv6, as of 2026-11-30, with multicast. They are listed here
# because `is_global` of the module ipaddress differs between Python 3.10 and 3.13. Entries that are routed everywhere
# (AS112, AMT, anycast of protocols) are included: no shop or gateway of a salon has such an address.
_SPECIAL = tuple(
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "2620:4f:8000::/48",
        "3fff::/20",
    )
)
# All public IPv6 addresses are in this block; the registry's other entries are outside: ::/8 with its IPv4-compatible,
# -mapped and -translated addresses, 64:ff9b::/96 and 64:ff9b:1::/48, 100::/64, 5f00::/16, fc00::/7, fe80::/10 and
# ff00::/8.
_UNICAST = ipaddress.ip_network("2000::/3")
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
# Networks that map to IPv4 addresses: they are checked by their last 32 bits. All other forms that wrap an IPv4 address
# (6to4, Teredo, compatible, translated, NAT64 of one's own) are refused: no name of a public host leads to them.
_CARRIERS = tuple(ipaddress.ip_network(network) for network in ("::ffff:0:0/96", "64:ff9b::/96"))


class ForbiddenAddressError(NewConnectionError):
    """The host is, or wraps, an address inside a private network."""


# It comes before a connection of urllib3 in the bases of a class.
if TYPE_CHECKING:
    _Connection = HTTPConnection
else:
    _Connection = object


class _Guarded(_Connection):
    """Checks the address of the actual connection, so that a second answer of a name server can't bypass it."""

    allowed: Sequence[Network] = ()
    watchdog: _Watchdog

    def _new_conn(self) -> socket.socket:
        try:
            found = socket.getaddrinfo(self._dns_host, self.port, type=socket.SOCK_STREAM)
        except (socket.gaierror, UnicodeError) as error:
            raise NameResolutionError(self.host, self, error) from error  # type: ignore[arg-type]  # Only its text is used.
        addresses = [str(address) for *_rest, (address, *_port) in found]
        is_open = isinstance(self, HTTPSConnection) and self.port in PORTS
        if not addresses or not all(_may_reach(address, self.allowed, is_open) for address in addresses):
            raise ForbiddenAddressError(self, "This address is not public.")
        try:
            made = create_connection((addresses[0], self.port), self.timeout, socket_options=self.socket_options)
        except OSError as error:
            raise NewConnectionError(self, f"No connection: {error}") from error
        self.watchdog.watch(made)
        return made


class _Watchdog:
    """Closes a connection when its time is up: timeouts of sockets start again with each byte."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._watched: list[tuple[threading.Timer, socket.socket]] = []
        self.has_expired = False

    def watch(self, connection: socket.socket) -> None:
        """Start the time limit of a connection. A copy of it is kept: TLS replaces the original."""
        timer = threading.Timer(self._seconds, self._close, [copy := connection.dup()])
        timer.daemon = True
        self._watched.append((timer, copy))
        timer.start()

    def release(self) -> None:
        """Release finished connections."""
        while self._watched:
            timer, copy = self._watched.pop()
            timer.cancel()
            timer.join()
            copy.close()

    def _close(self, copy: socket.socket) -> None:
        self.has_expired = True
        try:
            copy.shutdown(socket.SHUT_RDWR)
        except OSError:
            # The other side was faster.
            self.has_expired = False


class _Adapter(HTTPAdapter):
    def __init__(self, allowed: Sequence[Network], watchdog: _Watchdog) -> None:
        self._guard = {"allowed": allowed, "watchdog": watchdog}
        super().__init__(max_retries=0)

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:  # pylint: disable=missing-return
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = {
            "http": _pool(HTTPConnectionPool, HTTPConnection, self._guard),
            "https": _pool(HTTPSConnectionPool, HTTPSConnection, self._guard),
        }


def _pool(
    pool: type[HTTPConnectionPool], connection: type[HTTPConnection], guard: dict[str, Any]
) -> type[HTTPConnectionPool]:
    guarded = type(f"Guarded{connection.__name__}", (_Guarded, connection), guard)
    return type(f"Guarded{pool.__name__}", (pool,), {"ConnectionCls": guarded})


def is_public(address: str) -> bool:
    """Whether an IP address is public; one that wraps an IPv4 address must wrap a public one."""
    ip = ipaddress.ip_address(address)
    if any(ip in network for network in _CARRIERS):
        ip = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return (ip.version == 4 or ip in _UNICAST) and not any(ip in network for network in _SPECIAL)


def _may_reach(address: str, allowed: Sequence[Network], is_open: bool) -> bool:
    """Whether a connection to an address is allowed. `is_open` is https on one of its ports; anything else only in
    private networks."""
    ip = ipaddress.ip_address(address)
    return any(ip in network for network in allowed) or (is_open and is_public(address))


def networks(setting: str | None) -> tuple[Network, ...]:
    """The networks of the setting: CIDR, with commas."""
    return tuple(ipaddress.ip_network(network.strip()) for network in (setting or "").split(",") if network.strip())


def objection(url: str, allowed: Sequence[Network] = ()) -> str | None:
    """Why an address is refused before its name is resolved, as a short code; None where it is not.

    `allowed` is the result of `networks`. Numbers in any spelling (octal, hexadecimal, shortened, circled) are checked
    here, names when they are connected to: a name server's answer may change until then.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return "invalid_url"
    if len(url) > LONGEST_URL or not host or any(char in " \\" or not char.isprintable() for char in url):
        return "invalid_url"
    if parts.username is not None or parts.password is not None:
        return "user_in_url"
    if parts.scheme not in ("https", "http") or (parts.scheme == "http" and not allowed):
        return "https_only"
    port = port if port is not None else {"https": 443, "http": 80}[parts.scheme]
    if port not in PORTS and not allowed:
        return "forbidden_port"
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except (socket.gaierror, UnicodeError):
        return _objection_to_name(host, allowed)
    is_open = parts.scheme == "https" and port in PORTS
    reachable = all(_may_reach(str(address), allowed, is_open) for *_rest, (address, *_port) in found)
    return None if reachable else "forbidden_address"


def _objection_to_name(host: str, allowed: Sequence[Network]) -> str | None:
    """A name that ends in a number is a misspelt address. Names without a dot, or in a local domain, are refused
    without a name server, unless private networks are allowed."""
    *_rest, last = host.lower().rstrip(".").rpartition(".")
    if ":" in host or last.isdigit() or last.startswith("0x"):
        return "invalid_url"
    inner = last == host.lower().rstrip(".") or last in ("localhost", "local", "internal", "localdomain")
    return "forbidden_address" if inner and not allowed else None


def session(allowed: Sequence[Network] = (), within: float = WHOLE_SECONDS) -> _Session:
    """A session of `requests` with the guard. `allowed` is the result of `networks`; each connection ends after
    `within` seconds.

    Nothing of the environment (proxies, .netrc) is used; nothing is tried twice.
    """
    made = _Session()
    made.watchdog = _Watchdog(within)
    made.trust_env = False
    for scheme in ("http://", "https://"):
        made.mount(scheme, _Adapter(allowed, made.watchdog))
    # The other side may close a kept connection at the moment of the next request: it would be unknown whether that was
    # read.
    made.headers["Connection"] = "close"
    return made


class _Session(requests.Session):
    """A session that releases its connections when it is closed."""

    watchdog: _Watchdog

    def close(self) -> None:
        try:
            return super().close()
        finally:
            self.watchdog.release()


def request(
    made: _Session,
    method: str,
    url: str,
    timeout: tuple[float, float] = (CONNECT_SECONDS, READ_SECONDS),
    most: int = MAX_ANSWER,
    **options: Any,
) -> tuple[requests.Response, bytes]:
    """Make one request; (answer, its first `most` bytes). Raises errors of `requests`; an answer that took too long is
    a Timeout."""
    try:
        with made.request(method, url, timeout=timeout, allow_redirects=False, stream=True, **options) as answer:
            body = answer.raw.read(most, decode_content=True)
    except (requests.ConnectionError, HTTPError) as error:
        if made.watchdog.has_expired:
            raise requests.ReadTimeout(error) from error
        raise
    if made.watchdog.has_expired:
        raise requests.ReadTimeout
    return answer, body


def retry_after(answer: requests.Response, most: int) -> int | None:
    """The seconds of an answer's Retry-After, up to a maximum; None without one, or where it is a date."""
    text = answer.headers.get("Retry-After")
    return min(int(text), most) if text and text.isdecimal() and len(text) < LONGEST_SECONDS else None


def is_forbidden(error: Exception) -> bool:
    """Whether the guard itself has refused the address."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(reason, ForbiddenAddressError)


def never_left(error: Exception) -> bool:
    """Whether a request certainly did not arrive: no address, no connection, no TLS."""
    at_once = (requests.exceptions.ConnectTimeout, requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema)
    if isinstance(error, at_once):
        return True
    reason = getattr(error.args[0], "reason", None) if error.args else None
    cause = reason.args[0] if isinstance(reason, SSLError) and reason.args else None
    return isinstance(reason, NewConnectionError) or isinstance(cause, ssl.SSLCertVerificationError)


def error_code(error: Exception) -> str:
    """A short code for why a request failed; the library's text may contain the whole address."""
    if is_forbidden(error):
        return "forbidden_address"
    if isinstance(error, requests.Timeout) and not isinstance(error, requests.ConnectTimeout):
        return "timeout"
    return "unreachable" if never_left(error) else "connection_lost"
