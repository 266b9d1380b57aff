"""Which members suit a job best, and why."""

from hypothesis import given, settings
from hypothesis import strategies as st

from handyman.dispatch.day_plan import insert
from handyman.dispatch.problem import (
    Exclusion,
    ExclusionCode,
    Job,
    MemberDay,
    Point,
    Reason,
    ReasonCode,
    Role,
    Span,
)
from handyman.dispatch.ranking import Candidate, Ranking, rank, team
from tests.dispatch.checker import find_faults, find_team_faults
from tests.dispatch.makers import ALL_DAY, MORNING, at, flat_travel, make_day, make_job, make_stop
from tests.dispatch.strategies import crews, jobs, spans


def order(ranking: Ranking) -> list[int]:
    return [candidate.member_id for candidate in ranking.candidates]


def codes(candidate: Candidate) -> list[ReasonCode]:
    return [reason.code for reason in candidate.reasons]


def test_the_nearer_of_two_equals_comes_first() -> None:
    far, near = make_day(member_id=1, home=at(20)), make_day(member_id=2, home=at(5))
    assert order(rank(make_job(), [far, near], MORNING, flat_travel)) == [2, 1]


def test_a_visit_next_door_beats_a_home_nearby() -> None:
    passing = make_day(make_stop(1, 540, 30, at(10)), member_id=1, home=at(20))
    at_home = make_day(member_id=2, home=at(8))
    ranking = rank(make_job(at(10)), [at_home, passing], MORNING, flat_travel)
    assert order(ranking) == [1, 2]
    assert ranking.candidates[0].reasons[:2] == (
        Reason(ReasonCode.NEAREST, {"minutes": 0}),
        Reason(ReasonCode.FROM_VISIT, {"visit_id": 1, "minutes": 0}),
    )


def test_member_who_has_the_wished_hours_yields_to_one_who_has_none() -> None:
    full = make_day(member_id=1, home=at(1), month_minutes=1800, wished_minutes=1800)
    empty = make_day(member_id=2, home=at(8), wished_minutes=1800)
    ranking = rank(make_job(), [full, empty], MORNING, flat_travel)
    assert order(ranking) == [2, 1]
    assert ReasonCode.BELOW_WISH in codes(ranking.candidates[0])
    assert ReasonCode.ABOVE_WISH in codes(ranking.candidates[1])


def test_member_who_knows_the_home_is_preferred_to_one_slightly_nearer() -> None:
    near, known = make_day(member_id=1, home=at(2)), make_day(member_id=2, home=at(5))
    ranking = rank(make_job(earlier_member_ids={2}), [near, known], MORNING, flat_travel)
    assert order(ranking) == [2, 1]
    assert codes(ranking.candidates[0])[0] is ReasonCode.KNOWS_HOME


def test_equal_members_stand_by_number_whatever_order_they_came_in() -> None:
    days = [make_day(member_id=member_id) for member_id in (3, 1, 2)]
    assert order(rank(make_job(), days, MORNING, flat_travel)) == [1, 2, 3]


def test_moving_others_and_a_tight_place_are_told() -> None:
    day = make_day(make_stop(1, 560, 60, window=MORNING), shifts=(Span(540, 660),))
    ranking = rank(make_job(), [day], Span(540, 600), flat_travel)
    assert codes(ranking.candidates[0])[-2:] == [ReasonCode.MOVES_OTHERS, ReasonCode.TIGHT]


def test_everybody_else_is_told_with_the_rule_that_excludes() -> None:
    busy = make_day(make_stop(1, 540, 180), member_id=2)
    unskilled = make_day(member_id=1, skills=set())
    ranking = rank(make_job(), [busy, unskilled], MORNING, flat_travel)
    assert [(other.member_id, other.exclusion.code) for other in ranking.excluded] == [
        (1, ExclusionCode.MISSING_SKILL),
        (2, ExclusionCode.NO_TIME),
    ]
    assert ranking.obstacle == Exclusion(ExclusionCode.TEAM_TOO_SMALL, {"needed": 1, "free": 0})


def test_a_team_starts_together_and_the_skilled_one_leads() -> None:
    skilled = make_day(make_stop(1, 540, 60), member_id=2)
    helper = make_day(make_stop(2, 690, 60), member_id=1, skills=set())
    found = team(make_job(team_size=2), [skilled, helper], MORNING, flat_travel)
    assert found
    assert found.start == 600
    assert [(member.member_id, member.role) for member in found.members] == [
        (2, Role.LEAD),
        (1, Role.SECOND),
    ]


def test_whoever_was_named_comes_though_another_is_nearer_by_now() -> None:
    far, near = make_day(member_id=1, home=at(20)), make_day(member_id=2, home=at(5))
    ranking = rank(make_job(), [far, near], MORNING, flat_travel, named=[1])
    assert order(ranking) == [2, 1]
    assert ranking.team is not None
    assert [member.member_id for member in ranking.team.members] == [1]
    assert ReasonCode.NEAREST not in codes(ranking.team.members[0])


def test_of_a_team_that_was_named_the_first_leads_and_whoever_can_still_comes() -> None:
    days = [make_day(member_id=number, home=at(5 * number)) for number in (1, 2, 3)]
    job = make_job(team_size=2)
    for named, come in (([3, 2], [3, 2]), ([2, 3], [2, 3]), ([3, 9], [3, 1]), ([], [1, 2])):
        found = rank(job, days, MORNING, flat_travel, named=named).team
        assert found is not None
        assert [member.member_id for member in found.members] == come


