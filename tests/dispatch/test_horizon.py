"""The days ahead, kept ready: what changed is read anew, and only that."""

from dataclasses import replace
from datetime import date, timedelta

from handyman.dispatch.horizon import Horizon
from handyman.dispatch.problem import Point, Span, TravelMode
from handyman.dispatch.roads import ByPairs
from tests.dispatch.makers import MORNING, at, flat_travel, make_day, make_job, make_stop

MONDAY = date(2026, 11, 23)
TUESDAY = MONDAY + timedelta(1)
WINDOWS = {MONDAY: [MORNING], TUESDAY: [MORNING]}


def test_a_day_that_changed_is_answered_as_it_is_now() -> None:
    horizon = Horizon(ByPairs(flat_travel))
    horizon.put(MONDAY, [make_day()])
    horizon.put(TUESDAY, [make_day()])
    assert [offer.day for offer in horizon.windows(make_job(), WINDOWS)] == [MONDAY, TUESDAY]
    horizon.put(MONDAY, [make_day(absent=True)])
    assert [offer.day for offer in horizon.windows(make_job(), WINDOWS)] == [TUESDAY]


def test_only_who_changed_is_asked_for_new_ways() -> None:
    asked: list[tuple[Point, Point]] = []

    def travel(a: Point, b: Point, mode: TravelMode) -> int:
        asked.append((a, b))
        return flat_travel(a, b, mode)

    horizon, busy = Horizon(ByPairs(travel)), make_day(make_stop(1, 600, 30, at(5)), member_id=1)
    horizon.put(MONDAY, [busy, make_day(member_id=2, home=at(9))])
    asked.clear()
    horizon.put(MONDAY, [busy, make_day(make_stop(2, 600, 30, at(7)), member_id=2, home=at(9))])
    assert set(asked) == {(at(9), at(7)), (at(7), at(9))}


def test_a_day_of_which_nothing_is_known_any_more_takes_no_room() -> None:
    horizon = Horizon(ByPairs(flat_travel))
    horizon.put(MONDAY, [make_day()])
    horizon.forget(MONDAY)
    horizon.put(TUESDAY, [make_day()])
    assert horizon.dates() == [TUESDAY]


def test_more_skills_than_a_machine_word_has_bits_are_told_apart() -> None:
    horizon = Horizon(ByPairs(flat_travel))
    horizon.put(MONDAY, [make_day(member_id=1, skills={"lamp"})])
    many = {f"skill-{number}" for number in range(200)}
    horizon.put(TUESDAY, [make_day(member_id=2, skills=many)])
    found = {
        skill: [offer.day for offer in horizon.windows(make_job(skills={skill}), WINDOWS)]
        for skill in ("lamp", "skill-0", "skill-150", "skill-199", "nobody's")
    }
    on_tuesday = [skill for skill, days in found.items() if days == [TUESDAY]]
    assert on_tuesday == ["skill-0", "skill-150", "skill-199"]
    assert (found["lamp"], found["nobody's"]) == ([MONDAY], [])


def test_an_empty_roster_and_no_days_offer_nothing() -> None:
    horizon = Horizon(ByPairs(flat_travel))
    horizon.put(MONDAY, [])
    assert horizon.windows(make_job(), {MONDAY: [MORNING]}) == []
    assert horizon.windows(make_job(), {}) == []
    assert horizon.candidates(make_job(), MONDAY, MORNING).candidates == ()


def test_whoever_goes_is_told_the_share_of_the_wished_month() -> None:
    horizon = Horizon(ByPairs(flat_travel))
    horizon.put(MONDAY, [make_day(month_minutes=300, wished_minutes=600)])
    offer = horizon.windows(make_job(service_minutes=60), {MONDAY: [Span(540, 660)]})[0]
    assert offer.team[0].hours == (0.5, 0.6)


def test_a_skill_that_was_lost_counts_at_once() -> None:
    horizon, member = Horizon(ByPairs(flat_travel)), make_day()
    horizon.put(MONDAY, [member])
    horizon.put(MONDAY, [replace(member, skills=frozenset())])
    assert horizon.windows(make_job(), {MONDAY: [MORNING]}) == []
