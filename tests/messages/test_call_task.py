"""A person rings: the words to say, what came of it, and where it stands on the visit."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from handyman.extensions import db, now
from handyman.messages import announce, call_task, outbox, pages
from handyman.messages.gateways import ScreenGateway
from handyman.messages.moments import stamp
from handyman.models import Answer, Message, MessageKind, MessageState, ReachAnswer, Relation, User, Visit
from tests.conftest import Client, Clock
from tests.factories import (
    make_contact,
    make_member,
    make_message,
    make_person,
    make_request,
    make_resident,
    make_visit,
)
from tests.messages.test_ladder import press, rows
from tests.messages.test_standby import fails, last

K, S = MessageKind, MessageState
SignIn = Callable[..., User]
pytestmark = pytest.mark.usefixtures("session")


def untold() -> Visit:
    """A promise to somebody with a landline who took up the receiver and pressed nothing."""
    visit = make_visit(make_request(make_resident(phone="+8228200001")), start=now() + timedelta(days=3))
    announce.booked(visit, now())
    db.session.commit()
    fails(last())
    return visit


def note(client: Client, message: Message, outcome: str) -> tuple[int, str]:
    answer = client.post(f"/messages/{message.id}/told", data={"outcome": outcome})
    db.session.expire_all()
    return answer.status_code, answer.location or ""


def test_the_task_has_the_words_to_say_and_three_buttons(client: Client, sign_in: SignIn) -> None:
    untold()
    sign_in()
    page = client.get("/messages").text
    for words in (
        "안녕하십니까. 동작핸디맨입니다. 11월 27일 금요일",
        "방문 번호는",
        "좋다고 하심",
        "다른 때",
        "못 닿음",
    ):
        assert words in page
    assert "일 번" not in page
    assert 'value="told"' not in page


def test_a_text_that_did_not_arrive_is_put_into_spoken_words(client: Client, sign_in: SignIn) -> None:
    visit = make_visit(make_request(make_resident()), start=now() + timedelta(days=3))
    announce.booked(visit, now())
    db.session.commit()
    fails(last(), "undelivered", "30005")
    [missed] = pages.missed(now())
    assert missed.body.startswith("안녕하십니까.")
    assert missed.asks


def test_good_confirms_the_visit_and_says_who_heard_it(client: Client, sign_in: SignIn) -> None:
    visit, user = untold(), sign_in()
    assert note(client, last(), "good") == (303, "/messages#missed")
    [answer] = db.session.scalars(select(ReachAnswer)).all()
    assert (answer.answer, answer.told_by_id, answer.window_start) == (
        Answer.GOOD,
        user.id,
        visit.window_start,
    )
    assert pages.missed(now()) == []
    page = client.get(f"/visits/{visit.id}").text
    assert "전화로 확인하심" in page
    assert "김보기 · 김상담 님이 전화로 들음" in page
    assert "김상담 님이 전화함 → 김보기: 좋다고 하심" in page


def test_another_time_leads_to_the_visit_and_stays_until_it_has_moved(
    client: Client, sign_in: SignIn
) -> None:
    visit = untold()
    sign_in()
    assert note(client, last(), "another_time") == (303, f"/visits/{visit.id}#move")
    [missed] = pages.missed(now())
    assert "다른 때가 좋다고" in missed.reason
    assert "다른 때를 바라심" in client.get(f"/visits/{visit.id}").text
    for moment in ("window_start", "window_end", "start"):
        setattr(visit, moment, getattr(visit, moment) + timedelta(hours=2))
    announce.moved(visit, now())
    db.session.commit()
    assert pages.missed(now()) == []
    assert "다른 때를 바라심</span>" not in client.get(f"/visits/{visit.id}").text


def test_who_was_not_reached_stays_on_the_list_and_the_visit_says_who_tried(
    client: Client, sign_in: SignIn
) -> None:
    visit = untold()
    sign_in()
    assert note(client, last(), "not_reached") == (303, "/messages#missed")
    [missed] = pages.missed(now())
    assert "전화했으나 닿지 못했습니다" in missed.reason
    assert db.session.scalar(select(ReachAnswer)) is None
    assert "김상담 님이 전화함 → 김보기: 못 닿음" in client.get(f"/visits/{visit.id}").text
    assert note(client, last(), "good")[0] == 303
    assert pages.missed(now()) == []


def test_a_text_that_still_waits_can_be_asked_about_too(client: Client, sign_in: SignIn) -> None:
    visit = make_visit(make_request(make_resident()), start=now() + timedelta(days=3))
    announce.booked(visit, now() - timedelta(minutes=20))
    db.session.commit()
    sign_in()
    note(client, last(), "another_time")
    assert (last().state, last().last_error) == (S.NEEDS_PERSON, "another_time")
    assert outbox.send_due(ScreenGateway(), now) == 0


def test_what_asks_nothing_takes_no_answer(client: Client, sign_in: SignIn) -> None:
    visit = untold()
    announce.cancelled(visit, now())
    member = make_member()
    other = make_visit(members=[member], accepted=False)
    announce.offered(other.assignments[0].offers[0], now())
    db.session.commit()
    sign_in()
    texts = db.session.scalars(select(Message).order_by(Message.id.desc())).all()
    offer, off = texts[0], texts[1]
    for message in (offer, off):
        message.state = S.NEEDS_PERSON
    db.session.commit()
    for message in (offer, off):
        note(client, message, "good")
    assert db.session.scalar(select(ReachAnswer)) is None
    assert len(pages.missed(now())) == 2
    for message in (offer, off):
        note(client, message, "told")
    assert pages.missed(now()) == []
    assert client.post(f"/messages/{off.id}/told", data={"outcome": "sold"}).status_code == 400


def test_noted_twice_it_is_one_answer(client: Client, sign_in: SignIn) -> None:
    untold()
    sign_in()
    for _ in range(2):
        note(client, last(), "good")
    assert len(db.session.scalars(select(ReachAnswer)).all()) == 1


def test_which_of_those_who_stand_by_answered_stands_on_the_visit(client: Client, sign_in: SignIn) -> None:
    resident = make_resident(phone="+8228200001")
    make_contact(resident, make_person("아들", "+8228200077"), relation=Relation.FAMILY)
    visit = make_visit(make_request(resident), start=now() + timedelta(days=3))
    announce.booked(visit, now())
    db.session.commit()
    fails(last())
    outbox.send_due(ScreenGateway(), now)
    call = last()
    assert press(call, "1") == "1"
    sign_in()
    page = client.get(f"/visits/{visit.id}").text
    assert "아들 (가족) · 전화에서 번호를 누름" in page
    assert [row.state for row in rows()] == [S.UNDELIVERED, S.DELIVERED]


def test_a_text_to_whoever_called_is_shown_with_who_they_are(client: Client, sign_in: SignIn) -> None:
    request = make_request(make_resident(phone="+8228200001"))
    request.caller, request.relation = make_person("나라"), Relation.CARE_WORKER
    visit = make_visit(request, start=now() + timedelta(days=3))
    announce.booked(visit, now())
    db.session.commit()
    fails(last())
    sign_in()
    assert "문자 · 나라 (생활지원사)" in client.get(f"/visits/{visit.id}").text
    fails(last(), "undelivered", "30004")
    assert "(김보기 어르신 일)" in client.get("/messages").text


def test_the_list_asks_as_much_for_many_tasks_as_for_one(
    client: Client, sign_in: SignIn, count_queries: Callable[[], Any]
) -> None:
    sign_in()
    asked = []
    for _ in range(2):
        for _ in range(4):
            resident = make_resident(phone=None)
            visit = make_visit(
                make_request(resident), start=now() + timedelta(days=3), members=[make_member()]
            )
            announce.booked(visit, now())
            for offer in visit.assignments[0].offers:
                key = f"offer:{offer.id}:{stamp(visit.window_start)}"
                make_message(offer.member, K.MEMBER_OFFER, visit, dedupe_key=key, state=S.EXPIRED)
        with count_queries() as queries:
            client.get("/messages")
        asked.append(len(queries))
    assert len(pages.missed(now())) == 16
    assert asked[0] == asked[1] <= 20


def test_a_reminder_that_is_passed_on_on_the_day_itself_says_today(clock: Clock) -> None:
    visit = make_visit(make_request(make_resident(phone="+8228200001")), start=now() + timedelta(days=1))
    [task] = [
        make_message(
            visit.resident.person, K.RESIDENT_DAY_BEFORE, visit, dedupe_key=f"x:{stamp(visit.window_start)}"
        )
    ]
    assert "내일 11월 25일 수요일" in call_task.words(task, now())
    clock.set(visit.window_start - timedelta(hours=1))
    assert "오늘 11월 25일 수요일" in call_task.words(task, now())
    assert "내일" not in call_task.words(task, now())


def test_a_wish_for_another_time_outlasts_a_call_in_vain(client: Client, sign_in: SignIn) -> None:
    visit = make_visit(make_request(make_resident(phone="+8228200001")), start=now() + timedelta(days=3))
    announce.booked(visit, now())
    db.session.commit()
    outbox.send_due(ScreenGateway(), now)
    call = rows()[-1]
    press(call, "2")
    sign_in()
    note(client, call, "not_reached")
    [missed] = pages.missed(now())
    assert "다른 때가 좋다고" in missed.reason
