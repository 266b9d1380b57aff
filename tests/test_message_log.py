"""What became of each text and call stands on the visit's page, the person's card and the member's page."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from handyman.extensions import db, now
from handyman.message_log import of_recipient, of_visit
from handyman.models import (
    Answer,
    Attempt,
    Channel,
    DeliveryEvent,
    Message,
    MessageKind,
    MessageState,
    ReachAnswer,
    RecipientKind,
    Role,
    User,
    Visit,
)
from tests.conftest import Client
from tests.factories import add, make_member, make_message, make_visit

S, K = MessageState, MessageKind
SignIn = Callable[..., User]
pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture
def visit() -> Visit:
    """A text that did not arrive, the call that followed and was answered, and an offer that is under way."""
    visit = make_visit(members=[make_member("김가람")])
    resident, at = visit.resident.person, now()
    text = make_message(
        resident, K.RESIDENT_BOOKED, visit, state=S.UNDELIVERED, attempt=2, last_error="30003", told_at=at
    )
    add(Attempt(outbox_id=text.id, number=2, started_at=at, finished_at=at, outcome="accepted"))
    call = make_message(
        resident,
        K.RESIDENT_BOOKED,
        visit,
        "[전화] 동작핸디맨입니다",
        state=S.DELIVERED,
        attempt=1,
        channel=Channel.VOICE,
        follows_id=text.id,
        due_at=at + timedelta(minutes=15),
        provider="twilio",
        provider_id="CA1",
    )
    later = at + timedelta(minutes=16)
    add(Attempt(outbox_id=call.id, number=1, started_at=later, finished_at=later, outcome="accepted"))
    add(
        ReachAnswer(
            visit_id=visit.id,
            window_start=visit.window_start,
            outbox_id=call.id,
            answer=Answer.GOOD,
            at=later,
        )
    )
    make_message(visit.assignments[0].member, K.MEMBER_OFFER, visit, "답: {link}", state=S.ACCEPTED)
    db.session.commit()
    return visit


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_each_says_why_what_followed_when_and_what_was_pressed(visit: Visit) -> None:
    call, offer, text = of_visit(visit.id, now())
    assert (text.reason, text.tries, text.left_at) == ("전화기가 꺼져 있거나 통화권 밖입니다.", 2, now())
    assert text.arrived_at is None
    assert text.then is not None
    assert (text.then.id, call.after) == (call.id, text.id)
    assert (call.answer, call.reason, call.arrived_at) == (Answer.GOOD, "", now() + timedelta(minutes=16))
    assert (offer.reason, offer.name) == ("", "김가람")


def test_what_nothing_is_heard_of_for_long_says_so(visit: Visit) -> None:
    offers = [
        each for each in of_visit(visit.id, now() + timedelta(minutes=20)) if each.kind is K.MEMBER_OFFER
    ]
    assert "도착했다는 소식이 없습니다" in offers[0].reason


def test_what_is_planned_is_not_said_to_have_failed(client: Client, sign_in: SignIn, visit: Visit) -> None:
    person = visit.resident.person
    make_message(person, K.RESIDENT_DAY_BEFORE, visit, due_at=now() + timedelta(days=1))
    db.session.commit()
    sign_in(Role.OPERATOR)
    for path in (f"/visits/{visit.id}", f"/people/{visit.resident_id}"):
        shown = page(client, path)
        assert ("보낼 예정" in shown, "아직 보내지 못함" in shown) == (True, False)


@pytest.mark.parametrize("values", [{"attempt": 1}, {"due_at_minutes": -20}])
def test_what_was_tried_in_vain_or_is_long_overdue_is_not_just_planned(
    client: Client, sign_in: SignIn, visit: Visit, values: dict[str, int]
) -> None:
    due_at = now() + timedelta(minutes=values.get("due_at_minutes", 0))
    make_message(
        visit.resident.person, K.RESIDENT_DAY_BEFORE, visit, due_at=due_at, attempt=values.get("attempt", 0)
    )
    db.session.commit()
    sign_in(Role.OPERATOR)
    shown = page(client, f"/visits/{visit.id}")
    assert ("보낼 예정" in shown, "아직 보내지 못함" in shown) == (False, True)


def test_a_call_that_is_planned_is_to_be_rung(visit: Visit, client: Client, sign_in: SignIn) -> None:
    due_at = now() + timedelta(hours=1)
    make_message(visit.resident.person, K.RESIDENT_BOOKED, visit, channel=Channel.VOICE, due_at=due_at)
    db.session.commit()
    sign_in(Role.OPERATOR)
    assert "걸 예정" in page(client, f"/visits/{visit.id}")


def test_the_receipt_says_when_a_text_arrived(visit: Visit) -> None:
    person = visit.resident.person
    make_message(person, state=S.DELIVERED, provider="solapi", provider_id="M1", attempt=1)
    add(
        DeliveryEvent(
            provider="solapi", provider_id="M1", status="delivered", received_at=now() + timedelta(minutes=3)
        )
    )
    newest = max(of_recipient(RecipientKind.PERSON, person.id, now()), key=lambda each: each.id)
    assert newest.arrived_at == now() + timedelta(minutes=3)


def test_a_visit_s_page_names_whom_and_shows_no_number_and_no_words(
    client: Client, sign_in: SignIn, visit: Visit
) -> None:
    sign_in(Role.OPERATOR)
    shown = page(client, f"/visits/{visit.id}").partition('class="text-log"')[2].partition("</ol>")[0]
    for said in (
        "닿지 않음",
        "이어서 전화함",
        "앞의 것이 닿지 않아",
        "전화로 확인하심",
        "2번 시도",
        "김가람",
    ):
        assert said in shown
    assert "동작핸디맨" not in shown
    assert "010-" not in shown


def test_a_person_s_card_shows_their_own_alone(client: Client, sign_in: SignIn, visit: Visit) -> None:
    sign_in(Role.OPERATOR)
    shown = page(client, f"/people/{visit.resident_id}")
    assert "통화권 밖" in shown
    assert "전화로 확인하심" in shown
    assert "[전화] 동작핸디맨입니다" in shown
    assert "방문 제안" not in shown


def test_a_member_s_page_shows_theirs_without_words_or_residents(
    client: Client, sign_in: SignIn, visit: Visit
) -> None:
    sign_in(Role.COORDINATOR)
    member = visit.assignments[0].member
    shown = page(client, f"/members/{member.id}/edit").partition('class="text-log"')[2].partition("</ol>")[0]
    assert "방문 제안" in shown
    assert "도착 확인 안 됨" in shown
    assert f'href="/visits/{visit.id}"' in shown
    assert visit.resident.person.name not in shown
    assert "답:" not in shown
    assert "이어서" not in shown


def test_two_queries_read_all(visit: Visit, count_queries: Any) -> None:
    for minute in range(20):
        make_message(
            visit.resident.person, K.RESIDENT_DAY_BEFORE, visit, due_at=now() + timedelta(minutes=minute)
        )
    for read in (lambda: of_visit(visit.id, now()), lambda: of_recipient(RecipientKind.PERSON, 1, now())):
        with count_queries() as asked:
            read()
        assert len(asked) == 2  # what was sent, and what came in


def test_a_page_without_texts_says_so(client: Client, sign_in: SignIn) -> None:
    sign_in(Role.COORDINATOR)
    member = make_member()
    db.session.commit()
    assert "보낸 문자가 없습니다." in page(client, f"/members/{member.id}/edit")
    assert "보낸 문자가 없습니다." not in page(client, "/members/new")
    assert db.session.query(Message).count() == 0


def test_an_answer_that_somebody_heard_is_not_said_to_be_pressed(client: Client, sign_in: SignIn) -> None:
    office = sign_in(Role.COORDINATOR)
    visit = make_visit()
    text = make_message(visit.resident.person, K.RESIDENT_BOOKED, visit, state=S.FAILED)
    add(
        ReachAnswer(
            visit_id=visit.id,
            window_start=visit.window_start,
            outbox_id=text.id,
            answer=Answer.GOOD,
            told_by_id=office.id,
            at=now(),
        )
    )
    db.session.commit()
    shown = client.get(f"/people/{visit.resident_id}").get_data(as_text=True)
    assert "전화로 들은 답: " in shown
    assert "누른 답" not in shown
    assert "닿은 때" not in shown, "they were reached, the text was not"
    assert "통신사가 받지 않았습니다." in shown
