"""Measurements beside the best alternative, taken in the same run: ``make bench``.

Each module measures one subject and returns ``Result``s. A figure of one machine says little; the ratio to a peer that
is measured in turn with it on the same machine is meaningful. One measurement runs at a time.
"""

from __future__ import annotations

import argparse

from dev.console import say

from . import (
    api_create,
    api_gate,
    api_list,
    api_million,
    demo_start,
    hung_gateway,
    import_visits,
    koibox_filters,
    night,
    status_refresh,
)
from .result import Result, print_table, save

MEASUREMENTS = {
    module.__name__.rpartition(".")[2]: module.measure
    for module in (
        *(demo_start, status_refresh, night, hung_gateway, import_visits),
        *(api_list, api_create, api_gate, api_million, koibox_filters),
    )
}


def main(arguments: list[str]) -> int:
    """Run all measurements, or those named; the exit status is 1 when a limit is exceeded."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("names", nargs="*", help=f"of {', '.join(MEASUREMENTS)}; all when none is named")
    names = parser.parse_args(arguments).names or list(MEASUREMENTS)
    unknown = set(names) - set(MEASUREMENTS)
    if unknown:
        parser.error(f"no such measurement: {', '.join(sorted(unknown))}")
    results: dict[str, list[Result]] = {}
    for name in names:
        say(f"\n=== {name} ===")
        results[name] = MEASUREMENTS[name]()
    figures = [result for found in results.values() for result in found]
    print_table(figures)
    save(results, MEASUREMENTS.keys())
    return 0 if all(result.held for result in figures) else 1
