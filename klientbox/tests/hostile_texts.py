"""A program of its own, without Odoo: how long can a text keep each of these regular expressions busy?

Reads JSON from standard input: [[pattern, flags, whether it is of bytes, [methods]], ...]. Writes [[seconds, text's
beginning, method], ...], the worst text of each. Texts are made from the pattern itself: a prefix that leads to each of
its repetitions, then the repeated part many times, then a part that does not match. All are tried short, and the worst
ones long.
"""

import itertools
import json
import re
import signal
import sys
import time

try:
    import re._constants as names
    import re._parser as parser
except ImportError:
    import sre_constants as names
    import sre_parse as parser

SHORT, LONG = 1_500, 64_000
# Seconds after which a text counts as slow, and how many of the short ones are tried long.
ENOUGH_SHORT, ENOUGH_LONG, WORST = 0.2, 1.0, 6
COMMON = ("a", "0", " ", "\n", ".", "-", "_", "=", "&", "%", "'", '"', "\\", "/", "@", "+", "(", ",", "é")
ENDS = ("", "\0", "!", "\n\n!", "a")
MOST_PUMPS = 80


def main():
    """Measure every pattern on standard input."""
    signal.signal(signal.SIGVTALRM, _give_up)
    json.dump([worst(*arguments) for arguments in json.load(sys.stdin)], sys.stdout)


def worst(pattern, flags, is_bytes, methods):
    """(seconds, beginning of the text, method) of the worst long text."""
    compiled = re.compile(pattern.encode("latin-1") if is_bytes else pattern, flags)
    tried = []
    for lead, pump, end in _texts(pattern, flags):
        for method in methods:
            seconds = _seconds(compiled, method, _text(lead, pump, end, SHORT), is_bytes, ENOUGH_SHORT)
            tried.append((seconds, lead, pump, end, method))
            if seconds >= ENOUGH_SHORT:
                return seconds * LONG / SHORT, (lead + pump * 3)[:80] + end, method
    tried.sort(reverse=True)
    found = []
    for _seconds_short, lead, pump, end, method in tried[:WORST]:
        seconds = _seconds(compiled, method, _text(lead, pump, end, LONG), is_bytes, ENOUGH_LONG)
        found.append((seconds, (lead + pump * 3)[:80] + end, method))
        if seconds >= ENOUGH_LONG:
            break
    return max(found)


def _text(lead, pump, end, length):
    return lead + pump * max(1, (length - len(lead) - len(end)) // len(pump)) + end


def _seconds(compiled, method, text, is_bytes, enough):
    """Processor time of one call, up to the first `enough` seconds of it."""
    subject = text.encode("latin-1", "replace") if is_bytes else text
    began = time.process_time()
    signal.setitimer(signal.ITIMER_VIRTUAL, enough)
    try:
        if method in ("sub", "subn", "split", "findall", "finditer"):
            for _match in compiled.finditer(subject):
                pass
        else:
            getattr(compiled, method)(subject)
    except TimeoutError:
        return max(enough, time.process_time() - began)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return time.process_time() - began


def _give_up(*_signal):
    raise TimeoutError


def _texts(pattern, flags):
    """(lead, pump, end), each kind once."""
    leads, bodies, letters = {"": None}, {}, {}
    _walk(parser.parse(pattern, flags), "", leads, bodies, letters)
    pumps = dict.fromkeys(itertools.chain(bodies, letters, leads, COMMON))
    pumps.pop("", None)
    short = list(itertools.islice(dict.fromkeys(itertools.chain(letters, COMMON)), 18))
    pairs = ("".join(pair) for pair in itertools.permutations(short, 2))
    pumps = list(itertools.islice(dict.fromkeys(itertools.chain(pumps, pairs)), MOST_PUMPS))
    for lead in list(leads)[:12]:
        for pump in pumps:
            for end in ENDS:
                yield lead, pump, end


def _walk(nodes, before, leads, bodies, letters):
    """A text that the nodes match; on the way the prefix of each repetition, its repeated part, and single letters."""
    text = ""
    for kind, value in nodes:
        piece = ""
        if kind is names.LITERAL:
            piece = chr(value)
        elif kind in (names.NOT_LITERAL, names.ANY, names.IN):
            found = _members(kind, value)
            letters.update(dict.fromkeys(found))
            piece = found[0]
        elif kind in (names.MAX_REPEAT, names.MIN_REPEAT) or str(kind) == "POSSESSIVE_REPEAT":
            least, most, inner = value
            leads.setdefault(before + text)
            body = _walk(inner, before + text, leads, bodies, letters)
            bodies.setdefault(body)
            piece = body * max(least, 1 if most else 0)
            leads.setdefault(before + text + piece)
        elif kind is names.SUBPATTERN:
            piece = _walk(value[-1], before + text, leads, bodies, letters)
        elif str(kind) == "ATOMIC_GROUP":
            piece = _walk(value, before + text, leads, bodies, letters)
        elif kind is names.BRANCH:
            branches = [_walk(branch, before + text, leads, bodies, letters) for branch in value[1]]
            bodies.update(dict.fromkeys(filter(None, branches)))
            piece = branches[0]
        elif kind is names.ASSERT:
            _walk(value[1], before + text, leads, bodies, letters)
        text += piece
    return text


def _members(kind, value):
    """Some characters that a class takes."""
    found = [char for char in (*COMMON, "x", "9", "Z", "\t", "á") if _takes(kind, value, char)]
    if kind is names.IN:
        found += [chr(inner) for what, inner in value if what is names.LITERAL and value[0][0] is not names.NEGATE]
    return found[:8] or ["a"]


def _takes(kind, value, char):
    if kind is names.ANY:
        return char != "\n"
    if kind is names.NOT_LITERAL:
        return chr(value) != char
    is_negated = value[0][0] is names.NEGATE
    return is_negated != any(_is(what, inner, char) for what, inner in value if what is not names.NEGATE)


def _is(what, inner, char):
    if what is names.LITERAL:
        return chr(inner) == char
    if what is names.RANGE:
        return inner[0] <= ord(char) <= inner[1]
    classes = {
        names.CATEGORY_DIGIT: char.isdigit(),
        names.CATEGORY_NOT_DIGIT: not char.isdigit(),
        names.CATEGORY_SPACE: char.isspace(),
        names.CATEGORY_NOT_SPACE: not char.isspace(),
        names.CATEGORY_WORD: char.isalnum() or char == "_",
        names.CATEGORY_NOT_WORD: not (char.isalnum() or char == "_"),
    }
    return classes[inner]


if __name__ == "__main__":
    main()
