"""Stuck or not arrived, a text is on somebody's list within a quarter of an hour, whatever became of it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product, starmap

import pytest
from sqlalchemy import select

from handyman.alarm import sound
from handyman.extensions import db, now, transaction
from handyman.messages import (
    call_task,
    codes,
    doubt,
    figures,
    ladder,
    outbox,
    overdue,
    pages,
    receipts,
)
from handyman.messages.errors import CODES, Action
from handyman.messages.gateways import Answer, Gateway, Outcome, Outgoing, Status
from handyman.messages.leaving import filled
from handyman.messages.moments import stamp
from handyman.models import (
    SILENT_FOR,
    SYSTEM,
    Actor,
    Attempt,
    Channel,
    Message,
    MessageKind,
    MessageState,
    Role,
    User,
    is_to_pass_on,
    texts_to_pass_on,
)
from handyman.reasons import reason
from handyman.words import at_minute, seoul_day
from tests.conftest import Client, Clock
from tests.factories import make_member, make_message, make_person, make_visit
from tests.longer import longer

K, S = MessageKind, MessageState
SignIn = Callable[..., User]
ENDED_WELL = frozenset({S.DELIVERED, S.CANCELED})
UNDER_WAY = frozenset({S.PENDING, S.SENDING, S.UNKNOWN, S.ACCEPTED, S.SENT})
LISTED = sorted(set(S) - ENDED_WELL)
KOREAN = re.compile(r"[가-힣].*[가-힣]\.")
pytestmark = pytest.mark.usefixtures("session")


def way_to(wanted: MessageState) -> Sequence[MessageState]:
    """The shortest way there by moves that a row allows."""
    ways: list[list[MessageState]] = [[S.PENDING]]
    for way in ways:  # grows as it is read: the nearest first
        if way[-1] is wanted:
            return way[1:]
        ways += [[*way, each] for each in sorted(Message.FOLLOWS[way[-1]]) if each not in way]
    raise AssertionError(f"no way to {wanted}")


def brought_to(state: MessageState) -> Message:
    message = make_message(make_person())
    for each in way_to(state):
        message.move_to(each, SYSTEM, now())
    db.session.commit()
    return message


def listed(at: datetime) -> set[int]:
    return set(db.session.scalars(texts_to_pass_on(at)))


@pytest.mark.parametrize("state", LISTED)
def test_wherever_a_text_stands_somebody_finds_it_with_the_reason(
    state: MessageState, client: Client, sign_in: SignIn, clock: Clock
) -> None:
    message = brought_to(state)
    clock.advance(minutes=14, seconds=59)
    assert listed(now()) == (set() if state in UNDER_WAY else {message.id}), "what failed is there at once"
    clock.advance(seconds=1)
    [missed] = pages.missed(now())
    assert (missed.id, sound(now()).to_pass_on, figures.measure(now()).to_pass_on) == (message.id, 1, 1)
    assert KOREAN.match(missed.reason), "in Korean words, not a code"
    sign_in(Role.COORDINATOR)
    for path in ("/work", "/board"):
        assert "연락이 1건 있습니다." in client.get(path).text
    assert f'id="missed-{message.id}"' in client.get("/messages").text
    client.post(f"/messages/{message.id}/told")
    assert (listed(now()), sound(now()).to_pass_on) == (set(), 0)


@pytest.mark.parametrize("state", sorted(ENDED_WELL))
def test_what_arrived_or_was_taken_back_is_nobodys_work(state: MessageState, clock: Clock) -> None:
    message = brought_to(state)
    clock.advance(hours=1)
    assert (listed(now()), is_to_pass_on(message, now())) == (set(), False)


def test_the_list_and_the_row_itself_never_differ() -> None:
    ages = (-60, -15 * 60 + 1, 0, 1, 14 * 60 + 59, 15 * 60, 3600)
    person = make_person()
    texts = [
        make_message(person, state=state, due_at=now() - timedelta(seconds=age), told_at=told)
        for state, age, told in product(S, ages, (None, now()))
    ]
    assert listed(now()) == {each.id for each in texts if is_to_pass_on(each, now())}


def test_a_member_who_cannot_be_sent_a_number_to_come_in_with_is_rung(
    client: Client, sign_in: SignIn, clock: Clock
) -> None:
    """Once, however often they ask; not any more once they are in."""
    member = make_member("박수리", phone="+821023456789")
    for error in ("21610", "30008"):
        client.post("/my/code", data={"phone": "010-2345-6789"})
        code = db.session.scalars(select(Message).order_by(Message.id.desc())).first()
        assert code
        assert code.kind is K.MEMBER_CODE
        code.move_to(S.SENDING, SYSTEM, now())
        code.last_error = error
        code.move_to(S.FAILED, SYSTEM, now())
        db.session.commit()
        [missed] = pages.missed(now())
        assert (missed.id, missed.name) == (code.id, "박수리")
    assert "{" not in missed.body
    assert "오늘 하실 일은 지금 전화로" in missed.body
    sign_in(Role.OPERATOR)
    shown = client.get("/messages").text
    assert f'id="missed-{code.id}"' in shown
    assert "오늘 배정판 보기" in shown, "where the day stands that they are told of"
    clock.advance(minutes=1)
    digits = filled(code).split("확인 번호 ")[1][:6]
    assert client.post("/my/sign-in", data={"phone": member.phone, "code": digits}).status_code == 303
    assert pages.missed(now()) == []


def test_who_was_not_reached_and_about_what_is_a_link_away(client: Client, sign_in: SignIn) -> None:
    visit, member = make_visit(), make_member()
    make_message(visit.resident.person, K.RESIDENT_DONE, visit, state=S.FAILED, due_at=now())
    make_message(member, K.MEMBER_CODE, state=S.FAILED, due_at=now())
    sign_in(Role.COORDINATOR)
    shown = client.get("/messages").text
    for path in (f"/people/{visit.resident_id}", f"/members/{member.id}/edit", f"/visits/{visit.id}"):
        assert f'class="row-link" href="{path}"' in shown


def test_a_code_that_waits_is_not_sent_beside_the_next_one() -> None:
    member = make_member()
    for number in (1, 2):
        codes.send(member, number, timedelta(minutes=10), now())
    db.session.flush()
    found = db.session.scalars(select(Message).order_by(Message.id)).all()
    assert [each.state for each in found] == [S.CANCELED, S.PENDING]


@pytest.mark.settings(OFFICE_NAME="동작 – 뷁수리")
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ko", "[동작 - 붸수리] 확인 번호 {code} (10분). 아무에게도 알려 주지 마십시오."),
        ("en", "[동작 - 붸수리] Code {code} (10min). Tell nobody."),
    ],
)
def test_a_code_is_written_in_its_readers_language_and_in_letters_that_telephones_show(
    language: str, words: str
) -> None:
    codes.send(make_member(language=language), 1, timedelta(minutes=10), now())
    assert db.session.scalars(select(Message.body)).one() == words


@pytest.mark.parametrize("kind", sorted(K))
def test_of_every_kind_what_did_not_arrive_is_on_the_list(kind: MessageKind) -> None:
    member = kind.startswith("member")
    message = make_message(make_member() if member else make_person(), kind, state=S.FAILED)
    assert listed(now()) == {message.id}


@dataclass
class Stuck:
    """A provider that says one thing for ever, and knows nothing of any text."""

    says: Answer
    code: str = "30008"
    becomes: str = ""  # of what was taken, when it is asked about
    name: str = "screen"
    real: bool = False

    def send(self, text: Outgoing) -> Outcome:
        taken = f"id-{text.id}-{text.attempt}" if self.says is Answer.ACCEPTED else None
        return Outcome(self.says, provider_id=taken, code="" if taken else self.code)

    def find(
        self, to: str, body: str, since: datetime, channel: Channel, outbox_id: int = 0
    ) -> list[str] | None:
        return []

    def status(self, provider_id: str) -> Status | None:
        return Status(self.becomes, self.code) if self.becomes else None


def minute_of_worker(gateway: Gateway) -> None:
    outbox.send_due(gateway, now, rest=lambda _seconds: None)
    doubt.sweep_now(now())
    doubt.clear_up(gateway, now)
    overdue.ask_again(gateway, now)
    with transaction():
        ladder.climb_due(now())


def unseen() -> list[str]:
    """Due for a quarter of an hour and not arrived, with all that follows it on no list."""
    db.session.expire_all()
    on_list = listed(now())
    texts = db.session.scalars(select(Message)).all()
    after = {each.follows_id: each for each in texts if each.follows_id}
    out_of_sight = []
    for each in texts:
        chain = [each]
        while chain[-1].id in after:
            chain.append(after[chain[-1].id])
        due = each.due_at <= now() - SILENT_FOR
        if due and chain[-1].state not in ENDED_WELL and not on_list & {link.id for link in chain}:
            out_of_sight.append(" → ".join(f"{link.kind} {link.channel} {link.state}" for link in chain))
    return out_of_sight


STUCK = [
    *(Stuck(says) for says in Answer),
    *(Stuck(Answer.FAILED, code) for code in ("30007", "30006", "20003", "12345")),
    *(Stuck(Answer.ACCEPTED, code, "failed") for code in ("30003", "30004", "30005")),
]


def named(each: object) -> str | None:
    return f"{each.says}-{each.becomes}-{each.code}" if isinstance(each, Stuck) else None


@pytest.mark.parametrize(
    ("gateway", "kind"),
    [
        *product(STUCK, [K.RESIDENT_BOOKED]),
        *starmap(longer, product(STUCK[: len(Answer)], [K.RESIDENT_ON_THE_WAY, K.MEMBER_OFFER])),
    ],
    ids=named,
)
def test_whatever_a_provider_does_nothing_is_out_of_sight_for_longer(
    gateway: Stuck, kind: MessageKind, clock: Clock
) -> None:
    """However many ways are tried meanwhile."""
    member = make_member()
    visit = make_visit(members=[member], start=now() + timedelta(days=3))
    make_message(member if kind is K.MEMBER_OFFER else visit.resident.person, kind, visit)
    db.session.commit()
    for _ in range(50):
        minute_of_worker(gateway)
        assert unseen() == []
        clock.advance(minutes=1)
    assert listed(now()), "nothing arrives here, so in the end somebody has it"


def undelivered(message: Message, code: str) -> None:
    message.provider, message.provider_id = "twilio", f"SM{message.id}"
    message.move_to(S.SENDING, SYSTEM, now())
    message.move_to(S.ACCEPTED, SYSTEM, now())
    db.session.commit()
    receipts.take_receipt(receipts.Receipt("twilio", f"SM{message.id}", "undelivered", code), now())


def to_resident() -> Message:
    visit = make_visit(start=now() + timedelta(days=3))
    values = {"dedupe_key": f"booked:{stamp(visit.window_start)}", "not_after": now() + timedelta(days=2)}
    return make_message(visit.resident.person, K.RESIDENT_BOOKED, visit, **values)


def test_a_second_try_is_on_the_list_from_when_the_first_was(clock: Clock) -> None:
    """With why, and when it is tried again; it is told without it, and then not made."""
    first = to_resident()
    clock.advance(minutes=10)
    undelivered(first, "30003")
    assert listed(now()) == set()
    clock.advance(minutes=5)
    [missed] = pages.missed(now())
    assert (missed.id, missed.may_send_again, missed.may_ring) == (first.id + 1, False, False)
    assert missed.reason == (
        "전화기가 꺼져 있거나 통화권 밖입니다. 오늘 11/24(화) 오전 10시 25분에 다시 보냅니다."
    )
    with transaction():
        call_task.note(missed.id, call_task.Outcome.GOOD, SYSTEM, now())
    assert pages.missed(now()) == []
    clock.advance(minutes=15)
    minute_of_worker(Stuck(Answer.FAILED))
    assert (db.session.scalars(select(Attempt)).all(), listed(now())) == ([], set())


@pytest.mark.parametrize("code", [code for code, action in CODES.items() if action is Action.BLOCKED])
def test_what_a_carrier_blocked_is_somebodys_at_once_and_rings_meanwhile(code: str) -> None:
    first = to_resident()
    undelivered(first, code)
    [missed] = pages.missed(now())
    call = db.session.get_one(Message, missed.id)
    assert (call.follows_id, call.channel, call.due_at) == (first.id, Channel.VOICE, now())
    assert missed.reason == f"{reason(code, S.UNDELIVERED)} 곧 자동 전화를 겁니다."
    minute_of_worker(Stuck(Answer.ACCEPTED))
    [missed] = pages.missed(now())
    assert missed.id == call.id
    assert missed.reason == f"{reason(code, S.UNDELIVERED)} 자동 전화를 걸고 있습니다."


def test_at_night_a_call_that_waits_for_the_morning_is_on_the_list_with_its_hour(clock: Clock) -> None:
    first = to_resident()
    clock.set(at_minute(seoul_day(now()), 19 * 60 + 30))
    undelivered(first, "30006")
    [missed] = pages.missed(now())
    assert missed.reason.endswith("전화로 알려 주십시오. 내일 11/25(수) 오전 9시에 자동 전화를 겁니다.")


@pytest.mark.parametrize("press", [pages.send_again, pages.ring])
def test_what_a_person_lets_follow_is_off_the_list_for_a_quarter_of_an_hour(
    press: Callable[[int, Actor, datetime], bool], clock: Clock
) -> None:
    message = to_resident()
    message.state = S.FAILED
    clock.advance(hours=1)
    assert listed(now()) == {message.id}
    with transaction():
        assert press(message.id, SYSTEM, now())
    assert listed(now()) == set()
    clock.advance(minutes=15)
    assert listed(now()) == {message.id + 1}


def test_without_any_worker_it_is_on_the_list_as_well(clock: Clock) -> None:
    message = make_message(make_person())
    clock.advance(minutes=15)
    assert listed(now()) == {message.id}
    assert sound(now()).stopped
