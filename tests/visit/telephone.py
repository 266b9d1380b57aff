"""A member's telephone in the hand: a page killed and opened again, signal that goes and comes back.

A page with something unsent goes on by itself: to the page that stands as if all had arrived, to the office's
own once it has. So each step here names the page that comes, and waits for it.
"""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Error
from sqlalchemy.orm import Session, scoped_session

from benchmarks.cut_line import Line
from handyman.extensions import now
from handyman.models import Member, Visit
from tests import factories
from tests.longer import longer
from tests.pages import stands, until
from tests.plugins.browser import close
from tests.visit.makers import make_photo

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

EACH_WIDTH = (320, longer(360))  # for `parametrize`
WIDTHS = (320, 360)
SMALLEST_TEXT = 19
LOWEST_BUTTON = 64
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL_TEXT = """least => [...document.querySelectorAll('body *')]
  .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()))
  .filter(e => parseFloat(getComputedStyle(e).fontSize) < least).map(e => e.textContent.trim())"""
SPILLING = """() => [...document.querySelectorAll(
    '.ph-btn, .ph-step, .ph-notice, .ph-stop, .ph-choice label, .ph-door, .ph-sheet, .ph-group, .ph-title')]
  .filter(e => e.scrollWidth > e.clientWidth).map(e => e.textContent.trim())"""
LOW_BUTTONS = """least => [...document.querySelectorAll('button, .ph-btn, .ph-choice label, .ph-stop')]
  .filter(e => e.checkVisibility() && e.getBoundingClientRect().height < least)
  .map(e => e.textContent.trim())"""
TRY_AGAIN = "() => window.dispatchEvent(new Event('online'))"
WORDS_WAITING = "queue.all().then(all => all.map(each => each.words))"
WAITING = "queue.all().then(all => all.length)"  # a promise: only `evaluate` waits for what it holds
UNSENT = "number => document.querySelector('#unsent [data-count]').textContent.includes(` ${number}건`)"


def make_home(
    member: Member, start_in: timedelta, accepted: bool = True, second: Member | None = None
) -> Visit:
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
    members = [member, second] if second else [member]
    return factories.make_visit(request, start=start, members=members, accepted=accepted)


def link_of(line: Line, visit: Visit) -> str:
    member = visit.assignments[0].member
    assert member
    return line.address + factories.make_link(visit, member)[1]


def open_once(
    phone: "BrowserContext", line: Line, visit: Visit, session: scoped_session[Session]
) -> tuple["Page", str]:
    """The page of the job while there is signal, until the telephone has what it needs."""
    path = link_of(line, visit)
    session.commit()
    page = phone.new_page()
    page.goto(path)
    prepared(page)
    return page, path


def prepared(page: "Page") -> None:
    page.wait_for_selector("html[data-kept]")


def killed(page: "Page", path: str, leads_to: str) -> "Page":
    """The page dies, and the same link is opened again: it goes on to where the job stands by now."""
    close(page)
    again = page.context.new_page()
    leads(again, path, leads_to)
    return again


def leads(page: "Page", path: str, to: str) -> None:
    """What waits leads on from there, maybe before all of that page has come."""
    page.goto(path, wait_until="commit")
    page.wait_for_url(to)


def reopened(page: "Page", path: str) -> "Page":
    """The page dies, and one that goes nowhere by itself is opened."""
    close(page)
    again = page.context.new_page()
    again.goto(path)
    again.wait_for_selector("#unsent", state="attached")
    return again


def press(page: "Page", button: str, title: str) -> None:
    """A button by its words, and the page of that title."""
    page.click(f"button:has-text('{button}')")
    titled(page, title)


def titled(page: "Page", title: str) -> None:
    stands(page, f"h1:has-text('{title}')")


def set_out(page: "Page") -> None:
    """Without signal, so that the page stands as it will."""
    page.click("text=출발했습니다")
    page.wait_for_url("**?as=on_the_way")
    titled(page, "가시는 길입니다")


def tick_all(page: "Page") -> None:
    """Whatever is there to be ticked on a page that stands."""
    for label in page.locator(".ph-choice label").all():
        label.click()


def try_again(page: "Page") -> None:
    """As the browser says it when there is signal again; a page that goes on just then is told anew."""
    page.wait_for_function(TRY_AGAIN)


def unsent(page: "Page", number: int) -> None:
    page.wait_for_function(UNSENT, arg=number)


def nothing_waits(page: "Page") -> None:
    """In the end, whatever pages come meanwhile."""
    until(page, lambda: _waiting(page) == 0)


def at_rest(page: "Page") -> None:
    """All has arrived, and the page that stood as if it had is the office's own by now: it may be left."""
    nothing_waits(page)
    until(page, lambda: "as=" not in page.url)
    page.wait_for_load_state()


def _waiting(page: "Page") -> int | None:
    """None where the page goes on just then."""
    try:
        return int(page.evaluate(WAITING))
    except Error:
        return None


def words_waiting(page: "Page") -> list[str]:
    """On a page that stays."""
    return list(page.evaluate(WORDS_WAITING))


def photo(colour: str = "teal", size: tuple[int, int] = (640, 480)) -> dict[str, Any]:
    return {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": make_photo(size, colour)}


def choose(page: "Page", field: str, *files: dict[str, Any]) -> None:
    page.set_input_files(f"#{field}", files=list(files))  # type: ignore[arg-type]


def draw(page: "Page", *points: tuple[int, int]) -> None:
    """One stroke on the glass for a signature."""
    first, *others = points or ((40, 80), (120, 60), (200, 40))
    glass = page.locator("canvas")
    glass.hover(position={"x": first[0], "y": first[1]})  # once it is seen and has come to rest
    page.mouse.down()
    for x, y in others:
        glass.hover(position={"x": x, "y": y})
    page.mouse.up()
