"""Whoever was told when a visit starts hears at once that it starts at another time."""

from datetime import timedelta

import pytest

from handyman import flow
from handyman.board.mending.move_back import Moved
from handyman.board.propose import Choice
from handyman.extensions import db, now, transaction
from handyman.messages import announce, call_task, daily
from handyman.messages.hours import next_call
from handyman.messages.rows import evening_before
from handyman.models import Message, MessageKind, MessageState, Visit
from tests.board.plans.makers import at, coordinator, promised
from tests.conftest import Clock
from tests.factories import make_member
from tests.messages.test_another_number import NEW
from tests.messages.test_member_calls import landline, press, ring, rows
from tests.messages.test_pair import typed

K, S = MessageKind, MessageState
pytestmark = pytest.mark.usefixtures("session")


def told_the_evening_before(clock: Clock, window: str = "09:00") -> Visit:
    """By the call of the evening, to somebody whom no telephone reaches before nine."""
    visit = promised(window, [landline()])
    announce.accepted(visit.assignments[0], now())
    clock.set(evening_before(visit.day))
    daily.day_lists(now())
    db.session.commit()
    assert press(ring(K.MEMBER_DAY_LIST), "1")
    clock.advance(minutes=10)
    return visit


def reminders() -> list[Message]:
    return [each for each in rows(K.MEMBER_REMINDER) if each.state is not S.CANCELED]


def moved_to(visit: Visit, window: tuple[int, int], start: int | None) -> Moved:
    db.session.expire_all()
    return flow.move(visit.id, Choice(visit.day, *window), start, coordinator(), now(), seen=None)[1]


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


@pytest.mark.parametrize(("window", "start"), [((9 * 60, 11 * 60), 10 * 60), ((13 * 60, 15 * 60), None)])
def test_nobody_rings_in_the_morning_about_a_start_that_was_told_in_the_evening_and_stands_again(
    window: tuple[int, int], start: int | None, clock: Clock
) -> None:
    """Another start, or another promise, is undone before anybody heard of it."""
    visit = told_the_evening_before(clock)
    before = moved_to(visit, window, start)
    clock.advance(seconds=10)
    db.session.expire_all()
    flow.move_back(before, coordinator(), now())
    assert reminders() == []


def test_nobody_rings_in_the_morning_where_there_is_more_to_do_at_the_start_that_they_know(
    clock: Clock,
) -> None:
    visit = told_the_evening_before(clock)
    with transaction():
        announce.widened(visit, now())
    assert press(ring(K.MEMBER_MOVED), "1")
    assert reminders() == []


def test_a_person_says_when_it_starts_to_whoever_has_heard_of_another_promise_since(clock: Clock) -> None:
    """They heard that it was moved, and moved back: of the start they have heard nothing since."""
    visit = told_the_evening_before(clock)
    for window in ((13 * 60, 15 * 60), (9 * 60, 11 * 60)):
        moved_to(visit, window, None)
        clock.advance(minutes=2)
        for kind in (K.MEMBER_OFFER, K.MEMBER_MOVED):
            for call in [ring(kind)] if rows(kind) else []:
                press(call, "1")
    assert [(each.state, each.due_at) for each in reminders()] == [(S.NEEDS_PERSON, at(visit.day, "08:00"))]


def test_a_person_says_at_once_what_a_call_would_say_when_they_stand_there(clock: Clock) -> None:
    """No telephone rings before nine, and for nine they have set out by then."""
    visit = told_the_evening_before(clock)
    clock.set(at(visit.day, "08:20"))
    visit.start = at(visit.day, "10:30")
    announce.shifted(visit, now())
    [reminder] = reminders()
    assert (reminder.state, reminder.due_at) == (S.NEEDS_PERSON, now())
    assert "10시 30분" in call_task.words(reminder, now())
