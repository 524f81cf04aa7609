"""Reads an account at another vendor, page by page: at a limited rate, with the URL guard, and without credentials in
errors."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import requests
from odoo.addons.klientbox.tools import url_guard
from odoo.addons.klientbox.tools.http_gateway import TOO_MANY, UNAVAILABLE
from urllib3.exceptions import HTTPError

from ..lib.accounts import Unreadable

if TYPE_CHECKING:
    from odoo.addons.klientbox.tools.url_guard import Network

    from ..lib.accounts import Page, Source

MAX_ANSWER = 16 * 2**20
# A page may take long to prepare.
WITHIN_SECONDS, READ_SECONDS = 120, 60
LONGEST_WAIT = 3600
# A failure is tried again after 1, 2, 4 ... seconds; after this many in a row a user has to look.
FIRST_WAIT, MOST_FAILURES = 1, 8
# Why a page could not be fetched; "too_many_rows" is found by the caller.
CODES = (
    "closed",
    "connection_lost",
    "forbidden_address",
    "not_there",
    "refused",
    "timeout",
    "too_large",
    "too_many",
    "too_many_rows",
    "unavailable",
    "unreachable",
    "unreadable",
)
_requested_at: dict[str, float] = {}
_lock = threading.Lock()


class AccountError(Exception):
    """A page could not be fetched.

    `code` is one of CODES. `wait` are the seconds after which it may be tried again, None where that would not help.
    `is_closed` says that the credentials were rejected. Its text contains no address: an address may contain
    credentials.
    """

    def __init__(self, code: str, wait: float | None = None, is_closed: bool = False) -> None:
        super().__init__(code)
        self.code, self.wait, self.is_closed = code, wait, is_closed


class Account:
    """One account: a source, its address, and its credentials."""

    def __init__(
        self, source: Source, address: str, credentials: dict[str, str], allowed: Sequence[Network], per_second: float
    ) -> None:
        self._source, self._address, self._credentials = source, address, credentials
        self._allowed, self._pause = allowed, 1 / per_second

    def page(self, offset: int, limit: int, failures: int = 0) -> Page:
        """Fetch a Page. Raises AccountError; `failures` is the number of failures in a row so far."""
        request = self._source.page_request(self._address, self._credentials, offset, limit)
        self._wait_turn()
        backed_off = FIRST_WAIT * 2**failures
        try:
            with url_guard.session(self._allowed, within=WITHIN_SECONDS) as session:
                answer, content = url_guard.request(
                    session,
                    "GET",
                    request.url,
                    params=request.params,
                    headers={"Accept": "application/json", "User-Agent": "KlientBox-Import/1", **request.headers},
                    timeout=(url_guard.CONNECT_SECONDS, READ_SECONDS),
                    most=MAX_ANSWER + 1,
                )
        except (UnicodeError, requests.exceptions.InvalidHeader):
            # No key contains such characters.
            raise AccountError("closed", is_closed=True) from None
        except (requests.RequestException, HTTPError) as error:
            # The exception's text contains the whole address.
            code = url_guard.error_code(error)
            raise AccountError(code, None if code == "forbidden_address" else backed_off) from None
        self._look_at(answer, backed_off)
        if len(content) > MAX_ANSWER:
            raise AccountError("too_large")
        try:
            return self._source.page_of(json.loads(content), limit)
        except (ValueError, RecursionError, Unreadable):
            raise AccountError("unreadable", backed_off) from None

    def _look_at(self, answer: requests.Response, backed_off: float) -> None:
        """Raise AccountError for a status other than success."""
        status = answer.status_code
        if status in self._source.closed:
            raise AccountError("closed", is_closed=True)
        seconds = url_guard.retry_after(answer, LONGEST_WAIT)
        if status == TOO_MANY:
            raise AccountError("too_many", max(seconds or 0, FIRST_WAIT) if seconds is not None else backed_off)
        if status == UNAVAILABLE and seconds is not None:
            raise AccountError("unavailable", max(seconds, FIRST_WAIT))
        if status >= 500:
            raise AccountError("unavailable", backed_off)
        if status != 200:
            raise AccountError("not_there" if status == 404 else "refused")

    def _wait_turn(self) -> None:
        """Wait until the pause after this process's last request to the same address is over."""
        with _lock:
            now = time.monotonic()
            turn = max(now, _requested_at.get(self._address, 0) + self._pause)
            _requested_at[self._address] = turn
        time.sleep(turn - now)
