import ast
import json
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

from odoo.addons.klientbox.lib import redact
from odoo.tests import BaseCase

METHODS = ("search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer")
# Seconds of processor time that a text of 64,000 characters may cost; a pattern in proportion takes milliseconds.
MOST_SECONDS = 0.5
PROGRAM = Path(__file__).with_name("hostile_texts.py")


def our_modules():
    """(module, tree) of every loaded module of our addons, except tests."""
    for name, module in sorted(sys.modules.items()):
        if name.startswith("odoo.addons.klientbox") and ".tests" not in name and getattr(module, "__file__", None):
            yield module, ast.parse(Path(module.__file__).read_text())


def is_of_re(node):
    """Whether a node is a call such as re.compile(...)."""
    function = getattr(node, "func", None)
    return (
        isinstance(node, ast.Call)
        and isinstance(function, ast.Attribute)
        and isinstance(function.value, ast.Name)
        and function.value.id == "re"
        and function.attr in ("compile", *METHODS)
    )


def flags_of(call, module):
    """The flags of a call of re's, as written."""
    names = {"sub": 4, "subn": 4, "split": 3, "compile": 1}
    flags = call.args[names.get(call.func.attr, 2) :][:1]
    flags += [keyword.value for keyword in call.keywords if keyword.arg == "flags"]
    return int(evaluated(flags[0], module)) if flags else 0


def evaluated(node, module):
    """The value of an expression in its module; NameError where it contains local names of a function."""
    # pylint: disable-next=eval-used
    return eval(compile(ast.Expression(node), module.__file__, "eval"), vars(module))  # noqa: S307 - our own source


def patterns():
    """{(pattern, flags): (its place, methods it is used by)} of every regular expression of our addons."""
    used, found = defaultdict(set), {}
    for _module, tree in our_modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in METHODS:
                used[getattr(node.value, "id", getattr(node.value, "attr", None))].add(node.attr)
    for module, tree in our_modules():
        for node in ast.walk(tree):
            if is_of_re(node):
                pattern = evaluated(node.args[0], module)
                methods = {node.func.attr} - {"compile"}
                found.setdefault((pattern, flags_of(node, module)), (f"{module.__name__}:{node.lineno}", methods))
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern):
                # Of others, too: Odoo's own for addresses.
                flags = value.flags & ~re.UNICODE
                place, methods = found.setdefault((value.pattern, flags), (f"{module.__name__}.{name}", set()))
                methods |= used[name]
    return found


class TestRegularExpressions(BaseCase):
    """None of them takes long for any text."""

    def test_none_takes_more_than_in_proportion(self):
        found = patterns()
        self.assertGreater(len(found), 60)
        cases = []
        for (pattern, flags), (_place, methods) in found.items():
            is_bytes = isinstance(pattern, bytes)
            text = pattern.decode("latin-1") if is_bytes else pattern
            cases.append([text, flags, is_bytes, sorted(methods or METHODS[:4])])
        slow = {
            place: (round(seconds, 2), method, text)
            for (place, _methods), (seconds, text, method) in zip(found.values(), self.judged(cases), strict=True)
            if seconds > MOST_SECONDS
        }
        self.assertEqual(slow, {})

    def test_the_program_finds_what_it_looks_for(self):
        bad = (
            (r"""(['"]secret['"]\s*[:,]\s*)b?(['"])(?:\\.|(?!\2).)*\2""", "sub"),
            (r"(a+)+b", "match"),
            (r"(?:\d|\w\w?)*!", "fullmatch"),
            (r"\s+$", "search"),
            (r"\w*name(?:__\w+)?=", "search"),
            (r".*x", "search"),
        )
        judged = self.judged([[pattern, 0, False, [method]] for pattern, method in bad])
        for (pattern, _method), (seconds, _text, _by) in zip(bad, judged, strict=True):
            with self.subTest(pattern):
                self.assertGreaterEqual(seconds, MOST_SECONDS)

    def test_a_log_line_that_was_made_to_last_is_redacted_at_once(self):
        """The whole filter, not pattern by pattern: the output of one may be slow for another."""
        pieces = ("'secret': '", "\\", "?q=", "&name__", "/token", "+420", "/1-", "%73ecret=", "kbx_live_", "\n", "0")
        lines = [first + second * (64_000 // len(second)) for first in ("", *pieces) for second in pieces]
        program = (
            "import json, sys, time; sys.path.insert(0, sys.argv[1]); import lib.redact as redact\n"
            "for line in json.load(sys.stdin):\n"
            "    began = time.process_time(); redact.redact(line); print(time.process_time() - began)\n"
        )
        folder = Path(redact.__file__).parent.parent
        result = subprocess.run(
            [sys.executable, "-c", program, folder],
            input=json.dumps(lines),
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        seconds = [float(line) for line in result.stdout.split()]
        self.assertEqual(len(seconds), len(lines))
        self.assertLess(max(seconds), 0.1)

    def judged(self, cases):
        """The program's results for the patterns."""
        result = subprocess.run(
            [sys.executable, PROGRAM],
            input=json.dumps(cases),
            capture_output=True,
            text=True,
            timeout=300,
            check=True,
        )
        return json.loads(result.stdout)
