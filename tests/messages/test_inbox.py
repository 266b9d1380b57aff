"""Texts that come in: a digit answers the one open question, and what nobody can read is for a person."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from handyman import flow
from handyman.extensions import db, now, transaction
from handyman.messages import announce, inbox, trouble
from handyman.messages.moments import stamp
from handyman.messages.replies import Reply, Said, read
from handyman.models import (
    Actor,
    ActorKind,
    Assignment,
    AssignmentState,
    AuditEntry,
    CancelReason,
    Heard,
    InboundMessage,
    Member,
    Message,
    MessageKind,
    MessageState,
    OfferState,
    OverrideReason,
    Role,
    TeamRole,
    User,
    Visit,
    VisitState,
)
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

PHONE = "+821000000001"
SignIn = Callable[..., User]
pytestmark = pytest.mark.usefixtures("session")


@pytest.mark.parametrize(
    ("body", "reply"),
    [
        ("1", Reply(Said.YES)),
        (" １ 번\n", Reply(Said.YES)),
        ("2", Reply(Said.NO)),
        ("2.", Reply(Said.NO)),
        ("1 2645", Reply(Said.YES, "2645")),
        ("2645 2", Reply(Said.NO, "2645")),
        ("취소", Reply(Said.CANCEL)),
        ("취소 2645", Reply(Said.CANCEL, "2645")),
        ("STOP", Reply(Said.NO_TEXTS)),
        ("Quit", Reply(Said.NO_TEXTS)),
        ("END", Reply(Said.NO_TEXTS)),
        ("opt-out", Reply(Said.NO_TEXTS)),
        ("revoke", Reply(Said.NO_TEXTS)),
        ("문자 그만", Reply(Said.NO_TEXTS)),
        ("문자 그만 보내세요", Reply(Said.NO_TEXTS)),
        ("cancel", Reply(Said.ANYTHING)),
        ("수신 거부!", Reply(Said.NO_TEXTS)),
        ("Start", Reply(Said.TEXTS_AGAIN)),
        ("12", Reply(Said.ANYTHING)),
        ("1시에 와 주세요", Reply(Said.ANYTHING)),
        ("2645 1 2646", Reply(Said.ANYTHING)),
        ("수신거부합니다", Reply(Said.NO_TEXTS)),
        ("문자 수신거부 부탁드립니다.", Reply(Said.NO_TEXTS)),
        ("무료 수신거부", Reply(Said.NO_TEXTS)),
        ("거부", Reply(Said.ANYTHING)),
        ("수신거부 아닙니다", Reply(Said.ANYTHING)),
        ("거부하지 않아요", Reply(Said.ANYTHING)),
        ("", Reply(Said.ANYTHING)),
    ],
)
def test_what_is_read_and_what_is_left_to_a_person(body: str, reply: Reply) -> None:
    assert read(body) == reply


@given(st.text(max_size=40))
def test_any_words_are_read_as_something(body: str) -> None:
    assert read(body).said in Said


def comes(sender: str, body: str, number: int = 1, opt_out: str = "") -> InboundMessage:
    flow.take_reply(inbox.Arrived("twilio", f"SM{number}", sender, body, opt_out), now())
    db.session.expire_all()
    return db.session.scalars(select(InboundMessage).order_by(InboundMessage.id.desc())).first()  # type: ignore[return-value]


def asked(member: Member) -> Visit:
    """The offer's text has arrived."""
    visit = make_visit(members=[member], accepted=False)
    offer_text(visit, state=MessageState.DELIVERED, attempt=1)
    return visit


def offer_text(visit: Visit, **values: Any) -> Message:
    offer = place(visit).offers[0]
    key = f"offer:{offer.id}:{stamp(visit.window_start)}"
    message = make_message(offer.member, MessageKind.MEMBER_OFFER, visit, dedupe_key=key, **values)
    db.session.commit()
    return message


def place(visit: Visit) -> Assignment:
    return visit.assignments[0]


def test_one_means_yes_to_the_one_open_question() -> None:
    member = make_member()
    visit = asked(member)
    row = comes(member.phone, "1")
    assert (row.outcome, row.handled_at) == ("accepted", now())
    assert place(visit).state is AssignmentState.ACCEPTED


def test_two_means_no_and_the_next_is_asked() -> None:
    member, other = make_member("먼저"), make_member("다음")
    visit = asked(member)
    assert comes(member.phone, "2").outcome == "declined"
    assert place(visit).member_id == other.id


