"""The time of many visits of one client that are recorded at once; on a quiet machine."""

from tests.test_crowd import SECONDS, record_at_once, site

__all__ = ["site"]


def test_fifty_visits_of_one_client_at_once_are_recorded_within_three_seconds(site, salon, at_once):
    seconds = record_at_once(site, salon, at_once)
    print(f"fifty: {seconds:.2f} s")
    assert seconds < SECONDS
