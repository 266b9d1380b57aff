"""A visit that is moved to another day of its month takes no more of anybody's month than it did."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session, scoped_session

from handyman import flow
from handyman.board import days as member_days
from handyman.board import free_windows, horizon, offers
from handyman.board.propose import Choice
from handyman.extensions import now
from handyman.models import Actor, ActorKind, Member, Visit
from tests.board.plans.makers import promised, tomorrow
from tests.factories import make_member

DB = scoped_session[Session]
COORDINATOR = Actor(ActorKind.USER, 1)
NEXT_MONTH = date(2026, 12, 1)


def full() -> tuple[Member, Visit]:
    """Slower than others, whose month has room for just the visit that they have."""
    member = make_member("박수리", pace_percent=150, monthly_cap_minutes=60)
    return member, promised("10:00", [member])


def in_memory(visit: Visit, day: date) -> Any:
    return horizon.view([tomorrow(), day], but=visit).horizon.day(day)


def in_tables(visit: Visit, day: date) -> Any:
    return offers.days_without(visit, day)


@pytest.mark.parametrize("days", [in_memory, in_tables])
def test_its_minutes_count_on_no_day_of_its_month_and_on_all_of_another(
    session: DB, days: Callable[[Visit, date], Any]
) -> None:
    member, visit = full()
    other = promised("14:00", [member], day=NEXT_MONTH)
    session.commit()
    month = {day: days(visit, day)[0].month_minutes for day in (tomorrow() + timedelta(days=1), NEXT_MONTH)}
    assert list(month.values()) == [0, 60]
    assert member_days.load([tomorrow()]).days[tomorrow()][0].month_minutes == 60
    assert other.service_minutes == visit.service_minutes


def test_who_has_nothing_of_it_has_their_month_as_it_is(session: DB) -> None:
    _member, visit = full()
    another = make_member("이사랑")
    promised("14:00", [another])
    session.commit()
    day = tomorrow() + timedelta(days=1)
    assert {each.member_id: each.month_minutes for each in in_memory(visit, day)}[another.id] == 40


def test_whose_month_is_full_with_the_visit_is_offered_it_on_another_day_and_has_it_there(
    session: DB,
) -> None:
    member, visit = full()
    make_member("이사랑")
    visit.items[0].request_item.request.suits_from = visit.day + timedelta(days=1)
    session.commit()
    there = free_windows.load(visit, free_windows.wish_of(visit, now()), now())[0]
    assert visit.day < there.day < NEXT_MONTH
    assert there.team_ids == (member.id,)
    session.rollback()
    changes, _before = flow.move(visit.id, Choice.parse(there.key), None, COORDINATOR, now(), seen=None)
    assert [offer.member_id for offer in changes.offered] == [member.id]
    assert ["month_so_far", {"month_minutes": 0}] in changes.offered[0].reasons
