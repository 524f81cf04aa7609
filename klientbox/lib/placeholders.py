"""Message texts: a closed list of placeholders, one pass, no expressions. Values are inserted unchanged."""

from __future__ import annotations

import re
from collections.abc import Mapping

PLACEHOLDERS = ("first_name", "name", "salon", "last_visit", "days", "stop")
# A commercial message names its sender and the way to refuse, each one (Czech Act 480/2004, section 7).
REQUIRED = ("salon", "stop")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
# What was meant as a placeholder in the notation of other programs: "[first_name]", "%(name)s", "${name}".
_OF_OTHERS = re.compile(r"(?:[\[<%]|%\()\s?(?:first_name|name|last_visit|days)\s?[\]>%)]|[$#]\{")
_SPACED = re.compile(r"(?:^[^\S\n]{0,9}\{([^{}]*)\}[,!. ]*|[^\S\n]{0,9}\{([^{}]*)\})")


def unknown(text: str) -> list[str]:
    """Unknown names in braces, in their order."""
    return [name for name in _PLACEHOLDER.findall(text) if name not in PLACEHOLDERS]


def is_malformed(text: str) -> bool:
    """Whether a text has a brace that belongs to no placeholder, or a placeholder in another notation: clients would
    read it."""
    return bool(re.search(r"[{}]", _PLACEHOLDER.sub("", text)) or _OF_OTHERS.search(text))


def missing(text: str) -> list[str]:
    """Required placeholders that the text lacks."""
    present = _PLACEHOLDER.findall(text)
    return [name for name in REQUIRED if name not in present]


def fill(text: str, values: Mapping[str, object]) -> str:
    """`text` with each known placeholder replaced; braces in a value are not replaced again.

    An empty value also removes the space before it, and at the beginning of a text the comma after it: "Hello
    {first_name}, ..." is "Hello, ..." for a client without a known given name.
    """
    if "" in values.values():
        text = _SPACED.sub(lambda match: "" if values.get(match[1] or match[2]) == "" else match[0], text)
    return _PLACEHOLDER.sub(lambda match: str(values.get(match[1], match[0])), text)
