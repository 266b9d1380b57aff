"""Who is expected at a door: anybody may ask with number and house, the office with the number alone."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from handyman.extensions import now
from handyman.models import AssignmentState, Visit, VisitState
from handyman.visit.home.names import called, initials, masked
from handyman.visit.hotline.look import read_house
from tests import factories
from tests.conftest import Client, Clock

EXPECTED = "맞습니다. 이 댁에 가기로 했습니다"


@pytest.fixture
def visit(session: scoped_session[Session]) -> Visit:
    """Today in an hour, at 상도로 369."""
    request = factories.make_request(factories.make_resident("김보기", phone="+821012345678"))
    team = [factories.make_member("박수리")]
    return factories.make_visit(request, start=now() + timedelta(hours=1), members=team, number="4711")


def ask(client: FlaskClient, number: str = "4711", house: str = "369") -> tuple[int, str]:
    answer = client.post("/check", data={"number": number, "house": house})
    return answer.status_code, answer.get_data(as_text=True)


@pytest.mark.parametrize("house", ["369", "상도로 369", "３６９", "서울 동작구 상도로 369번지"])
def test_the_right_number_at_the_right_house(client: FlaskClient, visit: Visit, house: str) -> None:
    status, page = ask(client, " 47 11", house)
    assert (status, EXPECTED in page, "박○리 조합원" in page) == (200, True, True)
    for private in ("김보기", "박수리", "1234-5678"):
        assert private not in page


@pytest.mark.parametrize(
    ("typed", "house"),
    [
        ("83", "83"),
        ("상도로 369", "369"),
        ("동작대로35가길 83", "83"),
        ("동작대로35가길 83 2층", "83"),
        ("동작대로 35가길 83, 301호", "83"),
        ("동작대로35가길 83번지 2층 201호", "83"),
        ("동작대로35가길 83 반지하 B01호", "83"),
        ("동작대로35가길 83 301", "83"),
        ("상도로17길 14-2", "14-2"),
        ("상도로 17길 14 - 2 지하1층", "14-2"),
        ("서울 동작구 상도1동 279-12 가동 101호", "279-12"),
        ("상도1동 산 22-5번지", "22-5"),
        ("상도동279-12", "279-12"),
        ("상도1동369 101동1203호", "369"),
        ("103동 1203호 상도로 369", "369"),
        ("래미안 3차 상도로 369 103동 1203호", "369"),
        ("83 동작대로35가길", "83"),
        ("83 2층", "83"),
        ("2층 83", "83"),
        ("369 #301", "369"),
        ("Dongjak-daero 35ga-gil 83, 2F", "83"),
        ("35-ga-gil 83", "83"),
        ("201호", ""),
        ("파란 대문", ""),
    ],
)
def test_a_house_is_read_whatever_stands_around_it(typed: str, house: str) -> None:
    assert read_house(typed) == house


def test_the_flat_may_be_typed_as_well(client: FlaskClient, visit: Visit) -> None:
    assert ask(client, house="상도로 369, 2층 201호")[0] == 200


def test_one_without_the_other_tells_nothing(client: FlaskClient, visit: Visit) -> None:
    wrong_house, wrong_number = ask(client, house="370"), ask(client, number="4712")
    assert wrong_house[0] == wrong_number[0] == 422
    assert "가기로 한 사람이 없습니다" in wrong_house[1]
    plain = [
        page.replace('"370"', '"369"').replace('"4712"', '"4711"')
        for _status, page in (wrong_house, wrong_number)
    ]
    assert plain[0] == plain[1]


def test_what_cannot_be_read_is_asked_for_and_kept(client: FlaskClient, visit: Visit) -> None:
    status, page = ask(client, "471", "파란 대문")
    assert (status, 'value="471"' in page, 'value="파란 대문"' in page) == (422, True, True)


@pytest.mark.parametrize("change", [{"state": VisitState.CANCELLED}, {"day": 1}])
def test_nobody_is_expected_who_was_called_off_or_comes_tomorrow(
    client: FlaskClient, visit: Visit, change: dict[str, Any]
) -> None:
    visit.state = change.get("state", visit.state)
    visit.day += timedelta(days=change.get("day", 0))
    assert ask(client)[0] == 422


def hours(clock: Clock, visit: Visit, **change: float) -> None:
    """So long after the window begins, which lasts from eleven to one."""
    clock.set(visit.window_start + timedelta(**change))


LATER, NOBODY_YET = "지금이 아니라 오늘 오전 11시~오후 1시입니다", "아직 갈 사람이 정해지지 않았습니다"
PAST, OVER = "약속한 때가 지났습니다", "이미 끝났습니다"


@pytest.mark.parametrize(
    ("state", "after", "told"),
    [
        (VisitState.ASSIGNED, -1.1, LATER),
        (VisitState.ASSIGNED, -1, ""),
        (VisitState.ASSIGNED, 3.9, ""),
        (VisitState.ASSIGNED, 4, PAST),
        (VisitState.ON_THE_WAY, 10, PAST),
        (VisitState.ARRIVED, -2, ""),
        (VisitState.ARRIVED, 10, ""),
        (VisitState.FINISHED, 0, OVER),
        (VisitState.FINISHED, 4, OVER),
        (VisitState.FAILED, 1, OVER),
    ],
)
def test_a_door_is_opened_only_while_somebody_is_expected(
    client: Client,
    visit: Visit,
    clock: Clock,
    sign_in: Callable[..., Any],
    state: VisitState,
    after: float,
    told: str,
) -> None:
    """From an hour before the window until two hours after it, and as long as somebody is inside."""
    visit.state = state
    hours(clock, visit, hours=after)
    status, page = ask(client)
    assert (status, EXPECTED in page, "박○리" in page) == (200, not told, not told)
    assert ("문을 열지 마시고 사무실로" in page) is bool(told)
    assert ("돈을 받지 않습니다" in page) is not told
    sign_in("operator")
    office = client.get("/hotline?number=4711").text
    assert ("문을 열지 마시라고" in office) is bool(told)
    assert told in page
    assert told in office


def test_nobody_is_expected_before_somebody_has_accepted(client: Client, visit: Visit, clock: Clock) -> None:
    hours(clock, visit, hours=0.5)
    place = visit.assignments[0]
    visit.state, place.state = VisitState.BOOKED, AssignmentState.OFFERED
    page = ask(client)[1]
    assert (EXPECTED in page, NOBODY_YET in page) == (False, True)
    place.state = AssignmentState.ACCEPTED
    assert EXPECTED in ask(client)[1], "also where a second is still asked"


@pytest.mark.parametrize(
    ("announced", "asked", "expected"), [(-2, -2.9, True), (5, 6.9, True), (5, 7, False)]
)
def test_whoever_said_when_they_come_is_expected_around_that(
    client: Client, visit: Visit, clock: Clock, announced: float, asked: float, expected: bool
) -> None:
    visit.state = VisitState.ON_THE_WAY
    visit.arriving_at = visit.window_start + timedelta(hours=announced)
    hours(clock, visit, hours=asked)
    assert (EXPECTED in ask(client)[1]) is expected


def test_whoever_has_said_that_they_are_done_is_not_expected_all_day(
    client: Client, visit: Visit, clock: Clock
) -> None:
    visit.state, visit.ended_at = VisitState.ARRIVED, visit.window_end
    hours(clock, visit, hours=3)
    assert EXPECTED in ask(client)[1]
    hours(clock, visit, hours=10)
    assert PAST in ask(client)[1]


def test_few_may_be_tried(make_app: Callable[..., Any], visit: Visit) -> None:
    browser = make_app().test_client()
    form = [{"number": f"{number:04d}", "house": "369"} for number in range(11)]
    answers = [browser.post("/check", data=each).status_code for each in form]
    assert (answers[0], answers[-1]) == (422, 429)


def test_the_office_sees_everything_by_the_number_alone(
    client: FlaskClient, visit: Visit, sign_in: Callable[..., Any]
) -> None:
    sign_in("operator")
    page = client.get("/hotline?number=4711").get_data(as_text=True)
    for known in ("김보기", "박수리", "010-1234-5678", "상도로 369", f"/visits/{visit.id}"):
        assert known in page
    assert "저희가 보낸 사람이 아닐 수 있습니다" in client.get("/hotline?number=0000").get_data(as_text=True)
    assert "숫자 네 자리" in client.get("/hotline?number=47").get_data(as_text=True)


def test_names_at_a_door() -> None:
    assert [called("박수리"), called("Anna Kim"), called("")] == ["박수리", "Anna", ""]
    assert [initials("박수리"), initials("Anna Kim")] == ["수리", "AK"]
    assert [masked("박수리"), masked("김산"), masked("Anna Kim")] == ["박○리", "김○", "A."]
