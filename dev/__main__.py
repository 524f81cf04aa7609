"""The commands: python3 -m dev run | test | verify | lint | bench | translations | shell | setup | reset."""

import sys

OLDEST, NEWEST = (3, 10), (3, 13)


def check_python() -> None:
    """Refuse other Python versions before anything newer than Python 3.6 is imported."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return
    import shutil

    names = ["python3.{}".format(minor) for minor in range(NEWEST[1], OLDEST[1] - 1, -1)]  # noqa: UP032
    found = [name for name in names if shutil.which(name)]
    if found:
        remedy = "This machine has {0}: make PYTHON={0} ...".format(found[0])  # noqa: UP030, UP032
    else:
        remedy = "Install one of them and name it: make PYTHON=python3.12 ..."
    sys.exit(
        "Problem: Odoo 19 needs Python 3.10 to 3.13, this is {}.{}.\n  -> {}".format(*sys.version_info[:2], remedy)
    )


if __name__ == "__main__":
    check_python()
    from dev.commands import main

    sys.exit(main(sys.argv[1:]))
