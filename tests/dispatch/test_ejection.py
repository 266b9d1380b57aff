"""A promised visit changes its member so that a job fits: exactly, and only where nothing else helps."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handyman.dispatch.day_plan import without
from handyman.dispatch.problem import Job, MemberDay, ReasonCode, Role, Span, Stop
from handyman.dispatch.rules import BOARD
from handyman.dispatch.windows import Offer, propose
from tests.dispatch.checker import find_faults, find_member_faults, find_team_faults
from tests.dispatch.makers import at, flat_travel, make_day, make_job, make_stop
from tests.dispatch.strategies import jobs, loose_crews, spans

MONDAY = date(2026, 11, 23)
WINDOW = Span(540, 600)
SHIFT = (Span(540, 660),)


def held(visit_id: int = 1, start: int = 540, **values: object) -> Stop:
    """A promised hour that may go to somebody else."""
    stop = replace(make_stop(visit_id, start, 60, window=Span(540, 600)), may_change=True)
    return replace(stop, skills=frozenset({"lamp"}), **values)  # type: ignore[arg-type]


def busy(*stops: Stop, member_id: int = 1, **values: object) -> MemberDay:
    """Two hours of work, all taken by two visits unless others are given."""
    stops = stops or (held(1), held(2, 600))
    return make_day(*stops, member_id=member_id, shifts=SHIFT, **values)  # type: ignore[arg-type]


def helper(member_id: int = 2, **values: object) -> MemberDay:
    """Somebody with time, who cannot do the job itself."""
    return make_day(member_id=member_id, skills={"lamp"}, shifts=SHIFT, **values)  # type: ignore[arg-type]


def ask(job: Job, *crew: MemberDay, window: Span = WINDOW, earliest: int = 0) -> Offer | None:
    offers = propose(job, {MONDAY: crew}, {MONDAY: [window]}, flat_travel, {MONDAY: earliest})
    return offers[0] if offers else None


SCREEN = make_job(service_minutes=60, skills={"screen"})
BOTH = {"lamp", "screen"}


def test_a_visit_goes_to_another_member_and_the_job_takes_its_place() -> None:
    offer = ask(SCREEN, busy(skills=BOTH), helper())
    assert offer
    assert offer.ejection
    assert (offer.ejection.visit_id, offer.ejection.from_member, offer.ejection.to_member) == (1, 1, 2)
    assert offer.ejection.start in range(540, 601)
    assert offer.team[0].member_id == 1
    told = next(reason for reason in offer.reasons if reason.code is ReasonCode.EJECTS)
    assert told.params == {"visit_id": 1, "member_id": 2, "start": offer.ejection.start}


def test_nobody_is_moved_where_somebody_has_time() -> None:
    offer = ask(make_job(skills={"lamp"}), busy(skills=BOTH), helper())
    assert offer
    assert offer.ejection is None


@pytest.mark.parametrize(
    "other",
    [
        make_day(member_id=2, skills={"paint"}, shifts=SHIFT),
        make_day(member_id=2, shifts=(Span(540, 599),)),
        helper(absent=True),
        helper(daily_cap=59),
        helper(monthly_cap=100, month_minutes=41),
        make_day(member_id=2, skills={"lamp"}, shifts=(Span(540, 650),), pace_percent=200),
        helper(home=at(130)),
    ],
    ids=["skill", "shift", "absent", "daily cap", "monthly cap", "pace", "way"],
)
def test_whoever_may_not_or_cannot_take_the_visit_over_is_left_alone(other: MemberDay) -> None:
    assert ask(SCREEN, busy(skills=BOTH), other, earliest=480) is None


def test_whoever_said_no_to_the_visit_is_not_asked_for_it_again() -> None:
    stays, refused = held(2, 600, may_change=False), held(1, refused_member_ids=frozenset({2}))
    assert ask(SCREEN, busy(refused, stays, skills=BOTH), helper()) is None
    assert ask(SCREEN, busy(held(1), stays, skills=BOTH), helper()) is not None


@pytest.mark.parametrize("values", [{"may_change": False}, {"pinned": True}])
def test_what_must_stay_stays(values: dict[str, bool]) -> None:
    crew = [busy(held(1, **values), held(2, 600, **values), skills=BOTH), helper()]
    assert ask(SCREEN, *crew) is None


def test_a_visit_that_its_member_may_have_set_out_for_stays() -> None:
    far = replace(held(1), point=at(30))
    crew = [busy(far, skills=BOTH, home=at(0)), helper(home=at(30))]
    assert ask(SCREEN, *crew, window=Span(540, 560), earliest=0) is not None
    assert ask(SCREEN, *crew, window=Span(540, 560), earliest=511) is None


def test_a_yes_weighs_more_than_a_question() -> None:
    asked, agreed = held(1, agreed=False), held(1, agreed=True)
    stays = held(2, 600, may_change=False)
    offers = [ask(SCREEN, busy(stop, stays, skills=BOTH), helper()) for stop in (asked, agreed)]
    costs = [offer.cost for offer in offers if offer]
    assert costs[1] - costs[0] == BOARD.firm - BOARD.told


def test_one_seat_of_a_crew_may_be_freed_and_its_mate_takes_nothing_over() -> None:
    crew_job = make_job(service_minutes=60, skills={"screen"}, team_size=2)
    free = make_day(member_id=3, skills={"lamp"}, shifts=SHIFT)
    assert ask(crew_job, busy(skills=BOTH), free) is None  # the only one who could help is needed
    offer = ask(crew_job, busy(skills=BOTH), free, helper())
    assert offer
    assert offer.ejection
    ids = [member.member_id for member in offer.team]
    assert ids[0] == 1
    assert offer.ejection.to_member not in ids
    assert [member.role for member in offer.team] == [Role.LEAD, Role.SECOND]


def test_hours_are_counted_from_the_day_as_it_is() -> None:
    offer = ask(SCREEN, busy(skills=BOTH, month_minutes=300, wished_minutes=600), helper())
    assert offer
    assert offer.team[0].hours == (0.5, 0.5)  # an hour goes, an hour comes


@settings(max_examples=100, deadline=None)
@given(
    job=jobs(most_people=2),
    crew=loose_crews(),
    windows=st.lists(spans(95, 140, 40), min_size=1, max_size=3),
    now=st.sampled_from([0, 0, 110]),
)
def test_every_promise_is_kept_in_both_days(
    job: Job, crew: list[MemberDay], windows: list[Span], now: int
) -> None:
    days = {day.member_id: day for day in crew}
    for offer in propose(job, {MONDAY: crew}, {MONDAY: windows}, flat_travel, {MONDAY: now}, limit=99):
        if offer.ejection:
            assert find_ejection_faults(job, days, offer, now) == []


def find_ejection_faults(job: Job, days: Mapping[int, MemberDay], offer: Offer, now: int) -> list[str]:
    ejection = offer.ejection
    assert ejection
    loser, taker = days[ejection.from_member], days[ejection.to_member]
    stop = next(stop for stop in loser.stops if stop.visit_id == ejection.visit_id)
    rest = {**days, loser.member_id: without(loser, stop.visit_id)}
    members = [(member.member_id, member.role, member.insertion) for member in offer.team]
    faults = find_team_faults(job, rest, offer.window, members, flat_travel, now)
    faults += find_member_faults(taker, stop.job)
    faults += find_faults(taker, stop.job, stop.window, ejection.to.insertion, flat_travel, now)
    crew = {member.member_id for member in offer.team}
    wrong = {
        "stays": stop.pinned or not stop.may_change,
        "set out": stop.start < now,
        "lacks a skill": bool(stop.skills - taker.skills),
        "same member": taker.member_id in crew or loser.member_id not in crew,
    }
    return faults + [fault for fault, found in wrong.items() if found]


@settings(max_examples=80, deadline=None)
@given(job=jobs(most_people=2), crew=loose_crews(), windows=st.lists(spans(95, 140, 40), max_size=3))
def test_windows_that_need_no_ejection_are_offered_as_before(
    job: Job, crew: list[MemberDay], windows: list[Span]
) -> None:
    stiff = [replace(day, stops=tuple(replace(stop, may_change=False) for stop in day.stops)) for day in crew]
    before = propose(job, {MONDAY: stiff}, {MONDAY: windows}, flat_travel, limit=99)
    after = propose(job, {MONDAY: crew}, {MONDAY: windows}, flat_travel, limit=99)
    costs = {offer.window: offer.cost for offer in after if offer.ejection is None}
    assert costs == {offer.window: offer.cost for offer in before}
