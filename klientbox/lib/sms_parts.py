"""How many SMS a text is billed as."""

import gsm0338

_CODEC = gsm0338.Codec()
# (one SMS, each part of several): septets of the GSM alphabet, or UTF-16 units (3GPP TS 23.038 and 23.040).
GSM, UNICODE = (160, 153), (70, 67)


def count(text):
    """The number of parts; an empty text is none."""
    if not text:
        return 0
    try:
        length, (single, part) = len(_CODEC.encode(text)[0]), GSM
    except UnicodeError:
        length, (single, part) = len(text.encode("utf-16-be")) // 2, UNICODE
    return 1 if length <= single else -(-length // part)
