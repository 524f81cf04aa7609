"""The guides in docs/api are correct: each example marked `run` is run, and its output is as shown."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from dev.home import REPOSITORY

from .contract import PREFIX

GUIDES = REPOSITORY / "docs" / "api"
# Their types are as shown, their values change.
OF_THE_DAY = {"id", "created", "request_id"}
BLOCK = re.compile(r"^```(\w+) (run|answer)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
PROGRAMS = {"bash": ["bash", "-euo", "pipefail", "-c"], "python": [sys.executable, "-c"]}
PAGES = sorted(GUIDES.glob("*.md"))


class Example(NamedTuple):
    """A program, and the output that the guide shows: (json or text, what), if it shows one."""

    language: str
    program: str
    answer: tuple | None


def examples(page):
    """The examples of a page to run, in their order."""
    found = []
    for language, mark, content in BLOCK.findall(page.read_text()):
        if mark == "run":
            found.append(Example(language, content, None))
        else:
            assert found[-1].answer is None, f"{page.name}: an answer without an example"
            found[-1] = found[-1]._replace(answer=(language, content))
    return found


def run(example, variables):
    """The output of an example."""
    result = subprocess.run(
        [*PROGRAMS[example.language], example.program],
        env={**os.environ, "NO_PROXY": "*", **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (result.returncode, result.stderr) == (0, ""), f"{example.program}\n{result.stdout}{result.stderr}"
    return result.stdout.replace("\r", "")


def steady(value):
    """A value of JSON with changing values replaced by their types."""
    if isinstance(value, list):
        return [steady(each) for each in value]
    if isinstance(value, dict):
        return {name: type(each).__name__ if name in OF_THE_DAY else steady(each) for name, each in value.items()}
    return value


def hold_against(answer, output):
    """Assert that the output equals the guide's."""
    language, shown = answer
    if language == "json":
        assert steady(json.loads(output)) == steady(json.loads(shown))
    else:
        assert output.strip() == shown.strip()


@pytest.mark.parametrize("page", [page for page in PAGES if examples(page)], ids=lambda page: page.stem)
def test_examples_do_what_is_shown(site, salon, page):
    # The values that the reader has to insert; the client is the one of the previous answer.
    variables = {"URL": site.server.url + PREFIX, "KEY": salon.key}
    for example in examples(page):
        output = run(example, variables)
        if example.language == "bash" and output.startswith("{"):
            variables["CLIENT"] = str(json.loads(output).get("id"))
        if example.answer:
            hold_against(example.answer, output)


def test_the_loop_that_tries_again_gets_past_the_limit(site, salon):
    key = site.new_key(salon, rate_limit=1)
    salon.api.with_key(key).get("/me").expect()
    [key_id] = site.key_ids(key)
    # Most of the minute has passed already.
    site.sql(
        "UPDATE klientbox_api_rate SET ring[1] = ring[1] - interval '54 s' WHERE key_id = %s RETURNING 1", [key_id]
    )
    [loop] = [each for each in examples(GUIDES / "rate-limits.md") if each.language == "python"]
    hold_against(loop.answer, run(loop, {"URL": site.server.url + PREFIX, "KEY": key}))
    statuses = re.findall(rf"POST {PREFIX}/clients (\d+) key={key_id} ", site.log)
    assert statuses == ["429", "201"]


@pytest.mark.parametrize("page", [*PAGES, REPOSITORY / "README.md"], ids=lambda page: page.stem)
def test_links_lead_somewhere(page):
    missing = [link for link in LINK.findall(page.read_text()) if not (page.parent / Path(link)).exists()]
    assert not missing


def test_each_guide_is_in_the_index():
    listed = set(LINK.findall((GUIDES / "README.md").read_text()))
    assert {page.name for page in PAGES} - {"README.md"} <= listed


def test_every_code_of_the_gate_is_explained():
    text = "".join((GUIDES / name).read_text() for name in ("errors.md", "authentication.md"))
    source = "".join(path.read_text() for path in (REPOSITORY / "klientbox" / "api").glob("*.py"))
    raised = set(re.findall(r'(?:ApiError\(\s*\d+,|PydanticCustomError\()\s*"(\w+)"', source))
    [messages] = re.findall(r"^MESSAGES = {(.*?)^}", source, re.MULTILINE | re.DOTALL)
    codes = raised | set(re.findall(r'^ +"(\w+)":', messages, re.MULTILINE))
    assert {"unavailable", "precondition_failed", "rate_limited", "invalid_phone"} <= codes
    assert {code for code in codes if f"`{code}`" not in text} == set()
