"""Message texts: a closed list of placeholders, one pass, no expressions. What is put in stays as it is written."""

import re

PLACEHOLDERS = ("first_name", "name", "salon", "last_visit", "days", "stop")
# A commercial message names its sender and says how to refuse, each one (Czech Act 480/2004, section 7).
REQUIRED = ("salon", "stop")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_SPACED = re.compile(r"(?:^[^\S\n]{0,9}\{([^{}]*)\}[,!. ]*|[^\S\n]{0,9}\{([^{}]*)\})")


def unknown(text):
    """Names in braces that mean nothing here, in their order."""
    return [name for name in _PLACEHOLDER.findall(text) if name not in PLACEHOLDERS]


def missing(text):
    """Required placeholders that the text lacks."""
    present = _PLACEHOLDER.findall(text)
    return [name for name in REQUIRED if name not in present]


def fill(text, values):
    """`text` with each known placeholder replaced; a value that holds braces is not looked at again.

    One without a value takes the space before it along, and at the beginning of a text the comma behind it: "Hello
    {first_name}, ..." is "Hello, ..." for somebody whose given name nobody knows.
    """
    if "" in values.values():
        text = _SPACED.sub(lambda match: "" if values.get(match[1] or match[2]) == "" else match[0], text)
    return _PLACEHOLDER.sub(lambda match: str(values.get(match[1], match[0])), text)
