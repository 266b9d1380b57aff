"""Photographs of a visit that was called off: with the office, or said to be on the telephone alone."""

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from benchmarks.cut_line import Line
from handyman.models import RefusedPress, Visit, VisitState
from handyman.visit.offline import late
from tests.visit.telephone import EACH_WIDTH, choose, open_once, photo, titled, try_again, unsent
from tests.visit.test_queue_in_browser import clean

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

pytestmark = pytest.mark.browser
Db = scoped_session[Session]
ON_THE_TELEPHONE = "이 전화기에만 있습니다"


@pytest.mark.parametrize("width", EACH_WIDTH)
def test_photographs_of_a_refused_press_are_passed_on_or_said_not_to_be(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The office takes one, and has no room for the other."""
    monkeypatch.setattr(late, "MOST_KEPT", 1)
    page, path = open_once(phone, line, visit, session)
    line.down = True
    page.goto(f"{path}/{visit.id}/report/photos?as=worked")
    choose(page, "before", photo("red"), photo("green"))
    unsent(page, 2)
    visit.state = VisitState.CANCELLED
    session.commit()
    line.down = False
    try_again(page)
    titled(page, "이 방문은 취소되었습니다")
    expect(page.locator("#refused [data-photos-passed-on]")).to_be_visible()
    expect(page.locator("#refused [data-passed-on]")).to_be_hidden()
    expect(page.locator("#refused [data-here]")).to_contain_text(ON_THE_TELEPHONE)
    expect(page.locator("#refused [data-here] a")).to_have_count(1)
    with page.expect_download() as saved:
        page.click("#refused [data-here] a")
    assert saved.value.path().read_bytes().startswith(b"\xff\xd8\xff")
    clean(page)
    session.rollback()
    kept = [
        len(press.photographs) for press in session.scalars(select(RefusedPress).order_by(RefusedPress.id))
    ]
    assert kept == [1, 0]
