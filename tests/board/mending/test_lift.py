"""While a card is lifted every row says whether it may go there, and a drop ends as was said."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from handyman.extensions import now
from handyman.models import AbsenceReason, Role
from handyman.words import seoul_day
from tests.board.mending.makers import lift, make_member, promised, put, refuses, tomorrow
from tests.board.plans.makers import FAR
from tests.factories import make_absence, make_item, make_request, make_wish

DB = scoped_session[Session]


@pytest.fixture(autouse=True)
def coordinator(sign_in: Callable[..., Any], session: DB) -> Any:
    return sign_in(Role.COORDINATOR)


def test_each_row_says_in_words_why_not(client: FlaskClient) -> None:
    own = make_member("박수리")
    visit = promised("10:00", [own])
    away, unskilled = make_member("쉬는이"), make_member("못하는이", skills=())
    make_absence(away, tomorrow(), reason=AbsenceReason.HOLIDAY)
    full, resting = make_member("바쁜이", daily_cap_minutes=60), make_member("점심이")
    promised("15:00", [full])
    resting.break_start, resting.break_end = 630, 690
    home, busy = make_member("가면안됨"), make_member("겹침이")
    make_wish(visit, home)
    promised("10:30", [busy]).resident.person.name = "최이웃"
    found = lift(client, visit)
    assert (found["member"], found["start"], found["starts"][-1]) == (own.id, 600, 720)

    def said(member: Any) -> str:
        return str(found["rows"][str(member.id)]["said"])

    assert said(own) == "갈 수 있음 오전 10시~오후 12시"
    assert said(away) == "이날은 쉽니다 (휴가)"
    assert said(unskilled) == "필요한 기능이 없습니다: electric"
    assert said(full).startswith("하루 한도를 넘습니다 (40분 + 이번 방문, 한도 1시간)")
    assert said(home) == "이 댁에는 가지 않기로 적혀 있습니다"
    rest = found["rows"][str(resting.id)]
    assert (rest["said"], rest["best"]) == ("갈 수 있음 오전 11시 30분~오후 12시", 690)
    assert rest["whyNot"][0] == "쉬는 시간(오전 10시 30분~11시 30분)에 걸립니다"
    overlaps = found["rows"][str(busy.id)]["whyNot"][found["starts"].index(630)]
    assert overlaps == "" or "최이웃" in overlaps
    assert "오전 10시~오후 12시 밖입니다" in found["outside"]


def test_travel_that_is_short_names_the_visit_and_the_minutes(client: FlaskClient) -> None:
    busy = make_member("이웃이")
    fixed = promised("10:40", [busy], window=None, point=FAR)
    fixed.window_start, fixed.window_end = fixed.start, fixed.start + timedelta(minutes=1)
    fixed.resident.person.name = "먼댁"
    visit = promised("10:00", [make_member()])
    row = lift(client, visit)["rows"][str(busy.id)]
    assert row["whyNot"][0].startswith("오전 10시 40분 먼댁 님 방문과 오가는 시간이 ")
    assert row["whyNot"][0].endswith("분 모자랍니다")


def test_whose_day_is_empty_is_late_and_has_no_other_visit(client: FlaskClient) -> None:
    visit, idle = promised("10:00", [make_member()], day=seoul_day(now()), point=FAR), make_member()
    row = lift(client, visit)["rows"][str(idle.id)]
    assert (row["whyNot"][0], row["whyNot"][-1]) == ("이 시간까지 그 댁에 닿을 수 없습니다", "")


def test_what_is_said_is_what_a_drop_does(client: FlaskClient, session: DB) -> None:
    member, other = make_member("박수리"), make_member("이사랑")
    fixed = promised("11:00", [other])
    fixed.window_end = fixed.start + timedelta(minutes=1)
    promised("12:00", [other])
    visit = promised("10:00", [member])
    found = lift(client, visit)
    row, starts = found["rows"][str(other.id)], found["starts"]
    assert {bool(why) for why in row["whyNot"]} == {True, False}, "some of each"
    for start, why in zip(starts, row["whyNot"], strict=True):
        answer = put(client, visit, other.id, start, seen=found["seen"])
        assert refuses(answer) == bool(why), start
        assert bool(answer.json.get("why")) == (not why), "whoever may go needs only a reason"
        if why:
            assert answer.json["said"].strip(".") == why


@pytest.mark.parametrize("role", ["lead", "second"])
def test_of_a_team_the_other_must_be_free_as_well(client: FlaskClient, session: DB, role: str) -> None:
    lead, second, free = make_member("앞장이"), make_member("따름이"), make_member("빈사람")
    request = make_request(items=[make_item("rail", team_size=2)])
    visit = promised("10:00", [lead, second], request=request)
    bound = second if role == "lead" else lead
    fixed = promised("11:00", [bound])
    fixed.window_end = fixed.start + timedelta(minutes=1)
    session.commit()
    found = lift(client, visit, role)
    row = found["rows"][str(free.id)]
    at = dict(zip(found["starts"], row["whyNot"], strict=True))
    assert at[600] == ""
    assert at[660].startswith(f"함께 가는 {bound.name} 님: 오전 11시 ")
    assert found["rows"][str(bound.id)]["best"] is None
    answer = put(client, visit, free.id, 660, role=role, override_reason="training")
    assert refuses(answer)
    assert "겹칩니다" in answer.json["said"]


def test_only_what_can_still_be_moved_is_lifted(client: FlaskClient, sign_in: Callable[..., Any]) -> None:
    done = promised("10:00", [make_member()], state="finished")
    answer = client.get(f"/visits/{done.id}/lift")
    assert (refuses(answer), answer.json["changed"]) == (True, True)
    assert client.get("/visits/999/lift").status_code == 404
    sign_in(Role.OPERATOR)
    assert client.get(f"/visits/{done.id}/lift").status_code == 403
