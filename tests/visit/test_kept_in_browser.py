"""What a telephone shows without signal, how long it keeps it, and how it comes to itself with signal."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from benchmarks.cut_line import Cut, Line, Where
from handyman import links
from handyman.models import Visit, VisitState, VisitTap
from handyman.words import at_minute
from tests import factories
from tests.conftest import Clock
from tests.longer import longer
from tests.pages import PATIENCE, go, stands, until
from tests.plugins.browser import close
from tests.visit.telephone import (
    EACH_WIDTH,
    choose,
    killed,
    leads,
    link_of,
    make_home,
    open_once,
    photo,
    prepared,
    press,
    set_out,
    titled,
    try_again,
    unsent,
    words_waiting,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

pytestmark = pytest.mark.browser
Db = scoped_session[Session]
ALL_KEPT = """async () => {
  const texts = [];
  for (const name of await caches.keys()) {
    const kept = await caches.open(name);
    for (const request of await kept.keys()) texts.push(await (await kept.match(request)).text());
  }
  const all = texts.join(' ') + JSON.stringify(await queue.all());
  return all + all.replace(/<[^>]*>/g, ''); // a number may have marks within that keep it on one line
}"""
LOOKS_LATE = """{
  let queue;
  const asked = new Promise(look => { window.look = look; });
  Object.defineProperty(window, 'queue', {
    get: () => queue,
    set: made => { queue = { ...made, all: () => asked.then(made.all) }; },
  });
}"""
HOUR, MILLISECOND = timedelta(hours=1), timedelta(milliseconds=1)
LATER = f"(() => {{ const real = Date.now; Date.now = () => real.call(Date) + {HOUR // MILLISECOND}; }})()"
HOUR_GOES_BY = """async hour => {
  const left = [];
  const kept = await caches.open('visits');
  for (const request of await kept.keys()) {
    const page = await kept.match(request);
    const headers = new Headers(page.headers);
    if (!headers.has('X-Kept-Next')) continue;
    const next = Number(headers.get('X-Kept-Next')) - hour;
    left.push(next - Date.now());
    headers.set('X-Kept-Next', String(next));
    await kept.put(request, new Response(await page.text(), { headers }));
  }
  return left;
}"""


@pytest.mark.long
def test_what_was_said_with_signal_is_there_without_it(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db
) -> None:
    page, path = open_once(phone, line, visit, session)
    inside = f"{path}/{visit.id}"
    page.goto(f"{inside}/report/work?outcome=partly")
    page.fill("input[name^=done_]", "2")
    page.select_option("select", "parts")
    page.fill("#parts", "등기구 하나")
    page.fill("#minutes", "40")
    page.fill("#note", "하나는 다음에")
    page.click("text=저장하고 다음")
    titled(page, "사진")
    page.click("button:has-text('다음')")
    stands(page, "#share")
    page.fill("input[name^=material_] >> nth=0", "3")
    page.fill("#share", "3000")
    page.click("text=저장하고 다음")
    titled(page, "어르신 서명")
    prepared(page)
    line.down = True
    page.goto(f"{inside}/report")
    titled(page, "보고를 이어서 써 주십시오")
    page.click("a:has-text('한 일')")
    stands(page, "#minutes")
    typed = [page.input_value(f) for f in ("input[name^=done_]", "select", "#parts", "#minutes", "#note")]
    assert typed == ["2", "parts", "등기구 하나", "40", "하나는 다음에"]
    page.goto(f"{inside}/report/materials")
    assert page.input_value("input[name^=material_] >> nth=0") == "3"
    assert page.input_value("#share") == "3000"


@pytest.mark.long
@pytest.mark.parametrize("width", EACH_WIDTH)
def test_a_report_that_waits_is_gone_on_with(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db
) -> None:
    page, path = open_once(phone, line, visit, session)
    inside = f"{path}/{visit.id}"
    line.down = True
    page.goto(f"{inside}/report/work?outcome=done")
    page.fill("#minutes", "40")
    page.click("text=저장하고 다음")
    page.wait_for_url("**/photos?as=worked")
    unsent(page, 1)
    choose(page, "before", photo("red"), photo("blue"), photo("green"))
    unsent(page, 4)
    assert page.locator("#unsent details:not([open])").count() == 1, "they would fill the whole screen"
    page = killed(page, f"{inside}/report", "**/report?as=worked")
    row = page.locator(".ph-stop:has-text('쓴 자재')")
    row.locator("text=아직 안 썼습니다").wait_for()
    row.click()
    stands(page, "#share")
    choose(page, "receipt", photo())
    page.click("text=저장하고 다음")
    page.wait_for_url("**/signature")
    assert words_waiting(page)[4:] == ["영수증 사진", "쓴 자재"]
    leads(page, f"{inside}/report", "**/report?as=worked")
    row = page.locator(".ph-stop:has-text('쓴 자재')")
    row.locator("text=이 전화기에 있음").wait_for()
    expect(row.locator("text=아직 안 썼습니다")).to_be_hidden()
    page.click(".ph-stop:has-text('한 일')")  # all may be said otherwise
    titled(page, "어떻게 되었습니까?")


@pytest.mark.long
def test_what_is_typed_before_a_slow_telephone_has_looked_stays(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db
) -> None:
    page, path = open_once(phone, line, visit, session)
    work = f"{path}/{visit.id}/report/work?outcome=done"
    line.down = True
    page.goto(work)
    page.fill("#minutes", "40")
    page.fill("#note", "먼저 쓴 말")
    page.click("text=저장하고 다음")
    page.wait_for_url("**/photos?as=worked")
    phone.add_init_script(LOOKS_LATE)
    page = killed(page, work, work)
    page.fill("#note", "새로 쓴 말")
    page.evaluate("look()")
    expect(page.locator("#minutes")).to_have_value("40")
    expect(page.locator("#note")).to_have_value("새로 쓴 말")


@pytest.mark.long
def test_a_file_that_is_no_photograph_is_explained_once(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db
) -> None:
    page, path = open_once(phone, line, visit, session)
    line.down = True
    page.goto(f"{path}/{visit.id}/report/photos?as=worked")
    page.wait_for_selector("#before")
    choose(page, "before", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff broken"})
    unsent(page, 1)
    page = killed(page, path, path)  # else it would be corrected on the spot
    unsent(page, 1)
    line.down = False
    try_again(page)
    page.wait_for_selector("#refused:visible")
    said = page.inner_text("#refused [data-why]")
    assert said.startswith("사진이 아닙니다")
    assert said.count("사진이 아닙니다") == 1


@pytest.mark.long
def test_a_page_is_drawn_anew_once_everything_has_been_sent(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db
) -> None:
    page, path = open_once(phone, line, visit, session)
    line.down = True
    set_out(page)
    unsent(page, 1)
    line.down = False
    try_again(page)
    stands(page, "#news")
    expect(page.locator("#unsent")).to_be_hidden()
    page.goto(f"{path}/{visit.id}/report/photos")
    prepared(page)
    line.down = True
    choose(page, "before", photo("red"), photo("blue"))
    page.wait_for_selector("[data-waiting] li >> nth=1")
    unsent(page, 2)
    page.reload()
    page.wait_for_selector("[data-waiting] li >> nth=1")
    page.dblclick("[data-waiting] summary >> nth=0")  # gloves
    expect(page.locator("[data-waiting] button >> nth=0")).to_be_hidden()
    page.click("[data-waiting] summary >> nth=0")  # not that one after all
    page.click("[data-waiting] button >> nth=0")
    unsent(page, 1)
    line.down = False
    try_again(page)
    stands(page, ".ph-album a img")
    expect(page.locator(".ph-album img")).to_have_count(1)
    expect(page.locator("#unsent")).to_be_hidden()


@pytest.mark.long
def test_another_page_of_the_same_job_hears_of_what_was_sent(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db
) -> None:
    page, path = open_once(phone, line, visit, session)
    line.down = True
    set_out(page)
    other = phone.new_page()
    leads(other, path, "**?as=on_the_way")
    unsent(other, 1)
    line.down = False
    try_again(page)
    for each in (page, other):
        stands(each, "#news")
        expect(each.locator("#unsent")).to_be_hidden()
    assert len([each for each in line.requests if each.endswith("/travel")]) == 1


@pytest.mark.long
def test_an_old_copy_is_drawn_anew_when_there_is_signal(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db
) -> None:
    page, path = open_once(phone, line, visit, session)
    page.evaluate(
        """async path => {
          const kept = await caches.open('visits');
          const page = await kept.match(path);
          const headers = new Headers(page.headers);
          headers.set('X-Kept-At', String(Date.now() - 600000));
          await kept.put(path, new Response(await page.text(), { headers }));
        }""",
        path,
    )
    line.down = True
    page.goto(path)
    titled(page, "가실 곳입니다")
    visit.state, visit.on_the_way_at = VisitState.ON_THE_WAY, visit.start
    session.commit()
    line.down = False
    try_again(page)
    titled(page, "가시는 길입니다")
    assert page.get_by_role("button", name="출발했습니다").count() == 0


@pytest.mark.parametrize("of_a_day", [False, longer(True)])
def test_a_job_that_was_opened_the_evening_before_is_done_without_signal(
    phone: "BrowserContext", line: Line, session: Db, clock: Clock, of_a_day: bool
) -> None:
    member = factories.make_member("박수리")
    visit = make_home(member, timedelta(days=1))
    clock.set(at_minute(visit.day, 0) - HOUR)
    page = phone.new_page()
    path = link_of(line, visit)
    if of_a_day:
        link = links.issue(member.id, clock(), clock() + timedelta(days=3), day=visit.day)
        path = line.address + factories.path_of(link)
    session.commit()
    page.goto(path)
    stands(page, "text=내일")
    assert "출발했습니다" not in page.inner_text("main")
    prepared(page)
    line.down = True
    left = page.evaluate(HOUR_GOES_BY, HOUR // MILLISECOND)
    assert left
    assert all(-PATIENCE < each <= 0 for each in left), "midnight"
    phone.add_init_script(LATER)
    page.goto(path)
    stands(page, "text=오늘")
    if of_a_day:
        go(page, lambda: page.click("a.ph-stop"))
    for button, title in (
        ("출발했습니다", "가시는 길입니다"),
        ("도착했습니다", "일하시는 중입니다"),
        ("마쳤습니다", "일을 마치셨습니다"),
    ):
        press(page, button, title)
        assert visit.address.label in page.inner_text("main")
    page.click("text=보고하기")
    page.click("a:has-text('모두 했습니다')")
    stands(page, "#minutes")
    page.fill("#minutes", "40")
    page.click("text=저장하고 다음")
    page.wait_for_url("**/photos?as=worked")
    page.click("button:has-text('다음')")
    page.wait_for_url("**/materials")
    page.click("text=저장하고 다음")
    page.wait_for_url("**/signature")
    page.click("summary:has-text('서명을 못 받았습니다')")
    page.click("label:has-text('손이 불편하십니다')")
    page.click("text=서명 없이 다음")
    page.wait_for_url("**/report?as=worked")
    page.click("text=보고하고 끝내기")
    titled(page, "아직 보내지 못했습니다")
    clock.set(visit.start + timedelta(hours=1))
    line.down = False
    try_again(page)
    titled(page, "수고하셨습니다")
    session.rollback()
    assert visit.state is VisitState.FINISHED


def test_nothing_of_the_address_stays_when_its_time_is_over(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db, clock: Clock
) -> None:
    clock.set(visit.window_end + timedelta(hours=6) - HOUR)
    page, path = open_once(phone, line, visit, session)
    secrets = (visit.address.label, visit.address.entrance, visit.resident.person.phones[0].number[-8:])
    assert all(each in page.evaluate(ALL_KEPT) for each in secrets)
    line.down = True
    page.goto(path)
    assert visit.address.label in page.inner_text("main")
    set_out(page)  # and what is entered stays
    page.evaluate(LATER)
    try_again(page)
    titled(page, "신호가 없습니다")
    unsent(page, 1)
    kept = page.evaluate(ALL_KEPT)
    assert [each for each in secrets if each in kept] == []


@pytest.mark.long
def test_a_page_that_is_not_kept_says_so_and_opens_by_itself(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db
) -> None:
    page, path = open_once(phone, line, visit, session)
    line.down = True
    set_out(page)
    page.goto(f"{path}/{visit.id}/nowhere")
    titled(page, "신호가 없습니다")
    unsent(page, 1)
    line.down = False
    try_again(page)
    expect(page.locator("h1")).not_to_have_text("신호가 없습니다")
    expect(page.locator("#unsent")).to_be_hidden()
    session.rollback()
    assert session.scalar(select(func.count(VisitTap.key))) == 1, (
        "though the page may open while it is being sent"
    )


def test_the_files_of_an_earlier_release_stay_as_long_as_its_pages(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db
) -> None:
    page, path = open_once(phone, line, visit, session)
    page.evaluate(
        """async () => {
          const until = String(Date.now() + 3600000);
          const put = async (name, path, headers) =>
            (await caches.open(name)).put(path, new Response('earlier', { headers }));
          await put('visit-files', '/static/phone.js?v=1', {}); // as the release before that kept it
          await put('visit-files', '/static/phone.js?v=2', { 'X-Kept-Until': until });
          await put('visits', '/v/anotherLink0/1', { 'X-Kept-Until': until });
        }"""
    )
    page.goto(path)
    prepared(page)
    files = "async () => (await (await caches.open('visit-files')).keys()).map(each => each.url).join(' ')"
    assert "phone.js?v=1" in page.evaluate(files)
    assert "phone.js?v=2" in page.evaluate(files)
    page.evaluate("Date.now = () => new Date('2100-01-01').getTime(); shelf.sweep()")
    until(page, lambda: "phone.js" not in page.evaluate(files))


@pytest.mark.long
def test_what_is_unsent_is_told_on_every_page_of_a_member(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db
) -> None:
    member = visit.assignments[0].member
    assert member
    other = make_home(member, timedelta(hours=3))
    page, _ = open_once(phone, line, visit, session)
    line.down = True
    set_out(page)
    line.knife = lambda head: Cut(Where.SENT, 0) if b"/sent-forms" in head[:40] else None
    line.down = False  # pages come, and what is sent does not arrive
    for address in (link_of(line, other), f"{line.address}/my/sign-in"):
        session.commit()
        page.goto(address)
        unsent(page, 1)
        page.wait_for_selector("#unsent:visible")
        if page.locator("#unsent details:not([open])").count():
            page.click("#unsent summary")
        said = page.inner_text("#unsent")
        assert "11/24(화) 오전 10시 30분~오후 12시 30분, 전등 교체 3개" in said
        assert "출발했습니다" in said
        assert ("다른 방문" in said) == (address != f"{line.address}/my/sign-in")


@pytest.mark.long
def test_the_browser_is_closed_and_opened_again_without_signal(
    chromium: "Browser", line: Line, visit: Visit, session: Db, tmp_path: Path
) -> None:
    from tools.browser import find

    def opened() -> "BrowserContext":
        return chromium.browser_type.launch_persistent_context(
            tmp_path / "profile",
            executable_path=str(find()),
            args=["--no-sandbox"],
            bypass_csp=True,
            viewport={"width": 360, "height": 640},
            timeout=PATIENCE,
        )

    phone = opened()
    page, path = open_once(phone, line, visit, session)
    line.down = True
    set_out(page)
    phone.close()
    phone = opened()
    page = phone.new_page()
    leads(page, path, "**?as=on_the_way")
    unsent(page, 1)
    press(page, "도착했습니다", "일하시는 중입니다")
    line.down = False
    close(page)
    page = phone.new_page()
    page.goto(path)
    page.wait_for_function("!location.search && document.body.textContent.includes('일하시는 중입니다')")
    phone.close()
    session.rollback()
    assert visit.state is VisitState.ARRIVED