def test_of_several_open_questions_the_visits_number_says_which() -> None:
    member = make_member()
    first, second = asked(member), asked(member)
    assert comes(member.phone, "1").handled_at is None
    assert comes(member.phone, f"1 {second.number}", number=2).outcome == "accepted"
    assert [place(visit).state for visit in (first, second)] == [
        AssignmentState.OFFERED,
        AssignmentState.ACCEPTED,
    ]


def test_a_yes_that_comes_too_late_waits_for_a_person() -> None:
    member = make_member()
    visit = asked(member)
    place(visit).offers[0].state = OfferState.EXPIRED
    db.session.commit()
    assert comes(member.phone, "1").handled_at is None


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"attempt": 1},  # it was refused, and waits for its next try
        {"state": MessageState.FAILED, "attempt": 1},
    ],
)
def test_nobody_answers_what_was_not_told_them(values: dict[str, Any]) -> None:
    member = make_member()
    visit = make_visit(members=[member], accepted=False)
    offer_text(visit, **values)
    assert comes(member.phone, "1").handled_at is None
    assert place(visit).state is AssignmentState.OFFERED


def test_whoever_was_told_by_a_person_may_answer_by_text() -> None:
    member = make_member()
    visit = make_visit(members=[member], accepted=False)
    offer_text(visit, state=MessageState.FAILED, attempt=1, told_at=now(), heard=Heard.TOLD)
    assert comes(member.phone, "1").outcome == "accepted"


def test_a_yes_to_the_old_time_is_no_yes_to_the_new_one() -> None:
    member = make_member()
    visit = asked(member)
    with transaction():
        for name in ("window_start", "window_end", "start"):
            setattr(visit, name, getattr(visit, name) + timedelta(hours=2))
        db.session.flush()
        announce.moved(visit, now())
    assert comes(member.phone, "1").handled_at is None
    assert place(visit).state is AssignmentState.OFFERED


def test_cancel_says_no_to_the_one_open_offer() -> None:
    member, other = make_member("먼저"), make_member("다음")
    visit = asked(member)
    assert comes(member.phone, "취소").outcome == "declined"
    assert place(visit).member_id == other.id


def test_cancel_of_a_promised_visit_is_a_persons_work_and_calls_nothing_off(
    client: Client, sign_in: SignIn
) -> None:
    visit = promised()
    row = comes(PHONE, "취소")
    assert (row.visit_id, row.outcome, row.handled_at) == (visit.id, "wants_cancel", None)
    assert visit.state is VisitState.BOOKED
    sign_in(Role.COORDINATOR)
    pages = [client.get(path).text for path in ("/work", f"/visits/{visit.id}", "/messages")]
    assert all("취소를 바라심" in page for page in pages)
    client.post(f"/messages/inbound/{row.id}/read")
    assert "취소를 바라심" not in client.get("/work").text
    assert "취소를 바라심" not in client.get(f"/visits/{visit.id}").text


def test_once_the_visit_is_called_off_the_wish_is_nobodys_work(client: Client, sign_in: SignIn) -> None:
    visit, user = promised(), sign_in(Role.COORDINATOR)
    row = comes(PHONE, "취소")
    flow.cancel_visit(visit.id, CancelReason.RESIDENT_CANCELLED, Actor(ActorKind.USER, user.id), now())
    assert (row.outcome, row.handled_at) == ("called_off", now())
    assert "방문을 취소함" in client.get("/messages").text


def test_cancel_by_a_member_who_has_accepted_is_a_persons_work_until_somebody_else_goes(
    client: Client, sign_in: SignIn
) -> None:
    member, other = make_member("박수리"), make_member("이나래")
    later = make_visit(members=[member], start=now() + timedelta(days=2))
    visit = make_visit(members=[member])
    db.session.commit()
    row = comes(member.phone, "취소")
    assert (row.visit_id, row.outcome, row.handled_at) == (visit.id, "wants_out", None)
    assert place(visit).member_id == member.id
    user = sign_in(Role.COORDINATOR)
    pages = [client.get(path).text for path in ("/work", f"/visits/{visit.id}", "/messages")]
    assert ["박수리 조합원이 못 간다고" in page for page in pages] == [True, True, False]
    assert f"/members/{member.id}/edit" in pages[2]
    by = Actor(ActorKind.USER, user.id)
    flow.assign(
        visit.id, TeamRole.LEAD, other.id, by, now(), agreed=True, seen=None, reason=OverrideReason.TRAINING
    )
    assert (row.outcome, row.handled_at) == ("let_out", now())
    assert "박수리 조합원이 못 간다고" not in client.get("/work").text
    assert comes(member.phone, f"취소 {later.number}", number=2).visit_id == later.id


