"""The pages of plans: what is asked for, how far it is, what changes for whom in words, taken or left."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman import flow
from handyman.board.plans import work
from handyman.board.plans.stored import read_proposed, write_proposed
from handyman.extensions import db, now
from handyman.models import Absence, Heartbeat, Message, PlanRun, PlanState, Visit
from handyman.words import seoul_day
from tests.board.plans.makers import at, coordinator, plan_for_ill, promised, tomorrow, worked_out
from tests.factories import add, make_member, make_request

Db = scoped_session[Session]
pytestmark = pytest.mark.settings(PLAN_DAY_SECONDS="0", PLAN_WEEK_SECONDS="0")


@pytest.fixture
def desk(client: FlaskClient, sign_in: Callable[..., Any]) -> FlaskClient:
    sign_in("coordinator")
    return client


def text(answer: Any) -> str:
    return " ".join(str(answer.get_data(as_text=True)).split())


def last(session: Db) -> PlanRun:
    session.expire_all()
    return session.scalars(select(PlanRun).order_by(PlanRun.id.desc())).first() or pytest.fail("no plan")


def test_tomorrow_is_planned_from_the_board(desk: FlaskClient, session: Db) -> None:
    promised("10:00", [make_member()])
    board = text(desk.get("/board"))
    assert "내일 짜기" in board
    assert "이번 주 짜기" in board
    answer = desk.post("/plans", data={"day": tomorrow().isoformat(), "what": "day"})
    run = last(session)
    assert answer.headers["Location"] == f"/plans/{run.id}"
    assert "차례를 기다림" in text(desk.get(f"/plans/{run.id}"))
    worked_out(run.id)
    assert "바뀌는 방문이 없습니다" in text(desk.get(f"/plans/{run.id}"))
    assert f"/plans/{run.id}" in text(desk.get(f"/board?day={tomorrow()}"))


def test_ill_today_from_the_members_page_to_the_told_plan(desk: FlaskClient, session: Db) -> None:
    ill, well = make_member("박수리"), make_member("이사랑")
    visit, today = promised("14:00", [ill], seoul_day(now())), seoul_day(now())
    session.commit()
    assert f"/plans/ill?member={ill.id}" in text(desk.get("/members"))
    form = text(desk.get(f"/plans/ill?member={ill.id}"))
    assert f'value="{ill.id}" checked' in form
    answer = desk.post("/plans/ill", data={"member": ill.id, "day": today.isoformat()})
    run = worked_out(last(session).id)
    page = text(desk.get(answer.headers["Location"]))
    for words in (
        "박수리 님이 아픈 날의 계획",
        "사람이 바뀜",
        "박수리 님이 이날 쉽니다",
        "이사랑 님께 갈 수 있는지 묻습니다",
        "박수리 님께 가지 않아도 된다고 알립니다",
        "이대로 알리기",
        visit.resident.person.name,
    ):
        assert words in page
    assert session.scalars(select(Message)).all() == []
    answer = desk.post(f"/plans/{run.id}/take")
    assert answer.status_code == 303
    assert "이 계획대로 바꾸었습니다: 사람이 바뀜 1건, 박수리 님의 쉬는 날을 적음." in text(
        desk.get(answer.headers["Location"])
    )
    session.expire_all()
    assert visit.assignments[0].member_id == well.id
    assert session.scalars(select(Absence.member_id)).one() == ill.id


@pytest.mark.parametrize(("left", "said"), [(0, "끝날 때 시작"), (10, "10분 전에 시작"), (15, "")])
def test_a_start_near_the_end_of_its_promise_is_marked(
    desk: FlaskClient, session: Db, left: int, said: str
) -> None:
    ill, _well, today = make_member("박수리"), make_member("이사랑"), tomorrow()
    start = at(today, "14:00")
    visit = promised("14:00", [ill], window=(start - timedelta(hours=2), start + timedelta(minutes=left)))
    late = plan_for_ill(ill, today)
    session.commit()
    _start_at(late, visit, 14 * 60)
    page = text(desk.get(f"/plans/{late.id}"))
    assert said in page
    assert ("시간이 빠듯한 방문이 1건 있습니다" in page) == ("빠듯함" in page) == bool(said)


def _start_at(run: PlanRun, visit: Visit, minute: int) -> None:
    """As a plan of a full day would have it."""
    proposed = read_proposed(run.proposed or {})
    held = replace(proposed.visits[visit.id], start=minute)
    run.proposed = write_proposed(replace(proposed, visits={visit.id: held}))
    db.session.commit()


def test_a_day_that_changed_meanwhile_is_shown_again(desk: FlaskClient, session: Db) -> None:
    ill, well = make_member("박수리"), make_member("이사랑")
    promised("10:00", [ill])
    run = plan_for_ill(ill, tomorrow())
    promised("10:00", [well])
    session.commit()
    answer = desk.post(f"/plans/{run.id}/take")
    mended = last(session)
    assert answer.headers["Location"] == f"/plans/{mended.id}"
    assert "다시 짜고 있습니다" in text(desk.get(f"/plans/{mended.id}"))
    worked_out(mended.id)
    assert "바뀐 배정에 맞추어 다시 짠 계획입니다" in text(desk.get(f"/plans/{mended.id}"))
    assert f"/plans/{mended.id}" in text(desk.get(f"/plans/{run.id}"))


def test_a_changed_day_is_announced_before_anybody_presses(desk: FlaskClient, session: Db) -> None:
    ill = make_member("박수리")
    promised("10:00", [ill])
    run = plan_for_ill(ill, tomorrow())
    assert "누군가 이날을 바꾸었습니다" not in text(desk.get(f"/plans/{run.id}"))
    request_id, by = make_request().id, coordinator()
    session.commit()
    from handyman.board.propose import Choice

    flow.book(request_id, Choice(tomorrow(), 780, 900), by, now())
    assert "누군가 이날을 바꾸었습니다" in text(desk.get(f"/plans/{run.id}"))


def test_nobody_can_come_is_said_and_put_on_the_list(desk: FlaskClient, session: Db) -> None:
    ill = make_member("박수리")
    visit = promised("14:00", [ill])
    run = plan_for_ill(ill, tomorrow())
    page = text(desk.get(f"/plans/{run.id}"))
    assert "전화해야 함" in page
    assert "갈 수 있는 조합원이 없습니다" in page
    told = desk.post(f"/plans/{run.id}/take", follow_redirects=True)
    assert "방문 1건은 갈 사람이 없습니다" in text(told)
    assert f'href="/visits/{visit.id}"' in text(desk.get("/work"))


def test_progress_is_asked_for_until_it_is_there(desk: FlaskClient, session: Db) -> None:
    promised("10:00", [make_member()])
    run_id = flow.plan_day(tomorrow(), coordinator(), now())
    session.commit()
    asked = {"HX-Request": "true"}
    part = desk.get(f"/plans/{run_id}/progress", headers=asked)
    assert "<progress" in text(part)
    assert "<html" not in text(part)
    assert "돌고 있지 않습니다" in text(part)
    assert "그만 짜기" in text(part)
    assert "이대로" not in text(part)
    assert " value=" not in text(part).split("<progress")[1].split(">")[0]
    add(Heartbeat(worker="box:1", at=now()))
    assert "돌고 있지 않습니다" not in text(desk.get(f"/plans/{run_id}/progress", headers=asked))
    worked_out(run_id)
    assert desk.get(f"/plans/{run_id}/progress", headers=asked).headers["HX-Refresh"] == "true"
    assert desk.get(f"/plans/{run_id}/progress").headers["Location"] == f"/plans/{run_id}"


def test_stop_and_leave_while_it_waits(desk: FlaskClient, session: Db) -> None:
    promised("10:00", [make_member()])
    run_id = flow.plan_day(tomorrow(), coordinator(), now())
    session.commit()
    assert desk.post(f"/plans/{run_id}/stop").status_code == 303
    stopping = text(desk.get(f"/plans/{run_id}"))
    assert "멈추고 있습니다" in stopping
    assert "그만 짜기" not in stopping
    assert desk.post(f"/plans/{run_id}/leave").status_code == 303
    assert last(session).state is PlanState.LEFT
    refused = desk.post(f"/plans/{run_id}/stop")
    assert refused.status_code == 409
    assert "이미 결정했거나" in text(refused)


def test_forms_that_say_nothing_are_refused_in_words(desk: FlaskClient) -> None:
    for path, data, words in (
        ("/plans", {"day": "", "what": "day"}, "날짜를 2026-11-24처럼 적어 주십시오."),
        ("/plans", {"day": "2026-11-20", "what": "day"}, "이미 지난 시간입니다"),
        ("/plans", {"day": "2026-11-20", "what": "week"}, "그 주에는 남은 일하는 날이 없습니다"),
        ("/plans", {"day": "2027-11-20", "what": "day"}, "60일 안의 날짜"),
        ("/plans/ill", {"member": "", "day": "2026-11-24"}, "누가 아픈지 골라 주십시오."),
        ("/plans/ill", {"member": "1", "day": "2026-12-24"}, "어느 날인지 골라 주십시오."),
    ):
        answer = desk.post(path, data=data)
        assert answer.status_code == 422
        assert words in text(answer), path


def test_operators_see_no_buttons_and_cannot_plan(
    client: FlaskClient, sign_in: Callable[..., Any], session: Db
) -> None:
    sign_in("operator")
    assert "내일 짜기" not in text(client.get("/board"))
    assert client.post("/plans", data={"day": tomorrow().isoformat(), "what": "day"}).status_code == 403
    assert session.query(PlanRun).count() == 0


def test_a_long_plan_costs_no_more_queries_than_a_short_one(
    desk: FlaskClient, session: Db, count_queries: Callable[[], Any]
) -> None:
    counts = []
    for visits in (1, 6):
        ill = make_member("박수리")
        for one in range(2):
            make_member(f"이사랑{one}")
        for hour in range(9, 9 + visits):
            promised(f"{hour}:00", [ill], tomorrow() + timedelta(days=visits % 2))
        run = plan_for_ill(ill, tomorrow() + timedelta(days=visits % 2))
        with count_queries() as asked:
            assert desk.get(f"/plans/{run.id}").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[1] <= 12


def test_the_list_names_every_plan_and_a_plan_holds_no_name(desk: FlaskClient, session: Db) -> None:
    ill = make_member("박수리")
    visit = promised("14:00", [ill])
    run = plan_for_ill(ill, tomorrow())
    page = text(desk.get("/plans"))
    assert f'href="/plans/{run.id}"' in page
    assert "결정을 기다림" in page
    name = session.get_one(Visit, visit.id).resident.person.name
    assert name not in f"{run.standing} {run.proposed}"
    assert "박수리" not in f"{run.standing} {run.proposed}"


def test_an_english_reader_reads_english(desk: FlaskClient, session: Db) -> None:
    ill, _well = make_member("Park"), make_member("Lee")
    for visit in (promised("10:00", [ill]), promised("14:00", [ill])):
        visit.resident.person.name, visit.address.haengjeong_dong = "Kim", "Sangdo"
    waiting = make_request()
    waiting.resident.person.name, waiting.address.haengjeong_dong = "Choi", "Sangdo"
    ill_run = plan_for_ill(ill, tomorrow())
    week = worked_out(flow.plan_week(tomorrow(), coordinator(), now()))
    with desk.session_transaction() as cookie:
        cookie["language"] = "en"
    for path in ("/plans", "/plans/ill", f"/plans/{ill_run.id}", f"/plans/{week.id}"):
        page = text(desk.get(path)).replace("동작핸디맨", "").replace("한국어", "").replace("김상담", "")
        assert re.findall("[가-힣]+", page) == [], path


def test_what_went_wrong_is_said_with_what_to_do(
    desk: FlaskClient, session: Db, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    promised("10:00", [make_member()])
    run_id = flow.plan_day(tomorrow(), coordinator(), now())

    def fail(*_args: object) -> None:
        raise ValueError

    monkeypatch.setattr(work.reading, "load", fail)
    worked_out(run_id)
    page = text(desk.get(f"/plans/{run_id}"))
    assert "계획을 짜다가 문제가 생겼습니다" in page
    assert "다시 짜기" in page
