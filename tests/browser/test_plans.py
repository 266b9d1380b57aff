"""A coordinator plans tomorrow and mends a day on which somebody is ill, while the worker works beside."""

import threading
from collections.abc import Iterator
from contextvars import Context
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman import flow, jobs
from handyman.extensions import now
from handyman.models import Absence, Message, MessageKind, MessageState, PlanRun, PlanState, Visit
from handyman.words import seoul_day
from tests import factories
from tests.board.plans.makers import coordinator, plan_for_ill, promised, tomorrow
from tests.pages import go, let_in, stands, until

pytestmark = [pytest.mark.browser, pytest.mark.settings(PLAN_DAY_SECONDS="0", PLAN_WEEK_SECONDS="0")]
Db = scoped_session[Session]


@pytest.fixture
def worker(app: Flask) -> Iterator[threading.Event]:
    """Works plans out as the real one does; set the event to let it begin."""
    begin, stop = threading.Event(), threading.Event()

    def work() -> None:
        begin.wait()
        jobs.plan_until(app, stop)

    thread = threading.Thread(target=Context().run, args=(work,), daemon=True)
    thread.start()
    yield begin
    stop.set()
    begin.set()
    thread.join(20)


@pytest.fixture
def desk(chromium: Browser, live_server: str, session: Db) -> Iterator[Page]:
    context = chromium.new_context(
        viewport={"width": 1366, "height": 768}, locale="ko-KR", base_url=live_server
    )
    page, user = context.new_page(), factories.make_user("coordinator")
    session.commit()
    let_in(context, live_server, user.login)
    session.rollback()
    yield page
    context.close()


@pytest.mark.long
def test_tomorrow_is_planned_while_the_page_watches(desk: Page, session: Db, worker: threading.Event) -> None:
    away, _well = factories.make_member("박수리"), factories.make_member("이사랑")
    visit = promised("10:00", [away])
    factories.make_absence(away, tomorrow())
    session.commit()
    desk.goto("/board")
    desk.locator("summary", has_text="계획 짜기").click()
    go(desk, desk.get_by_role("button", name="내일 짜기").click)
    expect(desk.locator("#progress-title")).to_contain_text("차례를 기다림")
    worker.set()
    stands(desk, "#changes")  # by itself, when the plan is there
    assert "박수리 → 이사랑" in desk.inner_text(".plan-change").replace("\n", " ")
    assert session.scalars(select(Message)).all() == []
    session.rollback()
    desk.get_by_role("button", name="이대로 알리기").click()
    stands(desk, "#plan-taken")
    session.expire_all()
    assert session.get_one(Visit, visit.id).assignments[0].member.name == "이사랑"


def test_ill_today_is_mended_in_four_steps_and_undone_by_one_key(
    desk: Page, session: Db, worker: threading.Event
) -> None:
    ill, _well = factories.make_member("박수리"), factories.make_member("이사랑")
    visit = promised("14:00", [ill], seoul_day(now()))
    session.commit()
    worker.set()
    desk.goto("/board")
    go(desk, desk.get_by_role("link", name="오늘 아파요").click)
    desk.locator("label", has_text="박수리").click()
    desk.get_by_role("button", name="대신 갈 사람 찾기").click()
    stands(desk, "#changes")
    told = desk.inner_text(".plan-told")
    assert "이사랑 님께 갈 수 있는지 묻습니다" in told
    assert (session.scalars(select(Message)).all(), session.scalars(select(Absence)).all()) == ([], [])
    session.rollback()
    desk.get_by_role("button", name="이대로 알리기").click()
    stands(desk, "#plan-taken")
    texts = session.scalars(select(Message).order_by(Message.id)).all()
    assert [text.kind for text in texts] == [MessageKind.MEMBER_WITHDRAWN, MessageKind.MEMBER_OFFER]
    assert session.scalars(select(Absence.member_id)).one() == ill.id
    session.rollback()
    go(desk, lambda: desk.keyboard.press("Control+KeyZ"))
    expect(desk.locator("main")).to_contain_text("되돌렸습니다")
    assert session.scalars(select(Absence)).all() == []
    session.expire_all()
    assert {text.state for text in texts} == {MessageState.CANCELED}, "nobody hears of it"
    assert session.get_one(Visit, visit.id).assignments[0].member.name == "박수리"


@pytest.mark.long
def test_without_javascript_the_page_is_refreshed_by_hand(
    chromium: Browser, live_server: str, session: Db, worker: threading.Event
) -> None:
    promised("10:00", [factories.make_member("박수리")])
    user = factories.make_user("coordinator")
    session.commit()
    context = chromium.new_context(locale="ko-KR", base_url=live_server, java_script_enabled=False)
    page = context.new_page()
    let_in(context, live_server, user.login)
    page.goto("/board")
    page.locator("summary", has_text="계획 짜기").click()
    go(page, page.get_by_role("button", name="내일 짜기").click)
    go(page, page.get_by_role("button", name="그만 짜기").click)
    worker.set()

    def is_over() -> bool:
        if page.locator("#progress").count():
            go(page, page.get_by_role("link", name="새로 고침").click)
        return not page.locator("#progress").count()

    until(page, is_over)
    assert "바뀌는 방문이 없습니다" in page.inner_text("main")
    session.rollback()
    assert session.scalars(select(PlanRun.state)).one() in (PlanState.READY, PlanState.STOPPED)
    context.close()


def test_where_to_mend_what_cannot_be_undone_is_seen_as_a_link(desk: Page, session: Db) -> None:
    ill, _well = factories.make_member("박수리"), factories.make_member("이사랑")
    visit = promised("10:00", [ill])
    run = plan_for_ill(ill, tomorrow())
    flow.take_plan(run.id, coordinator(), now())
    desk.goto(f"/plans/{run.id}")
    stands(desk, "#plan-taken button")
    visit.start += timedelta(minutes=15)
    session.commit()
    go(desk, lambda: desk.keyboard.press("Control+KeyZ"))
    stands(desk, "#problems:focus")
    links = desk.locator("#problems a")
    expect(links).to_have_count(2)
    for link in links.all():
        expect(link).to_have_css("text-decoration-line", "underline")
