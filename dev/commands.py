"""The functions of the commands."""

from __future__ import annotations

import argparse
import importlib.util
import os
import runpy
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from . import console, python_env
from .console import Problem, complain, say

if TYPE_CHECKING:
    from types import FrameType

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
INTERRUPTED = 130
STAGES = ("lint", "addon", "blackbox")


def main(arguments: list[str]) -> int:
    """Run one command; its exit status. Problems are reported in plain words, Ctrl-C stops everything."""
    # When we are root, PostgreSQL's system user must read its programs; files with secrets are made private one by one.
    os.umask(0o022)
    for number in STOP_SIGNALS:
        signal.signal(number, _interrupt)
    chosen = _parse(arguments)
    if chosen.command == "import":
        # Its output is JSON and nothing else.
        console.talk_to(sys.stderr)
    try:
        python_env.enter(arguments)
        return COMMANDS[chosen.command](chosen) or 0
    except Problem as problem:
        complain(problem)
        return 1
    except KeyboardInterrupt:
        say("\nStopped.")
        return 0 if chosen.command == "run" else INTERRUPTED


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    """The first signal stops everything; later ones must not interrupt that."""
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def _parse(arguments: list[str]) -> argparse.Namespace:
    arguments, passed_on = _split(arguments)
    parser = argparse.ArgumentParser(prog="python3 -m dev", description="KlientBox's development environment.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    commands.add_parser("run", help="serve the demo on 127.0.0.1:$PORT (8069), with $WORKERS processes (0)")
    test = commands.add_parser("test", help="lint, the addon's tests, the tests from outside (-- options for pytest)")
    test.add_argument("--only", choices=STAGES, help="run only this stage")
    commands.add_parser("verify", help="kill processes while messages are sent (-- options for pytest); slow")
    commands.add_parser("lint", help="ruff, pylint and mypy")
    commands.add_parser("bench", help="measurements (-- their options)")
    commands.add_parser("translations", help="update .pot and Czech files; lists terms without Czech")
    commands.add_parser("shell", help="a Python shell inside the demo's database")
    bring_in = commands.add_parser("import", help="import a file into the demo; prints JSON (-- its options)")
    bring_in.add_argument("file", type=Path)
    bring_in.add_argument("--company", default="salon", help="salon, other_company, low_tier, or a company's name")
    bring_in.add_argument("--dry-run", action="store_true", help="report the result, change nothing")
    commands.add_parser("setup", help="download everything, start nothing")
    commands.add_parser("reset", help="drop the demo; the next run creates a new one")
    chosen = parser.parse_args(arguments)
    chosen.passed_on = passed_on
    return chosen


def _split(arguments: list[str]) -> tuple[list[str], list[str]]:
    if "--" not in arguments:
        return arguments, []
    place = arguments.index("--")
    return arguments[:place], arguments[place + 1 :]


# Imports wait until the virtual environment is there.


def _run(_chosen: argparse.Namespace) -> None:
    from . import demo

    demo.run()


def _test(chosen: argparse.Namespace) -> int:
    from . import testing

    return 0 if testing.run(chosen.only, chosen.passed_on) else 1


def _verify(chosen: argparse.Namespace) -> int:
    from . import testing

    return 0 if testing.verify(chosen.passed_on) else 1


def _lint(_chosen: argparse.Namespace) -> int:
    from . import testing

    return 0 if testing.lint() else 1


def _bench(chosen: argparse.Namespace) -> None:
    from . import odoo_source

    if importlib.util.find_spec("dev.bench") is None:
        raise Problem("There are no measurements in dev/bench yet.")
    odoo_source.ensure()
    sys.argv[1:] = chosen.passed_on
    runpy.run_module("dev.bench", run_name="__main__", alter_sys=True)


def _translations(_chosen: argparse.Namespace) -> int:
    from . import translations

    return 0 if translations.update() else 1


def _shell(_chosen: argparse.Namespace) -> int:
    from . import demo

    return demo.shell()


def _import(chosen: argparse.Namespace) -> int:
    from . import demo

    return demo.bring_in(chosen.file.resolve(), chosen.company, chosen.dry_run, chosen.passed_on)


def _setup(_chosen: argparse.Namespace) -> None:
    from . import browser, odoo_source

    odoo_source.ensure()
    try:
        browser.ensure()
    except Problem as problem:
        complain(problem)
        say("`make run` works without a browser here; `make test` needs one.")
    say("Everything is set up. Next: make run, make test")


def _reset(_chosen: argparse.Namespace) -> None:
    from . import demo

    demo.reset()


COMMANDS: dict[str, Callable[[argparse.Namespace], int | None]] = {
    "run": _run,
    "test": _test,
    "verify": _verify,
    "lint": _lint,
    "bench": _bench,
    "translations": _translations,
    "shell": _shell,
    "import": _import,
    "setup": _setup,
    "reset": _reset,
}
