"""The telephone's own button back: what a browser remembers of a page is not shown for what stands."""

from typing import TYPE_CHECKING

import pytest
from sqlalchemy.orm import Session, scoped_session

from benchmarks.cut_line import Line
from handyman.extensions import now
from handyman.models import Part, ReportPart, Visit
from tests import factories
from tests.visit.telephone import EACH_WIDTH, open_once, press, titled

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

pytestmark = pytest.mark.browser
Db = scoped_session[Session]


def write_report(visit: Visit) -> None:
    """As far as it goes where a part was missing; nothing is sent yet."""
    work = {"outcome": "parts_missing", "done": {}, "minutes": 5, "note": "", "parts": "안정기 두 개"}
    said = {Part.WORK: work, Part.PHOTOS: {}}
    member_id = visit.assignments[0].member_id
    for part, words in said.items():
        factories.add(
            ReportPart(visit_id=visit.id, part=part, said=words, member_id=member_id, saved_at=now())
        )


@pytest.mark.parametrize("width", EACH_WIDTH)
def test_a_report_that_was_sent_is_not_asked_for_again(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db
) -> None:
    write_report(visit)
    page, path = open_once(phone, line, visit, session)
    page.goto(f"{path}/{visit.id}/report")
    press(page, "보고하고 끝내기", "수고하셨습니다")
    page.go_back()
    titled(page, "수고하셨습니다")
    assert page.locator("#refused:visible").count() == 0
