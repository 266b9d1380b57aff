"""What a person does about a text that did not arrive never takes it out of sight too early."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from handyman import flow
from handyman.extensions import db, now, transaction
from handyman.messages import announce, call_task, home_page, ladder, outbox, pages, receipts, rows, trouble
from handyman.messages.gateways import Answer as Says
from handyman.messages.gateways import ScreenGateway
from handyman.models import (
    SYSTEM,
    Actor,
    ActorKind,
    Answer,
    Attempt,
    Channel,
    DeclineReason,
    Message,
    MessageKind,
    MessageState,
    Offer,
    Person,
    PhoneKind,
    ReachAnswer,
    Role,
    User,
    Visit,
)
from handyman.words import at_minute, seoul_day
from tests.conftest import Clock
from tests.factories import (
    make_contact,
    make_member,
    make_person,
    make_phone,
    make_request,
    make_resident,
    make_visit,
)
from tests.messages.test_ladder import press
from tests.messages.test_on_a_list import Stuck, listed, minute_of_worker, to_resident, undelivered

K, S = MessageKind, MessageState
SignIn = Callable[..., User]
pytestmark = pytest.mark.usefixtures("session")
NO_TEXTS, OUT_OF_REACH = "30006", "30003"


def at_clock(clock: Clock, hour: int, minute: int = 0) -> None:
    clock.set(at_minute(seoul_day(now()), hour * 60 + minute))


def after(message: Message) -> Message:
    return db.session.scalars(select(Message).where(Message.follows_id == message.id)).one()


def silent(message: Message) -> None:
    """Taken by the provider, which says no more of it."""
    message.provider, message.provider_id, message.attempt = "twilio", f"SM{message.id}", 1
    message.attempts.append(Attempt(number=1, started_at=now()))
    message.move_to(S.SENDING, SYSTEM, now())
    message.move_to(S.ACCEPTED, SYSTEM, now())
    db.session.commit()


def telephones(person: Person, *numbers: tuple[str, PhoneKind]) -> None:
    with transaction():
        for phone in list(person.phones):
            db.session.delete(phone)
        db.session.flush()
        for number, kind in numbers:
            make_phone(person, number, kind)
        db.session.refresh(person)


def noted(message_id: int, outcome: call_task.Outcome) -> bool:
    with transaction():
        return call_task.note(message_id, outcome, SYSTEM, now()) is not None


def move_a_day(visit: Visit) -> None:
    with transaction():
        for name in ("window_start", "window_end", "start", "day"):
            setattr(visit, name, getattr(visit, name) + timedelta(days=1))
        db.session.flush()
        announce.moved(visit, now())


def test_whoever_wants_another_time_is_on_the_list_though_a_call_waits_for_the_morning(clock: Clock) -> None:
    first = to_resident()
    at_clock(clock, 19, 30)
    undelivered(first, NO_TEXTS)
    assert noted(after(first).id, call_task.Outcome.ANOTHER_TIME)
    [missed] = pages.missed(now())
    assert (missed.id, missed.reason[:8]) == (after(first).id, "다른 때가 좋다")


def test_whose_number_is_taken_away_is_on_the_list_all_the_same(clock: Clock) -> None:
    first = to_resident()
    at_clock(clock, 19, 30)
    undelivered(first, NO_TEXTS)
    person = db.session.get_one(Person, first.recipient_id)
    telephones(person)
    with transaction():
        rows.readdress(rows.resident(person, now()), now())
    [missed] = pages.missed(now())
    assert (missed.id, missed.number) == (after(first).id, "")


@pytest.mark.parametrize("hour", [11, 20])
def test_a_call_that_cannot_be_made_leaves_the_row_where_it_is(hour: int, clock: Clock) -> None:
    first = to_resident()
    silent(first)
    with transaction():
        trouble.fact_of(first.to_number).bad_code, trouble.fact_of(first.to_number).bad_at = "30005", now()
    at_clock(clock, hour)
    assert listed(now()) == {first.id}
    with transaction():
        assert pages.ring(first.id, SYSTEM, now()) is None
    assert listed(now()) == {first.id}


def test_whoever_is_told_in_the_residents_stead_tomorrow_is_on_the_list_today(clock: Clock) -> None:
    daughter, resident = make_person("딸"), make_resident()
    telephones(daughter, ("+8228200009", PhoneKind.LANDLINE))
    make_contact(resident, daughter, may_be_told=True)
    visit = make_visit(make_request(resident), start=now() + timedelta(days=3))
    announce.booked(visit, now())
    db.session.commit()
    first = db.session.scalars(select(Message).where(Message.kind == K.RESIDENT_BOOKED)).one()
    undelivered(first, "30005")
    outbox.send_due(ScreenGateway(), now)
    call = after(first)
    db.session.refresh(call)
    press(call, "1")
    at_clock(clock, 19, 30)
    move_a_day(visit)
    with transaction():
        ladder.climb_due(now())
    clock.advance(minutes=15)
    waits = db.session.scalars(select(Message).where(Message.recipient_id == daughter.id)).all()[-1]
    assert (waits.kind, waits.state, waits.due_at > now()) == (K.RESIDENT_MOVED, S.PENDING, True)
    assert listed(now()) == {waits.id}


@pytest.mark.parametrize(
    ("outcome", "answers", "left"),
    [
        (call_task.Outcome.GOOD, [Answer.GOOD], set()),
        (call_task.Outcome.ANOTHER_TIME, [Answer.ANOTHER_TIME], {1}),
        (call_task.Outcome.NOT_REACHED, [], {2}),
    ],
)
def test_what_was_heard_counts_though_the_next_way_was_gone_meanwhile(
    outcome: call_task.Outcome, answers: list[Answer], left: set[int], clock: Clock
) -> None:
    """Somebody speaks for a minute, and the worker goes on in that minute."""
    first = to_resident()
    silent(first)
    clock.advance(minutes=15)
    assert listed(now()) == {first.id}
    undelivered_late(first)
    call = after(first)
    assert noted(first.id, outcome)
    assert list(db.session.scalars(select(ReachAnswer.answer))) == answers
    db.session.expire_all()
    assert listed(now()) == {message.id for number, message in ((1, first), (2, call)) if number in left}
    assert (call.state is S.PENDING) is (outcome is call_task.Outcome.NOT_REACHED)


def undelivered_late(message: Message) -> None:
    receipts.take_receipt(receipts.Receipt("twilio", f"SM{message.id}", "undelivered", NO_TEXTS), now())


def test_an_answer_to_what_is_over_is_refused(clock: Clock) -> None:
    first = to_resident()
    silent(first)
    clock.advance(minutes=15)
    assert noted(first.id, call_task.Outcome.GOOD)
    assert not noted(first.id, call_task.Outcome.GOOD)


def test_whoever_confirms_on_the_page_is_neither_listed_nor_rung(clock: Clock) -> None:
    first = to_resident()
    silent(first)
    first.check_at = now() + timedelta(minutes=15)
    assert first.visit
    with transaction():
        home_page.answer(first.visit, Answer.GOOD, SYSTEM, now())
    clock.advance(minutes=16)
    minute_of_worker(Stuck(Says.ACCEPTED, becomes="sent", name="twilio"))
    assert (listed(now()), len(db.session.scalars(select(Message)).all())) == (set(), 1)


@pytest.mark.parametrize("accept", [True, False])
@pytest.mark.parametrize("code", ["", OUT_OF_REACH])
def test_whoever_answers_an_offer_is_nobodys_work(accept: bool, code: str, clock: Clock) -> None:
    """Whether the provider has said nothing of its text, or it was to be sent once more."""
    member = make_member()
    make_visit(members=[member], accepted=False, start=now() + timedelta(days=3))
    offer = db.session.scalars(select(Offer)).one()
    with transaction():
        announce.offered(offer, now())
    asked = db.session.scalars(select(Message).where(Message.kind == K.MEMBER_OFFER)).one()
    if code:
        undelivered(asked, code)
    else:
        silent(asked)
    clock.advance(minutes=15)
    assert len(listed(now())) == 1
    reason = None if accept else DeclineReason.OTHER
    flow.answer_offer(offer.id, accept, reason, "", Actor(ActorKind.MEMBER, member.id), now())
    about_it = {row.id for row in db.session.scalars(select(Message)) if row.dedupe_key.startswith("offer:")}
    assert not listed(now()) & about_it


def test_a_promise_that_moved_is_not_told_as_it_was(clock: Clock) -> None:
    first = to_resident()
    silent(first)
    clock.advance(minutes=15)
    assert first.visit
    move_a_day(first.visit)
    assert first.id not in listed(now())


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "곧 자동 전화를 겁니다."),
        (5, "기다리고 있습니다. 급하면 전화로 알려 주십시오."),
    ],
)
def test_that_a_call_is_made_is_said_while_it_may_be(minutes: int, words: str, clock: Clock) -> None:
    first = to_resident()
    clock.advance(minutes=15)
    undelivered(first, NO_TEXTS)
    clock.advance(minutes=minutes)
    [missed] = pages.missed(now())
    assert missed.reason.endswith(words)


def test_a_call_put_off_to_the_morning_says_its_hour(clock: Clock) -> None:
    first = to_resident()
    at_clock(clock, 18, 58)
    undelivered(first, NO_TEXTS)
    clock.advance(minutes=3)
    minute_of_worker(Stuck(Says.ACCEPTED))
    [missed] = pages.missed(now())
    assert missed.reason.endswith("내일 11/25(수) 오전 9시에 자동 전화를 겁니다.")
    assert noted(missed.id, call_task.Outcome.NOT_REACHED)
    [missed] = pages.missed(now())
    assert missed.reason.startswith("전화했으나 닿지 못했습니다.")
    assert missed.reason.endswith("내일 11/25(수) 오전 9시에 자동 전화를 겁니다.")


def test_beside_who_stands_by_no_fault_of_the_resident_is_named(clock: Clock) -> None:
    daughter, resident = make_person("딸"), make_resident()
    make_contact(resident, daughter, may_be_told=True)
    announce.booked(make_visit(make_request(resident), start=now() + timedelta(days=3)), now())
    db.session.commit()
    at_clock(clock, 20, 10)
    undelivered(db.session.scalars(select(Message).where(Message.kind == K.RESIDENT_BOOKED)).one(), "30005")
    [missed] = [each for each in pages.missed(now()) if each.name == "딸"]
    assert missed.reason == "어르신께 닿지 않았습니다. 내일 11/25(수) 오전 8시에 문자를 보냅니다."


@pytest.mark.parametrize("again", [True, False])
def test_a_number_that_was_put_right_is_shown_and_used(again: bool) -> None:
    first = to_resident()
    first.state, first.last_error = S.FAILED, "12345"
    db.session.commit()
    telephones(db.session.get_one(Person, first.recipient_id), ("+821055556666", PhoneKind.MOBILE))
    [missed] = pages.missed(now())
    assert missed.number == "+821055556666"
    with transaction():
        assert (pages.send_again if again else pages.ring)(first.id, SYSTEM, now()) == now()
    assert (after(first).to_number, after(first).channel) == (
        "+821055556666",
        Channel.SMS if again else Channel.VOICE,
    )


@pytest.mark.parametrize(
    ("key", "channel", "words"),
    [
        ("again", Channel.SMS, "지금은 문자를 보내지 않는 때라 내일 11/25(수) 오전 8시에 보냅니다."),
        (
            "again",
            Channel.VOICE,
            "지금은 전화를 걸지 않는 때라 내일 11/25(수) 오전 9시에 자동 전화를 겁니다.",
        ),
        ("ring", Channel.SMS, "지금은 전화를 걸지 않는 때라 내일 11/25(수) 오전 9시에 자동 전화를 겁니다."),
    ],
)
def test_a_key_pressed_at_night_says_when_it_leaves_and_it_stays_in_sight(
    key: str, channel: Channel, words: str, client: FlaskClient, sign_in: SignIn, clock: Clock
) -> None:
    first = to_resident()
    first.state, first.last_error, first.channel = S.FAILED, "12345", channel
    db.session.commit()
    at_clock(clock, 20, 30)
    sign_in(Role.OPERATOR)
    assert words in client.post(f"/messages/{first.id}/{key}", follow_redirects=True).text
    clock.advance(minutes=15)
    assert listed(now()) == {after(first).id}


def test_the_one_that_waits_longest_is_first_and_says_since_when(clock: Clock) -> None:
    first = to_resident()
    clock.advance(minutes=14)
    undelivered(first, OUT_OF_REACH)
    clock.advance(minutes=5)
    later = to_resident()
    later.state = S.FAILED
    db.session.commit()
    listed_rows = pages.missed(now())
    assert [each.id for each in listed_rows] == [after(first).id, later.id]
    assert listed_rows[0].due_at == first.due_at + timedelta(minutes=15)
