"""A slow telephone and a slow line: what was chosen and pressed is kept at once, and no page denies it."""

from collections.abc import Iterator
from threading import Event
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.orm import Session, scoped_session

from benchmarks.cut_line import Cut, Line, Where
from handyman.models import Visit, VisitState
from tests.pages import stands, until
from tests.visit.telephone import (
    WAITING,
    at_rest,
    choose,
    nothing_waits,
    open_once,
    photo,
    prepared,
    press,
    reopened,
    titled,
    try_again,
    unsent,
)

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

pytestmark = pytest.mark.browser
Db = scoped_session[Session]
ASKED = "details[open]:has-text('정말 지우시겠습니까?')"
NEVER_SMALL = "HTMLCanvasElement.prototype.toBlob = () => {}"
IMPATIENT = """const real = window.setTimeout;
window.setTimeout = (work, time, ...more) => real(work, time === 8000 ? 50 : time, ...more);"""
TRIED = "queue.all().then(all => all.map(each => Boolean(each.tried)))"
BEGUN = "queue.all().then(all => all.map(each => each.begun))"
LONGEST_SIDES = """async () => {
  const sides = [];
  for (const { file } of await queue.all()) {
    const image = new Image();
    image.src = URL.createObjectURL(new Blob([file.bytes], { type: file.type }));
    await image.decode();
    sides.push(Math.max(image.naturalWidth, image.naturalHeight));
  }
  return sides;
}"""


@pytest.fixture
def photographs_arrive(line: Line) -> Iterator[Event]:
    """Until it is set they are under way, and everything else passes."""
    arrive = Event()

    def hold(head: bytes) -> Cut | None:
        first, _, _ = head.partition(b"\r\n")
        if first.startswith(b"POST") and b"/report/photos " in first:
            arrive.wait()
        return None

    line.knife = hold
    yield arrive
    arrive.set()


def test_what_was_pressed_while_a_photograph_is_under_way_is_not_denied(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db, photographs_arrive: Event
) -> None:
    """With signal on which pages come at once, and a photograph does not."""
    phone.add_init_script(IMPATIENT)
    page, path = open_once(phone, line, visit, session)
    inside = f"{path}/{visit.id}"
    press(page, "출발했습니다", "가시는 길입니다")
    at_rest(page)
    page.goto(f"{inside}/report/photos")
    choose(page, "before", photo())
    unsent(page, 1)
    page.goto(path)
    press(page, "도착했습니다", "일하시는 중입니다")
    stands(page, "text=도착 되돌리기")
    page.goto(f"{inside}/report/work?outcome=done")
    page.fill("#minutes", "40")
    page.click("text=저장하고 다음")
    page.wait_for_url("**/photos?as=worked")
    page.click("button:has-text('다음')")
    stands(page, "#share")
    page.click("text=저장하고 다음")
    titled(page, "어르신 서명")
    page.click("summary:has-text('서명을 못 받았습니다')")
    page.click("label:has-text('손이 불편하십니다')")
    press(page, "서명 없이 다음", "다 쓰셨습니까?")
    press(page, "보고하고 끝내기", "아직 보내지 못했습니다")
    photographs_arrive.set()
    titled(page, "수고하셨습니다")
    nothing_waits(page)
    session.rollback()
    assert (visit.state, len(visit.photos)) == (VisitState.FINISHED, 1)


@pytest.mark.long
def test_a_photograph_that_was_long_under_way_is_seen_as_soon_as_it_has_arrived(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db, photographs_arrive: Event
) -> None:
    """Its page has stopped waiting for the answer by then."""
    phone.add_init_script(IMPATIENT)
    page, path = open_once(phone, line, visit, session)
    press(page, "출발했습니다", "가시는 길입니다")
    at_rest(page)
    page.goto(f"{path}/{visit.id}/report/photos")
    prepared(page)
    choose(page, "before", photo())
    unsent(page, 1)
    page.wait_for_selector("[data-busy]", state="detached")
    page.wait_for_selector("#sending", state="hidden")
    photographs_arrive.set()
    nothing_waits(page)
    stands(page, "main img[src*='/photos/']")


def test_an_open_question_stays_while_another_photograph_begins_to_leave(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db
) -> None:
    page, path = open_once(phone, line, visit, session)
    page.goto(f"{path}/{visit.id}/report/photos")
    prepared(page)
    line.down = True
    choose(page, "before", photo("red"), photo("blue"))
    page.click("[data-waiting] summary >> nth=1")
    page.wait_for_selector(f"{ASKED} summary:focus")
    line.knife = lambda head: Cut(Where.SENT, 0) if head.startswith(b"POST") else None
    line.down = False
    try_again(page)
    stands(page, "[data-waiting] li:first-child p:has-text('보내고 있어 지금은 못 지웁니다')")
    assert page.locator(f"li:last-child > {ASKED} summary:focus").count() == 1
    line.down = True
    page.click(f"{ASKED} button")
    page.wait_for_selector("[data-waiting] li:last-child:first-child")
    assert page.locator("#before:focus").count() == 1, "where it was chosen, now that it is gone"


@pytest.mark.long
def test_a_photograph_that_is_under_way_says_that_it_is_deleted_later_and_then_is(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db, photographs_arrive: Event
) -> None:
    page, path = open_once(phone, line, visit, session)
    page.goto(f"{path}/{visit.id}/report/photos")
    prepared(page)
    choose(page, "before", photo())
    until(page, lambda: page.evaluate(TRIED) == [True])
    page.click("[data-waiting] summary")
    page.click("text=네, 지웁니다")
    page.wait_for_selector("[data-waiting] p:focus:has-text('보내고 있어 지금은 못 지웁니다')")
    assert page.locator("[data-waiting] summary").is_hidden()
    photographs_arrive.set()
    stands(page, "main img[src*='/photos/']")
    nothing_waits(page)
    page.click(".ph-album summary")
    page.click("text=네, 지웁니다")
    page.wait_for_selector(".ph-album img", state="detached")
    nothing_waits(page)
    session.rollback()
    assert visit.photos == []


@pytest.mark.long
def test_photographs_that_were_just_chosen_outlive_their_page(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db
) -> None:
    """Killed before one of them was made small."""
    page, path = open_once(phone, line, visit, session)
    photos = f"{path}/{visit.id}/report/photos"
    page.goto(photos)
    prepared(page)
    page.evaluate(NEVER_SMALL)
    line.down = True
    choose(page, "before", photo("red", (2000, 1500)), photo("green", (2000, 1500)))
    until(page, lambda: page.evaluate(WAITING) == 2)
    page = reopened(page, path)
    until(page, lambda: page.evaluate(LONGEST_SIDES) == [1600, 1600])
    line.down = False
    try_again(page)
    nothing_waits(page)
    session.rollback()
    assert [(picture.width, picture.height) for picture in visit.photos] == [(1600, 1200)] * 2


@pytest.mark.long
def test_a_photograph_at_which_pages_die_leaves_as_it_came(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db
) -> None:
    page, path = open_once(phone, line, visit, session)
    phone.add_init_script(NEVER_SMALL)
    photos = f"{path}/{visit.id}/report/photos"
    line.down = True
    page.goto(f"{photos}?as=worked")
    choose(page, "before", photo("red", (2000, 1500)))
    until(page, lambda: page.evaluate(BEGUN) == [1])
    second = reopened(page, path)
    until(second, lambda: second.evaluate(BEGUN) == [2])
    third = reopened(second, path)
    line.down = False
    try_again(third)
    nothing_waits(third)
    session.rollback()
    assert [(picture.width, picture.height) for picture in visit.photos] == [(1600, 1200)]
