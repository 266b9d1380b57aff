"""The pages of the board, as somebody without JavaScript sees them."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from markupsafe import escape
from sqlalchemy.orm import Session, scoped_session

from handyman import shown_team
from handyman.models import AssignmentState, Offer, OfferState, RequestState, Role, Visit, VisitState
from tests import factories
from tests.factories import (
    make_absence,
    make_item,
    make_member,
    make_question,
    make_request,
    make_resident,
    make_visit,
)

DB = scoped_session[Session]
SignIn = Callable[..., Any]


@pytest.fixture
def coordinator(sign_in: SignIn) -> Any:
    return sign_in(Role.COORDINATOR)


@pytest.fixture
def operator(sign_in: SignIn) -> Any:
    return sign_in(Role.OPERATOR)


def text_of(client: FlaskClient, path: str, code: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == code
    return answer.get_data(as_text=True)


@pytest.mark.usefixtures("coordinator")
def test_first_page_of_a_coordinator_is_the_work_list(client: FlaskClient) -> None:
    assert client.get("/").headers["Location"].endswith("/work")


@pytest.mark.usefixtures("operator")
def test_first_page_of_an_operator_is_the_call(client: FlaskClient) -> None:
    assert client.get("/").headers["Location"].endswith("/calls/new")


@pytest.mark.usefixtures("coordinator")
def test_day_board_shows_visits_absences_and_hours(client: FlaskClient) -> None:
    busy, ill = make_member("바쁜이"), make_member("쉬는이")
    visit = make_visit(make_request(make_resident("김보기")), members=[busy])
    make_absence(ill, visit.day)
    page = text_of(client, f"/board?day={visit.day}")
    assert page.count("김보기") >= 2  # on the grid and in the table
    assert "쉼: 아픔" in page
    assert "오전 9시~오후 6시" in page
    assert "style=" not in page


@pytest.mark.usefixtures("coordinator")
def test_days_of_the_same_hours_are_said_once(client: FlaskClient) -> None:
    member = make_member()
    member.hours[2].end_minute = 780  # on Wednesdays until one
    make_member("온주일")
    page = text_of(client, "/members")
    assert "월~화 오전 9시~오후 6시 · 수 오전 9시~오후 1시 · 목~금 오전 9시~오후 6시" in page
    assert "월~금 오전 9시~오후 6시" in page


@pytest.mark.usefixtures("coordinator")
@pytest.mark.parametrize("day", ["", "x", "2026-13-45", "9999999-01-01", "0001-01-01", "%00"])
def test_day_that_is_none_shows_today(client: FlaskClient, day: str) -> None:
    assert "11/24" in text_of(client, f"/board?day={day}")


@pytest.mark.usefixtures("operator")
def test_request_page_shows_who_where_answers_and_offers(client: FlaskClient, session: DB) -> None:
    item = make_item()
    make_question(item)
    request = make_request(make_resident("김보기"), items=[(item, 2)])
    request.items[0].answers = {"ceiling_cm": 250}
    visit = make_visit(request, members=[make_member("박수리")])
    visit.assignments[0].offers[0].reasons = [["nearest", {"minutes": 9}], ["from_home", {"minutes": 8}]]
    session.flush()
    page = text_of(client, f"/requests/{request.number}")
    assert "천장 높이: 250cm" in page
    assert "출발지에서 가장 가까운 분입니다 (이동 8분)" in page
    assert "박수리" in page
    assert visit.number in page


@pytest.mark.usefixtures("operator")
def test_number_of_an_earlier_year_is_told_apart(client: FlaskClient, session: DB) -> None:
    old = make_request(make_resident("지난해사람"))
    old.logged_on = old.logged_on.replace(year=2025)
    make_request(make_resident("올해사람")).number = old.number
    session.flush()
    assert "올해사람" in text_of(client, f"/requests/{old.number}").split("</h1>")[0]
    page = text_of(client, f"/requests/{old.number}?on={old.logged_on}")
    assert "지난해사람" in page.split("</h1>")[0]


@pytest.mark.usefixtures("operator")
def test_operator_books_a_window_from_the_request_page(client: FlaskClient, session: DB) -> None:
    make_member("박수리")
    request = make_request()
    page = text_of(client, f"/requests/{request.number}/book")
    key = page.split('name="choice"')[1].split('value="')[1].split('"')[0]
    answer = client.post(f"/requests/{request.number}/book", data={"choice": key})
    assert answer.status_code == 303
    session.refresh(request)
    assert request.state is RequestState.BOOKED
    again = client.post(f"/requests/{request.number}/book", data={"choice": key})
    assert again.status_code == 422
    assert "남아 있지 않습니다" in again.get_data(as_text=True)
    assert session.query(Visit).count() == 1


@pytest.mark.usefixtures("operator")
def test_whoever_stood_beside_the_window_is_asked_though_another_is_nearer_by_then(
    client: FlaskClient, session: DB
) -> None:
    first = make_member("박수리")
    request = make_request()
    page = text_of(client, f"/requests/{request.number}/book")
    name, ids = page.split('type="hidden" name="named-')[1].split('"')[0:3:2]
    assert shown_team.read({"choice": name, f"named-{name}": ids}) == (first.id,)
    address = request.address
    make_member("이웃집", home=(address.lat, address.lon))
    client.post(f"/requests/{request.number}/book", data={"choice": name, f"named-{name}": ids})
    session.refresh(request)
    assert [offer.member_id for offer in session.query(Offer)] == [first.id]


@pytest.mark.usefixtures("operator")
def test_who_is_asked_in_their_place_is_said_where_they_cannot_come(client: FlaskClient, session: DB) -> None:
    gone = make_member("박수리")
    request = make_request()
    page = text_of(client, f"/requests/{request.number}/book")
    name, ids = page.split('type="hidden" name="named-')[1].split('"')[0:3:2]
    make_absence(gone, date.fromisoformat(f"{name[:4]}-{name[4:6]}-{name[6:8]}"))
    make_member("이대신")
    data = {"choice": name, f"named-{name}": ids}
    said = client.post(f"/requests/{request.number}/book", data=data, follow_redirects=True).text
    assert "그사이 박수리 조합원이 갈 수 없게 되어(이날은 쉽니다) 이대신 조합원에게 부탁했습니다." in said


@pytest.mark.usefixtures("operator")
@pytest.mark.parametrize("named", ["", "x", "0,-1", "9" * 40, "\x00"])
def test_names_that_are_none_keep_nobody_from_a_promise(client: FlaskClient, named: str) -> None:
    make_member("박수리")
    request = make_request()
    page = text_of(client, f"/requests/{request.number}/book")
    key = page.split('name="choice"')[1].split('value="')[1].split('"')[0]
    data = {"choice": key, f"named-{key}": named}
    assert client.post(f"/requests/{request.number}/book", data=data).status_code == 303


@pytest.mark.usefixtures("operator")
def test_taken_window_is_told_with_others(client: FlaskClient) -> None:
    make_member()
    request = make_request()
    answer = client.post(f"/requests/{request.number}/book", data={"choice": "20261128-0900-1100"})
    assert answer.status_code == 409
    page = answer.get_data(as_text=True)
    assert "그 사이에 찼거나 지났습니다" in page
    assert 'name="choice"' in page


@pytest.mark.usefixtures("operator")
@pytest.mark.parametrize("choice", ["", "x", "20269999-0900-1100", "\x00"])
def test_window_that_is_none_is_asked_again(client: FlaskClient, choice: str) -> None:
    make_member()
    request = make_request()
    answer = client.post(f"/requests/{request.number}/book", data={"choice": choice})
    assert answer.status_code == 422
    assert "골라 주십시오" in answer.get_data(as_text=True)


@pytest.mark.usefixtures("operator")
@pytest.mark.parametrize(
    "asked", ["김보", "{number}", "010-0000-7777", "01000007777", "+82 10 0000 7777", "ㄱㅂㄱ", "김뽀기"]
)
def test_requests_are_found_by_name_number_and_phone(client: FlaskClient, asked: str) -> None:
    request = make_request(make_resident("김보기", phone="+821000007777"))
    make_request(make_resident("이다른"))
    assert 'method="post" action="/requests"' in client.get("/requests").text, "no name in an address"
    page = client.post("/requests", data={"q": asked.format(number=request.number)})
    assert f"/requests/{request.number}" in page.get_data(as_text=True)
    assert "이다른" not in page.get_data(as_text=True)


@pytest.mark.usefixtures("operator")
@pytest.mark.parametrize("asked", ["%", "_", "\x00", "'", "0" * 200, "한" * 300, "-"])
def test_odd_words_find_nothing_and_break_nothing(client: FlaskClient, asked: str) -> None:
    assert client.post("/requests", data={"q": asked}).status_code == 200


@pytest.mark.usefixtures("operator")
@pytest.mark.parametrize(
    "path",
    [
        "/requests/0000-00",
        "/requests/x%00y",
        "/visits/999",
        "/visits/99999999999999999999",
        "/requests/1124-01?on=x",
    ],
)
def test_unknown_pages_are_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.usefixtures("coordinator")
def test_visit_page_ranks_with_reasons_and_says_who_cannot(client: FlaskClient) -> None:
    member = make_member("맡은이")
    make_member("갈수있음")
    make_member("기능없음", skills=())
    visit = make_visit(members=[member])
    page = text_of(client, f"/visits/{visit.id}")
    assert "1순위 갈수있음" in page
    assert "가장 가까운 분입니다" in page
    assert "필요한 기능이 없습니다: electric" in page


@pytest.mark.usefixtures("coordinator")
@pytest.mark.parametrize("won", [None, 3000])
def test_what_the_resident_is_shown_has_no_card_where_there_is_nothing_of_it(
    client: FlaskClient, won: int | None
) -> None:
    visit = make_visit(members=[make_member()], state=VisitState.ARRIVED, agreed_won=won)
    assert ("어르신 화면과 만족도" in text_of(client, f"/visits/{visit.id}")) is bool(won)


@pytest.mark.usefixtures("operator")
def test_operator_sees_a_visit_but_may_not_assign(client: FlaskClient) -> None:
    visit = make_visit(members=[make_member()])
    assert "맡기기" not in text_of(client, f"/visits/{visit.id}")
    assert client.post(f"/visits/{visit.id}/assign", data={}).status_code == 403
    assert client.post(f"/visits/{visit.id}/move", data={}).status_code == 403


@pytest.mark.usefixtures("coordinator")
def test_member_is_put_in_by_hand_and_a_stale_form_changes_nothing(client: FlaskClient, session: DB) -> None:
    visit, other, third = make_visit(members=[make_member()]), make_member("새사람"), make_member()
    page = text_of(client, f"/visits/{visit.id}")
    seen = page.split('name="seen" value="')[1].split('"')[0]
    form = {"role": "lead", "member": str(other.id), "seen": seen, "override_reason": "shares_hours"}
    assert client.post(f"/visits/{visit.id}/assign", data=form).status_code == 303
    stale = client.post(f"/visits/{visit.id}/assign", data={**form, "member": str(third.id)})
    assert stale.status_code == 409
    assert re.search(r"그 사이에 \w+ 님이 바꾸었습니다", stale.get_data(as_text=True))
    session.expire_all()
    assert visit.assignments[0].member_id == other.id
    assert f'name="day" type="date" value="{visit.day}"' in stale.text, "what was not sent stands as it stood"


@pytest.mark.usefixtures("coordinator")
@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"day": "x"}, "날짜를"),
        ({"day": "2026-11-26", "start": "25:99"}, "시작 시각을"),
        ({"day": "2026-11-26", "window": "x"}, "약속 시간을 골라"),
        ({"day": "2026-11-28", "window": "0900-1100"}, "쉬는 날입니다"),
        ({"day": "2026-11-23", "window": "0900-1100"}, "이미 지난 시간입니다"),
        ({"day": "2026-11-26", "window": "0900-1100", "start": "15:00"}, "약속 시간 안이어야"),
    ],
)
def test_bad_move_is_answered_beside_the_field(
    client: FlaskClient, form: dict[str, str], sentence: str
) -> None:
    visit = make_visit(members=[make_member()])
    seen = text_of(client, f"/visits/{visit.id}").split('name="seen" value="')[1].split('"')[0]
    answer = client.post(f"/visits/{visit.id}/move", data={**form, "seen": seen})
    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)


@pytest.mark.usefixtures("coordinator")
def test_absence_is_added_and_removed(client: FlaskClient, session: DB) -> None:
    member = make_member()
    form = {"first_day": "2026-11-30", "last_day": "", "reason": "holiday"}
    assert client.post(f"/members/{member.id}/absences", data=form).status_code == 303
    session.expire_all()
    absence = member.absences[0]
    assert (absence.first_day, absence.last_day) == (absence.last_day, absence.first_day)
    assert "11/30" in text_of(client, "/members")
    assert client.post(f"/members/{member.id}/absences/{absence.id}/remove").status_code == 303
    session.expire_all()
    assert member.absences == []


@pytest.mark.usefixtures("coordinator")
def test_who_rests_is_asked_no_longer_about_those_days(client: FlaskClient, session: DB) -> None:
    rests, other = make_member("쉬는이"), make_member("다음이")
    asked, promised = make_visit(members=[rests], accepted=False), make_visit(members=[rests])
    form = {"first_day": str(asked.day), "last_day": "", "reason": "holiday"}
    assert client.post(f"/members/{rests.id}/absences", data=form).status_code == 303
    session.expire_all()
    (place,), (kept,) = asked.assignments, promised.assignments
    assert [offer.state for offer in place.offers] == [OfferState.WITHDRAWN, OfferState.OFFERED]
    assert (place.member_id, place.state) == (other.id, AssignmentState.OFFERED)
    assert (kept.member_id, kept.state) == (rests.id, AssignmentState.ACCEPTED), "a promise is mended by hand"


@pytest.mark.usefixtures("coordinator")
@pytest.mark.parametrize(
    "form",
    [
        {},
        {"first_day": "2026-11-30", "last_day": "2026-11-29", "reason": "ill"},
        {"first_day": "2026-11-01", "reason": "ill"},
        {"first_day": "2026-11-30", "reason": "none"},
        {"first_day": "2026-11-30", "last_day": "2036-11-30", "reason": "ill"},
    ],
)
def test_bad_absence_is_answered_beside_the_field(client: FlaskClient, form: dict[str, str]) -> None:
    member = make_member()
    answer = client.post(f"/members/{member.id}/absences", data=form)
    assert answer.status_code == 422
    assert "form-hint-invalid" in answer.get_data(as_text=True)


@pytest.mark.usefixtures("coordinator")
@pytest.mark.parametrize("path", ["/board?day=2026-11-25", "/work", "/requests/{number}"])
def test_queries_of_a_page_do_not_grow_with_its_rows(
    client: FlaskClient, session: DB, count_queries: Any, path: str
) -> None:
    request = make_request(items=[(make_item(), 2)])
    make_visit(request, members=[make_member()])
    session.commit()  # what is written down for the box of people is no query of the page
    path = path.format(number=request.number)
    text_of(client, path)
    with count_queries() as few:
        text_of(client, path)
    for _ in range(5):
        make_visit(members=[make_member()], accepted=False)
        make_request()
    session.commit()
    with count_queries() as many:
        text_of(client, path)
    assert len(many) <= len(few) <= 17  # one for each kind of work, who is signed in, what must not wait


@pytest.mark.parametrize("name", ['<script>alert("1")</script>', "가\x1f나 & <b>"])
def test_names_on_the_day_board_are_never_markup(client, sign_in, session, name) -> None:
    sign_in("operator")
    member = factories.make_member("<i>박수리</i>")
    visit = factories.make_visit(members=[member])
    visit.resident.person.name = name
    alone = factories.make_visit(factories.make_request(factories.make_resident("<u>나하나</u>")))
    assert alone.day == visit.day
    page = client.get(f"/board?day={visit.day}").text
    for mark in ("<script>alert", "<b>", "<i>박", "<u>나"):
        assert mark not in page
    assert "&lt;i&gt;박수리" in page
    assert str(escape(name)) in page
