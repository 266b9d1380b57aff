"""What a telephone asks and answers at once: photographs, amounts, time, deleting, undoing, news."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from benchmarks.cut_line import Line
from handyman.extensions import now
from handyman.models import MessageState, Photo, Visit, VisitState
from tests import factories
from tests.longer import longer
from tests.pages import stands
from tests.visit.telephone import (
    choose,
    killed,
    leads,
    make_home,
    nothing_waits,
    open_once,
    photo,
    prepared,
    titled,
    try_again,
    unsent,
)
from tests.visit.test_departure import end
from tests.visit.test_queue_in_browser import clean, fine

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

pytestmark = pytest.mark.browser
Db = scoped_session[Session]
MOST_REQUESTS = 8
MOST_BYTES = 85_000  # with the pages that are kept
NO_PICTURE = {"name": "notes.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 no picture"}
FEWER = "남은 것이 있으면 실제로 한 개수로 고쳐 주십시오"
A_MOMENT = 1100  # milliseconds; after it the big button counts
PRESS_AT_ONCE = """() => {
  document.addEventListener('live:after', () => {
    const button = document.querySelector('.is-sticky button');
    document.body.dataset.pressed = button.innerText.trim();
    button.click();
  }, { once: true });
  const part = document.querySelector('#job-part');
  part.dispatchEvent(new CustomEvent('live:now', { detail: () => {} }));
}"""
TEN_TIMES_AS_FAST = """const pause = window.setTimeout;
window.setTimeout = (act, milliseconds, ...rest) => pause(act, milliseconds / 10, ...rest);"""
IN_MINUTES = "const real = Date.now; Date.now = () => real.call(Date) + {minutes} * 60 * 1000;"

PRESSABLE = """() => {
  const button = document.querySelector('.is-sticky button');
  if (!button) return '';
  const { left, top, width, height } = button.getBoundingClientRect();
  const hit = document.elementFromPoint(left + width / 2, top + height / 2);
  if (button.contains(hit)) return 'yes';
  return button.closest('.is-sticky').contains(hit) ? 'not yet' : 'another';
}"""
RENEW = f"""() => {{
  document.addEventListener('live:after', () => {{
    document.documentElement.dataset.afterNews = ({PRESSABLE})();
  }});
  const part = document.querySelector('#job-part');
  part.dispatchEvent(new CustomEvent('live:now', {{ detail: () => {{}} }}));
}}"""
NOTE_AT_FIRST = f"""document.addEventListener('DOMContentLoaded', () => requestAnimationFrame(() => {{
  document.documentElement.dataset.atFirst = ({PRESSABLE})();
}}));"""

SIX_MINUTES_OLD = """async path => {
  const kept = await caches.open('visits');
  const page = await kept.match(path);
  const headers = new Headers(page.headers);
  headers.set('X-Kept-At', String(Date.now() - 360000));
  await kept.put(path, new Response(await page.text(), { headers }));
}"""


@pytest.mark.long
@pytest.mark.parametrize(("down", "width"), [(False, 360), (True, 320), (True, 360)])
def test_a_file_that_is_no_picture_is_refused_at_once(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db, down: bool
) -> None:
    page, path = open_once(phone, line, visit, session)
    inside = f"{path}/{visit.id}/report"
    line.down = down
    page.goto(f"{inside}/photos?as=worked")
    page.wait_for_selector("#before")
    choose(page, "before", NO_PICTURE)
    page.wait_for_selector("#before-about >> text=/^사진이 아닙니다/")
    choose(page, "before", photo(), NO_PICTURE)
    page.wait_for_selector("[data-waiting] img" if down else ".ph-album a img")
    page.wait_for_selector("#before-about:has-text('두 번째 파일은 사진이 아닙니다')")
    page.goto(f"{inside}/materials")
    page.wait_for_selector("#receipt")
    page.fill("#share", "3000")
    choose(page, "receipt", NO_PICTURE)
    page.click("text=저장하고 다음")
    page.wait_for_selector("#receipt-about >> text=/^사진이 아닙니다/")
    if down:
        fine(page)
    assert page.input_value("#share") == "3000"
    page.click("text=저장하고 다음")  # without it
    page.wait_for_url(lambda url: "/materials" not in url)
    if down:
        unsent(page, 2)
        fine(page)
    assert not [each for each in line.requests if each.endswith("/photos") and each.startswith("POST")][1:]
    session.rollback()
    assert session.scalar(select(func.count(Photo.id))) == (0 if down else 1)


@pytest.mark.long
@pytest.mark.parametrize("down", [False, longer(True)])
def test_what_was_said_of_a_file_is_over_once_a_photograph_is_chosen(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db, down: bool
) -> None:
    page, path = open_once(phone, line, visit, session)
    inside = f"{path}/{visit.id}/report"
    line.down = down
    page.goto(f"{inside}/photos?as=worked")
    stands(page, "#before")
    choose(page, "before", NO_PICTURE)
    page.wait_for_selector("#before-about >> text=/^사진이 아닙니다/")
    choose(page, "before", photo())
    stands(page, "[data-waiting] img" if down else ".ph-album a img")
    expect(page.locator("#before-about")).to_have_count(0)
    page.goto(f"{inside}/materials")
    stands(page, "#receipt")
    choose(page, "receipt", NO_PICTURE)
    page.click("text=저장하고 다음")
    page.wait_for_selector("#receipt-about >> text=/^사진이 아닙니다/")
    choose(page, "receipt", photo("red"))
    expect(page.locator("#receipt-about")).to_have_count(0)
    assert page.get_attribute("#receipt", "aria-invalid") is None


@pytest.mark.long
@pytest.mark.parametrize("down", [longer(False), True])
def test_a_sum_with_its_commas_and_its_unit_is_taken_at_once(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db, down: bool
) -> None:
    page, path = open_once(phone, line, visit, session)
    line.down = down
    page.goto(f"{path}/{visit.id}/report/materials")
    stands(page, "#share")
    page.locator("#share").press_sequentially("120,000 원")
    page.click("text=저장하고 다음")
    page.wait_for_url(lambda url: "/materials" not in url)
    line.down = False
    try_again(page)
    nothing_waits(page)
    page.goto(f"{path}/{visit.id}/report/materials")
    assert page.input_value("#share") == "120000"


@pytest.mark.parametrize("down", [longer(False), True])
def test_what_does_not_fit_is_asked_about_at_once(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db, down: bool
) -> None:
    page, path = open_once(phone, line, visit, session)
    line.down = down
    page.goto(f"{path}/{visit.id}/report/work?outcome=partly")
    page.wait_for_selector("#minutes")
    page.fill("#minutes", "40")
    done, why = f"done_{visit.items[0].id}", f"why_{visit.items[0].id}"

    def asked(field: str, sentence: str) -> None:
        page.click("text=저장하고 다음")
        page.wait_for_selector(f"#{field}-about:has-text('{sentence}')")
        assert page.evaluate("document.activeElement.id") == field

    asked(done, FEWER)
    page.select_option("select", "parts")
    asked(done, FEWER)
    page.select_option("select", "")
    page.fill("#parts", "안정기 하나")
    asked(done, FEWER)
    page.fill(f"#{done}", "2")
    asked(why, "까닭을 하나 골라 주십시오")
    page.select_option("select", "parts")
    page.fill(f"#{done}", "4")
    asked(done, "0부터 3까지 숫자로")
    page.fill(f"#{done}", "0")
    asked(done, "하나도 못 하셨으면 앞 화면으로")
    page.fill(f"#{done}", "２")
    assert page.evaluate("queue.all()") == []
    page.click("text=저장하고 다음")
    page.wait_for_selector("h1:has-text('사진')")
    assert not [each for each in line.requests if each.endswith("/report/work")][1:], "none was sent in vain"


@pytest.mark.parametrize("down", [longer(False), True])
def test_reasons_parts_and_amounts_are_asked_for_at_once(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db, down: bool
) -> None:
    page, path = open_once(phone, line, visit, session)
    page.set_viewport_size({"width": 320, "height": 640})
    inside = f"{path}/{visit.id}/report"
    line.down = down

    def asked(field: str, sentence: str, button: str = "저장하고 다음") -> None:
        page.click(f"button:has-text('{button}')")
        page.wait_for_selector(f"#{field}-about:has-text('{sentence}')")
        assert page.evaluate("document.activeElement.id") == field
        clean(page)

    for outcome in ("refused", "unsafe"):
        page.goto(f"{inside}/work?outcome={outcome}")
        stands(page, "#minutes")
        asked("why", "까닭을 하나 골라")
    page.goto(f"{inside}/work?outcome=parts_missing")
    stands(page, "#minutes")
    asked("parts", "다음에 가져갈 부품을 적어")
    page.fill("#parts", "안정기 하나")
    page.fill("#minutes", "삼십분")
    asked("minutes", "0부터 720까지 숫자로")
    page.goto(f"{inside}/materials")
    stands(page, "#share")
    page.fill("#share", "3천원")
    asked("share", "얼마인지 숫자로 적어 주십시오. 예: 5000")
    page.goto(f"{inside}/signature")
    stands(page, "canvas")
    page.click("summary:has-text('서명을 못 받았습니다')")
    asked("none", "못 받은 까닭을 하나 골라", "서명 없이 다음")
    nothing_waits(page)
    assert not [each for each in line.requests if each.startswith("POST")], "none was sent in vain"


@pytest.mark.parametrize("down", [longer(False), True])
def test_why_somebody_cannot_go_is_asked_for_at_once(
    phone: "BrowserContext", line: Line, session: Db, down: bool
) -> None:
    visit = make_home(factories.make_member("박수리"), timedelta(hours=4), accepted=False)
    page, path = open_once(phone, line, visit, session)
    line.down = down
    page.goto(f"{path}/{visit.id}/decline")
    stands(page, "#note")
    page.click("button:has-text('못 간다고 알리기')")
    page.wait_for_selector("#reason-about:has-text('까닭을 하나 골라')")
    clean(page)
    nothing_waits(page)
    page.click("label:has-text('몸이')")
    page.click("button:has-text('못 간다고 알리기')")
    titled(page, "아직 보내지 못했습니다" if down else "못 가신다고 전했습니다")


@pytest.mark.long
def test_how_long_it_took_is_filled_in_from_presses_that_wait(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db
) -> None:
    page, path = open_once(phone, line, visit, session)
    inside = f"{path}/{visit.id}"

    def minutes(outcome: str) -> str:
        page.goto(f"{inside}/report/work?outcome={outcome}")
        page.wait_for_function("document.querySelector('#minutes').value")
        return page.input_value("#minutes")

    line.down = True
    assert (minutes("done"), minutes("nobody_home")) == (str(visit.service_minutes), "10")
    page.goto(path)
    page.click("button:has-text('도착했습니다')")
    page.wait_for_url("**?as=arrived")
    phone.add_init_script(IN_MINUTES.format(minutes=37))
    page = killed(page, path, "**?as=arrived")
    assert minutes("done") == "35"
    leads(page, path, "**?as=arrived")
    page.click("button:has-text('마쳤습니다')")
    page.wait_for_url("**?as=ended")
    phone.add_init_script(IN_MINUTES.format(minutes=120))
    page = killed(page, path, "**?as=ended")
    assert minutes("done") == "35", "the report was begun later"


@pytest.mark.long
def test_it_is_filled_in_from_an_arrival_that_the_office_knows(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db
) -> None:
    at = now() - timedelta(minutes=52)
    visit.state, visit.on_the_way_at, visit.arrived_at = VisitState.ARRIVED, at, at
    page, _path = open_once(phone, line, visit, session)
    line.down = True
    page.click("button:has-text('마쳤습니다')")
    page.wait_for_url("**?as=ended")
    page.click("text=보고하기")
    page.click("a:has-text('모두 했습니다')")
    page.wait_for_function("document.querySelector('#minutes') && document.querySelector('#minutes').value")
    assert page.input_value("#minutes") in ("50", "55")


@pytest.mark.long
def test_after_an_answer_without_signal_the_job_can_be_looked_at(
    phone: "BrowserContext", line: Line, session: Db
) -> None:
    visit = make_home(factories.make_member("박수리"), timedelta(hours=4), accepted=False)
    page, path = open_once(phone, line, visit, session)
    line.down = True
    page.click("text=제가 가겠습니다")
    page.wait_for_url("**?as=waiting")
    until = "사무실에 닿아야 합니다"
    page.wait_for_selector(f"text={until}")
    page.click("text=일 다시 보기")
    page.wait_for_selector("h1:has-text('대답이 아직 사무실에 닿지 않았습니다')")
    unsent(page, 1)
    fine(page)
    said = page.inner_text("main")
    assert until in said
    assert "전등 교체" in said
    page.click("#unsent summary")
    assert "제가 가겠습니다" in page.inner_text("#unsent")
    assert page.locator("button:has-text('제가 가겠습니다')").count() == 0
    page = killed(page, path, "**?as=waiting")
    page.click("text=일 다시 보기")
    page.wait_for_selector("h1:has-text('대답이 아직 사무실에 닿지 않았습니다')")
    line.down = False
    try_again(page)
    page.wait_for_selector("h1:has-text('맡아 주셔서 고맙습니다'), h1:has-text('가실 곳입니다')")


@pytest.mark.long
def test_whoever_is_alone_is_not_asked_why_again(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db
) -> None:
    visit.items[0].request_item.answers = {"ceiling_cm": 300}
    visit.state, visit.on_the_way_at, visit.arrived_at = VisitState.ARRIVED, now(), now()
    page, path = open_once(phone, line, visit, session)
    for down in (False, True):
        line.down = down
        page.goto(f"{path}/{visit.id}/safety")
        page.wait_for_selector("h1:has-text('올라가기 전에')")
        page.click("text=갖추지 못해 못 합니다")
        page.wait_for_selector("#why-no_gear")
        assert page.is_checked("#why-no_gear")


@pytest.mark.long
def test_deleting_from_the_telephone_is_asked_about(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db
) -> None:
    page, path = open_once(phone, line, visit, session)
    line.down = True
    page.click("text=일을 못 하게 되었습니다")
    page.click("text=부품이 없어 못 했습니다")
    page.fill("#parts", "안정기 두 개")
    page.fill("#minutes", "5")
    page.click("text=저장하고 다음")
    page.wait_for_url("**/photos*")
    visit.state = VisitState.CANCELLED
    session.commit()
    line.down = False
    try_again(page)
    page.wait_for_selector("h1:has-text('이 방문은 취소되었습니다')")
    page = killed(page, path, path)
    page.wait_for_selector("#refused:visible")
    page.dblclick("text=이 전화기에서 지우기")  # gloves
    page.wait_for_selector("text=정말 지우시겠습니까?")
    page.set_viewport_size({"width": 320, "height": 640})
    fine(page)
    page.click("text=아니요, 그대로 두기")
    assert page.locator("text=정말 지우시겠습니까?").is_hidden()
    assert len(page.evaluate("queue.all()")) == 1
    page.click("text=이 전화기에서 지우기")
    page.click("text=네, 지웁니다")
    page.wait_for_selector("#refused", state="hidden")
    assert page.evaluate("queue.all()") == []


@pytest.mark.long
def test_an_old_kept_page_offers_no_undoing(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db
) -> None:
    page, path = open_once(phone, line, visit, session)
    page.click("button:has-text('출발했습니다')")
    page.wait_for_selector("h1:has-text('가시는 길입니다')")
    page = killed(page, path, path)
    prepared(page)
    line.down = True
    page = killed(page, path, path)
    page.wait_for_selector("text=출발 되돌리기")
    assert page.locator("button:has-text('출발 되돌리기')").is_visible()
    page.evaluate(SIX_MINUTES_OLD, path)
    page = killed(page, path, path)
    page.wait_for_selector("h1:has-text('가시는 길입니다')")
    page.wait_for_selector("button:has-text('출발 되돌리기')", state="hidden")
    assert page.locator("button:has-text('도착했습니다')").is_visible()


@pytest.mark.long
def test_news_of_the_resident_reach_whoever_is_on_the_way(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db
) -> None:
    phone.add_init_script(TEN_TIMES_AS_FAST)
    page, _path = open_once(phone, line, visit, session)
    page.click("button:has-text('출발했습니다')")
    page.wait_for_selector("#news:has-text('알리고 있습니다')")
    prepared(page)
    before = len(line.requests)
    session.rollback()
    end(session, MessageState.SENDING, MessageState.DELIVERED)
    page.evaluate("document.body.dataset.same = ''")
    page.wait_for_selector("#news:has-text('도착하신다고 알렸습니다')", timeout=60_000)
    assert page.locator("body[data-same]").count() == 1, "in its place, without loading the page"
    assert len([each for each in line.requests[before:] if each.endswith("/news")]) >= 1
    visit.state = VisitState.CANCELLED
    session.commit()
    page.wait_for_selector("h1:has-text('이 방문은 취소되었습니다')", timeout=60_000)


@pytest.mark.long
def test_a_thumb_on_its_way_does_not_press_the_button_that_has_just_come(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db
) -> None:
    page, _path = open_once(phone, line, visit, session)
    page.click("button:has-text('출발했습니다')")
    page.wait_for_selector("#news:has-text('알리고 있습니다')")
    prepared(page)
    before = len(line.requests)
    session.rollback()
    visit.state, visit.arrived_at = VisitState.ARRIVED, now()  # the other of the team has pressed it
    session.commit()
    page.evaluate(PRESS_AT_ONCE)
    page.wait_for_selector("body[data-pressed='마쳤습니다']")
    titled(page, "일하시는 중입니다")
    assert page.title().startswith("일하시는 중입니다")
    page.wait_for_timeout(A_MOMENT)
    assert not [each for each in line.requests[before:] if each.startswith("POST")]
    page.click(".is-sticky button")
    titled(page, "어떻게 되었습니까?")


@pytest.mark.long
def test_the_second_half_of_a_double_tap_presses_nothing_on_the_page_that_comes(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db
) -> None:
    page, _path = open_once(phone, line, visit, session)
    page.add_init_script(NOTE_AT_FIRST)
    page.click("button:has-text('출발했습니다')")
    page.wait_for_selector("html[data-at-first='not yet'] .is-sticky button:has-text('도착했습니다')")
    page.wait_for_function(f"({PRESSABLE})() === 'yes'")
    page.evaluate(RENEW)
    page.wait_for_selector("html[data-after-news='yes']")  # the same button as before
    page.click(".is-sticky button")
    titled(page, "일하시는 중입니다")


def test_a_job_opens_with_few_requests(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db
) -> None:
    """The page, its look, its sign and its scripts; then what it needs without signal."""
    open_once(phone, line, visit, session)
    assert len(line.requests) <= MOST_REQUESTS, line.requests
    assert line.answered <= MOST_BYTES
