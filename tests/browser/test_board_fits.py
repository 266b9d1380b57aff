"""A full day stands on the board of a desk as a whole, with all that may be said above it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy.orm import Session, scoped_session

from handyman import flow
from handyman.extensions import now
from handyman.models import HeldPlace, Member, MessageState, PlanKind, PlanReason, PlanRun, PlanState
from tests import factories
from tests.board.plans.makers import NEAR, coordinator, promised, tomorrow
from tests.pages import axe_finds, box_of, go, let_in, stands

pytestmark = pytest.mark.browser
Db = scoped_session[Session]


def hold_beside_a_visit(member: Member) -> None:
    """A caller is on the telephone, and a window is kept in which the member has a visit already."""
    visit = promised("10:00", [member])
    times = {"window_start": visit.window_start, "window_end": visit.window_end, "start": visit.start}
    where = {"lat": NEAR[0], "lon": NEAR[1], "service_minutes": 40, "day": visit.day}
    until = now() + timedelta(minutes=5)
    factories.add(HeldPlace(key="k" * 32, member_id=member.id, expires_at=until, **times, **where))


def plan_twice() -> None:
    day = tomorrow()
    about = {"kind": PlanKind.DAY, "reason": PlanReason.TOMORROW, "first_day": day, "last_day": day}
    for minutes in (70, 5):
        asked = {"asked_at": now() - timedelta(minutes=minutes), "state": PlanState.READY, "seconds": 1}
        factories.add(PlanRun(**about, **asked))


@pytest.fixture
def desk(chromium: Browser, live_server: str, session: Db) -> Iterator[Page]:
    members = [factories.make_member(f"조합원{number}") for number in range(1, 12)]
    hold_beside_a_visit(members[0])
    promised("10:00", [])
    plan_twice()
    factories.make_message(factories.make_person(), state=MessageState.FAILED)
    flow.put_on_stand_by(members[-1].id, tomorrow(), tomorrow(), coordinator(), now())
    user = factories.make_user("coordinator")
    session.commit()
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, base_url=live_server)
    page = context.new_page()
    let_in(context, live_server, user.login)
    yield page
    context.close()


@pytest.mark.parametrize("language", ["ko", "en"])
def test_eleven_members_a_caller_nobodys_visit_and_two_plans_fit_and_the_plans_are_told_apart(
    desk: Page, language: str
) -> None:
    page = desk
    page.goto("/board")
    if language == "en":
        page.goto("/account")
        go(page, lambda: page.click("text=English"))
    page.goto(f"/board?day={tomorrow()}")
    stands(page, ".is-held")
    tops = page.eval_on_selector_all(".board-head > *", "all => all.map(each => each.offsetTop)")
    assert max(tops) < min(tops) + 44, "its controls stand in one line"
    held, visit = box_of(page.locator(".is-held")), box_of(page.locator("[data-member] [id^=card-]"))
    assert held["y"] >= visit["y"] + 44, "what is kept stands below the visit of the same time"
    grid = box_of(page.locator(".board-grid"))
    assert grid["y"] + grid["height"] <= 768
    assert page.evaluate("document.documentElement.scrollHeight") <= 768, "the page does not scroll"
    page.click("#plan-several")
    named = page.locator(".board-waiting a:visible").all_inner_texts()
    assert len(set(named)) == 2, named
    assert axe_finds(page) == []


IN_SIGHT = """() => [...document.querySelectorAll('.board-row:not(.board-hours)')]
    .filter(each => each.getBoundingClientRect().bottom <= innerHeight).length"""


@pytest.mark.parametrize("language", ["ko", "en"])
def test_rows_are_in_sight_where_all_is_twice_as_large(desk: Page, language: str) -> None:
    page = desk
    page.goto("/board")
    if language == "en":
        go(page, lambda: page.click("text=English"))
    page.set_viewport_size({"width": 683, "height": 384})
    page.goto(f"/board?day={tomorrow()}")
    stands(page, ".is-held")
    assert page.evaluate(IN_SIGHT) >= 2
    assert box_of(page.locator(".board-notices .is-danger"))["y"] < box_of(page.locator(".board-grid"))["y"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 683
    assert axe_finds(page) == []
    page.click("#plan-several")
    assert page.locator(".board-waiting a:visible").count() == 2
    assert page.evaluate("document.documentElement.scrollWidth") <= 683
