"""PostgreSQL runs as a system user of its own, who must get to its files through closed folders and links."""

import os
import stat

import pytest

from dev import postgres
from dev.console import Problem


def is_open(folder):
    status = folder.stat()
    needed = stat.S_IXGRP if status.st_gid == 0 else stat.S_IXOTH
    return bool(status.st_mode & (needed | stat.S_IXOTH))


@pytest.fixture
def home(tmp_path):
    """A home in which the virtual environment is a link to a folder within a closed one, by way of another link."""
    (tmp_path / "closed" / "inner" / "venv" / "bin").mkdir(parents=True)
    (tmp_path / "closed" / "inner" / "venv" / "bin" / "postgres").touch()
    (tmp_path / "shut").mkdir()
    (tmp_path / "shut" / "way").symlink_to("../closed/inner")
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "venv").symlink_to(tmp_path / "shut" / "way" / "venv")
    for folder in ("closed/inner/venv/bin", "closed/inner/venv", "closed/inner", "closed", "shut", "home"):
        (tmp_path / folder).chmod(0o700)
    return tmp_path


def test_the_folders_behind_links_are_opened_for_passing(home):
    postgres._let_through(home / "home" / "venv" / "bin" / "postgres")
    for folder in ("closed/inner/venv/bin", "closed/inner/venv", "closed/inner", "closed", "shut", "home"):
        assert is_open(home / folder), folder
        assert not (home / folder).stat().st_mode & (stat.S_IRGRP | stat.S_IROTH), folder


def test_the_data_stay_closed_also_behind_a_link(home):
    (home / "closed" / "data").mkdir(mode=0o700)
    (home / "home" / "data").symlink_to(home / "closed" / "data")
    postgres._let_through(home / "home" / "data")
    assert is_open(home / "closed")
    assert stat.S_IMODE((home / "closed" / "data").stat().st_mode) == 0o700


def test_a_folder_that_stays_closed_is_named(home, monkeypatch):
    def refuse(path, mode):
        raise PermissionError(1, "Operation not permitted", str(path))

    monkeypatch.setattr(type(home), "chmod", refuse)
    with pytest.raises(Problem) as problem:
        postgres._let_through(home / "home" / "venv" / "bin" / "postgres")
    assert str(home) in str(problem.value)
    assert "who runs PostgreSQL, can't get to" in str(problem.value)


def test_a_program_that_cannot_be_run_is_a_problem_with_a_remedy():
    problem = postgres._unreachable(PermissionError(13, "Permission denied", os.fspath("/closed/postgres")))
    assert "can't get to /closed/postgres" in str(problem)
