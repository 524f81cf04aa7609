"""Keeps keys, phones and other personal data out of logs: out of failed statements, tracebacks, and addresses in the
access log.

Anyone can write into a log, without a key, and the filter runs in the worker that serves them. So a text is cut before
it is searched, and every pattern takes time in proportion to its length (tests/test_regular_expressions).
"""

from __future__ import annotations

import logging
import re
from urllib.parse import unquote, unquote_plus

from . import api_key

# Characters of a message or a traceback; the rest is left out.
LONGEST = 16_000
# Longer than any key, token or phone, also where every character of it is percent-encoded.
_LONGEST_SECRET = 320
_CUT = " [...]"
# How often an address is decoded in the search for what is encoded in it; more is never meant well.
_MOST_DECODINGS = 5

# A percent-encoded underscore, however often.
_BAR = "%(?:25){0,9}5f"
# A key of ours, also one without a part of its end.
_KEY = re.compile(
    rf"kbx(?:_|{_BAR})(?:{api_key.LIVE}|{api_key.TEST})(?:_|{_BAR})([0-9A-Za-z]{{8}})(?:_|{_BAR})[0-9A-Za-z]+",
    re.IGNORECASE,
)
# An E.164 number, also percent-encoded; a key's digits are replaced before.
_PHONE = re.compile(r"(?:\+|%2B)\d{4,12}(\d{3})\b", re.IGNORECASE)
# A time or an address of the network, or else a number of nine digits or more, as people and programs write a phone: in
# one piece, or in groups. Numbers with a letter or a decimal point beside them, and parts of a UUID, are none.
_NUMBER = re.compile(
    r"""
    (?<![\w%.\-])(?:
        ( (?:\d{4}-\d\d-\d\d|\d\d?[./]\d\d?[./]\d{4}) (?:[\ T]\d\d(?::\d\d){1,2}(?:[.,]\d{1,6})?)? (?![\w-])
        | \d{1,3}(?:\.\d{1,3}){3} (?![\w.]) )
        | (\d{9,15}) (?![\w-])
        | (\d{1,6} (?: (?:(?:[\ /-]|%20|%2[df])\d{2,9}){1,6} | (?:\.\d{2,4}){2,5} )) (?![\w-])
    )
    """,
    re.VERBOSE | re.ASCII | re.IGNORECASE,
)
_LEAST_DIGITS = 9
# A gateway's token by itself: 32 random bytes. Names in code have no digit, or one kind of letters.
_TOKEN = re.compile(
    r"(?<![\w\-])(\d{1,9}-)?(?=[\w\-]{0,42}\d)(?=[\w\-]{0,42}[A-Z])(?=[\w\-]{0,42}[a-z])[\w\-]{43}(?![\w\-])", re.ASCII
)
# A name and a value, as in an address or a form. A name may be percent-encoded without a difference for the reader.
# `[&?]` before it means that it is in an address.
_NAMED = re.compile(r"([&?]?)(?<![\w%\-])([\w%\-]{1,120})=")
# Another vendor's API has its keys in the query string; people and libraries put them into bodies and paths as well,
# and a key of ours, or an attempt at one, into the query.
_SECRETS = (
    *("app_id", "app_key", "token", "secret", "password", "passwd", "pwd"),
    *("api_key", "x_api_key", "apikey", "xapikey", "koibox_key"),
)
_SPELT = "|".join(name.replace("_", "[_-]") for name in _SECRETS)
_SECRET_NAME = re.compile(rf"(?:.*-)?(?:{_SPELT})", re.IGNORECASE)
_SECRET_VALUE = re.compile(r"[^&\s]*")
# Filters for persons, in the address of a list.
_PERSONAL = re.compile(
    r"(?:search|q|\w*name|\w*phone|\w*email|notes?|address|external_id|nombre|apellido\d|movil|fijo|dni)"
)
_PERSONAL_VALUE = re.compile(r"[^&\s\"]*")
# The name and the beginning of a value, as Python or JSON writes them; the value ends with its quote or with the text.
_QUOTED = re.compile(
    rf"""(['"](?:{_SPELT})\\{{0,3}}['"]\s{{0,20}}[:,]\s{{0,20}})b?\\{{0,3}}(?:"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?)""",
    re.DOTALL | re.IGNORECASE,
)
_SEGMENT = re.compile(rf"((?:/(?:{_SPELT}))+/)[^/?\s\"]+")
# The secret part of a key by itself.
_SECRET_PART = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]{49}(?![0-9A-Za-z])")
# The path of a gateway's callbacks is its password, however its characters are encoded.
_CALLBACK = re.compile(r"((?:/|%2f)(?:\d|%3\d){1,9}(?:-|%2d))[\w\-%]{20,}", re.IGNORECASE)
# A person's e-mail address. Its first letter and its domain stay.
_EMAIL = re.compile(r"(\w)[\w.+\-]{0,63}(@|%40)(?=[\w\[])", re.IGNORECASE)
# A failed statement as Odoo logs it, and the beginning of its values. Before them are verb, table and columns.
_STATEMENTS = ("bad query: ", "bad SQL: ")
_ERROR = "\nERROR: "
_VALUES = re.compile(r"\b(?:VALUES|SET|WHERE|LIMIT)\b|'", re.IGNORECASE)
# PostgreSQL's error after its first line, in whatever language; up to the next exception of a traceback.
_ERROR_REST = re.compile(
    r"(psycopg2\.[\w.]{1,60}: [^\n]*|DETAIL: )(.*?)(?=\n\n(?:During handling|The above exception)|\Z)", re.DOTALL
)
# The quoted value in the first line.
_WRONG_INPUT = re.compile(r"((?:invalid|malformed) [a-z\-]{1,30} [a-z_ ]{1,60}: |out of range: )\"[^\n]*")
# The colours that Odoo's server adds to a line of the access log, and characters that would end a line or change its
# look.
_COLOURS = re.compile(r"\x1b\[[\d;]{0,10}m")
_CONTROLS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
# A request in the access log; its address ends before the last words of this kind.
_REQUEST = re.compile(r'"(?:\x1b\[[\d;]{1,8}m){0,4}[A-Za-z\-]{1,40} ')
_REQUEST_END = " HTTP/"
# The beginnings of names and values in an address, also in a malformed one.
_QUERY = re.compile(r"[?#&;=]|%(?:3f|23|26|3b|3d)", re.IGNORECASE)
_GATEWAY = re.compile(r"gateway(?:/|%2f){1,3}((?:\d|%3\d){1,9}(?:-|%2d))?", re.IGNORECASE)
# A phone as a segment of a path, or an attempt at one; ids of records are shorter.
_LONG_NUMBER = re.compile(r"\d{4,40}(\d{3})")
# The same in groups, with anything between them that a phone may have.
_GROUPS = re.compile(r"\d(?:(?:[\s\-./()+_]|%2[0-9a-f]){0,3}\d){8,}", re.ASCII | re.IGNORECASE)
_formatter = logging.Formatter()


