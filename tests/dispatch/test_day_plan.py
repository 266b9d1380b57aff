"""The guards for a day that somebody sets by hand."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handyman.dispatch.day_plan import check, insert, place, without
from handyman.dispatch.problem import Conflict, ConflictCode, Job, MemberDay, Span
from tests.dispatch.checker import there_at
from tests.dispatch.makers import MORNING, at, flat_travel, make_day, make_job, make_stop
from tests.dispatch.strategies import jobs, spans, tiny_days, wild_days


def codes(conflicts: list[Conflict]) -> list[ConflictCode]:
    return [conflict.code for conflict in conflicts]


def test_a_free_place_by_hand_has_no_conflict() -> None:
    day = make_day(make_stop(1, 540, 60, at(10)))
    assert place(day, make_stop(2, 600, 60, at(20), MORNING), 610, flat_travel) == []


def test_overlap_names_the_other_visit_and_the_minutes() -> None:
    day = make_day(make_stop(1, 540, 60))
    conflicts = place(day, make_stop(2, 600, 60, window=MORNING), 580, flat_travel)
    assert conflicts == [Conflict(ConflictCode.OVERLAP, 2, {"other_visit_id": 1, "minutes": 20})]


def test_every_overlapped_visit_is_named() -> None:
    day = make_day(make_stop(1, 540, 60), make_stop(3, 620, 60))
    conflicts = place(day, make_stop(2, 600, 60, window=MORNING), 580, flat_travel)
    assert [conflict.params["other_visit_id"] for conflict in conflicts] == [1, 3]


def test_short_way_names_the_neighbours_and_the_minutes_missing() -> None:
    day = make_day(make_stop(1, 540, 60, at(10)), make_stop(3, 675, 60, at(10)))
    conflicts = place(day, make_stop(2, 600, 60, at(25), MORNING), 605, flat_travel)
    assert conflicts == [
        Conflict(ConflictCode.TRAVEL_GAP, 2, {"other_visit_id": 1, "minutes": 10}),
        Conflict(ConflictCode.TRAVEL_GAP, 2, {"other_visit_id": 3, "minutes": 5}),
    ]


def test_a_start_outside_promise_and_shift_is_told() -> None:
    early = place(make_day(), make_stop(2, 600, 60, window=MORNING), 500, flat_travel)
    assert codes(early) == [ConflictCode.OUTSIDE_PROMISE, ConflictCode.OUTSIDE_SHIFT]
    assert early[0].params == {"minutes": -40, "window_start": 540, "window_end": 660}


def test_caps_and_absence_are_told_by_hand_too() -> None:
    day = make_day(make_stop(1, 540, 60), absent=True, daily_cap=100, month_minutes=600, monthly_cap=650)
    conflicts = place(day, make_stop(2, 600, 60, window=MORNING), 600, flat_travel)
    assert codes(conflicts) == [ConflictCode.ABSENT, ConflictCode.DAILY_CAP, ConflictCode.MONTHLY_CAP]
    assert conflicts[1].params == {"used": 60, "cap": 100, "over": 20}


def test_a_visit_moved_within_its_own_day_is_not_in_its_own_way() -> None:
    stop = make_stop(1, 540, 60, window=MORNING)
    day = make_day(stop, daily_cap=60, month_minutes=60, monthly_cap=60)
    assert place(day, stop, 570, flat_travel) == []


def test_a_day_without_a_visit_has_its_minutes_back() -> None:
    day = make_day(make_stop(1, 540, 60), make_stop(2, 700, 30), month_minutes=90)
    rest = without(day, 1)
    assert [stop.visit_id for stop in rest.stops] == [2]
    assert rest.month_minutes == 30


def test_a_checked_day_tells_overlaps_gaps_promises_shifts_and_caps() -> None:
    day = make_day(
        make_stop(1, 540, 60, at(10), Span(550, 600)),
        make_stop(2, 590, 60, at(10)),
        make_stop(3, 655, 30, at(20)),
        make_stop(4, 1070, 30, at(20)),
        daily_cap=120,
    )
    assert [(conflict.code, conflict.visit_id) for conflict in check(day, flat_travel)] == [
        (ConflictCode.OUTSIDE_PROMISE, 1),
        (ConflictCode.OVERLAP, 2),
        (ConflictCode.TRAVEL_GAP, 3),
        (ConflictCode.OUTSIDE_SHIFT, 4),
        (ConflictCode.DAILY_CAP, None),
    ]


def test_a_short_visit_inside_a_long_one_does_not_hide_it_from_the_next() -> None:
    day = make_day(make_stop(1, 540, 120), make_stop(2, 560, 10), make_stop(3, 600, 30))
    others = [conflict.params["other_visit_id"] for conflict in check(day, flat_travel)]
    assert others == [1, 1]


@given(day=tiny_days())
def test_a_sound_day_has_no_conflict(day: MemberDay) -> None:
    assert check(day, flat_travel) == []


@given(day=wild_days())
def test_a_day_is_sound_exactly_when_each_of_its_visits_could_be_placed_there(day: MemberDay) -> None:
    by_hand = [place(day, stop, stop.start, flat_travel) for stop in day.stops]
    if day.stops:
        assert bool(check(day, flat_travel)) == any(by_hand)


@given(day=tiny_days(), job=jobs(), window=spans(98, 136, 20), visit_id=st.just(99))
def test_what_the_engine_inserts_without_moving_others_passes_the_guard(
    day: MemberDay, job: Job, window: Span, visit_id: int
) -> None:
    insertion = insert(day, job, window, flat_travel)
    if insertion and not insertion.moved:
        stop = make_stop(visit_id, insertion.start, day.minutes(job.service_minutes), job.point, window)
        assert place(day, stop, insertion.start, flat_travel) == []


@pytest.mark.parametrize("rest", [None, Span(10, 14), Span(10, 11)])
def test_the_way_waits_for_the_end_of_a_break_minute_by_minute(rest: Span | None) -> None:
    day = make_day(rest=rest)
    inside = range(rest.start + 1, rest.end) if rest else range(0)  # when nobody ends a visit
    leaves = [minute for minute in range(25) if minute not in inside]
    for way in range(9):
        there = {leave: there_at(day, leave, way) for leave in leaves}
        assert {leave: day.arrival(leave, way) for leave in leaves} == there
        for due in range(9, 25):
            in_time = [leave for leave in leaves if there[leave] <= due]
            assert day.departure(due, way) == max(in_time, default=due - way)


def test_a_way_over_a_break_is_as_long_as_one_without() -> None:
    """Twenty minutes on the road: ten before the break, ten behind it."""
    morning = make_stop(1, 600, 60, at(0))  # until 11:00
    day = make_day(morning, shifts=(Span(540, 670), Span(730, 1080)), rest=Span(670, 730))
    job = make_job(point=at(20), service_minutes=30)
    found = insert(day, job, Span(660, 900), flat_travel)
    assert found is not None
    assert found.start == 740
    early = insert(day, job, Span(660, 739), flat_travel)
    assert early is None or early.position == 0
    noon = make_stop(2, 735, 30, at(20))
    [conflict] = check(replace(day, stops=(morning, noon)), flat_travel)
    assert (conflict.code, conflict.params["minutes"]) == (ConflictCode.TRAVEL_GAP, 5)
