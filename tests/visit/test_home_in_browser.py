"""The pages of residents and neighbours as an old thumb meets them, without JavaScript."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman import page_links
from handyman.extensions import now
from handyman.messages import announce
from handyman.models import ReachAnswer, Visit, VisitState
from tests import factories
from tests.visit.test_phone_in_browser import (
    AXE,
    LOW_BUTTONS,
    LOWEST_BUTTON,
    SIDEWAYS,
    SMALL_TEXT,
    SMALLEST_TEXT,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


def make_home(state: VisitState, start_in: timedelta) -> tuple[Visit, str]:
    resident = factories.make_resident("김보기")
    resident.person.opens_pages = True
    work = [(factories.make_item(), 2), (factories.make_item("손잡이설치안전바", skills=()), 1)]
    team = [factories.make_member("박수리"), factories.make_member("Alexandra-Petrovna Kim")]
    request = factories.make_request(resident, work)
    visit = factories.make_visit(request, start=now() + start_in, members=team)
    announce.booked(visit, now())
    visit.state = state
    return visit, "/" + page_links.address(visit.id).split("/", 3)[3]


@pytest.mark.parametrize("width", [320, 360])
def test_every_page_of_a_resident_is_large_and_clean(
    chromium: "Browser", live_server: str, session: scoped_session[Session], width: int
) -> None:
    day = timedelta(days=1)
    coming = make_home(VisitState.ASSIGNED, day)[1]
    over = [
        make_home(state, day)[1] for state in (VisitState.FINISHED, VisitState.CANCELLED, VisitState.FAILED)
    ]
    session.commit()
    context = chromium.new_context(viewport={"width": width, "height": 640}, bypass_csp=True)
    page = context.new_page()
    for path in (coming, f"{coming}/cancel", *over, "/r/madeUpToken0", "/check"):
        page.goto(live_server + path)
        page.add_script_tag(path=str(AXE))
        found = (
            page.evaluate(SIDEWAYS),
            page.evaluate(SMALL_TEXT, SMALLEST_TEXT),
            page.evaluate(LOW_BUTTONS, LOWEST_BUTTON),
            page.evaluate("async () => (await axe.run()).violations.map(v => v.id)"),
        )
        assert (path, *found) == (path, 0, [], [], [])
    context.close()


def test_a_resident_prints_the_page_on_one_sheet_says_yes_and_cancels(
    chromium: "Browser", live_server: str, session: scoped_session[Session]
) -> None:
    visit, path = make_home(VisitState.ASSIGNED, timedelta(days=1))
    session.commit()
    context = chromium.new_context(viewport={"width": 360, "height": 640}, java_script_enabled=False)
    page = context.new_page()
    page.goto(live_server + path)
    assert page.pdf(format="A4").count(b"/Type /Page\n") == 1
    page.click("text=그때 오십시오")
    assert "고맙습니다" in page.inner_text("[role=status]")
    page.click("text=오지 마십시오")
    page.click("text=이미 고쳤습니다")
    page.click("text=방문 취소")
    assert "취소되었습니다" in page.inner_text("h1")
    context.close()
    session.rollback()
    assert session.scalars(select(ReachAnswer)).one().visit_id == visit.id
    assert visit.state is VisitState.CANCELLED