def test_two_people_without_a_common_minute_are_no_team() -> None:
    early = make_day(member_id=1, shifts=(Span(540, 600),))
    late = make_day(member_id=2, shifts=(Span(600, 660),))
    ranking = rank(make_job(team_size=2), [early, late], MORNING, flat_travel)
    assert order(ranking) == [1, 2]
    assert ranking.team is None
    assert ranking.obstacle == Exclusion(ExclusionCode.NO_TIME)


def test_a_team_without_anybody_skilled_is_no_team() -> None:
    helpers = [make_day(member_id=member_id, skills=set()) for member_id in (1, 2)]
    ranking = rank(make_job(team_size=2), helpers, MORNING, flat_travel)
    assert ranking.team is None
    assert ranking.obstacle == Exclusion(ExclusionCode.MISSING_SKILL, {"skills": ("lamp",)})


def test_one_person_is_no_team_of_two() -> None:
    ranking = rank(make_job(team_size=2), [make_day()], MORNING, flat_travel)
    assert ranking.obstacle == Exclusion(ExclusionCode.TEAM_TOO_SMALL, {"needed": 2, "free": 1})


def test_the_dearer_leader_is_taken_when_the_cheap_ones_cannot_lead() -> None:
    helpers = [make_day(member_id=member_id, skills=set()) for member_id in (1, 2)]
    leader = make_day(member_id=3, home=at(40))
    found = team(make_job(team_size=2), [*helpers, leader], ALL_DAY, flat_travel)
    assert found
    assert [member.member_id for member in found.members] == [3, 1]


@settings(max_examples=80, deadline=None)
@given(job=jobs(most_people=3), days=crews(), window=spans(95, 140, 40), earliest=st.sampled_from([0, 110]))
def test_every_candidate_and_every_team_keeps_the_hard_rules(
    job: Job, days: list[MemberDay], window: Span, earliest: int
) -> None:
    ranking = rank(job, days, window, flat_travel, earliest)
    by_id = {day.member_id: day for day in days}
    for candidate in ranking.candidates:
        day = by_id[candidate.member_id]
        assert find_faults(day, job, window, candidate.insertion, flat_travel, earliest) == []
    if ranking.team:
        members = [(member.member_id, member.role, member.insertion) for member in ranking.team.members]
        assert find_team_faults(job, by_id, window, members, flat_travel, earliest) == []


@settings(max_examples=80, deadline=None)
@given(job=jobs(most_people=2), days=crews(), window=spans(95, 140, 40))
def test_everybody_is_either_a_candidate_or_excluded(job: Job, days: list[MemberDay], window: Span) -> None:
    ranking = rank(job, days, window, flat_travel)
    told = [*order(ranking), *(other.member_id for other in ranking.excluded)]
    assert sorted(told) == sorted(day.member_id for day in days)
    assert (ranking.team is None) == (ranking.obstacle is not None)


@settings(max_examples=80, deadline=None)
@given(days=crews(tiny=True), point=st.builds(at, st.integers(0, 6)), window=spans(98, 130, 16))
def test_a_team_is_found_exactly_when_some_minute_suits_a_leader_and_another(
    days: list[MemberDay], point: Point, window: Span
) -> None:
    job = make_job(point=point, service_minutes=5, team_size=2)
    suits = [
        {day.member_id for day in days if insert(day, job, window, flat_travel, fixed_start=minute)}
        for minute in range(window.start, window.end + 1)
    ]
    leaders = {day.member_id for day in days if "lamp" in day.skills}
    exists = any(len(there) > 1 and there & leaders for there in suits)
    assert (team(job, days, window, flat_travel) is not None) == exists


@settings(max_examples=100, deadline=None)
@given(job=jobs(most_people=2), days=crews(), window=spans(95, 140, 40))
def test_the_order_in_which_members_come_changes_nothing(
    job: Job, days: list[MemberDay], window: Span
) -> None:
    again = sorted(days, key=lambda day: -day.member_id)
    assert rank(job, days, window, flat_travel) == rank(job, again, window, flat_travel)


def test_a_place_with_play_is_better_than_a_tight_one() -> None:
    tight = make_day(make_stop(1, 600, 60), member_id=1)
    calm = make_day(make_stop(2, 700, 60), member_id=2)
    assert order(rank(make_job(), [tight, calm], Span(540, 600), flat_travel)) == [2, 1]


def test_a_team_starts_at_the_minute_that_costs_it_least() -> None:
    leader = make_day(make_stop(1, 580, 20), make_stop(2, 700, 30, at(20)), member_id=1)
    helper = make_day(member_id=2, skills=set())
    found = team(make_job(at(20), 10, team_size=2), [leader, helper], MORNING, flat_travel)
    assert found
    assert found.start == 620


def test_a_longer_way_is_better_than_the_last_minute_of_the_promise() -> None:
    late = make_day(make_stop(1, 540, 120), member_id=1)  # free at the very end of the window
    far = make_day(member_id=2, home=at(12))
    assert order(rank(make_job(), [late, far], MORNING, flat_travel)) == [2, 1]
