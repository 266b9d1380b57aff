"""Nobody is taken for reached who was not: a text, a spoken call with keys, whoever called, a person."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import select

from handyman.extensions import db, now, transaction
from handyman.messages import announce, outbox, pages, reach, receipts, spoken, trouble
from handyman.messages.gateways import ScreenGateway, TwilioGateway
from handyman.messages.receipts import Receipt
from handyman.messages.texts import Office, Promise
from handyman.models import (
    SYSTEM,
    Answer,
    Channel,
    KeyPress,
    Member,
    Message,
    MessageKind,
    MessageState,
    Outcome,
    ReachAnswer,
    Relation,
    Role,
    User,
    Visit,
    VisitState,
)
from tests.conftest import Client, Clock
from tests.factories import make_member, make_person, make_request, make_resident, make_visit
from tests.messages.twilio_peer import TOKEN, Peer, sign

K, S = MessageKind, MessageState
SignIn = Callable[..., User]
BASE = "https://handyman.test"
pytestmark = pytest.mark.usefixtures("session")


def booked(phone: str = "+821000000001", caller: str | None = None, members: Sequence[Member] = ()) -> Visit:
    """A promise that has just been made; `caller` is the mobile of whoever called for the resident."""
    request = make_request(make_resident(phone=phone))
    if caller:
        request.caller, request.relation = make_person("딸", caller), Relation.FAMILY
    visit = make_visit(request, start=now() + timedelta(days=3), members=members)
    announce.booked(visit, now())
    db.session.commit()
    return visit


def rows(kind: MessageKind = K.RESIDENT_BOOKED) -> list[Message]:
    query = select(Message).where(Message.kind == kind).order_by(Message.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def state(message: Message) -> MessageState:
    db.session.refresh(message)
    return message.state


def not_delivered(code: str) -> Message:
    """A booking whose text was taken and not delivered."""
    message = rows()[0]
    message.state, message.attempt = S.ACCEPTED, 1
    message.provider, message.provider_id = "twilio", f"SM{message.id}"
    db.session.commit()
    receipts.take_receipt(Receipt("twilio", f"SM{message.id}", "undelivered", code), now())
    return message


def ring() -> Message:
    """The call on screen, taken up."""
    outbox.send_due(ScreenGateway(), now)
    return rows()[-1]


def press(call: Message, digits: str, step: int = 1) -> str:
    return reach.take_key(
        reach.Press("screen", f"screen-{call.id}-{call.attempt}", call.id, call.attempt, step, digits), now()
    )


def answers() -> list[tuple[int, Answer]]:
    return [(row.visit_id, row.answer) for row in db.session.scalars(select(ReachAnswer))]


def test_a_text_that_did_not_arrive_becomes_a_call_that_says_it_and_asks() -> None:
    booked()
    text = not_delivered("30006")
    call = rows()[1]
    assert (call.channel, call.state, call.follows_id, call.to_number) == (
        Channel.VOICE,
        S.PENDING,
        text.id,
        text.to_number,
    )
    assert call.body.startswith("안녕하십니까. 동작핸디맨입니다.")
    assert pages.missed(now()) == []
    ring()
    assert state(call) is S.ACCEPTED
    assert press(call, "1") == "1"
    assert state(call) is S.DELIVERED
    assert answers() == [(call.visit_id, Answer.GOOD)]


@pytest.mark.parametrize(
    ("digits", "answer", "sentence"),
    [("2", Answer.ANOTHER_TIME, "다른 때가 좋다고"), ("0", Answer.CALL_ME, "사람과 이야기하고")],
)
def test_whoever_wants_another_time_or_a_person_is_on_the_list(
    digits: str, answer: Answer, sentence: str
) -> None:
    visit = booked(phone="+8228200001")
    call = ring()
    press(call, digits)
    assert (state(call), answers()) == (S.NEEDS_PERSON, [(visit.id, answer)])
    assert [sentence in each.reason for each in pages.missed(now())] == [True]


def test_the_same_key_told_twice_counts_once_and_another_one_is_asked_for_again() -> None:
    booked(phone="+8228200001")
    call = ring()
    assert press(call, "7") == ""
    assert [press(call, "1", step=2), press(call, "2", step=2)] == ["1", "2"]
    assert answers() == [(call.visit_id, Answer.GOOD)]
    assert len(db.session.scalars(select(KeyPress)).all()) == 2


def test_no_answer_rings_once_more_and_then_whoever_called_hears_of_it(clock: Clock) -> None:
    booked(phone="+8228200001", caller="+821000000055")
    for _ in range(2):
        call = rows()[-1]
        clock.set(max(call.due_at, now()))
        ring()
        receipts.take_receipt(Receipt("screen", call.provider_id or "", "no-answer"), now())
        assert state(call) is S.UNDELIVERED
    guardian = rows()[-1]
    assert (guardian.channel, guardian.to_number, guardian.state) == (
        Channel.SMS,
        "+821000000055",
        S.PENDING,
    )
    assert len(rows()) == 3
    assert [each.id for each in pages.missed(now())] == [guardian.id], "a quarter of an hour after the first"


def test_taken_up_without_a_key_and_nobody_else_is_a_persons_work() -> None:
    booked(phone="+8228200001")
    call = ring()
    receipts.take_receipt(Receipt("screen", call.provider_id or "", "completed"), now())
    assert state(call) is S.UNDELIVERED
    assert ["번호를 누르지" in each.reason for each in pages.missed(now())] == [True]


def test_a_key_that_is_told_after_the_call_ended_takes_the_next_step_back() -> None:
    booked(phone="+8228200001", caller="+821000000055")
    call = ring()
    receipts.take_receipt(Receipt("screen", call.provider_id or "", "completed"), now())
    assert rows()[-1].state is S.PENDING
    press(call, "1")
    assert rows()[-1].state is S.CANCELED
    assert answers() == [(call.visit_id, Answer.GOOD)]


def test_telephones_ring_only_at_their_hours(clock: Clock) -> None:
    clock.advance(hours=9)  # seven in the evening
    booked(phone="+8228200001")
    call = rows()[0]
    assert call.due_at.astimezone(clock().tzinfo) - now() == timedelta(hours=14)


def test_nobody_is_rung_about_a_number_that_nobody_has() -> None:
    booked()
    not_delivered("30005")
    assert [row.channel for row in rows()] == [Channel.SMS]
    assert len(pages.missed(now())) == 1


def test_whoever_wants_no_texts_is_rung() -> None:
    number = "+821000000001"
    trouble.fact_of(number).opted_out_at = now()
    booked(phone=number)
    assert {row.channel for row in rows()} == {Channel.VOICE}


def test_a_call_about_a_visit_that_is_off_says_nothing_of_it() -> None:
    visit = booked(phone="+8228200001")
    announce.cancelled(visit, now())
    db.session.commit()
    [call] = rows()
    assert (call.state, reach.words_of(call.id, 1, now())) == (S.CANCELED, None)
    [other] = rows(K.RESIDENT_CANCELLED)
    assert "취소되었습니다" in other.body
    assert "이 번" not in other.body


def test_a_promise_that_was_moved_is_not_confirmed_by_an_old_answer(client: Client, sign_in: SignIn) -> None:
    visit = booked(phone="+8228200001")
    press(ring(), "1")
    sign_in(Role.COORDINATOR)
    assert client.get(f"/visits/{visit.id}").text.count("전화로 확인하심") == 2, "on top, and at its call"
    for moment in ("window_start", "window_end", "start"):
        setattr(visit, moment, getattr(visit, moment) + timedelta(hours=1))
    db.session.commit()
    page = client.get(f"/visits/{visit.id}").text
    assert page.count("전화로 확인하심") == page.count("옮기기 전 약속에 대한 답: 전화로 확인하심") == 1


def test_who_could_not_be_told_stands_out_on_the_board(client: Client, sign_in: SignIn) -> None:
    visit = booked(members=[make_member()])
    sign_in(Role.COORDINATOR)
    path = f"/board?day={visit.day}"
    assert "알리지 못함" not in client.get(path).text
    not_delivered("30005")
    page = client.get(path).text
    assert "is-unreached" in page
    assert page.count("알리지 못함") == 2


def test_the_telephone_on_screen_rings_and_takes_a_key(client: Client, sign_in: SignIn) -> None:
    visit = booked(phone="+8228200001")
    call = ring()
    sign_in(Role.OPERATOR)
    path = f"/phones/person/{visit.resident_id}"
    assert "전화가 왔습니다" in client.get(path).text
    client.post(f"{path}/{call.id}/key", data={"digits": "1", "attempt": str(call.attempt)})
    assert state(call) is S.DELIVERED
    assert "1번을 눌렀습니다" in client.get(path).text
    again = client.post(f"{path}/999/key", data={"digits": "1", "attempt": "1"}, follow_redirects=True)
    assert "이미 끝났습니다" in again.text


def hook(client: Client, path: str, **form: str) -> ET.Element:
    headers = {"X-Twilio-Signature": sign(f"{BASE}{path}", form, TOKEN)}
    answer = client.post(path, data=form, headers=headers, base_url=BASE)
    assert (answer.status_code, answer.mimetype) == (200, "text/xml")
    return ET.fromstring(answer.text)


def said(document: ET.Element) -> list[str]:
    return [each.text or "" for each in document.iter("Say")]


def test_twilio_rings_asks_in_korean_twice_and_thanks(
    client: Client, twilio: TwilioGateway, peer: Peer
) -> None:
    booked(phone="+8228200001")
    outbox.send_due(twilio, now)
    [call] = rows()
    form = peer.taken[0]["form"]
    assert (form["To"], form["From"]) == ("+8228200001", "+821000000000")
    assert form["Url"] == f"{BASE}/hooks/twilio/voice?outbox={call.id}&attempt=1"
    sid = peer.taken[0]["sid"]
    asked = hook(client, form["Url"].removeprefix(BASE), CallSid=sid, CallStatus="in-progress")
    gather = asked.find("Gather")
    assert gather is not None
    assert (gather.get("numDigits"), gather.get("timeout")) == ("1", "10")
    assert said(asked) == [call.body] * 2
    assert {each.get("language") for each in asked.iter("Say")} == {"ko-KR"}
    assert state(call) is S.SENT
    key = gather.get("action", "").removeprefix(BASE)
    again = hook(client, key, CallSid=sid, Digits="9")
    assert said(again)[0].startswith(spoken.NOT_UNDERSTOOD)
    second = again.find("Gather")
    assert second is not None
    thanks = hook(client, second.get("action", "").removeprefix(BASE), CallSid=sid, Digits="1")
    assert said(thanks) == [spoken.THANKS["1"]]
    assert state(call) is S.DELIVERED
    status = form["StatusCallback"].removeprefix(BASE)
    done = {"CallSid": sid, "CallStatus": "completed"}
    headers = {"X-Twilio-Signature": sign(f"{BASE}{status}", done, TOKEN)}
    assert client.post(status, data=done, headers=headers, base_url=BASE).status_code == 204
    assert state(call) is S.DELIVERED


def test_whoever_takes_up_after_the_visit_was_called_off_hears_no_old_promise(
    client: Client, twilio: TwilioGateway, peer: Peer
) -> None:
    visit = booked(phone="+8228200001")
    outbox.send_due(twilio, now)
    visit.state = VisitState.CANCELLED
    announce.cancelled(visit, now())
    db.session.commit()
    [call] = rows()
    sid, path = peer.taken[0]["sid"], f"outbox={call.id}&attempt=1"
    assert said(hook(client, f"/hooks/twilio/voice?{path}", CallSid=sid)) == [spoken.CHANGED]
    key = f"/hooks/twilio/key?{path}&step=1"
    assert said(hook(client, key, CallSid=sid, Digits="1")) == [spoken.CHANGED], "pressed when it was heard"
    assert [row.kind for row in db.session.scalars(select(Message).where(Message.state == S.PENDING))] == [
        K.RESIDENT_CANCELLED
    ]


def test_silence_says_goodbye_and_an_unknown_call_says_nothing(
    client: Client, twilio: TwilioGateway, peer: Peer
) -> None:
    booked(phone="+8228200001")
    outbox.send_due(twilio, now)
    [call] = rows()
    path = f"/hooks/twilio/key?outbox={call.id}&attempt=1&step=1"
    assert said(hook(client, path, CallSid=peer.taken[0]["sid"])) == [spoken.GOODBYE]
    assert said(hook(client, "/hooks/twilio/voice?outbox=999&attempt=1", CallSid="CA9")) == []
    assert client.post("/hooks/twilio/voice", base_url=BASE).status_code == 403
    assert client.post("/hooks/twilio/key", base_url=BASE).status_code == 403


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        ((9, 11), "오전 9시에서 11시 사이"),
        ((11, 13), "오전 11시에서 오후 1시 사이"),
        ((13, 15), "오후 1시에서 3시 사이"),
    ],
)
def test_times_are_said_as_people_say_them(hours: tuple[int, int], words: str, clock: Clock) -> None:
    start, end = (clock().replace(hour=hour, minute=0) for hour in hours)
    promise = Promise(start, end, "2645")
    said_now = spoken.words(K.RESIDENT_DAY_BEFORE, Office("동작핸디맨", "02-820-0000"), promise)
    assert words in said_now
    assert "방문 번호는 이 육 사 오입니다" in said_now


@pytest.mark.parametrize(
    ("phone", "words"),
    [
        ("02-820-0000", "공 이, 팔 이 공, 공 공 공 공번으로"),
        ("1588-0000", "일 오 팔 팔, 공 공 공 공번으로"),
        ("0000", "공 공 공 공번으로"),
    ],
)
@pytest.mark.parametrize("ending", [Outcome.DONE, Outcome.NOBODY_HOME, None])
def test_a_telephone_number_is_said_with_a_rest_where_it_has_a_hyphen(
    phone: str, words: str, ending: Outcome | None
) -> None:
    promise = Promise(now(), now() + timedelta(hours=2), "2645")
    said_now = spoken.ended(Office("동작핸디맨", phone), promise, ending)
    assert words in said_now
    assert "-" not in said_now


@pytest.mark.parametrize("ending", [Outcome.DONE, Outcome.PARTLY, Outcome.NOBODY_HOME])
def test_how_it_ended_is_told_with_who_was_there_and_the_number_of_the_visit(ending: Outcome) -> None:
    promise = Promise(now(), now() + timedelta(hours=2), "2645", ("박수리", "이사랑"))
    said_now = spoken.ended(Office("동작핸디맨", "02-820-0000"), promise, ending)
    assert "박수리, 이사랑 조합원이" in said_now
    assert "방문 번호는 이 육 사 오입니다." in said_now


def test_a_call_is_made_again_at_a_wish_and_only_at_its_hours(clock: Clock) -> None:
    booked(phone="+8228200001")
    call = ring()
    receipts.take_receipt(Receipt("screen", call.provider_id or "", "completed"), now())
    clock.advance(hours=10)  # eight in the evening
    with transaction():
        assert pages.send_again(call.id, SYSTEM, now())
    again = rows()[-1]
    assert (again.channel, again.due_at) == (Channel.VOICE, now() + timedelta(hours=13))


def test_a_text_that_arrives_after_all_keeps_the_telephone_from_ringing() -> None:
    booked()
    text = not_delivered("30007")
    assert rows()[1].state is S.PENDING
    receipts.take_receipt(Receipt("twilio", text.provider_id or "", "delivered"), now())
    assert [row.state for row in rows()] == [S.UNDELIVERED, S.CANCELED]
    assert pages.missed(now()) == []


def test_a_text_that_somebody_is_on_the_way_climbs_at_once_to_a_call_and_to_whoever_stands_by(
    clock: Clock,
) -> None:
    visit = booked(caller="+821000000077")
    clock.set(visit.start - timedelta(hours=2))
    with transaction():
        visit.state = VisitState.ON_THE_WAY
        announce.on_the_way(visit, now())
    text = rows(K.RESIDENT_ON_THE_WAY)[0]
    with transaction():
        text.move_to(S.SENDING, SYSTEM, now())
        text.attempt, text.provider, text.provider_id = 1, "twilio", "SM1"
        text.move_to(S.ACCEPTED, SYSTEM, now())
    receipts.take_receipt(Receipt("twilio", "SM1", "undelivered", "30007"), now())
    call = rows(K.RESIDENT_ON_THE_WAY)[1]
    assert (call.channel, call.state, call.due_at) == (Channel.VOICE, S.PENDING, now())
    assert "지금 댁으로 가고 있습니다" in call.body
    outbox.send_due(ScreenGateway(), now)
    receipts.take_receipt(Receipt("screen", f"screen-{call.id}-1", "no-answer", "", call.id, 1), now())
    *others, last = rows(K.RESIDENT_ON_THE_WAY)
    assert [each.recipient_id for each in others] == [visit.resident_id] * 2
    assert (last.to_number, last.channel, last.due_at) == ("+821000000077", Channel.SMS, now())
    assert "김보기님 댁" in last.body


def test_a_call_that_only_tells_takes_no_other_time_and_a_wish_for_a_person() -> None:
    visit = booked(phone="+8228200001")
    with transaction():
        visit.state = VisitState.ON_THE_WAY
        announce.on_the_way(visit, now())
    outbox.send_due(ScreenGateway(), now)
    call = rows(K.RESIDENT_ON_THE_WAY)[0]
    assert press(call, "2") == ""
    assert press(call, "0", step=2) == "0"
    assert state(call) is S.NEEDS_PERSON
    assert reach.said_to(call.id, "1") == spoken.NOTED


def test_whoever_waits_for_our_call_is_not_shown_as_not_reached(client: Client, sign_in: SignIn) -> None:
    visit = booked(phone="+8228200001", members=[make_member()])
    sign_in(Role.COORDINATOR)
    press(ring(), "2")
    page = client.get(f"/board?day={visit.day}").text
    assert page.count("전화 기다림") == 2
    assert "is-waiting-for-call" in page
    assert "알리지 못함" not in page


def test_a_call_that_is_taken_up_when_they_stand_at_the_door_says_so() -> None:
    visit = booked(phone="+8228200001")
    with transaction():
        visit.state = VisitState.ON_THE_WAY
        announce.on_the_way(visit, now())
    outbox.send_due(ScreenGateway(), now)
    call = rows(K.RESIDENT_ON_THE_WAY)[0]
    assert reach.changed(call.id, now()) == ""
    visit.state = VisitState.ARRIVED
    db.session.commit()
    assert reach.changed(call.id, now()) == reach.said_to(call.id, "1") == spoken.ARRIVED
