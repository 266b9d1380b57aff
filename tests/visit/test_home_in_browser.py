"""The pages of residents, neighbours and members who have come in, as an old thumb meets them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman import member_codes, page_links
from handyman.extensions import now
from handyman.messages import announce
from handyman.models import (
    Absence,
    AbsenceReason,
    Answer,
    Message,
    MessageState,
    ReachAnswer,
    Satisfaction,
    SignInCode,
    Visit,
    VisitState,
)
from handyman.words import at_minute
from tests import factories
from tests.pages import AXE, go, until
from tests.plugins.browser import close
from tests.visit.telephone import (
    EACH_WIDTH,
    LOW_BUTTONS,
    LOWEST_BUTTON,
    SIDEWAYS,
    SMALL_TEXT,
    SMALLEST_TEXT,
    SPILLING,
    titled,
)
from tests.visit.test_unsaved_in_browser import KEPT, PUT_BACK, nothing_kept, put_down
from tests.visit.walks import Thumb, Way, telephone, ways

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser
LINES_OF_TIMES = """() => [...document.querySelectorAll('.hm-when .ph-word')].map(each => {
  const range = document.createRange();
  range.selectNodeContents(each);
  return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size;
})"""
LINES_OF_SIGN = """() => {
  const half = document.querySelector('.hm-when .ph-word');
  const words = document.createTreeWalker(half, NodeFilter.SHOW_TEXT);
  let last = null;
  while (words.nextNode()) last = words.currentNode;
  const range = document.createRange();
  range.selectNodeContents(last);
  return last.textContent.length > 1 ? range.getClientRects().length : 0;
}"""


def make_home(state: VisitState, start_in: timedelta) -> tuple[Visit, str]:
    resident = factories.make_resident("김보기")
    resident.person.opens_pages = True
    work = [(factories.make_item(), 2), (factories.make_item("손잡이설치안전바", skills=()), 1)]
    team = [factories.make_member("박수리"), factories.make_member("Alexandra-Petrovna Kim")]
    request = factories.make_request(resident, work)
    visit = factories.make_visit(request, start=now() + start_in, members=team)
    announce.booked(visit, now())
    visit.state = state
    return visit, "/" + page_links.address(visit.id).split("/", 3)[3]


@pytest.mark.parametrize("width", EACH_WIDTH)
def test_every_page_of_a_resident_is_large_and_clean(
    chromium: "Browser", live_server: str, session: scoped_session[Session], width: int
) -> None:
    day = timedelta(days=1)
    coming = make_home(VisitState.ASSIGNED, day)[1]
    over = [
        make_home(state, day)[1] for state in (VisitState.FINISHED, VisitState.CANCELLED, VisitState.FAILED)
    ]
    session.commit()
    context = chromium.new_context(viewport={"width": width, "height": 640}, bypass_csp=True)
    page = context.new_page()
    for path in (coming, f"{coming}/cancel", *over, "/r/madeUpToken0", "/check"):
        page.goto(live_server + path)
        _check(page, path)
    context.close()


@pytest.mark.parametrize("width", EACH_WIDTH)
def test_no_hour_is_parted_from_its_half_of_the_day(
    chromium: "Browser", live_server: str, session: scoped_session[Session], width: int
) -> None:
    path = make_home(VisitState.ASSIGNED, timedelta(days=1))[1]
    session.commit()
    context = chromium.new_context(viewport={"width": width, "height": 640})
    page = context.new_page()
    for address in (path, f"{path}/cancel"):
        page.goto(live_server + address)
        assert page.inner_text(".hm-when strong:last-child").split("~")[1].strip() == "오후 12시"
        assert page.evaluate(LINES_OF_TIMES) == [1, 1]
    context.close()


def test_the_sign_between_two_half_hours_never_stands_alone(
    chromium: "Browser", live_server: str, session: scoped_session[Session]
) -> None:
    visit, path = make_home(VisitState.ASSIGNED, timedelta(days=1))
    visit.window_start = visit.start = at_minute(visit.day, 10 * 60 + 30)
    visit.window_end = at_minute(visit.day, 12 * 60 + 30)
    session.commit()
    context = chromium.new_context(viewport={"width": 320, "height": 640})
    page = context.new_page()
    for address in (path, f"{path}/cancel"):
        page.goto(live_server + address)
        assert page.inner_text(".hm-when strong:last-child").split("~")[0] == "오전 10시 30분"
        assert page.evaluate(LINES_OF_TIMES) == [1, 1]
    page.set_viewport_size({"width": 160, "height": 640})  # as of letters of twice the size
    assert page.evaluate(LINES_OF_SIGN) == 1
    context.close()


@pytest.mark.long
def test_a_screen_half_as_wide_leaves_every_page_of_a_resident_whole(
    chromium: "Browser", live_server: str, session: scoped_session[Session]
) -> None:
    """As telephones show it that are set to letters of twice the size."""
    coming = make_home(VisitState.ASSIGNED, timedelta(days=1))[1]
    over = make_home(VisitState.FINISHED, timedelta(0))[1]
    session.commit()
    context = chromium.new_context(viewport={"width": 160, "height": 640})
    page = context.new_page()
    for path in (coming, f"{coming}/cancel", over, "/check", "/my/sign-in"):
        page.goto(live_server + path)
        assert (path, page.evaluate(SIDEWAYS), page.evaluate(SPILLING)) == (path, 0, [])
    context.close()


@pytest.fixture(params=ways(Way.SIGNAL, (Way.SIGNAL, Way.NO_SCRIPTS)))
def thumb(chromium: "Browser", request: pytest.FixtureRequest) -> Iterator[Thumb]:
    """On a telephone with scripts and on one without."""
    for context in telephone(chromium, request.param):
        yield Thumb(context.new_page())


def test_a_resident_prints_the_page_on_one_sheet_answers_and_cancels(
    thumb: Thumb, live_server: str, session: scoped_session[Session]
) -> None:
    visit, path = make_home(VisitState.ASSIGNED, timedelta(days=1))
    session.commit()
    thumb.open(live_server + path, "이렇게 찾아뵙겠습니다")
    assert thumb.page.pdf(format="A4").count(b"/Type /Page\n") == 1
    thumb.say("다른 때가 좋습니다", "[role=status]:has-text('다른 때를 여쭙겠습니다')")
    asked = select(Message.last_error).where(Message.state == MessageState.NEEDS_PERSON)
    assert session.scalars(asked).all() == ["another_time"]
    thumb.say("그때 오십시오", "[role=status]:has-text('고맙습니다')")
    thumb.follow("오지 마십시오", "방문을 취소할까요?")
    thumb.say("방문 취소", "#problems")
    thumb.page.click("text=이미 고쳤습니다")
    thumb.press("방문 취소", "취소되었습니다")
    thumb.turn()
    session.rollback()
    answers = session.scalars(select(ReachAnswer).order_by(ReachAnswer.id)).all()
    assert [(each.visit_id, each.answer) for each in answers][-1] == (visit.id, Answer.GOOD)
    assert visit.state is VisitState.CANCELLED


def test_a_resident_says_how_it_was(thumb: Thumb, live_server: str, session: scoped_session[Session]) -> None:
    visit, path = make_home(VisitState.FINISHED, timedelta(0))
    session.commit()
    thumb.open(live_server + path, "어떠셨습니까?")
    for answer in ("works-good", "manner-fair"):
        thumb.page.click(f"label[for={answer}]")
    thumb.say("보내기", "#problems")  # one is missing
    thumb.page.click("label[for=again-good]")
    thumb.press("보내기", "고맙습니다")
    thumb.turn()
    said = session.scalars(select(Satisfaction)).one()
    assert (said.visit_id, said.works, said.manner, said.again) == (visit.id, "good", "fair", "good")


def test_whoever_stands_at_a_door_is_asked_about(
    thumb: Thumb, live_server: str, session: scoped_session[Session]
) -> None:
    team = [factories.make_member("박수리")]
    factories.make_visit(start=now() + timedelta(hours=1), members=team, number="4711")
    session.commit()
    thumb.open(f"{live_server}/check", "저희가 보낸 사람이 맞습니까?")
    thumb.page.fill("#number", "4711")
    thumb.page.fill("#house", "370")
    thumb.say("확인하기", "[role=alert]:has-text('이 번호로 가기로 한 사람이 없습니다')")
    thumb.page.fill("#house", "상도로 369")
    thumb.say("확인하기", "[role=status]:has-text('맞습니다. 이 댁에 가기로 했습니다')")
    thumb.turn()
    assert "박○리 조합원" in thumb.page.inner_text("[role=status]")


def test_a_member_comes_in_takes_days_off_and_says_what_they_wish(
    thumb: Thumb, live_server: str, session: scoped_session[Session]
) -> None:
    member = factories.make_member("박수리", phone="+821023456789")
    day = (now() + timedelta(days=5)).date()
    session.commit()
    thumb.open(f"{live_server}/my", "조합원 들어가기")
    thumb.page.fill("#phone", "010-2345-6789")
    thumb.press("번호 받기", "문자로 온 번호를")
    thumb.page.fill("#code", member_codes.digits(session.scalars(select(SignInCode)).one().nonce))
    thumb.press("들어가기", "하실 일")
    thumb.follow("쉬는 날", "쉬는 날")
    thumb.page.fill("#first_day", day.isoformat())
    thumb.page.click("label[for=reason-family]")
    thumb.say("쉬는 날 적기", "text=쉬는 날을 적었습니다")
    session.rollback()  # look afresh
    absence = session.scalars(select(Absence)).one()
    assert (absence.first_day, absence.last_day, absence.reason) == (day, day, AbsenceReason.FAMILY)
    thumb.page.click("summary:has-text('지우기')")
    thumb.say("네, 지웁니다", "text=적어 둔 쉬는 날이 없습니다")
    thumb.follow("오늘 할 일로", "하실 일")
    thumb.follow("바라는 것", "바라는 것")
    thumb.page.fill("#hours", "24")
    thumb.tap("button:has-text('시간 적기')")
    thumb.page.wait_for_selector(".ph-notice")
    thumb.follow("오늘 할 일로", "하실 일")
    thumb.press("나가기", "조합원 들어가기")
    session.rollback()
    assert (session.scalars(select(Absence)).all(), member.wished_minutes) == ([], 24 * 60)


@pytest.mark.long
def test_what_a_resident_has_not_sent_is_put_back_for_a_short_while(
    phone: "BrowserContext", live_server: str, session: scoped_session[Session]
) -> None:
    path = live_server + make_home(VisitState.ASSIGNED, timedelta(days=1))[1]
    done = live_server + make_home(VisitState.FINISHED, timedelta(0))[1]
    session.commit()
    page = phone.new_page()
    page.goto(done)
    page.click("label[for=works-good]")
    page.click("label[for=manner-poor]")
    put_down(page, "manner")
    page = _killed(page, done)
    _put_back(page)
    assert page.is_checked("#works-good")
    assert page.is_checked("#manner-poor")
    _check(page, "put back")
    go(page, lambda: page.click("text=보내기"))  # one is missing
    page.wait_for_selector("#problems")
    page.click("label[for=works-poor]")
    put_down(page, '["works","poor"]')
    page = _killed(page, done)
    _put_back(page)
    assert page.is_checked("#works-poor")
    for name in ("works", "manner", "again"):
        page.click(f"label[for={name}-good]")
    go(page, lambda: page.click("text=보내기"))
    titled(page, "고맙습니다")
    nothing_kept(page)
    page.goto(f"{path}/cancel")
    page.click("text=이미 고쳤습니다")
    put_down(page, "repaired_already")
    page = _killed(page, f"{path}/cancel")
    _put_back(page)
    assert page.is_checked("#reason-repaired_already")
    phone.add_init_script("{ const now = Date.now; Date.now = () => now() + 31 * 60000; }")
    page = _killed(page, f"{path}/cancel")
    nothing_kept(page)
    assert page.locator(f"text={PUT_BACK}").count() == 0
    page.click("text=이미 고쳤습니다")
    put_down(page, "repaired_already")
    go(page, lambda: page.click("text=방문 취소"))
    titled(page, "취소되었습니다")
    nothing_kept(page)


@pytest.mark.long
def test_what_a_member_has_not_sent_is_put_back_until_it_is_taken(
    phone: "BrowserContext", live_server: str, session: scoped_session[Session]
) -> None:
    factories.make_member("박수리", phone="+821023456789")
    session.commit()
    day, before = ((now() + timedelta(days=days)).date().isoformat() for days in (5, 3))
    page = phone.new_page()
    _come_in(page, live_server, session)
    form, wishes = f"{live_server}/my/days-off", f"{live_server}/my/wishes"
    page.goto(wishes)
    page.fill("#hours", "45")
    put_down(page, "45")
    page.goto(form)
    page.fill("#first_day", day)
    page.fill("#last_day", before)
    page.click("label[for=reason-family]")
    put_down(page, "family")
    go(page, lambda: page.click("button:has-text('쉬는 날 적기')"))
    page.wait_for_selector("#problems")
    page = _killed(page, form)
    _put_back(page)
    assert [page.input_value(each) for each in ("#first_day", "#last_day")] == [day, before]
    assert page.is_checked("#reason-family")
    page.fill("#last_day", "")
    phone.set_offline(True)
    page.click("button:has-text('쉬는 날 적기')")  # into nothing
    page.wait_for_url("chrome-error://**")
    phone.set_offline(False)
    page.goto(form)
    _put_back(page)
    go(page, lambda: page.click("button:has-text('쉬는 날 적기')"))
    page.wait_for_selector("text=쉬는 날을 적었습니다")
    until(page, lambda: day not in page.evaluate(KEPT))
    assert (page.input_value("#first_day"), page.locator(f"text={PUT_BACK}").count()) == ("", 0)
    page.click("summary:has-text('지우기')")
    go(page, lambda: page.click("button:has-text('네, 지웁니다')"))
    page.wait_for_selector("text=적어 둔 쉬는 날이 없습니다")
    page.goto(wishes)
    _put_back(page)
    assert page.input_value("#hours") == "45"
    page.goto(f"{live_server}/my")
    go(page, lambda: page.click("text=나가기"))
    nothing_kept(page)


@pytest.mark.parametrize("width", EACH_WIDTH)
def test_every_page_of_a_member_who_has_come_in_is_large_and_clean(
    chromium: "Browser", live_server: str, session: scoped_session[Session], width: int
) -> None:
    member = factories.make_member("박수리", phone="+821023456789", wished_minutes=1800)
    item = factories.make_item(team_size=2)
    item.materials = [factories.make_material("led", name_ko="엘이디 등기구 오십와트 천장형 직부등")]
    for hours in (-24, 1, 3):
        request = factories.make_request(factories.make_resident("김보기"), [(item, 3)])
        team = [member, factories.make_member("Alexandra-Petrovna Kim")]
        visit = factories.make_visit(request, start=now() + timedelta(hours=hours), members=team)
        visit.state = VisitState.FINISHED if hours < 0 else visit.state
    factories.make_absence(member, (now() + timedelta(days=3)).date())
    session.commit()
    context = chromium.new_context(viewport={"width": width, "height": 640}, bypass_csp=True)
    page = context.new_page()
    _come_in(page, live_server, session, check=True)
    for path in ("/my", "/my/days-off", "/my/wishes", "/my/calendar"):
        page.goto(live_server + path)
        _check(page, path)
    go(page, lambda: page.click("text=주소 만들기"))
    _check(page, "a calendar")
    context.close()


def _come_in(page: "Page", live_server: str, session: scoped_session[Session], check: bool = False) -> None:
    page.goto(live_server + "/my")
    page.fill("#phone", "010-2345-6789")
    if check:
        _check(page, "/my/sign-in")
    go(page, lambda: page.click("text=번호 받기"))
    page.wait_for_url("**/my/code")
    if check:
        _check(page, "/my/code")
    code = session.scalars(select(SignInCode)).one()
    page.fill("#code", member_codes.digits(code.nonce))
    go(page, lambda: page.click("text=들어가기"))
    page.wait_for_selector("h1 >> text=하실 일")


def _killed(page: "Page", path: str) -> "Page":
    close(page)
    again = page.context.new_page()
    again.goto(path)
    return again


def _put_back(page: "Page") -> None:
    page.wait_for_selector(f"text={PUT_BACK}")


def _check(page: "Page", path: str) -> None:
    page.wait_for_selector("main")
    page.add_script_tag(path=str(AXE))
    found = (
        page.evaluate(SIDEWAYS),
        page.evaluate(SMALL_TEXT, SMALLEST_TEXT),
        page.evaluate(LOW_BUTTONS, LOWEST_BUTTON),
        page.evaluate("async () => (await axe.run()).violations.map(v => v.id)"),
    )
    assert (path, *found) == (path, 0, [], [], [])
