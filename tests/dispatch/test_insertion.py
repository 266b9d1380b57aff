"""Where a job fits into a member's day."""

from hypothesis import given, settings
from hypothesis import strategies as st

from handyman.dispatch.day_plan import Insertion, insert
from handyman.dispatch.problem import Job, MemberDay, Span
from tests.dispatch.checker import find_faults, least_added_travel
from tests.dispatch.makers import ALL_DAY, MORNING, at, flat_travel, make_day, make_job, make_stop
from tests.dispatch.strategies import jobs, spans, tiny_days, wild_days


@settings(max_examples=300, deadline=None)
@given(day=wild_days(), job=jobs(), window=spans(95, 140, 40), earliest=st.sampled_from([0, 0, 110, 125]))
def test_whatever_is_inserted_keeps_every_promise(
    day: MemberDay, job: Job, window: Span, earliest: int
) -> None:
    insertion = insert(day, job, window, flat_travel, earliest=earliest)
    if insertion:
        assert find_faults(day, job, window, insertion, flat_travel, earliest) == []


@settings(max_examples=300, deadline=None)
@given(day=tiny_days(), job=jobs(), window=spans(98, 136, 20), earliest=st.sampled_from([0, 104, 112, 120]))
def test_a_sound_day_stays_sound(day: MemberDay, job: Job, window: Span, earliest: int) -> None:
    insertion = insert(day, job, window, flat_travel, earliest=earliest)
    if insertion:
        assert find_faults(day, job, window, insertion, flat_travel, earliest) == []


@settings(max_examples=120, deadline=None)
@given(day=tiny_days(), job=jobs(), window=spans(98, 136, 16))
def test_a_place_is_found_exactly_when_there_is_one_and_it_is_the_cheapest(
    day: MemberDay, job: Job, window: Span
) -> None:
    insertion = insert(day, job, window, flat_travel)
    assert (insertion and insertion.added_travel) == least_added_travel(day, job, window, flat_travel)


@settings(max_examples=150, deadline=None)
@given(day=tiny_days(), job=jobs(), window=spans(98, 136, 16))
def test_the_start_may_slip_by_the_slack_and_not_by_a_minute_more(
    day: MemberDay, job: Job, window: Span
) -> None:
    insertion = insert(day, job, window, flat_travel)
    if insertion:
        latest = insertion.start + insertion.slack
        slipped = insert(day, job, window, flat_travel, fixed_start=latest)
        assert slipped is not None
        assert slipped.added_travel == insertion.added_travel


def test_job_between_two_visits_costs_only_the_detour() -> None:
    day = make_day(make_stop(1, 540, 30, at(10)), make_stop(2, 720, 30, at(20)))
    insertion = insert(day, make_job(at(15)), MORNING, flat_travel)
    assert insertion == Insertion(start=575, position=1, added_travel=0, moved={}, slack=80)


def test_others_stay_where_they_are_while_there_is_room() -> None:
    day = make_day(make_stop(1, 600, 60, window=MORNING))
    insertion = insert(day, make_job(), Span(540, 780), flat_travel)
    assert insertion
    assert (insertion.start, insertion.moved) == (540, {})


def test_a_visit_makes_room_inside_its_promise() -> None:
    day = make_day(make_stop(1, 560, 60, window=MORNING), shifts=(Span(540, 660),))
    insertion = insert(day, make_job(), Span(540, 600), flat_travel)
    assert insertion
    assert (insertion.start, insertion.moved) == (540, {1: 600})


def test_a_visit_starts_earlier_to_make_room_behind_it() -> None:
    day = make_day(make_stop(1, 600, 60, window=MORNING))
    insertion = insert(day, make_job(), Span(630, 640), flat_travel)
    assert insertion
    assert (insertion.start, insertion.moved) == (640, {1: 580})


def test_a_pinned_visit_makes_room_for_nobody() -> None:
    day = make_day(make_stop(1, 560, 60, window=MORNING, pinned=True), shifts=(Span(540, 660),))
    assert insert(day, make_job(), ALL_DAY, flat_travel) is None


def test_work_does_not_run_over_the_break_between_two_shifts() -> None:
    day = make_day(shifts=(Span(540, 720), Span(780, 1080)))
    assert insert(day, make_job(), Span(670, 770), flat_travel) is None
    insertion = insert(day, make_job(), Span(670, 790), flat_travel)
    assert insertion
    assert insertion.start == 780


def test_nobody_arrives_before_the_way_from_home_is_done() -> None:
    insertion = insert(make_day(), make_job(at(20)), ALL_DAY, flat_travel, earliest=700)
    assert insertion
    assert insertion.start == 720


def test_a_start_told_to_a_team_is_met_to_the_minute_or_not_at_all() -> None:
    day = make_day(make_stop(1, 600, 60))
    met = insert(day, make_job(), ALL_DAY, flat_travel, fixed_start=663)
    assert met
    assert met.start == 663
    assert insert(day, make_job(), ALL_DAY, flat_travel, fixed_start=650) is None


def test_a_day_set_against_the_rules_is_left_as_it_is() -> None:
    wide = Span(540, 720)
    day = make_day(make_stop(1, 600, 60, window=wide), make_stop(2, 630, 60, window=wide))
    assert insert(day, make_job(service_minutes=90), Span(540, 560), flat_travel) is None


def test_a_job_that_fits_to_the_minute_fits() -> None:
    day = make_day(make_stop(1, 540, 60, at(10)), make_stop(2, 690, 60, at(20)))
    insertion = insert(day, make_job(at(20), 80), Span(600, 689), flat_travel)
    assert insertion
    assert (insertion.start, insertion.slack) == (610, 0)


def test_at_a_slower_pace_the_job_pushes_the_next_visit_further() -> None:
    next_visit = make_stop(1, 600, 30, window=Span(600, 660))
    slow = make_day(next_visit, pace_percent=125)
    insertion = insert(slow, make_job(service_minutes=50), Span(540, 545), flat_travel)
    assert insertion
    assert (insertion.start, insertion.moved) == (540, {1: 603})


def test_a_minute_begun_is_planned_whole() -> None:
    assert [make_day(pace_percent=110).minutes(planned) for planned in (0, 1, 10, 11)] == [0, 2, 11, 13]


def test_two_visits_start_earlier_one_after_the_other_with_the_way_between() -> None:
    day = make_day(
        make_stop(1, 570, 30, at(0), Span(540, 600)),
        make_stop(2, 610, 30, at(10), Span(560, 640)),
        make_stop(3, 680, 30, at(10), pinned=True),
    )
    insertion = insert(day, make_job(at(10), 60), Span(600, 620), flat_travel)
    assert insertion
    assert (insertion.start, insertion.moved) == (620, {1: 550, 2: 590})


def test_a_member_already_under_way_still_arrives_as_planned() -> None:
    day = make_day(make_stop(1, 610, 30, at(30), Span(600, 640)))
    insertion = insert(day, make_job(at(30), 30), Span(600, 640), flat_travel, earliest=600)
    assert insertion
    assert insertion.start == 640


def test_starts_are_told_in_steps_of_five_minutes_where_that_moves_nobody() -> None:
    insertion = insert(make_day(make_stop(1, 540, 33)), make_job(), MORNING, flat_travel)
    assert insertion
    assert insertion.start == 575
