"""A day on the board in a browser: its rows and its card, and what a hand does with them."""

from typing import TYPE_CHECKING, Any

from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from handyman.models import AssignmentState, Visit
from handyman.words import minute_of_day
from tests import factories
from tests.board.plans.makers import promised
from tests.pages import box_of

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

Db = scoped_session[Session]


class Board:
    """A day of eleven members, the second of whom lacks the skill."""

    def __init__(self, page: "Page", session: Db, app: Flask) -> None:
        self.page, self.session, self.app, self.pressed = page, session, app, 0
        self.finger = page.context.new_cdp_session(page)
        self.first, self.unskilled = (
            factories.make_member("박수리"),
            factories.make_member("못하는이", skills=()),
        )
        self.second = factories.make_member("이사랑")
        for number in range(4, 12):
            factories.make_member(f"조합원{number}")
        self.visit = promised("10:00", [self.first])
        self.visit.resident.person.name = "김보기"
        session.commit()
        self.card = f"#card-{self.visit.id}-lead"

    def open(self) -> None:
        day = self.visit.day
        self.session.rollback()
        self.page.goto(f"/board?day={day}")
        self.page.wait_for_load_state("load")

    def row(self, member: Any) -> "Locator":
        return self.page.locator(f"[data-member='{member.id}']")

    def press(self, *keys: str) -> int:
        for key in keys:
            self.page.keyboard.press(key)
        return len(keys)

    def wait_for(self, member: Any, words: str) -> None:
        """Until the card stands in the row, with the focus on it."""
        self.page.wait_for_selector(f"[data-member='{member.id}'] {self.card}:focus:has-text('{words}')")

    def stands(self) -> tuple[str, str, AssignmentState]:
        self.session.rollback()
        visit = self.session.get_one(Visit, self.visit.id, populate_existing=True)
        place = visit.assignments[0]
        self.session.refresh(place)
        found = place.member.name, minute_of_day(visit.start, visit.day), place.state
        self.session.rollback()
        return found

    def touch(self, what: str, x: float = 0, y: float = 0) -> None:
        points = [{"x": x, "y": y}] if x else []
        self.finger.send("Input.dispatchTouchEvent", {"type": what, "touchPoints": points})

    def drag_by_finger(self, to: Any, quarters: int = 0) -> None:
        """A finger that rests on the card, and then moves."""
        box = box_of(self.page.locator(self.card))
        x, y = box["x"] + 10, box["y"] + 10
        self.touch("touchStart", x, y)
        self.page.wait_for_selector(".is-lifted")
        self.page.wait_for_selector(".board-may")
        self.touch("touchMove", x + 30, y + 30)
        self.touch("touchMove", *self.goal(to, x, quarters))

    def drag(self, to: Any, quarters: int = 0) -> None:
        box = box_of(self.page.locator(self.card))
        x = box["x"] + 10
        self.page.mouse.move(x, box["y"] + 10)
        self.page.mouse.down()
        self.page.mouse.move(x + 8, box["y"] + 12)
        self.page.wait_for_selector(".board-may")
        self.page.mouse.move(*self.goal(to, x, quarters), steps=3)

    def goal(self, to: Any, x: float, quarters: int) -> tuple[float, float]:
        """In the middle of a row, so many quarters of an hour from where the hand took hold."""
        row, lane = box_of(self.row(to)), box_of(self.row(to).locator(".board-lane"))
        return x + quarters * lane["width"] / 48, row["y"] + row["height"] / 2
