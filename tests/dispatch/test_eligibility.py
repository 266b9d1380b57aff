"""Who may do a job at all."""

import pytest

from handyman.dispatch.eligibility import find_exclusion, team_size
from handyman.dispatch.problem import Exclusion, ExclusionCode, MemberDay, Role, Span
from tests.dispatch.makers import MORNING, make_day, make_job, make_stop


@pytest.mark.parametrize(
    ("base", "from_cm", "ceiling_cm", "people"),
    [
        (1, 270, 269, 1),
        (1, 270, 270, 2),
        (1, 270, None, 1),
        (1, None, 400, 1),
        (2, 270, 200, 2),
        (3, 270, 300, 3),
    ],
)
def test_a_high_ceiling_takes_two_people(
    base: int, from_cm: int | None, ceiling_cm: int | None, people: int
) -> None:
    assert team_size(base, from_cm, ceiling_cm) == people


def test_a_member_with_every_skill_shift_and_hours_may_go() -> None:
    day = make_day(skills={"lamp", "screen"}, daily_cap=60, month_minutes=30, monthly_cap=90)
    assert find_exclusion(make_job(skills={"lamp", "screen"}), day, MORNING) is None


def test_the_missing_skills_are_named() -> None:
    exclusion = find_exclusion(make_job(skills={"screen", "lamp", "bars"}), make_day(skills={"lamp"}))
    assert exclusion == Exclusion(ExclusionCode.MISSING_SKILL, {"skills": ("bars", "screen")})


def test_a_second_needs_no_skill() -> None:
    assert find_exclusion(make_job(), make_day(skills=set()), role=Role.SECOND) is None


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (make_day(member_id=8), ExclusionCode.MUST_NOT),
        (make_day(member_id=7), ExclusionCode.REFUSED),
        (make_day(absent=True), ExclusionCode.ABSENT),
        (make_day(shifts=()), ExclusionCode.NO_SHIFT),
        (make_day(shifts=(Span(540, 599),)), ExclusionCode.NO_SHIFT),
        (make_day(shifts=(Span(780, 1080),)), ExclusionCode.NO_SHIFT),
        (make_day(make_stop(1, 800, 61), daily_cap=120), ExclusionCode.DAILY_CAP),
        (make_day(month_minutes=61, monthly_cap=120), ExclusionCode.MONTHLY_CAP),
    ],
)
def test_the_first_rule_that_excludes_is_told(day: MemberDay, code: ExclusionCode) -> None:
    exclusion = find_exclusion(make_job(must_not_member_ids={8}, refused_member_ids={7, 8}), day, MORNING)
    assert exclusion
    assert exclusion.code is code


def test_a_cap_tells_how_far_it_would_be_passed() -> None:
    exclusion = find_exclusion(make_job(), make_day(month_minutes=100, monthly_cap=120))
    assert exclusion == Exclusion(ExclusionCode.MONTHLY_CAP, {"used": 100, "cap": 120, "over": 40})


def test_a_slow_member_needs_a_longer_shift_and_more_of_the_cap() -> None:
    job, hour = make_job(service_minutes=60), (Span(540, 600),)
    assert find_exclusion(job, make_day(shifts=hour)) is None
    slow = find_exclusion(job, make_day(shifts=hour, pace_percent=101))
    assert slow == Exclusion(ExclusionCode.NO_SHIFT)
    capped = find_exclusion(job, make_day(month_minutes=60, monthly_cap=120, pace_percent=150))
    assert capped == Exclusion(ExclusionCode.MONTHLY_CAP, {"used": 60, "cap": 120, "over": 30})


def test_a_quick_member_fits_where_the_usual_pace_does_not() -> None:
    day = make_day(shifts=(Span(540, 590),), daily_cap=50, pace_percent=80)
    assert find_exclusion(make_job(service_minutes=60), day) is None


def test_shifts_that_touch_are_one() -> None:
    day = make_day(shifts=(Span(600, 630), Span(540, 600)))
    assert find_exclusion(make_job(service_minutes=90), day) is None
