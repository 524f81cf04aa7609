"""Message texts: a closed list of placeholders, one pass, no expressions. What is put in stays as it is written."""

import re

PLACEHOLDERS = ("first_name", "name", "salon", "last_visit", "days", "stop")
# A commercial message names its sender and says how to refuse, each one (Czech Act 480/2004, section 7).
REQUIRED = ("salon", "stop")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def unknown(text):
    """Names in braces that mean nothing here, in their order."""
    return [name for name in _PLACEHOLDER.findall(text) if name not in PLACEHOLDERS]


def missing(text):
    """Required placeholders that the text lacks."""
    present = _PLACEHOLDER.findall(text)
    return [name for name in REQUIRED if name not in present]


def fill(text, values):
    """`text` with each known placeholder replaced; a value that holds braces is not looked at again."""
    return _PLACEHOLDER.sub(lambda match: str(values.get(match[1], match[0])), text)