def test_of_several_promised_visits_the_number_says_which_to_call_off() -> None:
    first = promised()
    second = make_visit(make_request(first.resident), start=now() + timedelta(days=4))
    db.session.commit()
    assert comes(PHONE, "취소").visit_id is None
    assert comes(PHONE, f"취소 {second.number}", number=2).visit_id == second.id


def test_whoever_was_told_for_the_resident_may_wish_it_called_off() -> None:
    visit = promised()
    daughter = make_person("딸", "+821000000077")
    make_contact(visit.resident, daughter)
    make_message(daughter, MessageKind.RESIDENT_BOOKED, visit, state=MessageState.DELIVERED, attempt=1)
    db.session.commit()
    assert comes("+821000000077", "취소").visit_id == visit.id
    assert comes("+821000000078", "취소", number=2).visit_id is None


def test_what_is_over_or_called_off_is_not_asked_about(clock: Clock) -> None:
    visit = promised()
    clock.set(visit.window_end)
    assert comes(PHONE, "취소").visit_id is None


def test_a_member_who_is_asked_and_is_visited_is_understood_by_a_person() -> None:
    member = make_member(phone=PHONE)
    offered, visited = asked(member), promised()
    row = comes(PHONE, "취소")
    assert (row.visit_id, row.handled_at) == (None, None)
    assert place(offered).state is AssignmentState.OFFERED
    assert comes(PHONE, f"취소 {visited.number}", number=2).visit_id == visited.id


def test_a_member_who_is_asked_and_has_another_visit_may_mean_either() -> None:
    """A no to the offer would leave them thinking that they need not go."""
    member = make_member()
    taken, offered = make_visit(members=[member]), asked(member)
    row = comes(member.phone, "취소")
    assert (row.visit_id, row.handled_at) == (None, None)
    assert [place(visit).state for visit in (taken, offered)] == [
        AssignmentState.ACCEPTED,
        AssignmentState.OFFERED,
    ]
    assert comes(member.phone, f"취소 {taken.number}", number=2).visit_id == taken.id
    assert comes(member.phone, f"취소 {offered.number}", number=3).outcome == "declined"


def test_the_oldest_that_waits_is_shown_and_how_many_more_there_are(client: Client, sign_in: SignIn) -> None:
    for number in range(inbox.SHOWN + 2):
        comes(f"+8210{number:08d}", f"{number}번째 말씀", number)
    sign_in(Role.OPERATOR)
    page = client.get("/messages").text
    assert "0번째 말씀" in page
    assert f"{inbox.SHOWN}번째 말씀" not in page
    assert "오래된 것부터 보여 드립니다. 2건이 더 있습니다." in page


def promised() -> Visit:
    """A visit of whoever has PHONE, with nobody in its team yet."""
    visit = make_visit(make_request(make_resident(phone=PHONE)), start=now() + timedelta(days=3))
    db.session.commit()
    return visit


def test_somebody_elses_one_answers_nothing() -> None:
    visit = asked(make_member())
    assert comes("+821099998888", "1").handled_at is None
    assert place(visit).state is AssignmentState.OFFERED


def test_the_same_text_twice_is_one_answer() -> None:
    member = make_member()
    first, second = asked(member), asked(member)
    comes(member.phone, f"1 {first.number}")
    comes(member.phone, f"1 {second.number}")
    assert place(second).state is AssignmentState.OFFERED
    assert len(db.session.scalars(select(InboundMessage)).all()) == 1


@pytest.mark.parametrize(("body", "opt_out"), [("수신거부", ""), ("그만", "STOP")])
def test_whoever_wants_no_texts_gets_none_until_they_say_so(body: str, opt_out: str) -> None:
    number = make_person().phones[0].number
    assert comes(number, body, 1, opt_out).outcome == "no_texts"
    assert trouble.why_not(number, now()) == "opted_out"
    assert comes(number, "START", 2).outcome == "texts_again"
    assert trouble.why_not(number, now()) == ""


def test_the_operators_read_the_rest_beside_whose_number_it_is(client: Client, sign_in: SignIn) -> None:
    person, member = make_person(), make_member("박수리")
    comes(person.phones[0].number, "취소해 주세요 <b>")
    comes(member.phone, "조금 늦습니다", number=2)
    sign_in(Role.OPERATOR)
    page = client.get("/messages").text
    assert f'href="/people/{person.id}"' in page
    assert "박수리" in page
    assert "취소해 주세요 &lt;b&gt;" in page
    row = db.session.scalars(select(InboundMessage).order_by(InboundMessage.id)).first()
    assert row is not None
    path = f"/messages/inbound/{row.id}/read"
    assert "처리한 것으로 적었습니다" in client.post(path, follow_redirects=True).text
    assert "다른 분이 먼저 처리했습니다" in client.post(path, follow_redirects=True).text
    assert client.post("/messages/inbound/999/read").status_code == 303


