"""An offer that is moved while its page is open, or while the answer waits for a signal."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.orm import Session, scoped_session

from benchmarks.cut_line import Line
from handyman import flow
from handyman.board.propose import Choice
from handyman.extensions import now
from handyman.models import Actor, ActorKind, Visit, VisitState
from tests import factories
from tests.pages import until
from tests.visit.telephone import make_home, nothing_waits, open_once, press, titled, try_again, unsent

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

pytestmark = pytest.mark.browser
Db = scoped_session[Session]
ASKED, MOVED, TAKEN = "이 일에 가 주시겠습니까?", "오후 3시~5시이니", "맡아 주셔서 고맙습니다"


def move(visit: Visit, session: Db) -> None:
    choice = Choice(visit.day + timedelta(days=1), 15 * 60, 17 * 60)
    flow.move(visit.id, choice, None, Actor(ActorKind.USER, 1), now(), seen=None)
    session.commit()


def is_taken(visit: Visit, session: Db) -> bool:
    session.rollback()
    session.refresh(visit)
    return visit.state is VisitState.ASSIGNED


def test_a_page_that_was_open_asks_again_and_takes_the_next_press(
    phone: "BrowserContext", line: Line, session: Db
) -> None:
    visit = make_home(factories.make_member("박수리"), timedelta(days=1), accepted=False)
    page, _path = open_once(phone, line, visit, session)
    move(visit, session)
    page.click("button:has-text('제가 가겠습니다')")
    page.wait_for_selector(f"#problems:has-text('{MOVED}')")
    titled(page, ASKED)
    assert not is_taken(visit, session)
    press(page, "제가 가겠습니다", TAKEN)
    assert is_taken(visit, session)
    nothing_waits(page)


def test_an_answer_that_waited_for_a_signal_counts_for_no_other_time(
    phone: "BrowserContext", line: Line, session: Db
) -> None:
    visit = make_home(factories.make_member("박수리"), timedelta(days=1), accepted=False)
    page, path = open_once(phone, line, visit, session)
    line.down = True
    press(page, "제가 가겠습니다", "아직 보내지 못했습니다")
    unsent(page, 1)
    move(visit, session)
    line.down = False
    try_again(page)
    page.wait_for_selector(f"#refused:has-text('{MOVED}')")
    assert not is_taken(visit, session)
    page.goto(path)
    press(page, "제가 가겠습니다", TAKEN)
    assert is_taken(visit, session)
    until(page, lambda: page.locator("#refused:visible").count() == 0)
