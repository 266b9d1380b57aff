"""Whoever was told when a visit starts hears at once that it starts at another time."""

from datetime import timedelta

import pytest

from handyman.extensions import db, now
from handyman.messages import announce, daily
from handyman.messages.hours import next_call
from handyman.messages.rows import evening_before
from handyman.models import MessageKind, MessageState
from tests.board.plans.makers import at, promised
from tests.conftest import Clock
from tests.messages.test_member_calls import landline, press, ring, rows

K, S = MessageKind, MessageState
pytestmark = pytest.mark.usefixtures("session")


@pytest.mark.usefixtures("any_database")
@pytest.mark.parametrize(
    ("window", "told", "changed_at", "start"),
    [
        ("09:00", "09:00", "17:30", "10:30"),
        ("10:00", "10:00", "08:20", "11:30"),
        ("10:00", "11:30", "08:20", "10:15"),
    ],
)
def test_who_was_told_a_start_by_the_call_of_the_evening_hears_of_another_at_once(
    window: str, told: str, changed_at: str, start: str, clock: Clock
) -> None:
    visit = promised(window, [landline()])
    visit.start = at(visit.day, told)
    announce.accepted(visit.assignments[0], now())
    clock.set(evening_before(visit.day))
    daily.day_lists(now())
    db.session.commit()
    assert press(ring(K.MEMBER_DAY_LIST), "1")
    same_evening = changed_at > start
    clock.set(at(visit.day - timedelta(days=same_evening), changed_at))
    visit.start = at(visit.day, start)
    announce.shifted(visit, now())
    [reminder] = [each for each in rows(K.MEMBER_REMINDER) if each.state is S.PENDING]
    assert reminder.due_at == next_call(now(), visit.start)
