"""Keys and phones never reach a log: not in a failed statement, not in a traceback, not in an address of the access
log."""

import logging
import re
from urllib.parse import unquote

from . import api_key

_KEY = re.compile(api_key.PATTERN.pattern)
# An E.164 number, also as an address line spells it; a key's digits are gone before.
_PHONE = re.compile(r"(?:\+|%2B)\d{4,12}(\d{3})\b", re.IGNORECASE)
# What persons are looked for by, in the address of a list.
_PERSONAL = r"search|q|\w*name|\w*phone|\w*email|notes?|address|external_id|nombre|apellido\d|movil|fijo|dni"
_SEARCH = re.compile(rf"([?&](?:{_PERSONAL})(?:__\w+)?=)[^&\s\"]+")
# Another vendor's API has its keys in the query string; people and libraries put them into bodies and paths as well.
_SECRETS = ("app_id", "app_key", "token", "secret", "password")
_ASSIGNED = re.compile(r"(?<![\w%])([\w%]{3,60})=([^&\s]+)")
_QUOTED = re.compile(rf"""(['"](?:{"|".join(_SECRETS)})['"]\s*[:,]\s*)b?(['"])(?:\\.|(?!\2).)*\2""")
_SEGMENT = re.compile(rf"((?:/(?:{'|'.join(_SECRETS)}))+/)[^/?\s\"]+")
# The secret part of a key by itself.
_SECRET_PART = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]{49}(?![0-9A-Za-z])")
# The path of a gateway's callbacks is its password.
_CALLBACK = re.compile(r"(/klientbox/gateway/\d+-)[\w\-]+")
_formatter = logging.Formatter()


def redact(text):
    """`text` with keys shortened to their public part and phones to their last three digits, without what is named a
    secret."""
    text = _KEY.sub(lambda match: f"kbx_***_{match[2]}_***", text)
    text = _ASSIGNED.sub(_without_secret, text)
    text = _QUOTED.sub(r"\1***", text)
    text = _SEGMENT.sub(r"\1***", text)
    text = _SECRET_PART.sub("***", text)
    text = _CALLBACK.sub(r"\1***", text)
    text = _SEARCH.sub(r"\1***", text)
    return _PHONE.sub(r"+***\1", text)


def _without_secret(match):
    """A name may be spelt with percent signs, and is the same to whoever reads it."""
    return f"{match[1]}=***" if unquote(match[1]).lower() in _SECRETS else match[0]


class Redact(logging.Filter):
    """Rewrites a record before any handler formats it."""

    def filter(self, record):
        """Keep the record, without what must not be kept."""
        message = record.getMessage()
        clean = redact(message)
        if clean != message:
            record.msg, record.args = clean, ()
        if record.exc_info and not record.exc_text:
            record.exc_text = redact(_formatter.formatException(record.exc_info))
        return True


def protect_logs():
    """Put the filter before the handlers of the process; a second call changes nothing."""
    for handler in logging.getLogger().handlers:
        if not any(isinstance(present, Redact) for present in handler.filters):
            handler.addFilter(Redact())
