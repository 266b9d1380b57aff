"""On pages where something is to be done next, the focus stands there and not at the top of the window."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman.models import Member, PlanRun, Resident, ServiceRequest, Visit
from tests import factories
from tests.board.plans.makers import FAR, plan_tomorrow, promised
from tests.factories import make_member
from tests.pages import box_of, laid_out, let_in, stands

pytestmark = pytest.mark.browser
WHERE = "() => document.activeElement.id || document.activeElement.tagName"


@pytest.fixture
def desk(chromium: Browser, live_server: str, session: scoped_session[Session]) -> Iterator[Page]:
    first = make_member("박수리")
    make_member("이사랑")
    promised("10:00", [first])
    promised("10:30", [first], point=FAR)
    user, _plan = factories.make_user("coordinator"), plan_tomorrow()
    session.commit()
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, base_url=live_server)
    page = context.new_page()
    let_in(context, live_server, user.login)
    yield page
    context.close()


def test_the_focus_is_where_the_work_goes_on(desk: Page, session: scoped_session[Session]) -> None:
    visit, resident, request = (
        session.scalars(select(table.id).limit(1)).one() for table in (Visit, Resident, ServiceRequest)
    )
    plan, number = session.scalars(select(PlanRun.id)).one(), session.get_one(ServiceRequest, request).number
    member = session.scalars(select(Member.id).order_by(Member.id).limit(1)).one()
    session.rollback()
    for path, wanted in {
        f"/visits/{visit}": "H1",
        f"/plans/{plan}": "H1",
        "/plans/ill": f"member-{member}",
        f"/people/{resident}/merge": "merge-q",
        f"/recurring/new/{resident}": "every_months",
        f"/requests/{number}/place": "address",
    }.items():
        desk.goto(path)
        stands(desk, "main h1")
        assert desk.evaluate(WHERE) == wanted, path


def test_a_plan_is_taken_by_a_key_that_stands_in_sight(desk: Page, session: scoped_session[Session]) -> None:
    plan = session.scalars(select(PlanRun.id)).one()
    session.rollback()
    desk.set_viewport_size({"width": 1366, "height": 500})
    desk.goto(f"/plans/{plan}")
    stands(desk, "main h1:focus")
    desk.locator("#changes").evaluate("part => part.scrollIntoView()")
    laid_out(desk)
    box = box_of(desk.get_by_role("button", name="이대로 알리기"))
    assert box["y"] + box["height"] <= 500
    with desk.expect_navigation():
        desk.keyboard.press("Control+Enter")
    desk.wait_for_selector("#plan-taken")
