"""A member without a smartphone is rung: asked, told, reminded, and never lost."""

import threading
from collections.abc import Callable
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session, scoped_session

from handyman import flow
from handyman.board.locking import lock_visit
from handyman.extensions import db, now, transaction
from handyman.intake.call import Where
from handyman.messages import (
    announce,
    asked,
    daily,
    homes,
    outbox,
    pages,
    reach,
    receipts,
    spoken,
    spoken_jobs,
    wording,
)
from handyman.messages.gateways import ScreenGateway, TwilioGateway
from handyman.messages.receipts import Receipt
from handyman.messages.spoken_jobs import CHANGED_MIND, DECLINED_BEFORE, OUTCOMES, Standing
from handyman.models import (
    AssignmentState,
    CancelReason,
    Channel,
    Link,
    Member,
    Message,
    MessageKind,
    MessageState,
    Offer,
    OfferState,
    PhoneKind,
    ReachAnswer,
    Role,
    User,
    Visit,
)
from tests.conftest import Client, Clock
from tests.factories import make_member, make_user, make_visit
from tests.messages.test_ladder import BASE, hook, said, state
from tests.messages.test_race import at_once
from tests.messages.twilio_peer import TOKEN, Peer, sign

K, S = MessageKind, MessageState
SignIn = Callable[..., User]
pytestmark = pytest.mark.usefixtures("session")


def landline(name: str = "최집전", **values: object) -> Member:
    number = {"phone": "+8228200001", "phone_kind": PhoneKind.LANDLINE, "smartphone": False}
    return make_member(name, **{**number, **values})


def asks(member: Member | None = None) -> Visit:
    """A visit that the member is rung about."""
    visit = make_visit(members=[member or landline()], accepted=False)
    announce.offered(visit.assignments[0].offers[0], now())
    db.session.commit()
    return visit


