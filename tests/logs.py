"""What the log of a server must not hold, whatever it received."""

import re

# Values that test_logs.py sends and looks for; none of them is in a log, wherever it was sent.
LEAKED = r"(?i:jana\.leak|tajna|601560000|601234567|601(?:[-/ ]|%20)777)"
TRACEBACK = re.compile(r"Traceback \(most recent call last\):\n(?:[ \t].*\n)+(\S.*)")
# The name of a check, and an example of what it finds.
EXAMPLES = (
    ("a key", f"key kbx_live_{'a' * 8}_{'b' * 49} here"),
    ("a phone", "sent to +420601000001"),
    ("credentials in an address", "called /apiv1/clients/list?token=abc"),
    ("a query string", '"GET /clients?search=Jana HTTP/1.1" 200'),
    ("what was looked for or refused", "no client tajna"),
    ("the address of a gateway's callbacks", f"POST /klientbox/gateway/7-{'x' * 20}"),
    ("a line that a caller has written", "2026-11-30 17:00:00,000 1 INFO FORGED"),
    ("an unforeseen error", 'Traceback (most recent call last):\n  File "x"\nValueError: y'),
)


def _found(pattern):
    return re.compile(pattern).findall


def _forged(text):
    return [line for line in text.splitlines() if "FORGED" in line and "werkzeug" not in line]


def _unforeseen(text):
    return [last for last in TRACEBACK.findall(text) if "search_key" not in last]


# {name: function of the log's text that returns what must not be there}.
CHECKS = {
    "a key": _found(r"\bkbx_(?:live|test)_[0-9A-Za-z]{8}_[0-9A-Za-z]{49}\b"),
    "a phone": _found(r"(?i:\+|%2B)420\d{9}"),
    # Another vendor's API has its keys in the query string.
    "credentials in an address": _found(r"[?&](?:app_id|app_key|token|secret|password)=(?!\*\*\*)[^&\s]"),
    # Of the access log.
    "a query string": _found(r'"[A-Z]+ /[^"\s]*\?(?!\*\*\*)'),
    "what was looked for or refused": _found(LEAKED),
    # The path is its password.
    "the address of a gateway's callbacks": _found(r"/klientbox/gateway/\d+-[\w\-]{20,}"),
    "a line that a caller has written": _forged,
    "an unforeseen error": _unforeseen,
}


def check(path, foresees_errors=False):
    """Raise AssertionError if the log of a server holds anything of these kinds.

    `foresees_errors`: a test breaks something on purpose, so errors may be logged.
    """
    text = path.read_text(errors="replace")
    found = {kind: function(text) for kind, function in CHECKS.items()}
    if foresees_errors:
        del found["an unforeseen error"]
    assert {kind: values[:5] for kind, values in found.items() if values} == {}, path
