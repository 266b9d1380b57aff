"""A visit that is moved and moved back: the last word that somebody reads is how it is."""

from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select

from handyman.extensions import db, now, transaction
from handyman.messages import announce, call_task, doubt, outbox, receipts
from handyman.messages.gateways import Answer as Says
from handyman.messages.gateways import Outcome, Outgoing, ScreenGateway
from handyman.messages.moments import stamp, stamped
from handyman.models import (
    SYSTEM,
    Actor,
    ActorKind,
    AssignmentState,
    Message,
    MessageKind,
    MessageState,
    OfferState,
    Visit,
)
from handyman.words import at_minute, seoul_day
from tests.conftest import Clock
from tests.factories import make_member, make_offer, make_request, make_resident, make_user, make_visit
from tests.messages.test_on_a_list import Stuck, listed
from tests.messages.test_stays_in_sight import silent

K, S = MessageKind, MessageState
pytestmark = pytest.mark.usefixtures("session")


class Spy(ScreenGateway):
    """Keeps what it was given to send."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def send(self, text: Outgoing) -> Outcome:
        self.sent.append(text.body)
        return super().send(text)


def shift(visit: Visit, by: timedelta) -> None:
    for name in ("window_start", "window_end", "start"):
        setattr(visit, name, getattr(visit, name) + by)


def move(visit: Visit, by: timedelta) -> None:
    with transaction():
        shift(visit, by)
        db.session.flush()
        announce.moved(visit, now())


def of_kinds(*kinds: MessageKind) -> list[Message]:
    query = select(Message).where(Message.kind.in_(kinds)).order_by(Message.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def booked_and_told() -> Visit:
    visit = make_visit(make_request(make_resident()), start=now() + timedelta(days=3))
    with transaction():
        announce.booked(visit, now())
    outbox.send_due(ScreenGateway(), now)
    return visit


@pytest.mark.parametrize("smartphone", [True, False])
def test_who_is_asked_hears_the_last_time(clock: Clock, smartphone: bool) -> None:
    visit = make_visit(
        members=[make_member(smartphone=smartphone)], accepted=False, start=now() + timedelta(days=3)
    )
    offer = visit.assignments[0].offers[0]
    offer.expires_at = now() + timedelta(hours=6)
    with transaction():
        announce.offered(offer, now())
    outbox.send_due(ScreenGateway(), now)
    for hours in (3, -3):
        clock.advance(minutes=10)
        move(visit, timedelta(hours=hours))
        outbox.send_due(ScreenGateway(), now)
    asked = of_kinds(K.MEMBER_OFFER)
    assert len(asked) == 3
    assert stamped(asked[-1].dedupe_key) == visit.window_start


def test_who_was_not_told_of_the_other_time_is_not_asked_again(clock: Clock) -> None:
    visit = make_visit(members=[make_member()], accepted=False, start=now() + timedelta(days=3))
    with transaction():
        announce.offered(visit.assignments[0].offers[0], now())
    outbox.send_due(ScreenGateway(), now)
    for hours in (3, -3):  # nothing leaves in between
        move(visit, timedelta(hours=hours))
    assert [each.state for each in of_kinds(K.MEMBER_OFFER)] == [S.DELIVERED, S.CANCELED]


@pytest.mark.parametrize("in_doubt", [True, False])
def test_what_is_under_way_is_watched_again_when_it_is_true_again(in_doubt: bool, clock: Clock) -> None:
    """It is not written a second time: it may arrive any moment."""
    visit = make_visit(members=[make_member()], accepted=False, start=now() + timedelta(days=3))
    with transaction():
        announce.offered(visit.assignments[0].offers[0], now())
    asked = of_kinds(K.MEMBER_OFFER)[0]
    if in_doubt:
        outbox.send_due(Stuck(Says.UNKNOWN, name="twilio"), now, rest=lambda _seconds: None)
    else:
        silent(asked)
    for hours in (3, -3):
        clock.advance(minutes=1)
        move(visit, timedelta(hours=hours))
    assert [each.told_at is None for each in of_kinds(K.MEMBER_OFFER)] == [True, True]
    receipt = receipts.Receipt("twilio", f"SM{asked.id}", "undelivered", "30005", asked.id, 1)
    receipts.take_receipt(receipt, now())
    assert listed(now()) == {asked.id}


def test_a_resident_hears_last_how_it_is_though_the_same_was_in_doubt_before(clock: Clock) -> None:
    visit = booked_and_told()
    move(visit, timedelta(hours=3))
    clock.advance(seconds=5)
    unclear = Stuck(Says.UNKNOWN, name="twilio")
    outbox.send_due(unclear, now, rest=lambda _seconds: None)
    for hours in (1, -1):
        move(visit, timedelta(hours=hours))
        clock.advance(seconds=5)
    clock.advance(minutes=3)
    doubt.clear_up(unclear, now)
    outbox.send_due(ScreenGateway(), now)
    arrived = [each for each in of_kinds(K.RESIDENT_MOVED) if each.state is S.DELIVERED]
    assert [stamped(each.dedupe_key) for each in arrived] == [visit.window_start]
    assert listed(now()) == set()


def test_what_a_person_has_told_stays_told_when_it_is_true_again(clock: Clock) -> None:
    visit = make_visit(members=[make_member()], accepted=False, start=now() + timedelta(days=3))
    with transaction():
        announce.offered(visit.assignments[0].offers[0], now())
    asked = of_kinds(K.MEMBER_OFFER)[0]
    silent(asked)
    clock.advance(minutes=16)
    with transaction():
        call_task.note(asked.id, call_task.Outcome.TOLD, Actor(ActorKind.USER, make_user().id), now())
    for hours in (3, -3):
        clock.advance(minutes=1)
        move(visit, timedelta(hours=hours))
    assert (asked.id in listed(now()), len(of_kinds(K.MEMBER_OFFER))) == (False, 2)


def test_an_offer_that_did_not_arrive_before_it_moved_is_written_again_when_it_is_back() -> None:
    visit = make_visit(members=[make_member()], accepted=False, start=now() + timedelta(days=3))
    with transaction():
        announce.offered(visit.assignments[0].offers[0], now())
        of_kinds(K.MEMBER_OFFER)[0].move_to(S.SENDING, SYSTEM, now())
        of_kinds(K.MEMBER_OFFER)[0].move_to(S.FAILED, SYSTEM, now())
    for hours in (3, -3):
        move(visit, timedelta(hours=hours))
    last = of_kinds(K.MEMBER_OFFER)[-1]
    assert (last.state, stamped(last.dedupe_key)) == (S.PENDING, visit.window_start)


def test_a_resident_hears_each_of_three_moves_within_a_minute(clock: Clock) -> None:
    visit, spy = booked_and_told(), Spy()
    for hours in (3, -3, 3):
        move(visit, timedelta(hours=hours))
        clock.advance(seconds=10)
        outbox.send_due(spy, now)
    assert len(spy.sent) == 3
    assert spy.sent[0] == spy.sent[2] != spy.sent[1]


def test_a_start_that_goes_there_and_back_after_its_reminder_is_reminded_of_last(clock: Clock) -> None:
    visit = make_visit(members=[make_member()], start=now() + timedelta(hours=3))
    with transaction():
        announce.accepted(visit.assignments[0], now())
    starts = [visit.start, visit.start + timedelta(minutes=20), visit.start]
    clock.set(visit.start - timedelta(minutes=30))
    outbox.send_due(ScreenGateway(), now)
    for before, after in pairwise(starts):
        with transaction():
            visit.start += after - before
            db.session.flush()
            announce.shifted(visit, now())
        clock.advance(minutes=1)
        outbox.send_due(ScreenGateway(), now)
    reminders = of_kinds(K.MEMBER_REMINDER)
    assert [each.state for each in reminders] == [S.DELIVERED] * 3
    assert stamp(visit.start) in reminders[-1].dedupe_key


def test_a_reminder_that_was_given_up_while_another_start_stood_is_written_again(clock: Clock) -> None:
    visit = make_visit(members=[make_member()], start=now() + timedelta(hours=4))
    with transaction():
        announce.accepted(visit.assignments[0], now())
    outbox.send_due(ScreenGateway(), now)
    (first,) = of_kinds(K.MEMBER_REMINDER)
    clock.set(first.due_at)
    unclear = Stuck(Says.UNKNOWN)
    outbox.send_due(unclear, now, rest=lambda _seconds: None)
    start = visit.start
    for minutes in (30, 0):
        clock.advance(minutes=3)
        with transaction():
            visit.start = start + timedelta(minutes=minutes)
            db.session.flush()
            announce.shifted(visit, now())
        clock.advance(minutes=1)
        doubt.clear_up(unclear, now)
    outbox.send_due(ScreenGateway(), now)
    last = of_kinds(K.MEMBER_REMINDER)[-1]
    assert (last.state, stamped(last.dedupe_key)) == (S.DELIVERED, start)


@pytest.mark.parametrize("accepted", [True, False])
@pytest.mark.parametrize("smartphone", [True, False])
def test_whoever_knows_of_a_job_hears_each_time_that_there_is_more_to_do(
    clock: Clock, smartphone: bool, accepted: bool
) -> None:
    member = make_member(smartphone=smartphone)
    visit = make_visit(members=[member], accepted=accepted, start=now() + timedelta(days=3))
    spy = Spy()
    if not accepted:
        with transaction():
            announce.offered(visit.assignments[0].offers[0], now())
        outbox.send_due(spy, now)
    told = len(spy.sent)
    for _ in range(2):  # two calls within a minute
        with transaction():
            announce.widened(visit, now())
        clock.advance(seconds=10)
        outbox.send_due(spy, now)
    assert len(spy.sent) == told + 2
    assert not any("시간이 바뀌" in words for words in spy.sent)


def test_who_was_told_not_to_go_is_not_told_so_of_a_question_that_they_never_saw(clock: Clock) -> None:
    visit = make_visit(members=[make_member()], accepted=False, start=now() + timedelta(days=3))
    place, member = visit.assignments[0], visit.assignments[0].member
    offer = place.offers[0]
    for seen in (True, False, True):
        with transaction():
            place.member, place.state = member, AssignmentState.OFFERED
            announce.offered(offer, now())
        if seen:
            outbox.send_due(ScreenGateway(), now)
        clock.advance(minutes=5)
        with transaction():
            place.member, place.state = None, AssignmentState.OPEN
            offer.state = OfferState.WITHDRAWN
            announce.withdrawn(offer, now())
        outbox.send_due(ScreenGateway(), now)
        offer = make_offer(place, offer.member)
    left = of_kinds(K.MEMBER_OFFER, K.MEMBER_WITHDRAWN)
    assert [(each.kind, each.state) for each in left] == [
        (K.MEMBER_OFFER, S.DELIVERED),
        (K.MEMBER_WITHDRAWN, S.DELIVERED),
        (K.MEMBER_OFFER, S.CANCELED),
        (K.MEMBER_OFFER, S.DELIVERED),
        (K.MEMBER_WITHDRAWN, S.DELIVERED),
    ]


def test_of_two_that_they_need_not_go_one_leaves_in_the_morning(clock: Clock) -> None:
    visit = make_visit(members=[make_member()], accepted=False, start=now() + timedelta(days=3))
    place, member, offer = visit.assignments[0], visit.assignments[0].member, visit.assignments[0].offers[0]
    for hour in (19, 22):
        clock.set(at_minute(seoul_day(now()), hour * 60))
        with transaction():
            place.member, place.state = member, AssignmentState.OFFERED
            offer.expires_at = now() + timedelta(hours=18)
            announce.offered(offer, now())
        outbox.send_due(ScreenGateway(), now)
        clock.set(at_minute(seoul_day(now()), hour * 60 + 90))
        with transaction():
            place.member, place.state, offer.state = None, AssignmentState.OPEN, OfferState.WITHDRAWN
            announce.withdrawn(offer, now())
        offer = make_offer(place, offer.member)
    clock.set(at_minute(seoul_day(now()) + timedelta(days=1), 8 * 60))
    outbox.send_due(ScreenGateway(), now)
    assert [each.state for each in of_kinds(K.MEMBER_WITHDRAWN)] == [S.DELIVERED]


def test_who_was_told_by_hand_of_another_time_hears_that_it_is_the_first_again(clock: Clock) -> None:
    visit = make_visit(members=[make_member()], accepted=False, start=now() + timedelta(days=3))
    with transaction():
        visit.assignments[0].offers[0].expires_at = now() + timedelta(hours=6)
        announce.offered(visit.assignments[0].offers[0], now())
    outbox.send_due(ScreenGateway(), now)
    move(visit, timedelta(hours=3))
    clock.advance(minutes=16)
    by = Actor(ActorKind.USER, make_user().id)
    with transaction():
        call_task.note(of_kinds(K.MEMBER_OFFER)[-1].id, call_task.Outcome.TOLD, by, now())
    clock.advance(minutes=1)
    move(visit, timedelta(hours=-3))
    outbox.send_due(ScreenGateway(), now)
    last = of_kinds(K.MEMBER_OFFER)[-1]
    assert (last.state, stamped(last.dedupe_key)) == (S.DELIVERED, visit.window_start)
    assert last.id > 2


def test_a_reminder_that_a_person_has_passed_on_is_not_written_anew_after_an_undo(clock: Clock) -> None:
    visit = make_visit(members=[make_member()], start=now() + timedelta(hours=4))
    place, offer = visit.assignments[0], visit.assignments[0].offers[0]
    with transaction():
        announce.accepted(place, now())
    (first,) = of_kinds(K.MEMBER_REMINDER)
    clock.set(first.due_at)
    silent(first)
    receipts.take_receipt(receipts.Receipt("twilio", f"SM{first.id}", "undelivered", "30003"), now())
    clock.advance(minutes=15)
    with transaction():
        by = Actor(ActorKind.USER, make_user().id)
        call_task.note(of_kinds(K.MEMBER_REMINDER)[-1].id, call_task.Outcome.TOLD, by, now())
    for act in (announce.withdrawn, announce.restored):
        clock.advance(seconds=20)
        with transaction():
            act(offer, now())
    assert [each.state for each in of_kinds(K.MEMBER_REMINDER)] == [S.UNDELIVERED, S.CANCELED]