def redact(text: str) -> str:
    """`text` with keys shortened to their public part and phones to their last three digits, without values named as a
    secret, and cut after about LONGEST characters."""
    text = _without_statement(text)
    beginning = _redact(text[: LONGEST + _LONGEST_SECRET])
    if len(text) <= LONGEST + _LONGEST_SECRET:
        return beginning
    # A key that the cut has halved is not recognised; it is in the part removed here.
    return beginning[:-_LONGEST_SECRET] + _CUT


def _redact(text: str) -> str:
    text = _KEY.sub(lambda match: f"kbx_***_{match[1]}_***", text)
    text = _without_values(text)
    text = _QUOTED.sub(r"\1***", text)
    text = _SEGMENT.sub(r"\1***", text)
    text = _SECRET_PART.sub("***", text)
    text = _CALLBACK.sub(r"\1***", text)
    text = _TOKEN.sub(r"\1***", text)
    text = _ERROR_REST.sub(lambda match: f"{match[1]}{match[2] and ' ***'}", text)
    text = _WRONG_INPUT.sub(r"\1***", text)
    if "@" in text or "%40" in text:
        text = _EMAIL.sub(r"\1***\2", text)
    return _NUMBER.sub(_without_digits, _PHONE.sub(r"+***\1", text))


def _without_digits(match: re.Match[str]) -> str:
    """The last three digits of a phone."""
    digits = re.sub(r"\D", "", unquote(match[0]))
    is_phone = len(digits) >= _LEAST_DIGITS and not (match.re is _NUMBER and match[1])
    return f"***{digits[-3:]}" if is_phone else match[0]


