"""The telephone's pages as a thumb meets them."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.orm import Session, scoped_session

from handyman import links
from handyman.extensions import now
from handyman.models import ItemState, Member, RequestState, Visit, VisitState
from tests import factories
from tests.conftest import Clock
from tests.visit.makers import make_photo

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
SMALLEST_TEXT = 19
LOWEST_BUTTON = 64

SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL_TEXT = """least => [...document.querySelectorAll('body *')]
  .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()))
  .filter(e => parseFloat(getComputedStyle(e).fontSize) < least).map(e => e.textContent.trim())"""
LOW_BUTTONS = """least => [...document.querySelectorAll('button, .ph-btn, .ph-choice label, .ph-stop')]
  .filter(e => e.getBoundingClientRect().height < least).map(e => e.textContent.trim())"""


@pytest.fixture
def member(session: scoped_session[Session]) -> Member:
    return factories.make_member("박수리")


def make_home(member: Member, start_in: timedelta, accepted: bool = True) -> Visit:
    long = "서울특별시 동작구 여의대방로54길아주긴길이름 123-45"
    address = factories.make_address(
        long, unit="가나다라마바사아파트 101동 1203호", entrance="#1234*5678열쇠"
    )
    resident = factories.make_resident("김보기", address=address, care_note="귀가 어두움, 문을 두드리세요")
    lamp = factories.make_item()
    lamp.materials = [factories.make_material("led", name_ko="엘이디 등기구 오십와트 천장형 직부등")]
    factories.make_material("bar", name_ko="손잡이")
    request = factories.make_request(resident, [(lamp, 3)], notes="강아지가 있음 " * 10)
    start = now() + start_in
    return factories.make_visit(request, start=start, members=[member], accepted=accepted)


def make_paths(member: Member) -> dict[str, str]:
    """A link to a visit in each state."""
    hour = timedelta(hours=1)
    going, working = make_home(member, hour), make_home(member, hour)
    going.state, working.state = VisitState.ON_THE_WAY, VisitState.ARRIVED
    going.on_the_way_at = working.arrived_at = now()
    over = make_home(member, hour, accepted=False)
    visits = {
        "offer": make_home(member, timedelta(days=1), accepted=False),
        "early": make_home(member, timedelta(days=3)),
        "today": make_home(member, hour),
        "going": going,
        "working": working,
        "cancelled": over,
    }
    over.state = VisitState.CANCELLED
    paths = {name: factories.make_link(visit, member)[1] for name, visit in visits.items()}
    at = now()
    day = links.issue(member.id, at, at + timedelta(days=1), day=working.day)
    paths["day"] = factories.path_of(day)
    paths["decline"] = f"{paths['offer']}/{visits['offer'].id}/decline"
    paths["outcome"] = f"{paths['working']}/{working.id}/finish"
    for outcome in ("done", "partly", "nobody_home"):
        paths[outcome] = f"{paths['outcome']}?outcome={outcome}"
    return {**paths, "unknown": "/v/madeUpToken0"}


@pytest.mark.parametrize("width", [320, 360])
def test_nothing_is_small_low_or_wider_than_the_screen(
    chromium: "Browser", live_server: str, session: scoped_session[Session], member: Member, width: int
) -> None:
    paths = make_paths(member)
    session.commit()
    context = chromium.new_context(viewport={"width": width, "height": 640})
    page = context.new_page()
    for name, path in paths.items():
        page.goto(live_server + path)
        found = (
            page.evaluate(SIDEWAYS),
            page.evaluate(SMALL_TEXT, SMALLEST_TEXT),
            page.evaluate(LOW_BUTTONS, LOWEST_BUTTON),
        )
        assert (name, *found) == (name, 0, [], [])
    context.close()


def test_a_telephone_set_to_large_letters_is_followed(
    chromium: "Browser", live_server: str, session: scoped_session[Session], member: Member
) -> None:
    path = make_paths(member)["today"]
    session.commit()
    context = chromium.new_context(viewport={"width": 360, "height": 640}, bypass_csp=True)
    page = context.new_page()
    page.goto(live_server + path)
    before = _title_size(page)
    page.evaluate("document.documentElement.style.fontSize = '28px'")
    assert _title_size(page) == pytest.approx(before * 28 / 16)
    assert page.evaluate(SIDEWAYS) == 0
    context.close()


def test_axe_finds_nothing(
    chromium: "Browser", live_server: str, session: scoped_session[Session], member: Member
) -> None:
    paths = make_paths(member)
    session.commit()
    context = chromium.new_context(viewport={"width": 360, "height": 640}, bypass_csp=True)
    page = context.new_page()
    for name, path in paths.items():
        page.goto(live_server + path)
        page.add_script_tag(path=str(AXE))
        found = page.evaluate("async () => (await axe.run()).violations.map(v => v.id)")
        assert (name, found) == (name, [])
    context.close()


def test_the_whole_way_works_without_javascript(
    chromium: "Browser",
    live_server: str,
    session: scoped_session[Session],
    member: Member,
    clock: Clock,
) -> None:
    visit = make_home(member, timedelta(minutes=30), accepted=False)
    path, number = factories.make_link(visit, member)[1], visit.number
    session.commit()
    context = chromium.new_context(viewport={"width": 360, "height": 640}, java_script_enabled=False)
    page = context.new_page()
    page.goto(live_server + path)
    page.click("text=제가 가겠습니다")
    page.click("text=출발했습니다")
    page.click("text=도착했습니다")
    assert page.inner_text(".ph-door-number") == number
    clock.advance(minutes=40)
    page.click("text=마쳤습니다")
    page.click("text=일부만 했습니다")
    page.fill("input[name^=done_]", "둘")
    page.fill("#note", "하나는 다음에")
    page.click("text=보고하고 끝내기")
    assert page.input_value("#note") == "하나는 다음에"
    page.fill("input[name^=done_]", "2")
    page.set_input_files("#before", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": make_photo()})
    page.click("text=보고하고 끝내기")
    assert "수고하셨습니다" in page.inner_text("h1")
    context.close()
    session.rollback()  # look afresh
    item = visit.items[0].request_item
    assert (visit.state, item.done_quantity, item.state) == (VisitState.FINISHED, 2, ItemState.OPEN)
    assert item.request.state is RequestState.LOGGED
    assert len(visit.photos) == 1
    assert visit.report
    assert visit.report.minutes == 40


def _title_size(page: "Page") -> float:
    return float(page.evaluate("parseFloat(getComputedStyle(document.querySelector('h1')).fontSize)"))
