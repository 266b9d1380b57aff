"""Texts leave from 08:00 to 20:00, telephones ring from 09:00 to 19:00; on the way is said at any hour."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from handyman.extensions import db, now
from handyman.messages import announce, daily, doubt, outbox, pages, trouble
from handyman.messages.gateways import Answer, Outcome, Outgoing, ScreenGateway
from handyman.messages.hours import next_leave
from handyman.models import SYSTEM, Channel, Message, MessageKind, MessageState
from handyman.words import local
from tests.conftest import Clock
from tests.factories import make_member, make_message, make_person, make_request, make_resident, make_visit

K, S = MessageKind, MessageState
pytestmark = pytest.mark.usefixtures("session")


def seoul(clock: Clock, hour: int, minute: int = 0, day: int = 24) -> datetime:
    return clock.set(local(now()).replace(day=day, hour=hour, minute=minute))


@pytest.mark.parametrize(
    ("kind", "channel", "at", "leaves"),
    [
        (K.RESIDENT_BOOKED, Channel.SMS, (7, 59), (24, 8, 0)),
        (K.RESIDENT_BOOKED, Channel.SMS, (8, 0), (24, 8, 0)),
        (K.RESIDENT_BOOKED, Channel.SMS, (19, 59), (24, 19, 59)),
        (K.RESIDENT_BOOKED, Channel.SMS, (20, 0), (25, 8, 0)),
        (K.MEMBER_OFFER, Channel.VOICE, (8, 59), (24, 9, 0)),
        (K.MEMBER_OFFER, Channel.VOICE, (18, 59), (24, 18, 59)),
        (K.MEMBER_OFFER, Channel.VOICE, (19, 0), (25, 9, 0)),
        (K.RESIDENT_ON_THE_WAY, Channel.SMS, (3, 0), (24, 3, 0)),
    ],
)
def test_what_is_put_off_leaves_at_its_hours(
    kind: MessageKind, channel: Channel, at: tuple[int, int], leaves: tuple[int, int, int], clock: Clock
) -> None:
    moment = next_leave(kind, channel, seoul(clock, *at), now() + timedelta(days=2))
    assert moment is not None
    assert (local(moment).day, local(moment).hour, local(moment).minute) == leaves


def test_what_would_come_too_late_is_nobodys_text(clock: Clock) -> None:
    at = seoul(clock, 20)
    assert next_leave(K.RESIDENT_BOOKED, Channel.SMS, at, at + timedelta(hours=12)) is None


@pytest.mark.settings(TEXT_HOURS="10:00-12:00", CALL_HOURS="11:00-12:00", DAY_BEFORE_AT="11:30")
def test_an_office_has_hours_of_its_own(clock: Clock) -> None:
    at = seoul(clock, 9)
    latest = at + timedelta(days=2)
    assert next_leave(K.RESIDENT_BOOKED, Channel.SMS, at, latest) == at + timedelta(hours=1)
    assert next_leave(K.RESIDENT_BOOKED, Channel.VOICE, at, latest) == at + timedelta(hours=2)


def test_landlines_start_at_the_call_and_ring_in_the_morning(clock: Clock) -> None:
    seoul(clock, 19, 30)
    visit = make_visit(make_request(make_resident(phone="+8228200001")), start=now() + timedelta(days=3))
    announce.booked(visit, now())
    booking = db.session.query(Message).filter_by(kind=K.RESIDENT_BOOKED).one()
    assert (booking.channel, local(booking.due_at).hour, booking.due_at > now()) == (Channel.VOICE, 9, True)


@pytest.mark.settings(DAY_LIST_AT="06:30")
def test_the_list_of_the_day_waits_for_the_hours_of_texts(clock: Clock) -> None:
    make_visit(members=[make_member()], start=now() + timedelta(hours=23))
    seoul(clock, 6, 45, day=25)
    daily.day_lists(now())
    [message] = db.session.query(Message).all()
    assert (message.kind, local(message.due_at).hour) == (K.MEMBER_DAY_LIST, 8)


def test_on_the_way_is_said_at_any_hour(clock: Clock) -> None:
    seoul(clock, 7, 30)
    visit = make_visit(members=[make_member()], start=now() + timedelta(hours=1))
    announce.on_the_way(visit, now())
    [message] = db.session.query(Message).all()
    assert message.due_at == now()
    assert outbox.send_due(ScreenGateway(), now) == 1


def failed(**values: object) -> Message:
    base = {"state": S.UNDELIVERED, "not_after": now() + timedelta(days=1)}
    return make_message(make_person(), **{**base, **values})  # type: ignore[arg-type]


def last() -> Message:
    return db.session.query(Message).order_by(Message.id.desc()).first()  # type: ignore[return-value]


@pytest.mark.parametrize(("channel", "hour"), [(Channel.SMS, 8), (Channel.VOICE, 9)])
def test_a_second_try_in_the_evening_waits_for_the_morning(channel: Channel, hour: int, clock: Clock) -> None:
    seoul(clock, 19, 50)
    message = failed(channel=channel)
    trouble.take_up(message, "30003", now())
    assert (local(last().due_at).day, local(last().due_at).hour) == (25, hour)
    assert message.told_at == now()


def test_a_second_try_that_would_come_too_late_is_a_persons_work(clock: Clock) -> None:
    seoul(clock, 19, 50)
    message = failed(not_after=now() + timedelta(hours=1))
    trouble.take_up(message, "30003", now())
    assert last().id == message.id
    assert message.told_at is None


def test_sent_again_at_a_wish_it_still_waits_for_its_hours(clock: Clock) -> None:
    seoul(clock, 22)
    message = failed(state=S.FAILED)
    assert pages.send_again(message.id, SYSTEM, now())
    assert (local(last().due_at).day, local(last().due_at).hour) == (25, 8)
    hopeless = failed(state=S.FAILED, not_after=now() + timedelta(hours=1))
    assert not pages.send_again(hopeless.id, SYSTEM, now())


class Unsure(ScreenGateway):
    """Takes nothing, and does not say so."""

    def send(self, text: Outgoing) -> Outcome:
        return Outcome(Answer.UNKNOWN)


class Unreachable(ScreenGateway):
    def send(self, text: Outgoing) -> Outcome:
        return Outcome(Answer.RETRY, code="no_connection")


@pytest.mark.parametrize(("hours", "ends"), [(13, S.PENDING), (1, S.NEEDS_PERSON)])
def test_what_was_never_taken_is_not_sent_anew_at_night(hours: int, ends: MessageState, clock: Clock) -> None:
    seoul(clock, 19, 59)
    message = make_message(make_person(), not_after=now() + timedelta(hours=hours))
    outbox.send_due(Unsure(), now)
    clock.advance(minutes=3)
    doubt.clear_up(Unsure(), now)
    db.session.refresh(message)
    assert message.state is ends
    if ends is S.PENDING:
        assert (local(message.next_at).day, local(message.next_at).hour) == (25, 8)
    clock.advance(minutes=5)
    assert outbox.send_due(ScreenGateway(), now) == 0


@pytest.mark.parametrize("channel", list(Channel))
def test_what_could_not_leave_in_time_does_not_leave_at_night(channel: Channel, clock: Clock) -> None:
    """The provider was away from eight in the evening on; at ten it is back."""
    seoul(clock, 18, 59) if channel is Channel.VOICE else seoul(clock, 19, 59)
    message = make_message(make_person(), channel=channel, not_after=now() + timedelta(days=1))
    outbox.send_due(Unreachable(), now)
    seoul(clock, 22)
    assert outbox.send_due(ScreenGateway(), now) == 0
    db.session.refresh(message)
    assert message.state is S.PENDING
    assert local(message.next_at).hour == (9 if channel is Channel.VOICE else 8)


@pytest.mark.parametrize("stop", [lambda clock: seoul(clock, 22), lambda clock: seoul(clock, 7, day=25)])
def test_a_worker_that_comes_back_at_night_sends_nothing_but_on_the_way(
    stop: Callable[[Clock], datetime], clock: Clock
) -> None:
    seoul(clock, 19)
    for kind in (K.RESIDENT_BOOKED, K.RESIDENT_ON_THE_WAY):
        make_message(make_person(), kind, not_after=now() + timedelta(days=1))
    stop(clock)
    assert outbox.send_due(ScreenGateway(), now) == 1


def test_what_was_held_up_and_is_of_no_use_in_the_morning_is_a_persons_work(clock: Clock) -> None:
    seoul(clock, 19, 59)
    message = make_message(make_person(), not_after=now() + timedelta(hours=5))
    outbox.send_due(Unreachable(), now)
    seoul(clock, 22)
    assert outbox.send_due(ScreenGateway(), now) == 0
    db.session.refresh(message)
    assert (message.state, message.last_error) == (S.NEEDS_PERSON, "at_night")
    assert [each.reason for each in pages.missed(now())] == [
        "밤에는 문자나 전화가 나가지 않고, 아침이면 늦습니다. 꼭 알려야 하면 전화해 주십시오."
    ]


def test_the_end_of_this_evenings_visit_wakes_nobody(clock: Clock) -> None:
    seoul(clock, 20, 30)
    visit = make_visit(start=now())
    announce.cancelled(visit, now())
    [message] = db.session.query(Message).all()
    assert (message.state, message.due_at, message.last_error) == (S.NEEDS_PERSON, now(), "at_night")
    assert outbox.send_due(ScreenGateway(), now) == 0


@pytest.mark.parametrize(("hour", "day"), [(21, 24), (7, 25)])
def test_an_offer_made_at_night_waits_for_the_morning(hour: int, day: int, clock: Clock) -> None:
    seoul(clock, hour, day=day)
    visit = make_visit(members=[make_member()], accepted=False, start=now() + timedelta(days=2))
    offer = visit.assignments[0].offers[0]
    offer.expires_at = local(now()).replace(day=25, hour=9, minute=30)
    announce.offered(offer, now())
    [message] = db.session.query(Message).all()
    assert (message.state, local(message.due_at).day, local(message.due_at).hour) == (S.PENDING, 25, 8)
