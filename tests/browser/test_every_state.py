"""What a page of the office becomes while somebody works on it, as both readers see it."""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from handyman import catalogue_rows, flow
from handyman.extensions import now
from handyman.models import User
from tests import factories
from tests.board.plans.makers import coordinator, promised, tomorrow
from tests.browser.keyboard import fill_last, settle
from tests.browser.watched import Watched, watching
from tests.longer import longer
from tests.pages import go, sign_in, stands

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
Db = scoped_session[Session]
ADDRESS, VAGUE = "상도로 369", "장승배기로5길"


@pytest.fixture
def user(session: Db) -> User:
    catalogue_rows.ensure()
    for name in ("박수리", "이사랑", "최고침"):
        factories.make_member(name, skills=["lamp", "drill", "coating", "screen"])
    made = factories.make_user("administrator")
    session.commit()
    return made


@pytest.fixture(params=[False, longer(True)])
def watched(
    chromium: "Browser",
    live_server: str,
    app: Flask,
    user: User,
    session: Db,
    request: pytest.FixtureRequest,
) -> Iterator[Watched]:
    with watching(chromium, app, live_server, request.param) as made:
        made.page.goto("/sign-in")
        sign_in(made.page, user.login)
        session.rollback()  # the sign-in was written since we last looked
        yield made


class Call:
    """A call from its first word; each step is one more state of its page."""

    def __init__(self, page: "Page") -> None:
        self.page = page

    def begin(self, query: str = "") -> None:
        if "/calls" in self.page.url:
            self.page.evaluate("sessionStorage.clear()")
        self.page.goto(f"/calls/new{query}")
        self.page.wait_for_load_state()

    def ring(self, number: str) -> None:
        self.begin()
        self.page.fill("#phone", number)
        settle(self.page, "/calls/caller", lambda: self.page.press("#phone", "Enter"))

    def say(self, notes: str) -> None:
        self.begin()
        settle(self.page, "/calls/danger", lambda: self.page.fill("#notes", notes))

    def locate(self, address: str = ADDRESS) -> None:
        self.begin()
        self.page.fill("#name", "김가람")
        self.page.fill("#address", address)
        settle(self.page, "/calls/where", lambda: self.page.press("#address", "Tab"))

    def ask(self, address: str = ADDRESS) -> None:
        self.locate(address)
        self.page.fill("#item-lamp-quantity", "1")
        self.page.select_option("#item-lamp-shape", "tube")
        fill_last(self.page, "item-lamp-ceiling_cm", "230")

    def hold(self) -> None:
        self.ask()
        settle(self.page, "/calls/hold", lambda: self.page.keyboard.press("Alt+1"))
        stands(self.page, "#held [data-seconds]")

    def wait(self) -> None:
        self.ask()
        self.page.keyboard.press("Alt+0")

    def refuse(self) -> None:
        self.wait()
        self.page.select_option("#relation", "family")
        go(self.page, lambda: self.page.keyboard.press("Control+Enter"))
        stands(self.page, "#problems")

    def refer(self) -> None:
        self.locate()
        settle(self.page, "/calls/windows", lambda: self.page.fill(".is-elsewhere input", "1"))

    def leave(self) -> None:
        self.begin()
        self.page.fill("#name", "김가람")
        self.page.goto("/board")
        self.page.goto("/calls/new")
        stands(self.page, "#draft")

    def speak_for(self) -> None:
        self.begin()
        self.page.select_option("#relation", "family")
        self.page.keyboard.press("Alt+y")

    def suggest(self) -> None:
        self.begin()
        self.page.focus("#address")
        with self.page.expect_response("**/calls/suggestions"):
            self.page.keyboard.type("ㅅㄷ")
        stands(self.page, "#suggestions [role=option]")


def test_the_call_page_before_and_while_somebody_is_on_the_telephone(watched: Watched, session: Db) -> None:
    known = factories.make_resident("나하나", "+821000000001", birth_year=1940, care_note="귀가 어두우심")
    factories.make_visit(factories.make_request(known, [factories.make_item("lamp")]))
    session.commit()
    call = Call(watched.page)
    watched.look("no number", partial(call.begin, "?phone=anonymous"))
    watched.look("known, with the same fault open", partial(call.begin, "?phone=010-0000-0001"))
    watched.look("unknown", partial(call.ring, "010-0000-7777"))
    watched.look("no telephone number", partial(call.ring, "12"))
    watched.look("gas and a fall", partial(call.say, "가스 냄새가 나고 넘어지셨어요"))
    watched.look("somebody else", call.speak_for)
    watched.look("addresses suggested", call.suggest)
    watched.look("left half written", call.leave)
    watched.is_clean()


def test_the_call_page_with_a_house_and_its_windows(watched: Watched, session: Db) -> None:
    factories.make_request(factories.make_resident("다른이"), [factories.make_item("lamp")])
    session.commit()
    call = Call(watched.page)
    watched.look("a house, where something is open", call.locate)
    watched.look("no such house", partial(call.locate, "없는길 99999"))
    watched.look("which of these houses", partial(call.ask, VAGUE))
    watched.look("windows", call.ask)
    watched.look("a window that is kept", call.hold)
    watched.look("the waiting list", call.wait)
    watched.look("refused", call.refuse)
    watched.look("sent elsewhere", call.refer)
    watched.is_clean()


class Day:
    """The board of tomorrow, each time as it opens."""

    def __init__(self, page: "Page", card: str, other: int, unskilled: int) -> None:
        self.page, self.card, self.other, self.unskilled = page, card, other, unskilled

    def open(self) -> None:
        self.page.goto(f"/board?day={tomorrow()}")
        self.page.wait_for_load_state()

    def take(self) -> None:
        self.open()
        self.page.focus(self.card)
        self.page.keyboard.press("KeyM")
        stands(self.page, ".board-may")

    def move(self) -> None:
        self.take()
        self.page.keyboard.press("ArrowRight")

    def be_refused(self) -> None:
        self.take()
        self._put(self.unskilled)
        stands(self.page, ".board-refused")

    def be_asked_why(self) -> None:
        self.take()
        self._put(self.other)
        stands(self.page, "dialog[open]")

    def _put(self, member: int) -> None:
        code = self.page.get_attribute(f"[data-member='{member}']", "data-code")
        assert code
        self.page.keyboard.press(code)
        self.page.keyboard.press("Enter")

    def undo(self) -> None:
        """There and back: the line says each time what was done."""
        self.move()
        self.page.keyboard.press("Enter")
        stands(self.page, "#board-undo")

    def table(self) -> None:
        self.open()
        self.page.keyboard.press("Alt+KeyT")
        stands(self.page, "#table:focus")


def test_the_board_in_every_state(watched: Watched, session: Db) -> None:
    first = factories.make_member("박하나", ["lamp"])
    unskilled, other = factories.make_member("이못함", skills=()), factories.make_member("최다른", ["lamp"])
    visit = promised("10:00", [first])
    promised("14:00", [])
    waits = factories.make_member("윤여덟")
    factories.make_absence(factories.make_member("정쉼"), tomorrow())
    flow.put_on_stand_by(waits.id, tomorrow(), tomorrow(), coordinator(), now())
    session.commit()
    day = Day(watched.page, f"#card-{visit.id}-lead", other.id, unskilled.id)
    session.rollback()
    for name, lead in (
        ("a day", day.open),
        ("a card in hand", day.take),
        ("a card that moves", day.move),
        ("refused", day.be_refused),
        ("why", day.be_asked_why),
        ("undo", day.undo),
        ("the table", day.table),
    ):
        watched.look(name, lead)
    watched.is_clean()
