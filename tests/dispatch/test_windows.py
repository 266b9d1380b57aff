"""Which windows are offered while the caller waits."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from handyman.dispatch import travel
from handyman.dispatch.day_plan import insert
from handyman.dispatch.horizon import Horizon
from handyman.dispatch.problem import Job, MemberDay, Point, ReasonCode, Span, Stop, TravelMode
from handyman.dispatch.ranking import find_team_reasons
from handyman.dispatch.roads import Estimate
from handyman.dispatch.windows import Offer, propose
from tests.dispatch.checker import find_team_faults
from tests.dispatch.makers import MORNING, at, flat_travel, make_day, make_job, make_stop
from tests.dispatch.strategies import crews, jobs, spans

MONDAY = date(2026, 11, 23)
TUESDAY = date(2026, 11, 24)
AFTERNOON = Span(780, 900)


def offer_on(job: Job, days: Mapping[date, Sequence[MemberDay]], limit: int = 6) -> list[Offer]:
    return propose(job, days, dict.fromkeys(days, (MORNING, AFTERNOON)), flat_travel, limit=limit)


def test_the_sooner_of_two_equal_days_comes_first() -> None:
    offers = offer_on(make_job(), {TUESDAY: [make_day()], MONDAY: [make_day()]})
    assert [(offer.day, offer.window) for offer in offers] == [
        (MONDAY, MORNING),
        (MONDAY, AFTERNOON),
        (TUESDAY, MORNING),
        (TUESDAY, AFTERNOON),
    ]
    assert offers[0].reasons[0].code is ReasonCode.SOONEST


def test_a_day_with_a_visit_next_door_beats_a_sooner_one_that_costs_a_long_way() -> None:
    passing = make_day(make_stop(1, 700, 30, at(20)))
    best = offer_on(make_job(at(20)), {MONDAY: [make_day()], TUESDAY: [passing]})[0]
    assert (best.day, best.added_travel) == (TUESDAY, 0)
    assert best.reasons[0].code is ReasonCode.LEAST_TRAVEL


def test_a_little_more_travel_is_better_than_a_day_of_waiting() -> None:
    days = {MONDAY: [make_day(home=at(2))], TUESDAY: [make_day()]}
    assert offer_on(make_job(), days)[0].day == MONDAY


def test_only_as_many_windows_as_asked_for() -> None:
    assert len(offer_on(make_job(), {MONDAY: [make_day()], TUESDAY: [make_day()]}, limit=3)) == 3


def test_a_window_that_is_over_for_today_is_not_offered() -> None:
    windows = {MONDAY: (MORNING, AFTERNOON)}
    offers = propose(make_job(), {MONDAY: [make_day()]}, windows, flat_travel, earliest={MONDAY: 661})
    assert [offer.window for offer in offers] == [AFTERNOON]


def test_nothing_is_offered_where_nobody_may_go() -> None:
    assert offer_on(make_job(), {MONDAY: [make_day(absent=True)]}) == []
    assert offer_on(make_job(), {}) == []


def test_a_job_for_two_is_offered_only_where_two_can_start_together() -> None:
    alone = [make_day(member_id=1), make_day(make_stop(1, 780, 180), member_id=2)]
    offers = offer_on(make_job(team_size=2), {MONDAY: alone})
    assert [offer.window for offer in offers] == [MORNING]
    assert len({member.insertion.start for member in offers[0].team}) == 1


def test_the_reasons_of_a_team_tell_what_changes_in_the_day_of_the_second_too() -> None:
    lead = make_day(member_id=1, shifts=(Span(540, 630),))
    shifted = make_stop(5, 540, 60, window=Span(540, 610))
    second = make_day(shifted, member_id=2, skills=frozenset())
    (offer,) = offer_on(make_job(team_size=2), {MONDAY: [lead, second]})
    assert [member.insertion.slack for member in offer.team] == [30, 10]
    told = {reason.code: reason.params for reason in offer.reasons}
    assert told[ReasonCode.MOVES_OTHERS] == {"visits": 1}
    assert told[ReasonCode.TIGHT] == {"slack": 10}


def test_a_visit_that_starts_later_in_the_days_of_both_is_told_once() -> None:
    alone = [make_day(member_id=1), make_day(member_id=2)]
    offer = offer_on(make_job(team_size=2), {MONDAY: alone})[0]
    moved = ({5: 600}, {5: 600, 6: 700})
    team = [
        replace(member, insertion=replace(member.insertion, moved=each))
        for member, each in zip(offer.team, moved, strict=True)
    ]
    told = {reason.code: reason.params for reason in find_team_reasons(team)}
    assert told[ReasonCode.MOVES_OTHERS] == {"visits": 2}


@settings(max_examples=50, deadline=None)
@given(
    job=jobs(most_people=2),
    crew=crews(),
    other_crew=crews(),
    windows=st.lists(spans(95, 140, 40), max_size=3),
    now=st.sampled_from([0, 110]),
)
def test_every_offer_keeps_the_hard_rules_and_stands_in_order(
    job: Job, crew: list[MemberDay], other_crew: list[MemberDay], windows: list[Span], now: int
) -> None:
    days = {MONDAY: crew, TUESDAY: other_crew}
    earliest = {MONDAY: now}
    offers = propose(job, days, dict.fromkeys(days, windows), flat_travel, earliest, limit=99)
    for offer in offers:
        by_id = {day.member_id: day for day in days[offer.day]}
        members = [(member.member_id, member.role, member.insertion) for member in offer.team]
        since = earliest.get(offer.day, 0)
        assert find_team_faults(job, by_id, offer.window, members, flat_travel, since) == []
        assert {member.insertion.start for member in offer.team} == {offer.start}
    assert [offer.cost for offer in offers] == sorted(offer.cost for offer in offers)


@settings(max_examples=50, deadline=None)
@given(job=jobs(), crew=crews(tiny=True), windows=st.lists(spans(95, 140, 40), max_size=3))
def test_a_spare_member_never_makes_an_offer_dearer(
    job: Job, crew: list[MemberDay], windows: list[Span]
) -> None:
    spare = replace(make_day(member_id=9), shifts=(Span(90, 150),))
    fewer = propose(job, {MONDAY: crew}, {MONDAY: windows}, flat_travel, limit=99)
    more = propose(job, {MONDAY: [*crew, spare]}, {MONDAY: windows}, flat_travel, limit=99)
    costs = {offer.window: offer.cost for offer in more}
    assert all(costs[offer.window] <= offer.cost for offer in fewer)


def test_two_full_weeks_of_eleven_members_are_answered_alike_by_the_compiled_form() -> None:
    days = make_fortnight(random.Random(7), visits_a_day=40)
    windows = {key: [Span(start, start + 120) for start in (540, 660, 780, 900)] for key in days}
    horizon = Horizon(Estimate())
    for day, members in days.items():
        horizon.put(day, members)
    for people in (1, 2):
        job = make_job(Point(37.49, 126.95), 50, {"lamp"}, people)
        offers = propose(job, days, windows, travel.minutes)
        assert len(offers) == 6
        assert horizon.windows(job, windows) == offers


def make_fortnight(chance: random.Random, visits_a_day: int) -> dict[date, list[MemberDay]]:
    crew = [
        make_day(
            member_id=member_id,
            home=somewhere(chance),
            mode=chance.choice(list(TravelMode)),
            shifts=(Span(540, 720), Span(780, 1080)),
            month_minutes=chance.randrange(1500),
            monthly_cap=3420,
            wished_minutes=1800,
        )
        for member_id in range(1, 12)
    ]
    return {MONDAY + timedelta(days): fill(crew, visits_a_day, chance) for days in range(14)}


def fill(crew: list[MemberDay], visits: int, chance: random.Random) -> list[MemberDay]:
    filled = list(crew)
    booked = 0
    while booked < visits:
        at_place, job = chance.randrange(len(filled)), make_job(somewhere(chance), chance.choice([30, 60]))
        window = Span(start := chance.choice([540, 660, 780, 900]), start + 120)
        day = filled[at_place]
        if insertion := insert(day, job, window, travel.minutes):
            booked += 1
            stops = [replace(s, start=insertion.moved.get(s.visit_id, s.start)) for s in day.stops]
            stop = Stop(booked, job.point, window, job.service_minutes, insertion.start)
            filled[at_place] = replace(day, stops=(*stops, stop))
    return filled


def somewhere(chance: random.Random) -> Point:
    return Point(chance.uniform(37.47, 37.52), chance.uniform(126.90, 126.98))
