"""The page that a resident opens from a text: told, answered, cancelled, and afterwards asked how it was."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman import flow, links, page_links
from handyman.extensions import db, now
from handyman.messages import announce, texts, written
from handyman.messages.leaving import filled
from handyman.messages.texts import MOST_CHARACTERS
from handyman.models import (
    Actor,
    ActorKind,
    Answer,
    AssignmentState,
    CancelReason,
    ItemState,
    Message,
    MessageKind,
    MessageState,
    Outcome,
    PageLink,
    ReachAnswer,
    Reopening,
    RequestState,
    Satisfaction,
    TextKind,
    Visit,
    VisitState,
)
from handyman.month import Month
from handyman.report.monthly import Opinions, count_month
from handyman.visit.finish import WorkReport
from tests import factories
from tests.conftest import Clock

K, S = MessageKind, MessageState


@pytest.fixture
def visit(session: scoped_session[Session]) -> Visit:
    """Told to a resident who opens pages; tomorrow at ten."""
    resident = factories.make_resident("김보기")
    resident.person.opens_pages = True
    lamp = factories.make_request(resident, [(factories.make_item(), 2)])
    found = factories.make_visit(lamp, members=[factories.make_member("박수리")])
    announce.booked(found, now())
    return found


def path_of(visit: Visit) -> str:
    page_links.issue(visit, now())
    return "/" + page_links.address(visit.id).split("/", 3)[3]


def rows(*kinds: MessageKind) -> list[Message]:
    db.session.commit()
    return list(db.session.scalars(select(Message).where(Message.kind.in_(kinds)).order_by(Message.id)))


def test_only_who_opens_pages_is_sent_one_and_everybody_the_notice(visit: Visit) -> None:
    other = factories.make_visit(factories.make_request(factories.make_resident("이모름")))
    announce.booked(other, now())
    pages = rows(K.RESIDENT_PAGE, K.RESIDENT_BOOKED)
    assert [(row.visit_id, row.kind) for row in pages] == [
        (visit.id, K.RESIDENT_BOOKED),
        (visit.id, K.RESIDENT_PAGE),
        (other.id, K.RESIDENT_BOOKED),
    ]
    assert filled(pages[1]).endswith(path_of(visit))
    assert page_links.address(visit.id) not in pages[1].body, "no table opens a page"


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_text_with_the_address_of_a_page_leaves_as_one_part(
    session: scoped_session[Session], language: str
) -> None:
    resident = factories.make_resident("김보기")
    resident.person.opens_pages, resident.person.language = True, language
    lamp = factories.make_request(resident, [(factories.make_item(), 2)])
    crew = [factories.make_member("남궁가나다라마바사아자차카타파하"), factories.make_member("이나래")]
    long = factories.make_visit(lamp, members=crew)
    for place in long.assignments:
        place.state = AssignmentState.ACCEPTED
    long.address.haengjeong_dong = "가나다라마바사아자차"
    announce.booked(long, now())
    (page,) = rows(K.RESIDENT_PAGE)
    text = filled(page)
    assert len(text) > MOST_CHARACTERS - 8, "a text that fills its part"
    assert texts.fits(text), (len(text), text)
    assert text.endswith(page_links.address(long.id))


def test_an_address_is_as_long_as_the_texts_count_it(visit: Visit) -> None:
    assert len(page_links.address(visit.id)) == written.link_length(TextKind.RESIDENT_PAGE)


def test_a_page_of_an_earlier_release_opens_and_its_text_is_one_part(
    client: FlaskClient, session: scoped_session[Session]
) -> None:
    resident = factories.make_resident("이전에")
    resident.person.opens_pages = True
    old = factories.make_visit(
        factories.make_request(resident), members=[factories.make_member("남궁가나다라마바사")]
    )
    nonce = "0" * 32
    token = links.derive(page_links.PURPOSE, nonce)
    db.session.add(PageLink(visit_id=old.id, nonce=nonce, token_hash=links.hash_of(token), created_at=now()))
    db.session.flush()
    announce.booked(old, now())
    (page,) = rows(K.RESIDENT_PAGE)
    assert filled(page).endswith(f"/r/{token}")
    assert texts.fits(filled(page))
    assert client.get(f"/r/{token}").status_code == 200


def test_the_page_says_when_who_the_number_and_that_nobody_takes_money(
    client: FlaskClient, visit: Visit
) -> None:
    page = client.get(path_of(visit)).get_data(as_text=True)
    for words in (
        "11/25(수)",
        "10시~</span>",
        "오후 12시</span>",
        "박수리 조합원",
        visit.number,
        "현장에서 돈을 받지 않습니다",
    ):
        assert words in page
    for private in ("상도로", "김보기", "+8210", "010-"):
        assert private not in page.replace("02-820-0000", "")


def test_a_sum_that_was_agreed_is_shown_instead(
    client: FlaskClient, visit: Visit, sign_in: Callable[..., Any]
) -> None:
    sign_in("operator")
    client.post(f"/visits/{visit.id}/sum", data={"agreed_won": "15,000원"})
    page = client.get(path_of(visit)).get_data(as_text=True)
    assert "약속한 금액은 15,000원입니다" in page
    assert "현장에서 돈을 받지 않습니다" not in page
    refused = client.post(f"/visits/{visit.id}/sum", data={"agreed_won": "만오천"})
    assert refused.status_code == 422
    assert 'value="만오천"' in refused.get_data(as_text=True)


def test_a_yes_stands_by_the_visit_as_a_key_would(
    client: FlaskClient, visit: Visit, sign_in: Callable[..., Any]
) -> None:
    assert client.post(f"{path_of(visit)}/confirm").status_code == 303
    answer = db.session.scalars(select(ReachAnswer)).one()
    assert (answer.visit_id, answer.answer) == (visit.id, Answer.GOOD)
    assert answer.window_start == visit.window_start
    assert "그때 오시라고 답하셨습니다" in client.get(path_of(visit)).get_data(as_text=True)
    sign_in("operator")
    assert "화면에서 확인하심" in client.get(f"/visits/{visit.id}").get_data(as_text=True)


def test_a_yes_ends_the_calls_that_would_have_followed(client: FlaskClient, visit: Visit) -> None:
    notice = rows(K.RESIDENT_BOOKED)[0]
    notice.state, notice.last_error = S.UNDELIVERED, "30003"
    db.session.add(
        Message(
            **{
                name: getattr(notice, name)
                for name in ("kind", "visit_id", "recipient_kind", "recipient_id", "to_number", "body")
            },
            dedupe_key=f"{notice.dedupe_key}#call",
            follows_id=notice.id,
            due_at=notice.due_at,
            next_at=notice.next_at,
            not_after=notice.not_after,
            created_at=now(),
        )
    )
    client.post(f"{path_of(visit)}/confirm")
    first, call = rows(K.RESIDENT_BOOKED)
    assert first.told_at is not None
    assert call.state is S.CANCELED


def test_another_time_is_a_call_for_the_office_and_one_is_enough(
    client: FlaskClient, visit: Visit, sign_in: Callable[..., Any]
) -> None:
    for _twice in range(2):
        client.post(f"{path_of(visit)}/another")
    task = [row for row in rows(K.RESIDENT_BOOKED) if row.state is S.NEEDS_PERSON]
    assert [row.last_error for row in task] == ["another_time"]
    sign_in("operator")
    assert "다른 때가 좋다고 하셨습니다" in client.get("/messages").get_data(as_text=True)
    assert visit.state is VisitState.ASSIGNED
    client.post(f"{path_of(visit)}/confirm")
    assert all(row.told_at for row in rows(K.RESIDENT_BOOKED) if row.state is S.NEEDS_PERSON)


def test_whoever_moves_the_visit_has_seen_to_the_wish(client: FlaskClient, visit: Visit) -> None:
    first = rows(K.RESIDENT_BOOKED)[0]
    first.state = S.DELIVERED
    client.post(f"{path_of(visit)}/another")
    at = timedelta(hours=2)
    visit.start, visit.window_start, visit.window_end = (
        each + at for each in (visit.start, visit.window_start, visit.window_end)
    )
    announce.moved(visit, now())
    db.session.commit()
    assert [row.state for row in rows(K.RESIDENT_BOOKED)] == [S.DELIVERED, S.CANCELED]
    assert len(rows(K.RESIDENT_MOVED)) == 1, "a change, no first promise"
    assert [row.state for row in rows(K.RESIDENT_PAGE)] == [S.CANCELED, S.PENDING]


@pytest.mark.parametrize(
    ("reason", "state"),
    [
        (CancelReason.RESIDENT_AWAY, RequestState.LOGGED),
        (CancelReason.RESIDENT_CANCELLED, RequestState.CANCELLED),
    ],
)
def test_a_cancelled_visit_is_told_to_the_member_and_what_is_left_depends_on_why(
    client: FlaskClient, visit: Visit, clock: Clock, reason: CancelReason, state: RequestState
) -> None:
    path = path_of(visit)
    clock.advance(minutes=1)
    assert "왜 취소하십니까" in client.get(f"{path}/cancel").get_data(as_text=True)
    assert client.post(f"{path}/cancel", data={"reason": "no_member"}).status_code == 422
    assert client.post(f"{path}/cancel", data={"reason": reason.value}).status_code == 303
    db.session.expire_all()
    assert (visit.state, visit.cancel_reason) == (VisitState.CANCELLED, reason)
    request = visit.items[0].request_item.request
    assert request.state is state
    assert "방문이 취소되었습니다" in client.get(path).get_data(as_text=True)
    told = {row.kind for row in rows(*K) if row.state is S.PENDING}
    assert told == {K.RESIDENT_CANCELLED, K.MEMBER_WITHDRAWN}


def test_nobody_cancels_whom_a_member_is_already_on_the_way_to(client: FlaskClient, visit: Visit) -> None:
    path = path_of(visit)
    visit.state = VisitState.ON_THE_WAY
    assert "오지 마십시오" not in client.get(path).get_data(as_text=True)
    assert client.get(f"{path}/cancel").status_code == 303
    client.post(f"{path}/cancel", data={"reason": "resident_away"})
    client.post(f"{path}/another")
    db.session.expire_all()
    assert visit.state is VisitState.ON_THE_WAY
    assert db.session.scalars(select(ReachAnswer)).all() == []


COMING = (
    "이렇게 찾아뵙겠습니다",
    "지금 가고 있습니다",
    "도착했습니다",
    "방문 번호",
    "박수리",
    "오지 마십시오",
)


@pytest.mark.parametrize(
    ("state", "later", "over"),
    [
        (VisitState.BOOKED, {"hours": 4}, True),
        (VisitState.ASSIGNED, {"hours": 3.9}, False),
        (VisitState.ASSIGNED, {"hours": 4}, True),
        (VisitState.ON_THE_WAY, {"hours": 3.9}, False),
        (VisitState.ON_THE_WAY, {"hours": 4}, True),
        (VisitState.ON_THE_WAY, {"days": 1}, True),
        (VisitState.ARRIVED, {"hours": 13.9}, False),
        (VisitState.ARRIVED, {"hours": 14}, True),
        (VisitState.ARRIVED, {"days": 13}, True),
    ],
)
def test_nobody_is_said_to_be_coming_once_nobody_can_be_expected(
    client: FlaskClient, visit: Visit, clock: Clock, state: VisitState, later: dict[str, float], over: bool
) -> None:
    """A report that was forgotten keeps nobody at the door: the window lasts from ten to twelve."""
    path, member = path_of(visit), visit.assignments[0].member
    assert member
    visit.state, member.photo = state, "f" * 64 + ".jpg"
    clock.set(visit.window_start + timedelta(**later))
    page = client.get(path).get_data(as_text=True)
    assert ("약속한 때가 지났습니다" in page) is over
    assert ("아무도 오지 않았으면 전화해 주십시오." in page) is over
    assert "02-820-0000" in page
    if over:
        assert [words for words in COMING if words in page] == []
        assert visit.number not in page.replace(path, "")
        assert "faces" not in page


def test_who_says_when_they_come_late_is_waited_for(client: FlaskClient, visit: Visit, clock: Clock) -> None:
    path = path_of(visit)
    visit.state, visit.arriving_at = VisitState.ON_THE_WAY, visit.window_end + timedelta(hours=3)
    clock.set(visit.window_end + timedelta(hours=4, minutes=59))
    assert "지금 가고 있습니다" in client.get(path).get_data(as_text=True)
    clock.advance(minutes=1)
    assert "약속한 때가 지났습니다" in client.get(path).get_data(as_text=True)
    visit.arriving_at -= timedelta(days=1)  # of before it was moved
    clock.set(visit.window_end + timedelta(hours=2))
    assert "약속한 때가 지났습니다" in client.get(path).get_data(as_text=True)


def test_the_page_outlives_the_visit_by_two_weeks(client: FlaskClient, visit: Visit, clock: Clock) -> None:
    path = path_of(visit)
    clock.set(visit.window_end + timedelta(days=14))
    answer = client.get(path)
    assert answer.status_code == 410
    assert "기간이 지난 주소" in answer.get_data(as_text=True)
    assert client.get("/r/madeUpToken0").status_code == 404


def test_whoever_is_written_to_in_english_reads_english(client: FlaskClient, visit: Visit) -> None:
    visit.resident.person.language = "en"
    assert 'lang="en"' in client.get(path_of(visit)).get_data(as_text=True)


# Afterwards


@pytest.fixture
def finished(visit: Visit, clock: Clock) -> Visit:
    clock.set(visit.start)
    lead = visit.assignments[0].member_id
    work = {item.id: item.quantity for item in visit.items}
    by = Actor(ActorKind.MEMBER, lead)
    db.session.commit()
    flow.finish(visit.id, WorkReport(Outcome.DONE, work, {}, 30), [], by, now())
    return visit


WELL = {"works": "good", "manner": "good", "again": "fair"}


def test_on_the_day_after_they_are_asked_how_it_was(finished: Visit, clock: Clock) -> None:
    asked = rows(K.RESIDENT_SURVEY)[0]
    assert asked.due_at == clock.at.replace(hour=1, minute=0) + timedelta(days=1)
    assert asked.body.startswith("만족도 ")


def test_three_answers_are_kept_once_and_stand_on_the_visit(
    client: FlaskClient, finished: Visit, sign_in: Callable[..., Any]
) -> None:
    path = path_of(finished)
    short = client.post(f"{path}/rate", data={"works": "good", "manner": "good"})
    assert short.status_code == 422
    assert 'value="good" checked' in short.get_data(as_text=True)
    assert '<a href="#again">3번에서 하나를 골라 주십시오.</a>' in short.get_data(as_text=True)
    nothing = client.post(f"{path}/rate").get_data(as_text=True)
    assert [f"{number}번에서 하나를" in nothing for number in (1, 2, 3, 4)] == [True, True, True, False]
    client.post(f"{path}/rate", data=WELL)
    client.post(f"{path}/rate", data={**WELL, "works": "poor"})
    said = db.session.scalars(select(Satisfaction)).one()
    assert (said.works.value, said.again.value, said.heard_by_id) == ("good", "fair", None)
    assert db.session.scalars(select(Reopening)).all() == []
    assert "고맙습니다" in client.get(path).get_data(as_text=True)
    sign_in("operator")
    assert "화면에서 고르심" in client.get(f"/visits/{finished.id}").get_data(as_text=True)


def test_the_address_of_refused_answers_leads_back_to_the_questions(
    client: FlaskClient, finished: Visit
) -> None:
    path = path_of(finished)
    again = client.get(f"{path}/rate")
    assert (again.status_code, again.headers["Location"]) == (303, path)


def test_what_does_not_work_is_a_request_that_leads_back_to_the_first_visit(
    client: FlaskClient, finished: Visit, sign_in: Callable[..., Any]
) -> None:
    client.post(f"{path_of(finished)}/rate", data={**WELL, "works": "poor"})
    reopening = db.session.scalars(select(Reopening)).one()
    again = reopening.request
    assert (reopening.visit_id, again.state) == (finished.id, RequestState.LOGGED)
    assert [(item.quantity, item.state) for item in again.items] == [(2, ItemState.OPEN)]
    sign_in("operator")
    assert "다시 고치러 갈 곳" in client.get("/work").get_data(as_text=True)
    second = factories.make_visit(again)
    assert "처음 방문 보기" in client.get(f"/visits/{second.id}").get_data(as_text=True)
    assert again.number in client.get(f"/visits/{finished.id}").get_data(as_text=True)


def test_the_office_asks_on_the_telephone(
    client: FlaskClient, finished: Visit, sign_in: Callable[..., Any]
) -> None:
    user = sign_in("operator")
    assert client.post(f"/visits/{finished.id}/rating", data={}).status_code == 422
    assert client.post(f"/visits/{finished.id}/rating", data=WELL).status_code == 303
    assert db.session.scalars(select(Satisfaction)).one().heard_by_id == user.id


def test_before_it_is_over_nobody_rates_it(client: FlaskClient, visit: Visit) -> None:
    client.post(f"{path_of(visit)}/rate", data=WELL)
    assert db.session.scalars(select(Satisfaction)).all() == []


def test_the_month_counts_what_was_said_and_no_work_twice(
    client: FlaskClient, finished: Visit, sign_in: Callable[..., Any], clock: Clock
) -> None:
    client.post(f"{path_of(finished)}/rate", data={**WELL, "works": "poor"})
    again = factories.make_visit(db.session.scalars(select(Reopening)).one().request, start=now())
    again.state, again.items[0].done_quantity = VisitState.FINISHED, 2
    db.session.commit()
    report = count_month(Month.of(finished.day))
    assert report.opinions == Opinions(answered=1, works_not=1, manner=1, reopened=1)
    assert (report.totals.visits, report.totals.cases, report.totals.pieces) == (2, 1, 2)
    assert [row.pieces for row in (*report.items, *report.dongs)] == [2, 2]
    sign_in("operator")
    assert "고친 곳이 안 됨" in client.get("/reports/monthly").get_data(as_text=True)


def test_the_office_says_who_opens_pages_and_sends_one_by_hand(
    client: FlaskClient, session: scoped_session[Session], sign_in: Callable[..., Any]
) -> None:
    mobile = factories.make_visit(factories.make_request(factories.make_resident("김보기")))
    landline = factories.make_visit(factories.make_request(factories.make_resident("이유선", "+8228200001")))
    sign_in("operator")
    said = [
        client.post(f"/visits/{visit.id}/page", follow_redirects=True).get_data(as_text=True)
        for visit in (mobile, mobile, landline)
    ]
    assert all("주소를 문자로 보냅니다" in each for each in said[:2]), "and once, pressed twice"
    assert "보낼 수 없습니다" in said[2]
    assert [row.recipient_id for row in rows(K.RESIDENT_PAGE)] == [mobile.resident_id]
    client.post(f"/people/{mobile.resident_id}/pages", data={"opens_pages": "1"})
    db.session.expire_all()
    assert mobile.resident.person.opens_pages
    client.post(f"/people/{mobile.resident_id}/pages", data={})
    db.session.expire_all()
    assert not mobile.resident.person.opens_pages


def test_whoever_may_be_told_for_them_opens_the_same_page(session: scoped_session[Session]) -> None:
    resident = factories.make_resident("김보기", "+8228200001")
    for name, may in (("딸", True), ("이웃", False)):
        person = factories.make_person(name)
        person.opens_pages = True
        factories.make_contact(resident, person, may_be_told=may)
    visit = factories.make_visit(factories.make_request(resident))
    announce.booked(visit, now())
    (page,) = rows(K.RESIDENT_PAGE)
    assert page.recipient_id == resident.contacts[0].person_id


def test_a_page_that_is_over_says_so_as_its_resident_is_written_to(
    client: FlaskClient, visit: Visit, clock: Clock
) -> None:
    visit.resident.person.language = "en"
    path = path_of(visit)
    clock.set(visit.window_end + timedelta(days=14))
    assert "This address has expired" in client.get(path).text
