"""The three stages of ``make test``. All run, whatever the result of an earlier one."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable

from . import browser, databases, odoo_config, odoo_source, project
from .console import Problem, complain, say
from .home import REPOSITORY
from .postgres import Cluster
from .processes import clean_environment, run_visible

ADDON_DATABASE = "klientbox_addon_tests"
VERIFY = "tests/verify"
# A process of tests, its server and PostgreSQL take turns, so one keeps one core busy. More need more memory.
PROCESSES = min(os.cpu_count() or 1, 4)


def run(only: str | None, pytest_arguments: list[str]) -> bool:
    """Run the stages, or only one of them; True when all passed."""
    stages = [only] if only else list(STAGES)
    results = {name: _run_stage(name, pytest_arguments) for name in stages}
    say("\nSummary")
    for name, (passed, seconds) in results.items():
        say(f"  {name:<9} {'passed' if passed else 'FAILED'}  {seconds:6.1f} s")
    return all(passed for passed, _seconds in results.values())


def verify(arguments: list[str]) -> bool:
    """The fault tests: processes are killed while messages are sent. Slow, so no stage of ``make test``."""
    return _from_outside([], arguments, VERIFY)


def lint(_arguments: list[str] | None = None) -> bool:
    """Style, Odoo's own rules and types; all tools run, so that one call shows everything."""
    commands = (
        ("ruff", "check", "."),
        ("ruff", "format", "--check", "."),
        ("pylint", "--rcfile=setup.cfg", *project.ADDONS),
        ("mypy",),
    )
    results = [_python(*command) for command in commands]
    return all(results)


def _run_stage(name: str, arguments: list[str]) -> tuple[bool, float]:
    say(f"\n=== {name} ===")
    started = time.monotonic()
    try:
        passed = STAGES[name](arguments)
    except Problem as problem:
        complain(problem)
        passed = False
    return passed, time.monotonic() - started


def _addon(arguments: list[str]) -> bool:
    """Odoo's test cases of our addons, on a fresh copy of the template."""
    variables = browser.environment()
    odoo_source.ensure()
    with Cluster("test") as cluster:
        databases.create(cluster, ADDON_DATABASE, databases.template(cluster))
        config = odoo_config.write("test-addon", cluster, ADDON_DATABASE)
        options = (f"--odoo-config={config}", f"--odoo-database={ADDON_DATABASE}", "--odoo-http")
        tests = [f"{addon}/tests" for addon in project.ADDONS]
        variables |= cluster.tools(variables["PATH"])
        try:
            return _pytest(options, arguments, tests, odoo_config.environment(**variables), PROCESSES)
        finally:
            databases.drop(cluster, ADDON_DATABASE)


def _blackbox(arguments: list[str]) -> bool:
    """Tests from outside, in tests/."""
    return _from_outside([f"--ignore={VERIFY}"], arguments, "tests", PROCESSES, **browser.environment())


def _from_outside(options: list[str], arguments: list[str], tests: str, processes: int = 1, **variables: str) -> bool:
    """Tests that start everything themselves, so the database servers are left to them."""
    odoo_source.ensure()
    with Cluster("test") as cluster:
        databases.template(cluster)
        if cluster.external or _named(arguments):
            processes = 1
        names = [cluster_of(f"gw{number}") for number in range(1, processes)]
        if names:
            cluster.stop()
        for name in names:
            cluster.copy(name)
    try:
        # The plugin for Odoo's test cases needs an Odoo in this process; these tests must not have one.
        return _pytest(["-p", "no:odoo", *options], arguments, [tests], clean_environment(**variables), processes)
    finally:
        for name in ("test", *names):
            Cluster(name).sweep()


def cluster_of(worker: str) -> str:
    """The name of the database server of a process of tests: "master" is the only one, else they are numbered."""
    return "test" if worker in ("master", "gw0") else f"test-{worker}"


def _pytest(
    options: Iterable[str], arguments: list[str], tests: list[str], env: dict[str, str], processes: int = 1
) -> bool:
    """Run pytest on the files in the arguments, or on all of the stage in several processes, each with whole files or
    classes.

    "No tests" is a failure, too.
    """
    if _named(arguments):
        return _python("pytest", *options, *arguments, env=env)
    distribution = (f"--numprocesses={processes}", "--dist=loadscope") if processes > 1 else ()
    return _python("pytest", *options, *distribution, *arguments, *tests, env=env)


def _named(arguments: list[str]) -> bool:
    """Whether the arguments name files or tests."""
    return any((REPOSITORY / argument.partition("::")[0]).exists() for argument in arguments)


def _python(module: str, *arguments: str, env: dict[str, str] | None = None) -> bool:
    command = [sys.executable, "-m", module, *arguments]
    return run_visible(command, cwd=REPOSITORY, env=env or clean_environment()) == 0


STAGES: dict[str, Callable[[list[str]], bool]] = {"lint": lint, "addon": _addon, "blackbox": _blackbox}
