"""Another answer to how it went than the one before: what both forms ask for stays, signal or none."""

from typing import TYPE_CHECKING

import pytest
from sqlalchemy.orm import Session, scoped_session

from benchmarks.cut_line import Line
from handyman.models import Visit
from tests import factories
from tests.conftest import Client, Clock
from tests.pages import stands
from tests.visit.makers import report
from tests.visit.telephone import nothing_waits, open_once, press, titled, try_again

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

Db = scoped_session[Session]
PARTLY = {"outcome": "partly", "minutes": "35", "note": "사다리가 흔들림", "parts": "안정기"}


@pytest.fixture
def path(visit: Visit, clock: Clock) -> str:
    """It began half an hour ago."""
    member = visit.assignments[0].member
    assert member
    clock.advance(hours=1)
    return f"{factories.make_link(visit, member)[1]}/{visit.id}"


def partly(visit: Visit) -> dict[str, str]:
    (item,) = visit.items
    return PARTLY | {f"done_{item.id}": "2", f"why_{item.id}": "parts"}


@pytest.mark.parametrize("signal", [True, False])
def test_what_both_answers_ask_for_is_in_the_form_of_the_other(
    client: Client, path: str, visit: Visit, signal: bool
) -> None:
    client.post(f"{path}/report/work", data=partly(visit))

    def form(outcome: str) -> str:
        address = f"{path}/report/work?outcome={outcome}"
        return str(
            client.get(address).text if signal else client.get(f"{path}/kit").get_json()["pages"][address]
        )

    for outcome in ("done", "parts_missing", "nobody_home", "refused", "unsafe"):
        page = form(outcome)
        assert "사다리가 흔들림</textarea>" in page
        assert 'value="35"' in page
        assert ('value="안정기"' in page) is (outcome == "parts_missing")
        assert "checked" not in page
    assert "selected" in form("partly"), "the reason stays where it belongs"


def test_pieces_that_were_never_counted_are_not_said_to_be_none(
    client: Client, path: str, visit: Visit
) -> None:
    client.post(f"{path}/report/work", data={"outcome": "refused", "why": "no_need", "minutes": "5"})
    page = client.get(f"{path}/report/work?outcome=partly").text
    assert f'name="done_{visit.items[0].id}"' in page
    assert 'maxlength="6" value="3" data-most="3"' in page
    assert "no_need" not in page


@pytest.mark.parametrize(("typed", "shown"), [("60", "10"), ("40", "40")])
def test_planned_minutes_that_nobody_typed_are_not_waited_at_a_door(
    client: Client, path: str, visit: Visit, typed: str, shown: str
) -> None:
    visit.service_minutes = 60
    client.post(f"{path}/report/work", data={"outcome": "done", "minutes": typed})
    assert (
        f'name="minutes" type="text" inputmode="numeric" autocomplete="off" maxlength="6" value="{shown}"'
        in (client.get(f"{path}/report/work?outcome=nobody_home").text)
    )


def test_the_note_of_the_answer_before_reaches_the_office(client: Client, path: str, visit: Visit) -> None:
    client.post(f"{path}/report/work", data={"outcome": "done", "minutes": "30", "note": "화분을 옮겨 둠"})
    page = client.get(f"{path}/report/work?outcome=refused").text
    assert "화분을 옮겨 둠</textarea>" in page
    report(client, path, {"outcome": "refused", "why": "no_need", "minutes": "30", "note": "화분을 옮겨 둠"})
    assert visit.report
    assert (visit.report.outcome, visit.report.note) == ("refused", "화분을 옮겨 둠")


def say_done(page: "Page") -> None:
    titled(page, "모두 했습니다")
    page.fill("#minutes", "25")
    page.fill("#note", "화분을 옮겨 둠")
    page.click("text=저장하고 다음")
    page.wait_for_url("**/photos*")
    stands(page, "h1")


@pytest.mark.browser
def test_without_signal_a_note_that_was_saved_goes_with_another_answer(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db
) -> None:
    page, path = open_once(phone, line, visit, session)
    line.down = True
    report_at = f"{path}/{visit.id}/report"
    page.goto(f"{report_at}/work?outcome=done")
    say_done(page)
    page.goto(f"{report_at}/outcome")
    page.click("a:has-text('하지 말라고 하셨습니다')")
    titled(page, "하지 말라고 하셨습니다")
    page.wait_for_function("document.querySelector('#note').value")
    assert (page.input_value("#note"), page.input_value("#minutes")) == ("화분을 옮겨 둠", "25")
    page.click("label:has-text('이제 필요 없다고')")
    page.click("text=저장하고 다음")
    page.wait_for_url("**/photos?as=turned")
    page.click("button:has-text('다음')")
    titled(page, "다 쓰셨습니까?")
    press(page, "보고하고 끝내기", "아직 보내지 못했습니다")
    line.down = False
    try_again(page)
    titled(page, "수고하셨습니다")
    nothing_waits(page)
    session.rollback()
    assert visit.report
    assert (visit.report.outcome, visit.report.note) == ("refused", "화분을 옮겨 둠")
