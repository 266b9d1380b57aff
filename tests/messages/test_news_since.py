"""Who says yes to what they were told before still hears what has changed since."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from handyman import flow
from handyman.board.propose import Choice
from handyman.extensions import db, now, transaction
from handyman.messages import announce, inbox, outbox, reach, receipts
from handyman.messages.gateways import Answer as Says
from handyman.messages.gateways import ScreenGateway
from handyman.models import Actor, ActorKind, Message, MessageKind, MessageState, Offer
from handyman.words import at_minute, seoul_day
from tests.conftest import Clock
from tests.factories import make_user
from tests.messages.test_on_a_list import Stuck, listed, minute_of_worker
from tests.messages.test_told_as_it_is import offered

K, S = MessageKind, MessageState
pytestmark = pytest.mark.usefixtures("session")


def by_text(offer: Offer) -> None:
    flow.take_reply(inbox.Arrived("twilio", "SMyes", offer.member.phone, "1"), now())


def by_key(_offer: Offer) -> None:
    first = select(Message.id).where(Message.kind == K.MEMBER_OFFER).order_by(Message.id)
    flow.take_key(reach.Press("screen", "CAyes", db.session.scalars(first).first() or 0, 1, 1, "1"), now())


def to_a_person(offer: Offer) -> None:
    flow.answer_offer(offer.id, True, None, "", Actor(ActorKind.USER, make_user().id), now())


@pytest.mark.parametrize(
    ("says_yes", "smartphone", "is_news"),
    [(by_text, True, True), (by_key, False, True), (to_a_person, True, False)],
)
def test_the_other_place_is_told_to_whoever_has_not_seen_it(
    says_yes: Callable[[Offer], None], smartphone: bool, is_news: bool, clock: Clock
) -> None:
    """The office corrects an address when texts and calls wait for the morning."""
    evening = 19 * 60 + 50 if smartphone else 18 * 60 + 50
    clock.set(at_minute(seoul_day(now()), evening))
    offer, _text = offered(smartphone=smartphone)
    offer.expires_at = now() + timedelta(hours=20)
    visit = offer.assignment.visit
    outbox.send_due(Stuck(Says.ACCEPTED), now)
    clock.advance(minutes=15)
    visit.address.haengjeong_dong = "흑석동"
    with transaction():
        announce.elsewhere(visit, now())
    clock.advance(minutes=5)
    says_yes(offer)
    waits = select(Message).where(Message.kind == K.MEMBER_MOVED, Message.state == S.PENDING)
    assert ["흑석동" in each.body for each in db.session.scalars(waits)] == ([True] if is_news else [])


@pytest.mark.parametrize("arrives", [True, False])
@pytest.mark.parametrize(("says_yes", "smartphone"), [(by_text, True), (by_key, False)])
def test_that_there_is_more_to_do_is_told_to_whoever_has_not_heard_it(
    says_yes: Callable[[Offer], None], smartphone: bool, arrives: bool, clock: Clock
) -> None:
    offer, _text = offered(smartphone=smartphone)
    outbox.send_due(Stuck(Says.ACCEPTED), now)
    clock.advance(minutes=1)
    with transaction():
        announce.widened(offer.assignment.visit, now())
    if not arrives:
        outbox.send_due(Stuck(Says.FAILED, code="30005"), now)
    says_yes(offer)
    news = select(Message).where(Message.kind == K.MEMBER_MOVED)
    assert len(db.session.scalars(news).all()) == 1


@pytest.mark.parametrize("becomes", ["undelivered", "in doubt"])
def test_another_day_that_is_under_way_is_not_read_by_whoever_says_yes(becomes: str, clock: Clock) -> None:
    """They had the old day before their eyes: what is said of the new one is watched until it arrives."""
    offer, _text = offered()
    outbox.send_due(ScreenGateway(), now)
    clock.advance(minutes=1)
    visit = offer.assignment.visit
    sooner = Choice(visit.day - timedelta(days=1), 9 * 60, 11 * 60)
    flow.move(visit.id, sooner, None, Actor(ActorKind.USER, make_user().id), now(), seen=None)
    provider = Stuck(Says.ACCEPTED if becomes == "undelivered" else Says.UNKNOWN, name="twilio")
    outbox.send_due(provider, now, rest=lambda _seconds: None)
    clock.advance(minutes=1)
    by_text(offer)
    last = db.session.scalars(select(Message).where(Message.kind == K.MEMBER_OFFER)).all()[-1]
    if becomes == "undelivered":
        gone = receipts.Receipt("twilio", f"id-{last.id}-1", "undelivered", "30005", last.id, 1)
        receipts.take_receipt(gone, now())
    for _minute in range(20):
        clock.advance(minutes=1)
        minute_of_worker(provider)
    again = select(Message.id).where(Message.id > last.id, Message.kind.in_((K.MEMBER_OFFER, K.MEMBER_MOVED)))
    assert last.id in listed(now()) or db.session.scalars(again).all()


@pytest.mark.parametrize("code", ["30007", "30005", "30008"])
def test_more_to_do_that_is_under_way_is_not_read_either(code: str, clock: Clock) -> None:
    offer, _text = offered()
    outbox.send_due(ScreenGateway(), now)
    with transaction():
        announce.widened(offer.assignment.visit, now())
    outbox.send_due(Stuck(Says.ACCEPTED, name="twilio"), now)
    clock.advance(minutes=1)
    by_text(offer)
    more = db.session.scalars(select(Message).where(Message.dedupe_key.contains(":more:"))).one()
    gone = receipts.Receipt("twilio", f"id-{more.id}-1", "undelivered", code, more.id, 1)
    receipts.take_receipt(gone, now())
    told = db.session.scalars(select(Message).where(Message.kind == K.MEMBER_MOVED)).all()
    assert told or listed(now())


def test_who_could_not_be_asked_yet_is_asked_at_the_other_place(clock: Clock) -> None:
    """They are not told of another place than one that they never heard of."""
    offer, text = offered()
    outbox.send_due(Stuck(Says.FAILED, code="21614"), now)
    db.session.refresh(text)
    assert text.state is S.FAILED
    with transaction():
        announce.elsewhere(offer.assignment.visit, now())
    kinds = db.session.scalars(select(Message.kind).order_by(Message.id)).all()
    assert kinds == [K.MEMBER_OFFER, K.MEMBER_OFFER]
