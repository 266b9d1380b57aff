"""Who stands at a door: asked by a neighbour's thumb, and by whoever answers the telephone in the office."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy.orm import Session, scoped_session

from benchmarks.cut_line import Line
from handyman.extensions import now
from handyman.models import Role, Visit, VisitState
from tests import factories
from tests.browser.watched import MEASURE, RULES, VIOLATIONS
from tests.longer import longer
from tests.pages import AXE, go, sign_in, stands
from tests.visit.telephone import EACH_WIDTH, SIDEWAYS, WIDTHS
from tests.visit.test_queue_in_browser import clean
from tests.visit.walks import HEIGHT, Walk, Way

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
Db = scoped_session[Session]
ASKED = "저희가 보낸 사람이 맞습니까?"
NOBODY = "[role=alert]:has-text('오늘 이 댁에 이 번호로 가기로 한 사람이 없습니다')"
EXPECTED = "[role=status]:has-text('맞습니다. 이 댁에 가기로 했습니다')"
OVER = "[role=alert]:has-text('이미 끝났습니다')"
LATER = "[role=alert]:has-text('지금이 아니라 오늘')"
TOO_OFTEN = "여러 번 틀렸습니다"
HOUR = timedelta(hours=1)


def make_coming(number: str, house: int, in_hours: int, **values: Any) -> Visit:
    home = factories.make_resident(
        "김보기", address=factories.make_address(f"서울특별시 동작구 상도로 {house}")
    )
    team = [factories.make_member("박수리"), factories.make_member("Alexandra-Petrovna Kim")]
    request = factories.make_request(home, [factories.make_item(team_size=2)])
    return factories.make_visit(request, start=now() + in_hours * HOUR, members=team, number=number, **values)


@pytest.fixture
def today(session: Db) -> Visit:
    """The number that is asked about, among others that must not be taken for it."""
    make_coming("5822", 12, 3)
    make_coming("6933", 369, 24)
    make_coming("7044", 369, 1).state = VisitState.CANCELLED
    make_coming("8155", 369, -1, agreed_won=30_000).state = VisitState.FINISHED
    make_coming("9266", 369, 3)
    return make_coming("4711", 369, 1)


def ask(walk: Walk, number: str, house: str, told: str) -> str:
    """Gives what the page says."""
    walk.page.fill("#number", number)
    walk.page.fill("#house", house)
    walk.say("확인하기", told)
    return walk.page.inner_text("main")


@pytest.mark.usefixtures("today")
def test_a_neighbour_asks_with_number_and_house(walk: Walk, session: Db) -> None:
    """Without signal nothing is asked, and no answer is made up."""
    session.commit()
    walk.open(f"{walk.line.address}/check", ASKED)
    said = ask(walk, "471", "파란 대문", "#problems")
    assert "아직 찾아보지 못했습니다" in said
    for number, house in (
        ("4712", "369"),  # nobody's
        ("4711", "370"),  # at another house
        ("5822", "369"),  # of another house
        ("6933", "369"),  # of tomorrow
        ("7044", "369"),  # called off
    ):
        said = ask(walk, number, house, NOBODY)
        assert "112" in said
        assert "박" not in said
        assert walk.page.input_value("#number") == number
    for number, told in (("8155", OVER), ("9266", LATER)):
        said = ask(walk, number, "369", told)
        assert "문을 열지 마시고" in said
        assert "받지 않습니다" not in said
    walk.page.fill("#number", "4711")
    walk.in_vain("확인하기", "/check", ASKED)
    if walk.is_cut:
        assert walk.page.locator("[role=status], [role=alert]").count() == 0
    said = ask(walk, "4711", "상도로 369", EXPECTED)
    for told in ("박○리 조합원", "A. 조합원", "현장에서 돈을 받지 않습니다"):
        assert told in said
    for private in ("박수리", "Alexandra", "김보기"):
        assert private not in said
    walk.turn()


@pytest.mark.long
@pytest.mark.parametrize("way", [Way.SIGNAL, Way.NO_SCRIPTS], indirect=True)
@pytest.mark.usefixtures("today")
def test_whoever_guesses_is_stopped(walk: Walk, session: Db) -> None:
    session.commit()
    walk.open(f"{walk.line.address}/check", ASKED)
    for number in range(10):
        walk.page.fill("#number", f"{number:04d}")
        walk.page.fill("#house", "369")
        go(walk.page, lambda: walk.page.click("button:has-text('확인하기')"))
        stands(walk.page, NOBODY)
    walk.page.fill("#number", "4711")
    walk.press("확인하기", TOO_OFTEN)
    walk.turn()
    assert "박" not in walk.page.inner_text("main")


@pytest.mark.usefixtures("today")
@pytest.mark.parametrize("width", EACH_WIDTH)
def test_each_answer_at_a_door_is_clean(phone: Any, line: Line, session: Db, width: int) -> None:
    session.commit()
    page = phone.new_page()
    page.goto(f"{line.address}/check")
    for number, told in (
        ("471", "#problems"),
        ("4712", NOBODY),
        ("8155", OVER),
        ("9266", LATER),
        ("4711", EXPECTED),
    ):
        page.fill("#number", number)
        page.fill("#house", "369")
        page.click("button:has-text('확인하기')")
        stands(page, told)
        clean(page)


def fits(page: "Page") -> None:
    """As the office's pages do, on either telephone."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        assert (page.url, width, page.evaluate(SIDEWAYS), page.evaluate(MEASURE)) == (page.url, width, 0, [])


@pytest.mark.long
@pytest.mark.parametrize("way", [Way.NO_SCRIPTS, longer(Way.SIGNAL)], indirect=True)
def test_the_office_asks_by_the_number_alone(walk: Walk, today: Visit, session: Db, way: Way) -> None:
    operator = factories.make_user(role=Role.OPERATOR)
    session.commit()
    page = walk.page
    page.goto(f"{walk.line.address}/hotline")
    sign_in(page, operator.login)
    for number, told in (
        ("47", "숫자 네 자리"),
        ("0000", "저희가 보낸 사람이 아닐 수 있습니다"),
        ("6933", "오늘의 방문이 아닙니다"),
        ("7044", "취소"),
        ("5822", "상도로 12"),
        ("4711", "상도로 369"),
    ):
        stands(page, "h1:has-text('방문 번호 확인')")
        page.fill("#number", number)
        go(page, lambda: page.click("button:has-text('찾기')"))
        stands(page, f"main >> text={told}")
        fits(page)
        if way is Way.SIGNAL:
            page.evaluate(AXE.read_text())
            assert (page.url, page.evaluate(VIOLATIONS, RULES)) == (page.url, [])
    shown = page.inner_text("main")
    for known in ("김보기", "박수리", "Alexandra-Petrovna Kim"):
        assert known in shown
    assert "오늘의 방문이 아닙니다" not in shown
    go(page, lambda: page.click("a:has-text('방문 보기')"))
    assert page.url.endswith(f"/visits/{today.id}")
