"""What is claimed of texts through crashes follows from the figures."""

from typing import Any

import pytest

from benchmarks import texts_crash


@pytest.mark.parametrize("name", ["SQLite", "PostgreSQL"])
@pytest.mark.parametrize("theirs", [0, 3])
@pytest.mark.parametrize(
    ("lost", "doubled", "holds"),
    [(0, 0, [True, True]), (1, 0, [False, True]), (0, 1, [True, False])],
)
def test_nothing_lost_and_nothing_twice_is_claimed_on_each_database(
    name: str, theirs: int, lost: int, doubled: int, holds: list[bool]
) -> None:
    ours = {"lost": lost, "doubled": doubled}
    figures: dict[str, Any] = {
        "on": {name: {"ours": ours, "send_then_mark": {"lost": theirs, "doubled": 61}}},
    }
    assert [claim.holds for claim in texts_crash.claims(figures)] == holds


def test_about_a_fifth_of_all_requests_go_wrong() -> None:
    assert sum(share for _fault, share in texts_crash.FAULTS) == pytest.approx(0.22)
