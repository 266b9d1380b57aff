"""A member's own pace in the days that are planned with."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask.testing import FlaskClient

from handyman.board import days
from handyman.board.assign import assign
from handyman.board.refusals import GuardError
from handyman.dispatch.problem import ConflictCode
from handyman.extensions import now
from handyman.models import Actor, ActorKind, OverrideReason, TeamRole
from handyman.words import SEOUL
from tests.factories import make_member, make_visit

pytestmark = pytest.mark.usefixtures("session")
COORDINATOR = Actor(ActorKind.USER, 1)


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 25, hour, minute, tzinfo=SEOUL)


@pytest.mark.usefixtures("any_database")
def test_visits_and_promised_hours_are_as_long_as_they_take_the_member() -> None:
    slow, usual = make_member(pace_percent=130), make_member()
    visit = make_visit(start=at(10), window=(at(9), at(11)), members=[slow, usual], service_minutes=45)
    loaded = {day.member_id: day for day in days.load([visit.day]).days[visit.day]}
    assert [stop.service_minutes for stop in loaded[slow.id].stops] == [59]
    assert loaded[slow.id].month_minutes == 59
    assert [stop.service_minutes for stop in loaded[usual.id].stops] == [45]
    assert loaded[usual.id].month_minutes == 45


def test_a_slow_member_is_refused_where_the_work_would_run_into_the_next_visit() -> None:
    member = make_member(pace_percent=150)
    make_visit(start=at(11), window=(at(11), at(11, 1)), members=[member], service_minutes=60)
    visit = make_visit(start=at(9, 50), window=(at(9, 50), at(9, 51)), service_minutes=50)
    with pytest.raises(GuardError) as refused:
        assign(visit.id, TeamRole.LEAD, member.id, COORDINATOR, now(), reason=OverrideReason.TRAINING)
    assert [ground.code for ground in refused.value.grounds] == [ConflictCode.OVERLAP]
    member.pace_percent = 80
    changes = assign(visit.id, TeamRole.LEAD, member.id, COORDINATOR, now(), reason=OverrideReason.TRAINING)
    assert [offer.member_id for offer in changes.offered] == [member.id]


def test_the_board_draws_a_visit_as_long_as_it_takes_the_member(
    client: FlaskClient, sign_in: Callable[..., object]
) -> None:
    sign_in("coordinator")
    slow = make_member(pace_percent=150)
    visit = make_visit(start=at(10), window=(at(9), at(11)), members=[slow], service_minutes=60)
    page = client.get(f"/board?day={visit.day}").text
    assert "from-25 for-18" in page  # ninety minutes in columns of five, from eight
    slow.pace_percent = 100
    assert "from-25 for-12" in client.get(f"/board?day={visit.day}").text
