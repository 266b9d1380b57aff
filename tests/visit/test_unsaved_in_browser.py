"""What is being written on a telephone and not pressed yet: it outlives the page, and nobody's visit."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.orm import Session, scoped_session

from benchmarks.cut_line import Line
from handyman.models import Visit, VisitState
from tests import factories
from tests.longer import longer
from tests.pages import go, stands, until
from tests.visit.telephone import (
    TRY_AGAIN,
    choose,
    draw,
    killed,
    make_home,
    open_once,
    photo,
    prepared,
    press,
    titled,
    try_again,
    unsent,
)
from tests.visit.test_kept_in_browser import LOOKS_LATE
from tests.visit.test_queue_in_browser import clean, fine

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser
Db = scoped_session[Session]
PUT_BACK = "쓰시던 것을 다시 넣어 두었습니다"
KEPT = """async () => {
  const table = self.table("handyman-drafts", "forms", { keyPath: "form" });
  return JSON.stringify(await table("readonly", (store) => store.getAll()));
}"""


DRAWN = "document.querySelector('canvas').toDataURL()"


def put_down(page: "Page", words: str) -> None:
    """Wait until the telephone has it."""
    until(page, lambda: words in page.evaluate(KEPT))


def nothing_kept(page: "Page") -> None:
    until(page, lambda: page.evaluate(KEPT) == "[]")


def write(page: "Page") -> None:
    page.wait_for_selector("#minutes")
    page.fill("input[name^=done_]", "2")
    page.select_option("select", "parts")
    page.fill("#parts", "안정기 하나")
    page.fill("#minutes", "35")
    page.fill("#note", "하나는 다음에")
    put_down(page, "하나는 다음에")


def written(page: "Page") -> list[str]:
    page.wait_for_selector(f"text={PUT_BACK}")
    return [
        page.input_value(each) for each in ("input[name^=done_]", "select", "#parts", "#minutes", "#note")
    ]


@pytest.mark.parametrize(("down", "width"), [longer(False, 360), (True, 320), longer(True, 360)])
def test_what_was_not_saved_is_put_back_until_it_is_pressed(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db, down: bool
) -> None:
    page, path = open_once(phone, line, visit, session)
    form = f"{path}/{visit.id}/report/work?outcome=partly"
    line.down = down
    page.goto(form)
    write(page)
    page.reload()
    assert written(page) == ["2", "parts", "안정기 하나", "35", "하나는 다음에"]
    page = killed(page, form, form)
    assert written(page) == ["2", "parts", "안정기 하나", "35", "하나는 다음에"]
    page.goto(f"{path}/{visit.id}/report/work?outcome=done")  # another answer, with words of its own
    page.wait_for_selector("#note")
    if not down:
        prepared(page)
    assert (page.input_value("#note"), page.locator(f"text={PUT_BACK}").count()) == ("", 0)
    page.goto(form)
    written(page)
    press(page, "저장하고 다음", "사진")
    nothing_kept(page)
    page = killed(page, form, form)
    page.wait_for_function("document.querySelector('#note').value === '하나는 다음에'")  # as it was pressed
    assert page.locator(f"text={PUT_BACK}").count() == 0


@pytest.mark.long
@pytest.mark.parametrize("down", [False, True])
def test_the_page_of_the_job_leads_to_what_was_not_saved(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db, down: bool
) -> None:
    page, path = open_once(phone, line, visit, session)
    assert page.locator("#unsaved").is_hidden()
    line.down = down
    page.goto(f"{path}/{visit.id}/report/work?outcome=partly")
    write(page)
    page = killed(page, path, path)
    page.wait_for_selector("text=저장하지 않으신 보고가 이 전화기에 있습니다")
    page.set_viewport_size({"width": 320, "height": 640})
    clean(page)
    go(page, lambda: page.click("#unsaved >> text=이어서 쓰기"))
    assert written(page) == ["2", "parts", "안정기 하나", "35", "하나는 다음에"]
    press(page, "저장하고 다음", "사진")
    nothing_kept(page)
    page = killed(page, path, path)
    prepared(page) if not down else unsent(page, 1)
    assert page.locator("#unsaved").is_hidden()


@pytest.mark.long
def test_what_is_written_over_a_press_that_waits_is_put_back(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db
) -> None:
    page, path = open_once(phone, line, visit, session)
    line.down = True
    form = f"{path}/{visit.id}/report/work?outcome=partly"
    page.goto(form)
    write(page)
    press(page, "저장하고 다음", "사진")
    page.goto(form)
    page.wait_for_function("document.querySelector('#note').value === '하나는 다음에'")
    page.fill("#note", "둘 다 다음에")
    put_down(page, "둘 다 다음에")
    page = killed(page, form, form)
    assert written(page)[-1] == "둘 다 다음에"
    unsent(page, 1)
    page.set_viewport_size({"width": 320, "height": 640})
    fine(page)


@pytest.mark.long
def test_what_is_typed_before_a_slow_telephone_has_looked_replaces_no_other_words(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db
) -> None:
    page, path = open_once(phone, line, visit, session)
    form = f"{path}/{visit.id}/report/work?outcome=partly"
    line.down = True
    page.goto(form)
    write(page)
    phone.add_init_script(LOOKS_LATE)
    page = killed(page, form, form)
    stands(page, "#note")
    page.fill("#note", "새로 쓴 말")
    page.evaluate("look()")
    assert written(page) == ["2", "parts", "안정기 하나", "35", "새로 쓴 말"]
    put_down(page, "새로 쓴 말")
    page = killed(page, form, form)
    page.evaluate("look()")
    assert written(page) == ["2", "parts", "안정기 하나", "35", "새로 쓴 말"]


@pytest.mark.long
def test_reasons_and_amounts_are_put_back_too(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db
) -> None:
    page, path = open_once(phone, line, visit, session)
    inside = f"{path}/{visit.id}/report"
    line.down = True
    page.goto(f"{inside}/work?outcome=refused")
    page.click("label:has-text('다른 날 오라고 하십니다')")
    put_down(page, "another_day")
    page.goto(f"{inside}/materials")
    page.fill("input[name^=material_] >> nth=0", "3")
    page.fill("#share", "3000")
    put_down(page, "3000")
    choose(page, "receipt", photo())
    put_down(page, "materials files")
    page.goto(f"{inside}/signature")
    page.click("summary:has-text('서명을 못 받았습니다')")
    page.click("label:has-text('손이 불편하십니다')")
    put_down(page, "hand")
    page = killed(page, f"{inside}/work?outcome=refused", f"{inside}/work?outcome=refused")
    page.wait_for_selector(f"text={PUT_BACK}")
    assert page.is_checked("#why-another_day")
    page.goto(f"{inside}/materials")
    page.wait_for_selector(f"text={PUT_BACK}")
    assert [page.input_value(each) for each in ("input[name^=material_] >> nth=0", "#share")] == ["3", "3000"]
    assert page.evaluate("document.querySelector('#receipt').files[0].name") == "a.jpg"
    page.goto(f"{inside}/signature")
    page.wait_for_selector(f"text={PUT_BACK}")
    assert page.is_checked("#none-hand")
    assert page.locator("label:has-text('손이 불편하십니다')").is_visible()
    page.goto(f"{inside}/materials")
    page.wait_for_selector(f"text={PUT_BACK}")
    press(page, "저장하고 다음", "어르신 서명")
    assert page.evaluate("queue.all().then(all => all.map(each => Boolean(each.file)))") == [True, False]
    page.goto(f"{inside}/materials")
    page.wait_for_selector("[data-waiting] img")
    assert page.locator(f"text={PUT_BACK}").count() == 0


@pytest.mark.long
@pytest.mark.parametrize("down", [False, True])
def test_a_signature_that_was_begun_is_drawn_again(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db, down: bool
) -> None:
    page, path = open_once(phone, line, visit, session)
    form = f"{path}/{visit.id}/report/signature"
    line.down = down
    page.goto(form)
    page.wait_for_selector("canvas")
    blank = page.evaluate(DRAWN)
    draw(page)
    draw(page, (60, 30), (90, 110))
    strokes = page.evaluate("document.querySelector('#signing').dataset.strokes")
    put_down(page, strokes)
    drawn = page.evaluate(DRAWN)
    assert drawn != blank
    page = killed(page, form, form)
    page.wait_for_selector(f"text={PUT_BACK}")
    assert page.evaluate(DRAWN) == drawn
    draw(page, (20, 20), (30, 100))  # and goes on
    page.click("text=지우고 다시 쓰기")
    nothing_kept(page)
    page = killed(page, form, form)
    page.wait_for_selector("canvas")
    assert (page.evaluate(DRAWN), page.locator(f"text={PUT_BACK}").count()) == (blank, 0)
    draw(page)
    until(page, lambda: page.evaluate(KEPT) != "[]")
    page = killed(page, form, form)
    page.wait_for_selector(f"text={PUT_BACK}")
    go(page, lambda: page.click("text=서명 저장하고 다음"))
    nothing_kept(page)
    page.goto(form)
    page.wait_for_selector("text=받으신 서명이 이 전화기에" if down else "text=서명을 받아 두었습니다")
    assert (page.evaluate(DRAWN), page.locator(f"text={PUT_BACK}").count()) == (blank, 0)


@pytest.mark.long
def test_why_somebody_cannot_go_is_put_back(phone: "BrowserContext", line: Line, session: Db) -> None:
    visit = make_home(factories.make_member("박수리"), timedelta(hours=4), accepted=False)
    page, path = open_once(phone, line, visit, session)
    page.goto(f"{path}/{visit.id}/decline")
    page.click("label:has-text('몸이')")
    page.fill("#note", "무릎이 아파서")
    put_down(page, "무릎이 아파서")
    page = killed(page, f"{path}/{visit.id}/decline", "**/decline")
    page.wait_for_selector(f"text={PUT_BACK}")
    assert page.input_value("#note") == "무릎이 아파서"
    assert page.is_checked("#reason-ill")


@pytest.mark.long
def test_nothing_that_was_written_stays_when_its_time_is_over(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db
) -> None:
    page, path = open_once(phone, line, visit, session)
    line.down = True
    page.goto(f"{path}/{visit.id}/report/work?outcome=partly")
    write(page)
    page.evaluate(f"Date.now = () => new Date('2100-01-01').getTime(); ({TRY_AGAIN})()")
    nothing_kept(page)
    page.press("#note", "7")  # also not by what is written on a page that nobody closes
    page.evaluate("new Promise(done => setTimeout(done, 300))")
    nothing_kept(page)


@pytest.mark.long
def test_nothing_stays_of_a_visit_that_is_no_longer_theirs(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db
) -> None:
    page, path = open_once(phone, line, visit, session)
    page.goto(f"{path}/{visit.id}/report/work?outcome=partly")
    write(page)
    visit.state = VisitState.CANCELLED
    session.commit()
    page = killed(page, path, path)
    titled(page, "이 방문은 취소되었습니다")
    nothing_kept(page)


@pytest.mark.long
def test_nothing_stays_of_a_report_that_the_office_has(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db
) -> None:
    page, path = open_once(phone, line, visit, session)
    page.goto(f"{path}/{visit.id}/report/work?outcome=partly")
    write(page)
    visit.state, visit.finished_at = VisitState.FINISHED, visit.start
    session.commit()
    page = killed(page, path, path)
    titled(page, "수고하셨습니다")
    nothing_kept(page)


@pytest.mark.long
def test_a_telephone_that_was_switched_off_puts_it_back_without_signal(
    chromium: "Browser", line: Line, visit: Visit, session: Db, tmp_path: Path
) -> None:
    from tools.browser import find

    def opened() -> "BrowserContext":
        return chromium.browser_type.launch_persistent_context(
            tmp_path / "profile", executable_path=str(find()), args=["--no-sandbox"], bypass_csp=True
        )

    phone = opened()
    page, path = open_once(phone, line, visit, session)
    line.down = True
    page.goto(f"{path}/{visit.id}/report/work?outcome=partly")
    write(page)
    phone.close()
    phone = opened()
    page = phone.new_page()
    page.goto(f"{path}/{visit.id}/report/work?outcome=partly")
    assert written(page) == ["2", "parts", "안정기 하나", "35", "하나는 다음에"]
    line.down = False
    try_again(page)
    press(page, "저장하고 다음", "사진")
    nothing_kept(page)
    phone.close()
