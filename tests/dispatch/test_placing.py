"""Where a lifted visit may go: a start is free exactly where the visit can be put in."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handyman.dispatch.day_plan import insert
from handyman.dispatch.placing import judge, runs
from handyman.dispatch.problem import ConflictCode, ExclusionCode, Job, MemberDay, Span
from tests.dispatch.makers import MORNING, flat_travel, make_day, make_job, make_stop
from tests.dispatch.strategies import jobs, tiny_days

QUARTERS = range(MORNING.start, MORNING.end + 1, 15)


@given(tiny_days(), jobs(), st.integers(0, 700))
def test_a_start_is_free_exactly_where_the_visit_can_be_put(day: MemberDay, job: Job, earliest: int) -> None:
    stop = replace(make_stop(99, 600, job.service_minutes, job.point, MORNING))
    verdict = judge(day, job, stop, QUARTERS, flat_travel, earliest)
    for start in () if verdict.bar else QUARTERS:
        put = insert(day, job, MORNING, flat_travel, start, earliest)
        assert verdict.may(start) == (put is not None)
        assert (start in verdict.moves_others) == bool(put and put.moved)


@pytest.mark.parametrize(
    ("day", "holds", "bar"),
    [
        (make_day(absent=True), False, ExclusionCode.ABSENT),
        (make_day(absent=True), True, ExclusionCode.ABSENT),
        (make_day(skills=frozenset()), False, ExclusionCode.MISSING_SKILL),
        (make_day(skills=frozenset()), True, None),
        (make_day(monthly_cap=30), False, ExclusionCode.MONTHLY_CAP),
        (make_day(monthly_cap=30), True, None),
    ],
)
def test_who_holds_the_visit_is_asked_less(day: MemberDay, holds: bool, bar: ExclusionCode | None) -> None:
    job = make_job()
    found = judge(day, job, make_stop(9, 600, 60, window=MORNING), [600], flat_travel, holds=holds).bar
    assert (found.code if found else None) == bar


def test_a_break_is_told_apart_from_the_end_of_the_shift() -> None:
    day = make_day(shifts=(Span(540, 600), Span(630, 690)), rest=Span(600, 630))
    verdict = judge(day, make_job(), make_stop(9, 540, 45, window=MORNING), [570, 660], flat_travel)
    at_the_break, at_the_end = (verdict.grounds[start][0] for start in (570, 660))
    assert at_the_break.params == {"rest_start": 600, "rest_end": 630}
    assert (at_the_end.code, at_the_end.params) == (ConflictCode.OUTSIDE_SHIFT, {})


def test_starts_that_follow_one_another_are_one_run() -> None:
    assert runs([660, 600, 615, 605], 15) == [Span(600, 615), Span(660, 660)]
