"""A job in a basement: no signal, the page killed after every press, and answers that never arrive."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from benchmarks.cut_line import Cut, Line, Where
from handyman import links
from handyman.extensions import now
from handyman.models import CompletionReport, Visit, VisitState, VisitTap
from tests import factories
from tests.pages import box_of, stands, until
from tests.visit.makers import make_photo_with_place
from tests.visit.telephone import (
    EACH_WIDTH,
    choose,
    killed,
    make_home,
    nothing_waits,
    open_once,
    photo,
    prepared,
    press,
    set_out,
    tick_all,
    titled,
    try_again,
    unsent,
    words_waiting,
)
from tests.visit.walks import HEIGHT

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.browser
Db = scoped_session[Session]
MOST_REQUESTS = 10
MOST_BYTES = 100_000
KEEP_TRYING = """() => {
  const again = () => queue.drain().then(() => setTimeout(again, 100));
  again();
  return true;
}"""


@pytest.fixture
def visit(visit: Visit) -> Visit:
    """Under a high ceiling."""
    visit.items[0].request_item.answers = {"ceiling_cm": 300}
    return visit


def lose_each_answer_once(line: Line) -> None:
    """The office does what it is asked, and the telephone never hears of it: so it asks again."""
    lost: list[int] = []

    def knife(head: bytes) -> Cut | None:
        if not head.startswith(b"POST"):
            return None
        lost.append(0)
        return Cut(Where.ANSWERED, 0) if len(lost) % 2 else None

    line.knife = knife


def test_a_job_without_signal_is_sent_once_and_in_order(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db
) -> None:
    page, path = open_once(phone, line, visit, session)
    assert len(line.requests) <= MOST_REQUESTS, line.requests
    assert line.answered <= MOST_BYTES
    line.down = True
    set_out(page)
    page = killed(page, path, "**?as=on_the_way")
    titled(page, "가시는 길입니다")
    unsent(page, 1)
    press(page, "도착했습니다", "일하시는 중입니다")
    page = killed(page, path, "**?as=arrived")
    page.click("text=안전 확인하기")
    titled(page, "올라가기 전에")
    page.click("button:has-text('확인했습니다')")
    page.wait_for_selector("text=모두 갖추어야 올라갈 수 있습니다")
    tick_all(page)
    press(page, "확인했습니다", "일하시는 중입니다")
    page = killed(page, path, "**?as=safe")
    press(page, "마쳤습니다", "일을 마치셨습니다")
    page = killed(page, path, "**?as=ended")
    unsent(page, 4)
    page.click("text=보고하기")
    page.click("text=일부만 했습니다")
    stands(page, "input[name^=done_]")
    page.fill("input[name^=done_]", "2")
    page.select_option("select", "parts")
    page.fill("#minutes", "40")
    page.fill("#note", "하나는 다음에")
    page.click("text=저장하고 다음")
    page.wait_for_url("**/photos?as=worked")
    choose(page, "before", {**photo(), "buffer": make_photo_with_place()})
    unsent(page, 6)
    work = f"{path}/{visit.id}/report/work?outcome=partly"
    page = killed(page, work, work)
    expect(page.locator("#note")).to_have_value("하나는 다음에")
    page.click("text=저장하고 다음")
    titled(page, "사진")
    page.click("button:has-text('다음')")
    stands(page, "#share")
    page.fill("#share", "3000")
    page.click("text=저장하고 다음")
    titled(page, "어르신 서명")
    page.click("summary:has-text('서명을 못 받았습니다')")
    page.click("label:has-text('손이 불편하십니다')")
    page.click("text=서명 없이 다음")
    page.wait_for_url("**/report?as=worked")
    page.click("text=보고하고 끝내기")
    titled(page, "아직 보내지 못했습니다")
    page = killed(page, path, "**?as=waiting")
    titled(page, "아직 보내지 못했습니다")
    unsent(page, 11)
    session.rollback()
    assert (visit.state, session.scalar(select(func.count(VisitTap.key)))) == (VisitState.ASSIGNED, 0)

    lose_each_answer_once(line)
    line.down = False
    page.wait_for_function(KEEP_TRYING)
    titled(page, "수고하셨습니다")
    page.wait_for_selector("#unsent", state="hidden")
    session.rollback()
    arrived = dict.fromkeys(each.rpartition("/")[2] for each in line.requests if each.startswith("POST"))
    assert list(arrived)[:4] == ["travel", "arrive", "safety", "end"]
    assert session.scalar(select(func.count(VisitTap.key))) == 11
    assert visit.state is VisitState.FINISHED
    report = session.scalars(select(CompletionReport)).one()
    assert (report.minutes, report.note, report.resident_share) == (40, "하나는 다음에", 3000)
    assert [(photo.kind.value, photo.width, photo.height) for photo in visit.photos] == [("before", 200, 400)]


@pytest.mark.long
def test_whoever_presses_on_while_photographs_are_put_down_loses_none(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db
) -> None:
    page, path = open_once(phone, line, visit, session)
    line.down = True
    page.goto(f"{path}/{visit.id}/report/work?outcome=done")
    page.fill("#minutes", "40")
    page.click("text=저장하고 다음")
    page.wait_for_url("**/photos?as=worked")
    for colours in (["red", "green", "blue"], ["black"]):  # large ones, and one more before they are small
        choose(page, "before", *(photo(colour, (4000, 3000)) for colour in colours))
    page.click("button:has-text('다음')")
    page.wait_for_url("**/materials*")
    assert words_waiting(page)[-5:] == [*["일하기 전 사진"] * 4, "사진 마침"]


@pytest.mark.parametrize("width", EACH_WIDTH)
def test_what_was_cancelled_meanwhile_is_explained_and_kept(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db
) -> None:
    page, path = open_once(phone, line, visit, session)
    line.down = True
    page.click("text=일을 못 하게 되었습니다")
    page.wait_for_url("**/report/outcome#not-done")
    page.click("text=부품이 없어 못 했습니다")
    stands(page, "#parts")
    page.fill("#parts", "안정기 두 개")
    page.fill("#minutes", "5")
    page.click("text=저장하고 다음")
    page.wait_for_url("**/photos*")
    visit.state = VisitState.CANCELLED
    session.commit()
    line.down = False
    try_again(page)
    titled(page, "이 방문은 취소되었습니다")
    page = killed(page, path, path)
    page.wait_for_selector("#refused:visible")
    said = page.inner_text("#refused")
    assert "취소" in said
    assert "이미 다녀오셨으면 사무실로 전화해 주십시오" in said
    assert "안정기 두 개" in said
    line.down = True
    assert "가실 곳입니다" not in _text_of(page, path)  # the link is over, and so are its kept pages
    line.down = False
    page.goto(path)
    page.click("text=이 전화기에서 지우기")
    page.click("text=네, 지웁니다")
    page.wait_for_selector("#refused", state="hidden")


def test_a_job_that_was_given_back_shows_no_door_to_whoever_opens_its_text_again(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db
) -> None:
    page, path = open_once(phone, line, visit, session)
    page.click("text=못 갑니다")
    page.click("label:has-text('몸이 아픕니다')")
    press(page, "못 간다고 알리기", "못 가신다고 전했습니다")
    line.down = True
    for each in (path, path.replace("/v/", "/"), f"{path}/{visit.id}"):
        assert "가실 곳입니다" not in _text_of(page, each)


def test_a_job_of_the_day_that_was_given_back_leaves_the_others_as_they_are(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db
) -> None:
    member = visit.assignments[0].member
    assert member
    at = now()
    day = links.issue(member.id, at, at + timedelta(days=1), day=visit.day)
    path = line.address + factories.path_of(day)
    session.commit()
    page = phone.new_page()
    page.goto(path)
    prepared(page)
    page.goto(f"{path}/{visit.id}/decline")
    page.click("label:has-text('몸이 아픕니다')")
    press(page, "못 간다고 알리기", "못 가신다고 전했습니다")
    line.down = True
    assert "가실 곳입니다" not in _text_of(page, f"{path}/{visit.id}")
    kept = "async path => Boolean(await caches.match(path, { ignoreVary: true }))"
    assert page.evaluate(kept, factories.path_of(day))


@pytest.mark.parametrize("width", EACH_WIDTH)
def test_a_page_of_before_does_not_stay_below_the_refusal_of_a_press(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db
) -> None:
    """With signal, and nothing has waited: the address and the buttons go with the visit."""
    page, _ = open_once(phone, line, visit, session)
    visit.state = VisitState.CANCELLED
    session.commit()
    page.click("button:has-text('출발했습니다')")
    titled(page, "이 방문은 취소되었습니다")
    page.wait_for_selector("#refused:visible")
    assert page.locator("button:has-text('출발했습니다'), #way").count() == 0


@pytest.mark.long
@pytest.mark.parametrize("width", EACH_WIDTH)
def test_an_offer_that_was_answered_on_another_telephone_is_not_asked_about_below(
    phone: "BrowserContext", line: Line, session: Db
) -> None:
    visit = make_home(factories.make_member("박수리"), timedelta(days=1), accepted=False)
    page, path = open_once(phone, line, visit, session)
    other = phone.new_page()
    other.goto(path)
    other.click("text=못 갑니다")
    other.click("label:has-text('몸이 아픕니다')")
    press(other, "못 간다고 알리기", "못 가신다고 전했습니다")
    page.click("button:has-text('제가 가겠습니다')")
    titled(page, "못 가신다고 전했습니다")
    assert page.locator("button:has-text('제가 가겠습니다')").count() == 0


@pytest.mark.long
def test_a_kept_page_is_shown_no_longer_than_the_office_would(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db
) -> None:
    page, path = open_once(phone, line, visit, session)
    line.down = True
    assert "가실 곳입니다" in _text_of(page, path)
    page.evaluate("Date.now = () => new Date('2100-01-01').getTime(); shelf.sweep()")
    until(page, lambda: page.evaluate("async () => (await (await caches.open('visits')).keys()).length") == 0)
    assert "가실 곳입니다" not in _text_of(page, path)


def _text_of(page: "Page", path: str) -> str:
    from playwright.sync_api import Error

    other = page.context.new_page()
    try:
        other.goto(path)
        return other.inner_text("body")
    except Error:
        return ""
    finally:
        other.close()


@pytest.mark.parametrize("width", EACH_WIDTH)
def test_a_report_without_signal_is_not_sent_while_a_step_is_missing(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db
) -> None:
    """The page dies over the photographs: the last page leads back to them, as they are of such a visit."""
    page, path = open_once(phone, line, visit, session)
    inside = f"{path}/{visit.id}"
    line.down = True
    page.goto(f"{inside}/report/work?outcome=parts_missing")
    stands(page, "#parts")
    page.fill("#parts", "안정기 두 개")
    page.fill("#minutes", "5")
    page.click("text=저장하고 다음")
    page.wait_for_url("**/photos?as=turned")
    choose(page, "before", photo())
    unsent(page, 2)
    page = killed(page, f"{inside}/report", "**/report?as=turned")
    titled(page, "다 쓰셨습니까?")
    unsent(page, 2)
    first = box_of(page.locator(".ph-stop >> nth=0"))
    assert first["y"] + first["height"] <= HEIGHT, "in sight, though something waits"
    expect(page.locator("button:has-text('보고하고 끝내기')")).to_be_hidden()
    page.click("text=이어서 쓰기")
    page.wait_for_url("**/photos?as=turned")
    unsent(page, 2)
    page.click("text=다음 >> visible=true")
    page.wait_for_url("**/report?as=turned")
    unsent(page, 3)
    expect(page.locator("text=이어서 쓰기")).to_be_hidden()
    page.click("text=보고하고 끝내기")
    page.wait_for_url("**?as=waiting")
    line.down = False
    try_again(page)
    titled(page, "수고하셨습니다")
    nothing_waits(page)
    session.rollback()
    assert visit.report
    assert visit.report.parts == "안정기 두 개"