def rows(kind: MessageKind = K.MEMBER_OFFER) -> list[Message]:
    query = select(Message).where(Message.kind == kind).order_by(Message.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def ring(kind: MessageKind = K.MEMBER_OFFER) -> Message:
    outbox.send_due(ScreenGateway(), now)
    return rows(kind)[-1]


def press(call: Message, digits: str, step: int = 1) -> str:
    key = reach.Press("screen", f"screen-{call.id}-{call.attempt}", call.id, call.attempt, step, digits)
    answer = flow.take_key(key, now())
    db.session.expire_all()
    return answer


def ends(call: Message, status: str) -> None:
    db.session.refresh(call)
    receipts.take_receipt(Receipt("screen", call.provider_id or "", status), now())


def test_the_call_says_all_that_is_needed_to_decide_and_holds_no_link() -> None:
    visit = asks()
    [call] = rows()
    assert (call.channel, call.state, call.link_id) == (Channel.VOICE, S.PENDING, None)
    assert call.to_number == "+8228200001"
    number = " ".join({"0": "공"}.get(each, "") or "공일이삼사오육칠팔구"[int(each)] for each in visit.number)
    for words in (
        "동작핸디맨입니다",
        "11월 25일 수요일 오전 10시에서 오후 12시 사이",
        "상도1동",
        "전등",
        "혼자 갑니다",
        "약 40분 걸립니다",
        f"방문 번호는 {number}입니다",
        "오늘 오전 10시 30분까지",
        "맡으시려면 일 번, 못 가시면 이 번",
    ):
        assert words in call.body
    assert "{" not in call.body
    assert db.session.scalar(select(Link)) is None


def test_whom_they_go_with_is_said() -> None:
    visit = make_visit(members=[make_member("가람"), landline()])
    place = visit.assignments[1]
    place.state, place.offers[0].state = AssignmentState.OFFERED, OfferState.OFFERED
    announce.offered(place.offers[0], now())
    assert "가람 님과 함께 갑니다" in rows()[0].body


def test_one_accepts_and_no_text_follows() -> None:
    visit = asks()
    call = ring()
    assert press(call, "1") == OUTCOMES[Standing.ACCEPTED]
    assert visit.assignments[0].state is AssignmentState.ACCEPTED
    assert (call.state, call.told_at) == (S.DELIVERED, None)
    assert [row.channel for row in rows()] == [Channel.VOICE]
    assert db.session.scalar(select(ReachAnswer)) is None
    ends(call, "completed")
    assert state(call) is S.DELIVERED
    assert pages.missed(now()) == []


def test_two_declines_and_the_next_in_rank_is_asked() -> None:
    visit = asks()
    other = make_member("다음")
    assert press(ring(), "2") == OUTCOMES[Standing.DECLINED]
    assert visit.assignments[0].member_id == other.id


def test_nought_asks_for_a_person_and_leaves_the_offer_open() -> None:
    visit = asks()
    call = ring()
    assert "곧 전화드리겠습니다" in press(call, "0")
    assert visit.assignments[0].offers[0].state is OfferState.OFFERED
    assert ["사람과 이야기" in each.reason for each in pages.missed(now())] == [True]


def test_another_key_means_nothing() -> None:
    visit = asks()
    assert press(ring(), "7") == ""
    assert visit.assignments[0].offers[0].state is OfferState.OFFERED


def test_the_same_key_told_twice_is_one_answer() -> None:
    asks()
    call = ring()
    assert [press(call, "1"), press(call, "1")] == [OUTCOMES[Standing.ACCEPTED]] * 2
    assert call.state is S.DELIVERED


def offer_of(visit: Visit) -> Offer:
    return db.session.scalars(select(Offer).order_by(Offer.id)).first()  # type: ignore[return-value]


def expires(visit: Visit) -> None:
    offer_of(visit).expires_at = now()
    db.session.commit()
    flow.expire_offers(now())


def is_taken(visit: Visit) -> None:
    other = make_member("먼저")
    expires(visit)
    assert visit.assignments[0].member_id == other.id
    answer = db.session.scalars(select(Offer).where(Offer.member_id == other.id)).one()
    flow.answer_offer(answer.id, True, None, "", asked.Question(0, 0, 0, other.id).by, now())


def is_moved(visit: Visit) -> None:
    for moment in ("window_start", "window_end", "start"):
        setattr(visit, moment, getattr(visit, moment) + timedelta(hours=2))
    announce.moved(visit, now())


def is_cancelled(visit: Visit) -> None:
    make_user()
    flow.cancel_visit(visit.id, CancelReason.OTHER, asked.Question(0, 0, 0, 1).by, now())


@pytest.mark.parametrize("digits", ["1", "2"])
@pytest.mark.parametrize(
    ("happens", "outcome"),
    [
        (expires, Standing.LATE),
        (is_taken, Standing.TAKEN),
        (is_moved, Standing.MOVED),
        (is_cancelled, Standing.CANCELLED),
    ],
)
def test_what_happened_while_it_rang_is_said_truly(
    happens: Callable[[Visit], None], outcome: Standing, digits: str
) -> None:
    visit = asks()
    call = ring()
    happens(visit)
    db.session.commit()
    before = offer_of(visit).state
    assert press(call, digits) == OUTCOMES[outcome]
    assert offer_of(visit).state is before
    assert state(call) is S.DELIVERED


def test_whoever_changes_their_mind_is_rung_by_a_person() -> None:
    visit = asks()
    call = ring()
    flow.answer_offer(offer_of(visit).id, True, None, "", asked.Question(0, 0, 0, 1).by, now())
    assert press(call, "2") == CHANGED_MIND
    assert visit.assignments[0].state is AssignmentState.ACCEPTED
    assert [each.id for each in pages.missed(now())] == [call.id]


def test_whoever_said_no_elsewhere_and_now_yes_is_rung_by_a_person() -> None:
    visit = asks()
    call = ring()
    flow.answer_offer(offer_of(visit).id, False, None, "", asked.Question(0, 0, 0, 1).by, now())
    assert press(call, "1") == DECLINED_BEFORE
    assert offer_of(visit).state is OfferState.DECLINED
    assert state(call) is S.NEEDS_PERSON


@pytest.mark.parametrize("status", ["no-answer", "busy", "completed"])
def test_silence_rings_once_more_and_then_is_a_persons_work(status: str, clock: Clock) -> None:
    asks()
    ends(ring(), status)
    again = rows()[-1]
    assert (again.state, again.due_at) == (S.PENDING, now() + timedelta(minutes=15))
    assert pages.missed(now()) == []
    clock.advance(minutes=15)
    ends(ring(), status)
    assert len(rows()) == 2
    assert [each.id for each in pages.missed(now())] == [again.id]


def test_the_second_call_is_answered_like_the_first(clock: Clock) -> None:
    visit = asks()
    ends(ring(), "no-answer")
    clock.advance(minutes=15)
    press(ring(), "1")
    assert visit.assignments[0].state is AssignmentState.ACCEPTED
    assert pages.missed(now()) == []


def test_it_rings_only_at_the_hours_of_calls(clock: Clock) -> None:
    clock.advance(hours=9, minutes=30)  # half past seven in the evening
    visit = make_visit(members=[landline()], accepted=False, start=now() + timedelta(days=2))
    offer = visit.assignments[0].offers[0]
    offer.expires_at = now() + timedelta(hours=14)
    announce.offered(offer, now())
    [call] = rows()
    assert call.due_at == now() + timedelta(hours=13, minutes=30)  # nine in the morning
    assert "오늘 오전 9시 30분까지" in call.body


def test_what_cannot_be_rung_in_time_is_a_persons_work_with_the_words_to_say(clock: Clock) -> None:
    clock.advance(hours=10)  # eight in the evening
    visit = make_visit(members=[landline()], accepted=False, start=now() + timedelta(days=2))
    announce.offered(visit.assignments[0].offers[0], now())
    db.session.commit()
    assert [row.state for row in rows()] == [S.NEEDS_PERSON]
    [missed] = pages.missed(now())
    assert "맡으실 수 있는지" in missed.body
    assert "눌러" not in missed.body


def accepted() -> Visit:
    visit = make_visit(members=[landline()], start=now() + timedelta(days=1, hours=3))
    db.session.commit()
    return visit


def test_whoever_said_yes_to_a_person_is_told_nothing_more_than_the_reminder() -> None:
    visit = accepted()
    announce.accepted(visit.assignments[0], now())
    assert rows() == []
    [call] = rows(K.MEMBER_REMINDER)
    assert (call.channel, call.due_at) == (Channel.VOICE, visit.start - timedelta(hours=1))


def test_the_reminder_says_the_address_of_that_moment(clock: Clock) -> None:
    visit = accepted()
    announce.accepted(visit.assignments[0], now())
    visit.address.unit = "101동 1203호"
    db.session.commit()
    clock.set(visit.start - timedelta(hours=1))
    call = ring(K.MEMBER_REMINDER)
    words = reach.words_of(call.id, call.attempt, now()) or ""
    assert "서울특별시 동작구 상도로 369, 101동 1203호, 김보기 어르신 댁입니다" in words
    assert "101동" not in call.body
    assert press(call, "2") == ""
    assert press(call, "1", step=2) == "알겠습니다. 고맙습니다."
    assert call.state is S.DELIVERED


def test_a_visit_that_is_off_or_moved_is_told_by_a_call() -> None:
    visit = accepted()
    announce.accepted(visit.assignments[0], now())
    is_moved(visit)
    [moved] = rows(K.MEMBER_MOVED)
    assert "방문의 시간이 바뀌었습니다" in moved.body
    announce.withdrawn(visit.assignments[0].offers[0], now() + timedelta(minutes=1))
    [off] = rows(K.MEMBER_WITHDRAWN)
    assert (off.channel, "가지 마십시오" in off.body) == (Channel.VOICE, True)
    assert [row.state for row in rows(K.MEMBER_REMINDER)] == [S.CANCELED] * 2


def corrects(visit: Visit, said: str) -> None:
    request = visit.items[0].request_item.request
    flow.correct_address(request.id, Where(said), asked.Question(0, 0, 0, 1).by, now())
    db.session.commit()


def test_another_door_is_told_once_the_address_may_have_been(clock: Clock) -> None:
    visit = accepted()
    make_user()
    announce.accepted(visit.assignments[0], now())
    db.session.commit()
    corrects(visit, "상도로 369, 2층")
    assert rows(K.MEMBER_MOVED) == []
    clock.advance(hours=7, minutes=30)
    corrects(visit, "상도로 369, 3층")
    [call] = rows(K.MEMBER_MOVED)
    assert (call.channel, "장소가 바뀌었습니다" in call.body) == (Channel.VOICE, True)
    assert "상도로 369, 3층" in homes.fill(call.body)


def test_the_day_is_told_on_the_evening_before_with_each_address(clock: Clock) -> None:
    visit = make_visit(members=[landline()], start=now() - timedelta(hours=1) + timedelta(days=1))
    announce.accepted(visit.assignments[0], now())
    assert rows(K.MEMBER_REMINDER) == []  # at eight no telephone may ring, and the evening has told it
    clock.advance(hours=6, minutes=59)
    daily.day_lists(now())
    assert rows(K.MEMBER_DAY_LIST) == []
    clock.advance(minutes=1)
    for _ in range(2):
        daily.day_lists(now())
    db.session.commit()
    call = ring(K.MEMBER_DAY_LIST)
    assert len(rows(K.MEMBER_DAY_LIST)) == 1
    words = reach.words_of(call.id, call.attempt, now()) or ""
    assert "11월 25일 수요일 방문이 1건 있습니다. 오전 9시, 서울특별시 동작구 상도로 369" in words
    assert press(call, "1") != ""
    assert call.state is S.DELIVERED
    clock.advance(hours=14)
    daily.day_lists(now())
    assert len(rows(K.MEMBER_DAY_LIST)) == 1


def test_whoever_took_the_job_on_after_that_is_told_by_a_person(clock: Clock) -> None:
    visit = make_visit(members=[landline()], start=now() - timedelta(hours=1) + timedelta(days=1))
    clock.advance(hours=8)
    announce.accepted(visit.assignments[0], now())
    [row] = rows(K.MEMBER_REMINDER)
    assert row.state is S.NEEDS_PERSON


def test_more_visits_than_anybody_listens_to_are_kept_short(clock: Clock) -> None:
    member = landline()
    for place in range(12):
        make_visit(members=[member], start=now() + timedelta(days=1, minutes=10 * place))
    db.session.commit()
    clock.advance(hours=7)
    daily.day_lists(now())
    [call] = rows(K.MEMBER_DAY_LIST)
    assert len(call.body) <= 500
    assert "방문이 12건 있습니다" in call.body


def test_the_telephone_on_screen_rings_with_its_keys(client: Client, sign_in: SignIn) -> None:
    visit = asks()
    member_id, call = visit.assignments[0].member_id, ring()
    sign_in(Role.OPERATOR)
    path = f"/phones/member/{member_id}"
    page = client.get(path).text
    for words in ("전화가 왔습니다", "맡겠습니다", "못 갑니다", "사람과 통화", "받지 않음"):
        assert words in page
    answer = client.post(f"{path}/{call.id}/key", data={"digits": "2", "attempt": "1"}, follow_redirects=True)
    assert OUTCOMES[Standing.DECLINED] in answer.text
    assert "2번을 눌렀습니다" in answer.text


def test_a_call_on_screen_may_ring_in_vain(client: Client, sign_in: SignIn) -> None:
    visit = asks()
    member_id, call = visit.assignments[0].member_id, ring()
    sign_in(Role.OPERATOR)
    client.post(f"/phones/member/{member_id}/{call.id}/key", data={"digits": "-", "attempt": "1"})
    assert [row.state for row in rows()] == [S.UNDELIVERED, S.PENDING]


def taken_up(client: Client, peer: Peer, twilio: TwilioGateway) -> tuple[str, str]:
    """The call leaves by Twilio: the path that it fetches, and its id."""
    outbox.send_due(twilio, now)
    form = peer.taken[-1]["form"]
    assert form["To"] == "+8228200001"
    return form["Url"].removeprefix(BASE), peer.taken[-1]["sid"]


def action(document: ET.Element) -> str:
    """Where a key goes."""
    gather = document.find("Gather")
    assert gather is not None
    return gather.get("action", "").removeprefix(BASE)


def test_twilio_asks_a_member_twice_and_takes_the_answer(
    client: Client, twilio: TwilioGateway, peer: Peer
) -> None:
    visit = asks()
    path, sid = taken_up(client, peer, twilio)
    document = hook(client, path, CallSid=sid)
    assert said(document) == [rows()[0].body] * 2
    key = action(document)
    assert said(hook(client, key, CallSid=sid, Digits="1")) == [OUTCOMES[Standing.ACCEPTED]]
    db.session.expire_all()
    assert visit.assignments[0].state is AssignmentState.ACCEPTED
    assert said(hook(client, key, CallSid=sid, Digits="1")) == [OUTCOMES[Standing.ACCEPTED]]


def test_a_machine_that_takes_up_hears_no_address(
    client: Client, twilio: TwilioGateway, peer: Peer, clock: Clock
) -> None:
    visit = accepted()
    announce.accepted(visit.assignments[0], now())
    db.session.commit()
    clock.set(visit.start - timedelta(hours=1))
    path, sid = taken_up(client, peer, twilio)
    opened = hook(client, path, CallSid=sid)
    [first, again] = said(opened)
    assert first == again == spoken_jobs.opening(wording.office())
    key = action(opened)
    assert said(hook(client, key, CallSid=sid)) == [spoken.GOODBYE]
    unknown = hook(client, key, CallSid=sid, Digits="7")
    assert said(unknown)[0] == f"{spoken.NOT_UNDERSTOOD} {first}"
    whole = hook(client, action(unknown), CallSid=sid, Digits="1")
    assert "상도로 369, 김보기 어르신 댁입니다" in said(whole)[0]
    [call] = rows(K.MEMBER_REMINDER)
    assert state(call) is S.SENT, "nobody has said yet that they have heard it"
    assert said(hook(client, action(whole), CallSid=sid, Digits="1")) == [spoken.NOTED]
    assert state(call) is S.DELIVERED


def test_a_person_may_be_asked_for_before_anything_was_said(
    client: Client, twilio: TwilioGateway, peer: Peer, clock: Clock
) -> None:
    visit = accepted()
    announce.accepted(visit.assignments[0], now())
    db.session.commit()
    clock.set(visit.start - timedelta(hours=1))
    path, sid = taken_up(client, peer, twilio)
    said_to = said(hook(client, action(hook(client, path, CallSid=sid)), CallSid=sid, Digits="0"))
    assert said_to == [spoken.THANKS["0"]]
    assert ["사람과 이야기" in each.reason for each in pages.missed(now())] == [True]


def test_twilio_tells_whoever_takes_up_too_late_and_asks_nothing(
    client: Client, twilio: TwilioGateway, peer: Peer
) -> None:
    visit = asks()
    path, sid = taken_up(client, peer, twilio)
    is_taken(visit)
    document = hook(client, path, CallSid=sid)
    assert (document.find("Gather"), said(document)) == (None, [OUTCOMES[Standing.TAKEN]])
    status = peer.taken[-1]["form"]["StatusCallback"].removeprefix(BASE)
    done = {"CallSid": sid, "CallStatus": "completed"}
    headers = {"X-Twilio-Signature": sign(f"{BASE}{status}", done, TOKEN)}
    client.post(status, data=done, headers=headers, base_url=BASE)
    assert next((row.state, row.to_number) for row in rows()) == (S.DELIVERED, "+8228200001")
    assert pages.missed(now()) == []


def test_a_key_without_a_signature_answers_nothing(client: Client, twilio: TwilioGateway, peer: Peer) -> None:
    visit = asks()
    taken_up(client, peer, twilio)
    call = rows()[0]
    path = f"/hooks/twilio/key?outbox={call.id}&attempt=1&step=1"
    assert client.post(path, data={"CallSid": "CA1", "Digits": "1"}, base_url=BASE).status_code == 403
    db.session.expire_all()
    assert visit.assignments[0].state is AssignmentState.OFFERED


@pytest.mark.usefixtures("any_database")
def test_a_key_and_the_office_at_one_moment_leave_one_answer_and_the_truth(
    app: Flask, session: scoped_session[Session]
) -> None:
    visit = asks()
    offer_id, visit_id = offer_of(visit).id, visit.id
    make_user()
    call = ring()
    key = reach.Press("screen", f"screen-{call.id}-1", call.id, 1, 1, "1")
    barrier, heard, at = threading.Barrier(2, timeout=10), list[str](), now()
    by = asked.Question(0, 0, 0, 1).by
    session.commit()

    def presses() -> None:
        barrier.wait()
        heard.append(flow.take_key(key, at))

    def cancels() -> None:
        barrier.wait()
        flow.cancel_visit(visit_id, CancelReason.OTHER, by, at)

    at_once(app, presses, cancels)
    session.rollback()
    offer = session.get_one(Offer, offer_id, populate_existing=True)
    was_first = heard == [OUTCOMES[Standing.ACCEPTED]]
    assert was_first or heard == [OUTCOMES[Standing.CANCELLED]]
    assert offer.state is OfferState.WITHDRAWN  # the office has the last word, or had the first
    told = session.scalars(select(Message).where(Message.kind == K.MEMBER_WITHDRAWN)).all()
    assert len(told) == 1
    assert state(call) is S.DELIVERED


@pytest.mark.usefixtures("any_database")
def test_yes_and_no_at_one_moment_leave_the_one_that_was_first(
    app: Flask, session: scoped_session[Session]
) -> None:
    visit = asks()
    offer_id = offer_of(visit).id
    call = ring()
    session.commit()
    barrier, heard, at = threading.Barrier(2, timeout=10), dict[str, str](), now()

    def presses(digits: str, step: int) -> None:
        key = reach.Press("screen", f"screen-{call_id}-1", call_id, 1, step, digits)
        barrier.wait()
        heard[digits] = flow.take_key(key, at)

    call_id = call.id
    session.commit()
    at_once(app, lambda: presses("1", 1), lambda: presses("2", 2))
    session.rollback()
    offer = session.get_one(Offer, offer_id, populate_existing=True)
    if offer.state is OfferState.ACCEPTED:
        assert heard == dict.fromkeys("12", OUTCOMES[Standing.ACCEPTED])
    else:
        assert offer.state is OfferState.DECLINED
        assert heard == dict.fromkeys("12", OUTCOMES[Standing.DECLINED])


@pytest.mark.usefixtures("any_database")
def test_one_key_told_twice_at_one_moment_is_one_answer(app: Flask, session: scoped_session[Session]) -> None:
    asks()
    call = ring()
    key = reach.Press("screen", f"screen-{call.id}-1", call.id, 1, 1, "1")
    barrier, heard, at = threading.Barrier(2, timeout=10), list[str](), now()
    session.commit()

    def presses() -> None:
        barrier.wait()
        heard.append(flow.take_key(key, at))

    at_once(app, presses, presses)
    assert heard == [OUTCOMES[Standing.ACCEPTED]] * 2
    with transaction():
        assert state(call) is S.DELIVERED


@pytest.mark.parametrize(
    "any_database", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)
@pytest.mark.usefixtures("any_database")
def test_a_key_that_waits_for_whoever_moves_the_visit_answers_nothing_about_the_old_time(
    app: Flask, session: scoped_session[Session]
) -> None:
    visit = asks()
    visit_id, offer_id = visit.id, offer_of(visit).id
    call = ring()
    key = reach.Press("screen", f"screen-{call.id}-1", call.id, 1, 1, "1")
    held, heard, at = threading.Event(), list[str](), now()
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    session.commit()

    def moves() -> None:
        with transaction():
            row = lock_visit(visit_id)
            assert row is not None
            held.set()
            while not db.session.scalar(waiting):
                db.session.execute(text("SELECT pg_sleep(0.01), pg_stat_clear_snapshot()"))
            for moment in ("window_start", "window_end", "start"):
                setattr(row, moment, getattr(row, moment) + timedelta(hours=2))
            announce.moved(row, at)

    def presses() -> None:
        held.wait(10)
        heard.append(flow.take_key(key, at))

    at_once(app, moves, presses)
    session.rollback()
    assert heard == [OUTCOMES[Standing.MOVED]]
    assert session.get_one(Offer, offer_id, populate_existing=True).state is OfferState.OFFERED
