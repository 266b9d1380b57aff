"""A member's way with the telephone in hand: from the link in the text to the end of the report.

Every page on the way is looked at as wide as either telephone, and every button could be pressed on both.
Without signal each press leads to a page that stands as if all had arrived: `then` is how that one says so.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from benchmarks.cut_line import Line
from handyman.board.work import queries
from handyman.models import Noticing, SafetyCheck, Visit
from tests.longer import longer
from tests.pages import AXE, answer, stands
from tests.plugins.browser import close
from tests.visit.telephone import (
    LOW_BUTTONS,
    LOWEST_BUTTON,
    SIDEWAYS,
    SMALL_TEXT,
    SMALLEST_TEXT,
    WIDTHS,
    choose,
    draw,
    photo,
    prepared,
    tick_all,
    titled,
    try_again,
    unsent,
)

if TYPE_CHECKING:
    from _pytest.mark.structures import ParameterSet
    from playwright.sync_api import Browser, BrowserContext, Page

HEIGHT = 640
AT_WORK, LADDER, HOW = "일하시는 중입니다", "올라가기 전에", "어떻게 되었습니까?"
WHOLE = f"least => [{SIDEWAYS}, ({LOW_BUTTONS})(least.button), ({SMALL_TEXT})(least.text)]"
UNSENT = "#unsent [data-all] [data-list] li"
TIME = re.compile(r" 오[전후] \d+시( \d+분)?$")
RENEW = """() => document.querySelector('#job-part').dispatchEvent(
  new CustomEvent('live:now', { detail: () => {} }))"""
AXE_FINDS = "async () => (await axe.run()).violations.map(each => each.id)"


class Way(StrEnum):
    """How a telephone meets the pages."""

    SIGNAL = "signal"
    NO_SCRIPTS = "no-scripts"
    CUT = "cut"  # opened once with signal, which then goes


def ways(first: Way | None, among: Iterable[Way] = tuple(Way)) -> list["Way | ParameterSet"]:
    """For `parametrize`: the first is walked by `make test`, if any, the others by `make test-long`."""
    return [way if way is first else longer(way) for way in among]


def telephone(chromium: "Browser", way: Way, width: int = WIDTHS[0]) -> Iterator["BrowserContext"]:
    """For a fixture; where there is signal our own rules for scripts hold as well."""
    context = chromium.new_context(
        viewport={"width": width, "height": HEIGHT},
        java_script_enabled=way is not Way.NO_SCRIPTS,
        bypass_csp=way is Way.CUT,
    )
    yield context
    context.close()


def whole(page: "Page") -> None:
    """Not wider than the screen, no low button, no small text."""
    wanted = {"text": SMALLEST_TEXT, "button": LOWEST_BUTTON}
    assert (page.url, *answer(page, WHOLE, wanted)) == (page.url, 0, [], [])


class Thumb:
    """Whoever holds a telephone, on any of its pages."""

    def __init__(self, page: "Page") -> None:
        self.page = page

    def open(self, path: str, title: str) -> None:
        self.page.goto(path)
        self.stand(title)

    def stand(self, title: str) -> None:
        titled(self.page, title)
        whole(self.page)

    def is_clean(self) -> None:
        """As axe sees a page whose scripts run."""
        self.page.evaluate(AXE.read_text())
        assert (self.page.url, self.page.evaluate(AXE_FINDS)) == (self.page.url, [])

    def turn(self) -> None:
        """The page that stands, on a telephone of the other width."""
        here = self.page.viewport_size
        assert here
        (other,) = (width for width in WIDTHS if width != here["width"])
        self.page.set_viewport_size({"width": other, "height": HEIGHT})
        whole(self.page)

    def tap(self, what: str) -> None:
        """It could be pressed on the one telephone, and is on the other."""
        self.page.click(what, trial=True)
        self.turn()
        self.page.click(what)

    def press(self, button: str, title: str) -> None:
        """A button, and the page of that title."""
        self.tap(f"button:has-text('{button}') >> visible=true")
        self.stand(title)

    def say(self, button: str, told: str) -> None:
        """A button, after which the page of the same title tells something."""
        self.tap(f"button:has-text('{button}') >> visible=true")
        stands(self.page, told)
        whole(self.page)

    def follow(self, link: str, title: str) -> None:
        self.tap(f"a:has-text('{link}')")
        self.stand(title)


class Walk(Thumb):
    """A member on the pages of one job."""

    def __init__(self, page: "Page", line: Line, way: Way) -> None:
        super().__init__(page)
        self.line, self.way = line, way

    @property
    def is_cut(self) -> bool:
        return self.way is Way.CUT

    def is_clean(self) -> None:
        if self.way is not Way.NO_SCRIPTS:
            super().is_clean()

    def press(self, button: str, title: str, then: str = "") -> None:
        self.tap(f"button:has-text('{button}') >> visible=true")
        if self.is_cut and then:
            self.page.wait_for_url(f"**{then}")
        self.stand(title)

    def look(self, title: str) -> None:
        """At the page that stands: it hears by itself of what is new, and without scripts is opened anew."""
        if self.way is not Way.NO_SCRIPTS and self.page.locator("[data-live]").count():
            self.page.evaluate(RENEW)
        else:
            self.page.reload()
        self.stand(title)

    def lose_signal(self) -> None:
        if self.is_cut:
            prepared(self.page)
            self.line.down = True

    def in_vain(self, button: str, address: str, title: str) -> None:
        """On a page that no telephone keeps: the browser says that there is no signal. It dies, and is opened
        again where there is some."""
        if not self.is_cut:
            return
        self.line.down = True
        self.page.click(f"button:has-text('{button}') >> visible=true")
        self.page.wait_for_url("chrome-error://**")
        self.line.down = False
        close(self.page)
        self.page = self.page.context.new_page()
        self.open(f"{self.line.address}{address}", title)

    def arrive_below_a_ladder(self, climbs: bool) -> None:
        """With signal its check comes by itself; whoever does not climb goes back to the page of the job."""
        if self.is_cut:
            self.press("도착했습니다", AT_WORK, "?as=arrived")
        else:
            self.press("도착했습니다", LADDER)
        if climbs:
            self.be_safe()
        elif not self.is_cut:
            self.follow("돌아가기", AT_WORK)

    def be_safe(self) -> None:
        """Nobody goes on before each of the check is ticked."""
        if self.is_cut:
            self.follow("안전 확인하기", LADDER)
        self.say("확인했습니다", "text=모두 갖추어야 >> visible=true")
        tick_all(self.page)
        self.press("확인했습니다", AT_WORK, "?as=safe")

    def find_signal(self) -> None:
        self.line.down = False
        try_again(self.page)

    def end(self) -> None:
        """The work is over; with signal its report is asked for at once."""
        if self.is_cut:
            self.press("마쳤습니다", "일을 마치셨습니다", "?as=ended")
            self.follow("보고하기", HOW)
        else:
            self.press("마쳤습니다", HOW)

    def worry(self, words: str, title: str, then: str) -> None:
        """Two taps, of which the second says that the resident agrees."""
        self.follow("어르신이 걱정됩니다", "걱정되는 것이 있습니까?")
        self.follow(words, words)
        self.press("네, 알려도 된다고 하셨습니다", title, then)

    def report(self, outcome: str, typed: dict[str, str], why: str = "") -> None:
        """How it went: the first step of the report. `why`: where the form lets choose."""
        self.follow(outcome, outcome)
        self.fill(typed, why)

    def fill(self, typed: dict[str, str], why: str = "") -> None:
        for field, value in typed.items():
            self.page.fill(field, value)
        if why:
            self.page.click(f"label:has-text('{why}')")
        self.press("저장하고 다음", "사진")

    def photograph(self, fields: dict[str, str], title: str) -> None:
        """One of each colour. Without scripts the button that leads on saves them."""
        for place, (field, colour) in enumerate(fields.items()):
            choose(self.page, field, photo(colour))
            if self.way is Way.SIGNAL:
                stands(self.page, f".ph-album a img >> nth={place}")
            elif self.is_cut:
                stands(self.page, f"[data-waiting] img >> nth={place}")
        self.press("다음", title)

    def use(self, quantity: str, share: str) -> None:
        """So many of the first material, and what the resident pays."""
        self.page.fill("input[name^=material_] >> nth=0", quantity)
        self.page.fill("#share", share)
        self.press("저장하고 다음", "어르신 서명")

    def sign(self) -> None:
        draw(self.page)
        self.press("서명 저장하고 다음", self.last)

    def say_why_unsigned(self, why: str) -> None:
        if self.way is not Way.NO_SCRIPTS:
            self.page.click("summary:has-text('서명을 못 받았습니다')")
        self.page.click(f"label:has-text('{why}')")
        self.press("서명 없이 다음", self.last)

    @property
    def last(self) -> str:
        """The page before the report is sent."""
        return "다 쓰셨습니까?" if self.is_cut else "다 쓰셨습니다"

    def send(self) -> None:
        end = "아직 보내지 못했습니다" if self.is_cut else "수고하셨습니다"
        self.press("보고하고 끝내기", end, "?as=waiting")

    def waiting(self, number: int) -> list[str]:
        """What the page says is unsent, without its times: `도착했습니다 오전 10시 1분` is `도착했습니다`."""
        return [TIME.sub("", words) for words in self.lines(number)]

    def lines(self, number: int) -> list[str]:
        """The same as it stands there."""
        unsent(self.page, number)
        return self.page.locator(UNSENT).all_text_contents()

    def posts(self) -> list[str]:
        """What the telephone has sent, in order."""
        return [each.rpartition("/")[2] for each in self.line.requests if each.startswith("POST")]


def stored(session: scoped_session[Session], visit: Visit) -> dict[str, Any]:
    """What the office has of a visit and of the request that it was for."""
    session.rollback()  # look afresh
    report, (item,) = visit.report, visit.items
    asked, check = item.request_item, session.get(SafetyCheck, visit.id)
    request = asked.request
    assert report
    return {
        "visit": visit.state.value,
        "outcome": report.outcome.value,
        "minutes": report.minutes,
        "note": report.note,
        "why": report.why,
        "waited": (report.waited_minutes, report.calls_tried),
        "parts": report.parts,
        "share": report.resident_share,
        "unsigned": report.no_signature,
        "materials": [(use.material.code, use.quantity) for use in report.materials],
        "item": (asked.state.value, asked.done_quantity, item.done_quantity, item.left_why),
        "photos": dict(Counter(photo.kind.value for photo in visit.photos)),
        "safe": check.complete if check else None,
        "worries": [str(worry) for worry in session.scalars(select(Noticing.worry))],
        "request": request.state.value,
        "closed": (request.cancel_reason, request.closed_at is not None),
        "to do": [row.list for row in session.execute(queries.REQUESTS) if row.number == request.number],
    }