def test_a_member_who_wants_no_texts_is_read_of_by_a_person_too(client: Client, sign_in: SignIn) -> None:
    member = make_member(phone=PHONE)
    row = comes(PHONE, "수신거부", 1)
    assert (row.outcome, row.handled_at) == ("no_texts", None)
    assert trouble.why_not(PHONE, now()) == "opted_out"
    assert inbox.waiting()[1] == 1
    sign_in(Role.COORDINATOR)
    page = client.get("/messages").text
    assert "이제 문자가 가지 않습니다. 요청과 알림은 전화로 하십시오." in page
    assert member.name in page
    client.post(f"/messages/inbound/{row.id}/read")
    db.session.expire_all()
    assert inbox.waiting()[1] == 0
    assert trouble.why_not(PHONE, now()) == "opted_out"


def turned_back_by_the_office(client: Client, member: Member) -> None:
    client.post(f"/phones/member/{member.id}/texts", data={"number": PHONE, "texts": "again"})


def turned_back_by_text(_client: Client, _member: Member) -> None:
    comes(PHONE, "수신동의", 2)


@pytest.mark.parametrize("turned_back", [turned_back_by_the_office, turned_back_by_text])
def test_a_wish_that_was_turned_back_waits_for_nobody(
    client: Client, sign_in: SignIn, turned_back: Callable[[Client, Member], None]
) -> None:
    member = make_member(phone=PHONE)
    comes(PHONE, "수신거부", 1)
    sign_in(Role.COORDINATOR)
    turned_back(client, member)
    db.session.expire_all()
    assert trouble.why_not(PHONE, now()) == ""
    assert inbox.waiting()[1] == 0
    page = client.get("/messages").text
    assert "이제 문자가 가지 않습니다" not in page
    assert "문자 수신 거부" in page, "what they wrote stays"
    assert "아직 읽지 않음" not in client.get(f"/members/{member.id}/edit").text


def test_texts_again_on_one_number_see_to_no_wish_about_another(client: Client, sign_in: SignIn) -> None:
    member = make_member(phone=PHONE)
    make_member("이사랑", phone="+821000000002")
    comes("+821000000002", "수신거부", 1)
    sign_in(Role.COORDINATOR)
    turned_back_by_the_office(client, member)
    assert inbox.waiting()[1] == 1


@pytest.mark.parametrize("kind", ["person", "member"])
def test_a_wish_for_no_texts_is_seen_and_turned_back_on_the_card(
    client: Client, sign_in: SignIn, kind: str
) -> None:
    whose = make_member(phone=PHONE) if kind == "member" else make_person("김보기", PHONE)
    user = sign_in(Role.COORDINATOR)
    card = f"/members/{whose.id}/edit" if kind == "member" else f"/people/{whose.id}"
    path = f"/phones/{kind}/{whose.id}/texts"
    assert "문자 그만 보내기" in client.get(card).text
    assert client.post(path, data={"number": PHONE, "texts": "none"}).status_code == 303
    assert trouble.why_not(PHONE, now()) == "opted_out"
    assert "문자 다시 보내기" in client.get(card).text
    client.post(path, data={"number": PHONE, "texts": "again"})
    db.session.expire_all()
    assert trouble.why_not(PHONE, now()) == ""
    said = select(AuditEntry.moved_to).where(AuditEntry.actor_id == user.id).order_by(AuditEntry.id)
    assert db.session.scalars(said).all()[-2:] == ["no_texts", "texts_again"]
    assert client.post(path, data={"number": "+821099999999", "texts": "none"}).status_code == 404


def test_an_answer_by_text_stands_on_the_visit_and_on_the_member(client: Client, sign_in: SignIn) -> None:
    member = make_member(phone=PHONE)
    visit = asked(member)
    comes(PHONE, "1", 1)
    sign_in(Role.COORDINATOR)
    for path in (f"/visits/{visit.id}", f"/members/{member.id}/edit"):
        page = client.get(path).text
        assert "받은 문자" in page
        assert "수락으로 받음" in page


def test_what_a_person_wrote_stands_on_their_card_until_it_is_read_and_after(
    client: Client, sign_in: SignIn
) -> None:
    person = make_person("김보기", PHONE)
    row = comes(PHONE, "화요일에는 병원에 가요", 1)
    sign_in()
    page = client.get(f"/people/{person.id}").text
    assert "화요일에는 병원에 가요" in page
    assert "아직 읽지 않음" in page
    client.post(f"/messages/inbound/{row.id}/read")
    assert "아직 읽지 않음" not in client.get(f"/people/{person.id}").text
