"""Several texts at a time where it goes well, one where it does not, and nobody is disturbed at night."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from handyman.extensions import db, now
from handyman.messages import outbox
from handyman.messages.gateways import Answer, Gateway, Outcome, Outgoing
from handyman.models import Attempt, Channel, Message, MessageKind, MessageState, is_to_pass_on
from tests.conftest import Clock
from tests.factories import make_message, make_person

S = MessageState
MOST = 4
pytestmark = [pytest.mark.usefixtures("session"), pytest.mark.usefixtures("any_database")]


class Crowded:
    """A provider that answers when `MOST` texts are on their way to it, or after a while; it counts them."""

    name, real = "twilio", True

    def __init__(self, answer: Callable[[int], Outcome] | None = None) -> None:
        self.answer = answer or (lambda number: Outcome(Answer.ACCEPTED, f"SM{number}", status=201))
        self.lock, self.full = threading.Lock(), threading.Event()
        self.inside: set[str] = set()
        self.widths: list[int] = []
        self.together: list[str] = []

    def send(self, text: Outgoing) -> Outcome:
        with self.lock:
            if text.to in self.inside:
                self.together.append(text.to)
            self.inside.add(text.to)
            self.widths.append(len(self.inside))
            number = len(self.widths)
            if len(self.inside) == MOST:
                self.full.set()
        self.full.wait(0.25)
        with self.lock:
            self.inside.discard(text.to)
        return self.answer(number)


def states() -> dict[MessageState, int]:
    db.session.commit()
    found = db.session.execute(select(Message.state, func.count()).group_by(Message.state))
    return {state: many for state, many in found}  # noqa: C416 - rows are no pairs to the type checker


def send(gateway: Crowded, most: int = MOST, rests: list[float] | None = None) -> int:
    return outbox.send_due(gateway, now, most=most, rest=(rests if rests is not None else []).append)


def test_it_begins_with_one_and_sends_as_many_at_a_time_as_the_office_allows() -> None:
    for _ in range(20):
        make_message(make_person())
    db.session.commit()
    gateway = Crowded()
    assert send(gateway) == 20
    assert states() == {S.ACCEPTED: 20}
    assert (gateway.widths[0], max(gateway.widths)) == (1, MOST)


def test_no_two_texts_to_one_person_are_on_their_way_at_once() -> None:
    people = [make_person() for _ in range(3)]
    for person in people * 4:
        make_message(person)
    db.session.commit()
    gateway = Crowded()
    assert send(gateway) == 12
    assert (states(), gateway.together) == ({S.ACCEPTED: 12}, [])


def test_a_provider_that_has_enough_gets_one_at_a_time() -> None:
    for _ in range(6):
        make_message(make_person())
    db.session.commit()
    gateway = Crowded(lambda _number: Outcome(Answer.SLOW, status=429, code="20429", retry_after=30))
    rests = list[float]()
    assert send(gateway, rests=rests) == 6
    assert (states(), max(gateway.widths), rests) == ({S.PENDING: 6}, 1, [outbox.REST] * 6)


def test_a_provider_that_makes_nothing_but_doubts_is_left_alone(clock: Clock) -> None:
    for _ in range(12):
        make_message(make_person())
    db.session.commit()
    gateway = Crowded(lambda _number: Outcome(Answer.UNKNOWN, status=503, code="503"))
    assert send(gateway) == 3
    assert send(gateway) == 0
    clock.advance(seconds=30)
    assert send(gateway) == 1, "looked at with one text"
    clock.advance(seconds=29)
    assert send(gateway) == 0
    clock.advance(seconds=1)
    assert send(Crowded()) == 8
    assert states() == {S.UNKNOWN: 4, S.ACCEPTED: 8}


def test_where_the_next_cannot_be_claimed_the_answers_to_others_are_noted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for _ in range(4):
        make_message(make_person())
    db.session.commit()
    claim, looks, first_noted = outbox.claim_due, list[int](), threading.Event()

    def claim_due(at: datetime, provider: str, most: int) -> list[Outgoing]:
        looks.append(most)
        if len(looks) == 2:
            first_noted.set()
            raise OperationalError("gone", {}, Exception())
        return claim(at, provider, 2)

    monkeypatch.setattr(outbox, "claim_due", claim_due)

    class Uneven(Crowded):
        """The first answer comes at once, the second after the database was gone."""

        def send(self, text: Outgoing) -> Outcome:
            with self.lock:
                self.widths.append(1)
                number = len(self.widths)
            if number == 2:
                assert first_noted.wait(20)
            return self.answer(number)

    assert send(Uneven()) == 2
    assert (states(), len(looks)) == ({S.ACCEPTED: 2, S.PENDING: 2}, 2)


def test_one_answer_that_cannot_be_noted_does_not_take_the_others_with_it(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    texts = [make_message(make_person()).id for _ in range(7)]
    db.session.commit()
    noted = outbox.note

    def note(gateway: Gateway, text: Outgoing, outcome: Outcome, at: datetime) -> None:
        if text.id == texts[3]:
            raise OperationalError("gone", {"to": text.to}, Exception())
        noted(gateway, text, outcome, at)

    monkeypatch.setattr(outbox, "note", note)
    send(Crowded())
    found = states()
    assert found[S.SENDING] == 1
    assert S.UNKNOWN not in found
    assert (f"OperationalError over text {texts[3]}" in caplog.text, "+8210" in caplog.text) == (True, False)


def test_where_nothing_gets_through_a_tick_ends_with_what_is_under_way(clock: Clock) -> None:
    for _ in range(12):
        make_message(make_person())
    db.session.commit()
    down = Crowded(lambda number: Outcome(Answer.RETRY if number > 1 else Answer.ACCEPTED, f"SM{number}"))
    tried = send(down)
    assert 2 <= tried < 12
    assert states() == {S.ACCEPTED: 1, S.PENDING: 11}
    assert db.session.scalar(select(func.count()).select_from(Attempt)) == tried
    clock.advance(seconds=30)
    assert send(Crowded()) == 11
    assert states() == {S.ACCEPTED: 12}


@pytest.mark.parametrize("channel", list(Channel))
def test_what_was_held_up_until_night_waits_for_the_morning(clock: Clock, channel: Channel) -> None:
    clock.set(datetime.fromisoformat("2026-11-24T18:00+09:00"))
    make_message(make_person(), channel=channel, not_after=now() + timedelta(hours=20))
    db.session.commit()
    clock.set(datetime.fromisoformat("2026-11-24T23:00+09:00"))
    assert send(Crowded()) == 0
    opens = {Channel.SMS: "2026-11-25T08:00+09:00", Channel.VOICE: "2026-11-25T09:00+09:00"}[channel]
    clock.set(datetime.fromisoformat(opens) - timedelta(seconds=1))
    assert send(Crowded()) == 0
    clock.advance(seconds=1)
    assert send(Crowded()) == 1


@pytest.mark.parametrize("channel", list(Channel))
def test_what_could_only_leave_at_night_or_too_late_is_a_persons_work(clock: Clock, channel: Channel) -> None:
    clock.set(datetime.fromisoformat("2026-11-24T18:00+09:00"))
    made = make_message(make_person(), channel=channel, not_after=now() + timedelta(hours=6))
    db.session.commit()
    clock.set(datetime.fromisoformat("2026-11-24T20:30+09:00"))
    assert send(Crowded()) == 0
    assert db.session.get_one(Message, made.id).state is S.NEEDS_PERSON
    assert is_to_pass_on(made, now())


def test_on_the_way_leaves_at_night(clock: Clock) -> None:
    clock.set(datetime.fromisoformat("2026-11-24T21:30+09:00"))
    make_message(make_person(), MessageKind.RESIDENT_ON_THE_WAY, not_after=now() + timedelta(hours=20))
    make_message(make_person(), MessageKind.MEMBER_OFFER, not_after=now() + timedelta(minutes=30))
    db.session.commit()
    assert send(Crowded()) == 1
    assert states() == {S.ACCEPTED: 1, S.NEEDS_PERSON: 1}
