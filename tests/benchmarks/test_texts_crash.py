"""What is claimed of texts through crashes follows from the figures."""

from typing import Any

import pytest

from benchmarks import texts_crash


def figures(name: str, ours: dict[str, int], theirs: int) -> dict[str, Any]:
    send_then_mark = {"lost": theirs, "doubled": 61, "killed": 300}
    return {"kills": 300, "on": {name: {"ours": ours, "send_then_mark": send_then_mark}}}


@pytest.mark.parametrize("name", ["SQLite", "PostgreSQL"])
@pytest.mark.parametrize("theirs", [0, 3])
@pytest.mark.parametrize(
    ("lost", "doubled", "holds"),
    [(0, 0, [True, True, True]), (1, 0, [False, True, True]), (0, 1, [True, False, True])],
)
def test_nothing_lost_and_nothing_twice_is_claimed_on_each_database(
    name: str, theirs: int, lost: int, doubled: int, holds: list[bool]
) -> None:
    ours = {"lost": lost, "doubled": doubled, "killed": 300}
    assert [claim.holds for claim in texts_crash.claims(figures(name, ours, theirs))] == holds


@pytest.mark.parametrize(("killed", "holds"), [(299, False), (300, True), (303, True)])
def test_that_so_many_were_killed_at_work_is_claimed_too(killed: int, holds: bool) -> None:
    ours = {"lost": 0, "doubled": 0, "killed": killed}
    *_texts, kills = texts_crash.claims(figures("SQLite", ours, 3))
    assert kills.holds == holds


def test_about_a_fifth_of_all_requests_go_wrong() -> None:
    assert sum(share for _fault, share in texts_crash.FAULTS) == pytest.approx(0.22)
