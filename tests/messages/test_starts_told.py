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
from tests.factories import make_member
from tests.messages.test_another_number import NEW
from tests.messages.test_member_calls import landline, press, ring, rows
from tests.messages.test_pair import typed

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


def test_a_start_that_a_stranger_was_told_is_not_known_and_is_told_again(clock: Clock) -> None:
    member = make_member("박수리")
    visit, own = promised("10:00", [member]), member.phone
    announce.accepted(visit.assignments[0], now())
    clock.set(at(visit.day, "9:00"))
    assert ring(K.MEMBER_REMINDER).to_number == own
    typed(member, NEW, clock)
    visit.start = at(visit.day, "11:30")
    announce.shifted(visit, now())
    clock.advance(minutes=3)
    assert ring(K.MEMBER_REMINDER).to_number == NEW
    typed(member, own, clock)
    clock.advance(minutes=3)
    told = ring(K.MEMBER_REMINDER)
    assert (told.to_number, told.state, "11:30" in told.body) == (own, S.DELIVERED, True)
    typed(member, f"{NEW[:-1]}1", clock)
    typed(member, own, clock)
    clock.advance(minutes=3)
    assert ring(K.MEMBER_REMINDER).state is S.CANCELED, "they know it, and it was a slip of the finger"
