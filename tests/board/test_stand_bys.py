"""Members on stand-by: nothing new for them until they are called, and then like everybody else."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman import flow
from handyman.board import days as member_days
from handyman.board import needs
from handyman.board.plans.stored import Kept, read_proposed
from handyman.board.propose import propose
from handyman.extensions import now
from handyman.models import AuditEntry, Member, OfferState, ServiceDay, StandBy, Visit
from tests.board.plans.makers import coordinator, plan_for_ill, plan_tomorrow, promised, tomorrow
from tests.factories import make_member, make_request

Db = scoped_session[Session]
pytestmark = pytest.mark.settings(PLAN_DAY_SECONDS="0")


@pytest.fixture
def desk(client: FlaskClient, sign_in: Callable[..., Any]) -> FlaskClient:
    sign_in("coordinator")
    return client


def text(answer: Any) -> str:
    return " ".join(str(answer.get_data(as_text=True)).split())


def waits(session: Db) -> list[tuple[int, str]]:
    session.expire_all()
    rows = session.scalars(select(StandBy).order_by(StandBy.member_id, StandBy.day))
    return [(row.member_id, row.day.isoformat()) for row in rows]


def put(member: Member) -> None:
    flow.put_on_stand_by(member.id, tomorrow(), tomorrow(), coordinator(), now())


def held_by(session: Db, visit: Visit) -> int | None:
    session.expire_all()
    return visit.assignments[0].member_id


def test_days_are_written_down_and_taken_off_on_the_members_page(desk: FlaskClient, session: Db) -> None:
    member = make_member("이대기")
    session.commit()
    form = {"stand_first": "2026-11-27", "stand_last": "2026-12-01"}
    assert desk.post(f"/members/{member.id}/stand-by", data=form).status_code == 303
    days = ["2026-11-27", "2026-11-30", "2026-12-01"]  # the weekend is no time of theirs
    assert waits(session) == [(member.id, day) for day in days]
    assert session.scalars(select(ServiceDay.version).where(ServiceDay.day.in_(days))).all()[0] > 0
    assert "11/30(월) ~ 12/1(화)" in text(desk.get("/members"))
    taken = {"first": "2026-11-30", "last": "2026-12-01"}
    for _twice in range(2):
        assert desk.post(f"/members/{member.id}/stand-by/remove", data=taken).status_code == 303
    assert waits(session) == [(member.id, "2026-11-27")]
    moves = session.scalars(select(AuditEntry.moved_to).where(AuditEntry.entity == "members"))
    assert list(moves)[-2:] == ["stand_by", "off_stand_by"]


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("", "", "대기 첫날을"),
        ("2026-11-30", "2026-11-29", "앞설 수 없습니다"),
        ("2026-11-01", "", "이미 지난 날입니다"),
        ("2026-11-30", "2027-11-30", "60일까지"),
        ("2026-11-28", "2026-11-29", "일하는 날이 없습니다"),
    ],
)
def test_what_cannot_be_is_said_beside_the_words(
    desk: FlaskClient, session: Db, first: str, last: str, said: str
) -> None:
    member = make_member()
    session.commit()
    answer = desk.post(f"/members/{member.id}/stand-by", data={"stand_first": first, "stand_last": last})
    assert answer.status_code == 422
    page = text(answer)
    assert said in page
    assert f'value="{first}"' in page
    assert waits(session) == []


def test_nothing_is_proposed_to_them_and_the_visit_says_why(desk: FlaskClient, session: Db) -> None:
    member, other = make_member("이대기"), make_member("박수리")
    request = make_request()
    need = needs.need_of(request, needs.open_items(request.id))
    visit = promised("10:00", [other])
    put(member)
    put(other)
    offered = {each.day for each in propose(need, now(), limit=60)}
    assert offered
    assert tomorrow() not in offered
    assert "이날은 대기입니다" in str(desk.get(f"/visits/{visit.id}/lift").json)
    assert held_by(session, visit) == other.id


def test_one_press_on_the_board_calls_them_and_one_puts_them_back(desk: FlaskClient, session: Db) -> None:
    member, day = make_member("이대기"), tomorrow()
    put(member)
    board = text(desk.get(f"/board?day={day}"))
    assert re.search(r"이대기</span> <span class=\"board-waits\">대기</span>", board)
    assert 'data-key="Alt+Digit1"' in board
    assert 'aria-label="부르기 Alt+1, 이대기 님"' in board, "named as it reads, then by whom"
    assert "</span>대기" in text(desk.get(f"/board/week?day={day}"))
    form = {"day": day.isoformat()}
    answer = desk.post(f"/members/{member.id}/stand-by/call", data=form)
    called = text(desk.get(answer.headers["Location"]))
    assert "이대기 님을 불렀습니다" in called
    assert "board-waits" not in called
    assert not member_days.load([day]).days[day][0].stand_by
    again = desk.post(f"/members/{member.id}/stand-by/call", data=form, follow_redirects=True)
    assert "이미 대기가 아닙니다" in text(again)
    assert desk.post(f"/members/{member.id}/stand-by/undo", data=form).status_code == 303
    assert waits(session) == [(member.id, day.isoformat())]


def test_an_ordinary_plan_leaves_them_what_they_hold_and_gives_them_nothing(session: Db) -> None:
    waiting, busy = make_member("이대기"), make_member("박수리")
    own, theirs = promised("10:00", [waiting]), promised("14:00", [busy])
    put(waiting)
    run = plan_tomorrow()
    proposed = read_proposed(run.proposed or {})
    assert proposed.kept[own.id] is Kept.STAND_BY
    assert proposed.visits[theirs.id].team == (busy.id,)
    assert proposed.visits[own.id].team == (waiting.id,)


def test_for_somebody_ill_they_are_called_by_the_plan_that_is_taken(desk: FlaskClient, session: Db) -> None:
    ill, waiting = make_member("박수리"), make_member("이대기")
    visit = promised("14:00", [ill])
    put(waiting)
    run = plan_for_ill(ill, tomorrow())
    assert "대기 중인 이대기 님을 부릅니다" in text(desk.get(f"/plans/{run.id}"))
    assert waits(session) == [(waiting.id, tomorrow().isoformat())]
    assert desk.post(f"/plans/{run.id}/take").status_code == 303
    assert waits(session) == []
    assert held_by(session, visit) == waiting.id
    assert {offer.state for offer in visit.assignments[0].offers if offer.member_id == waiting.id} == {
        OfferState.OFFERED
    }
    called = select(AuditEntry.moved_to).where(AuditEntry.moved_from == "stand_by")
    assert session.scalars(called).all() == ["called"]
    assert "대기 중인" not in text(desk.get(f"/plans/{run.id}"))