def _without_statement(text: str) -> str:
    """`text` without the values of a failed statement, and of its error the first line alone."""
    begin = next((text.index(words) + len(words) for words in _STATEMENTS if words in text), None)
    if begin is None:
        return text
    if text[begin : begin + 2] in ("b'", 'b"'):
        begin += 2
    end = text.rfind(_ERROR, begin)
    statement, error = (text[begin:end], text[end + 1 :]) if end >= 0 else (text[begin:], "")
    values = _VALUES.search(statement)
    if values:
        statement = statement[: values.start()] + "***"
    first, is_longer, _rest = error.partition("\n")
    return f"{text[:begin]}{statement}\n{first}{' ***' if is_longer else ''}".rstrip("\n")


def _without_values(text: str) -> str:
    """`text` without the values of secrets, and in addresses without those of filters for persons."""
    kept: list[str] = []
    done = 0
    for match in _NAMED.finditer(text):
        if match.start() < done:
            continue
        name = unquote_plus(match[2]).lower()
        if _SECRET_NAME.fullmatch(name):
            value = _SECRET_VALUE.match(text, match.end())
        elif match[1] and any(map(_PERSONAL.fullmatch, name.split("__"))):
            value = _PERSONAL_VALUE.match(text, match.end())
        else:
            continue
        if value and value[0]:
            kept += text[done : match.end()], "***"
            done = value.end()
    return "".join([*kept, text[done:]])


def without_query(text: str) -> str:
    """A line of the access log without the query string, the password in a gateway's path, and phones in a path."""
    begin, end = _REQUEST.search(text), text.rfind(_REQUEST_END)
    if not begin or end < begin.end():
        return text
    return f"{text[: begin.end()]}{address(text[begin.end() : end])}{text[end:]}"


def address(written: str) -> str:
    """The path of an address as it may be logged. It stays encoded, unless something is hidden in it."""
    clean = known = _path(written)
    for _ in range(_MOST_DECODINGS):
        decoded = unquote(written)
        if decoded == written:
            return clean
        written, found = decoded, _path(decoded)
        if found != unquote(known):
            clean = found
        known = found
    return "/***"


def _path(written: str) -> str:
    query = _QUERY.search(written)
    path, rest = (written[: query.start()], "?***") if query else (written, "")
    # A key first: digits that are missing in its middle would make it unrecognisable.
    path = _LONG_NUMBER.sub(r"***\1", _GROUPS.sub(_without_digits, redact(path)))
    gateway = _GATEWAY.search(path)
    if gateway:
        path = f"{path[: gateway.end()]}***"
    return path + rest


def one_line(text: str) -> str:
    """`text` with its control characters as Python escapes them: no logged text can add a line."""
    return _CONTROLS.sub(lambda match: match[0].encode("unicode_escape").decode(), _COLOURS.sub("", text))


class Redact(logging.Filter):
    """Rewrites a record before any handler formats it. A traceback alone has more than one line."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep the record, without secrets and personal data."""
        message = _message(record)
        clean = one_line(redact(without_query(message)))
        if clean != message:
            record.msg, record.args = clean, ()
        if record.exc_info and not record.exc_text:
            record.exc_text = _formatter.formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = redact(record.exc_text)
        if record.stack_info:
            record.stack_info = redact(record.stack_info)
        return True


def _message(record: logging.LogRecord) -> str:
    """The text of a record. If its arguments do not fit, the handler would print all of them."""
    try:
        return record.getMessage()
    except (KeyError, TypeError, ValueError):
        record.msg, record.args = f"{record.msg!s} {record.args!r}", ()
        return record.msg


def protect_logs() -> None:
    """Add the filter to the handlers of the process; a second call changes nothing."""
    for handler in logging.getLogger().handlers:
        if not any(isinstance(present, Redact) for present in handler.filters):
            handler.addFilter(Redact())
