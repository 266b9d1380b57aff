"""A member's own pages, walked with signal, without scripts, and where presses go into nothing first."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from playwright.sync_api import Error
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from benchmarks.cut_line import Line
from handyman import member_codes
from handyman.extensions import now, settings
from handyman.models import (
    Absence,
    CalendarFeed,
    Member,
    SignInCode,
    Visit,
    VisitingWish,
    VisitState,
    WishKind,
)
from tests import factories
from tests.longer import longer
from tests.visit.telephone import EACH_WIDTH, at_rest, choose, photo
from tests.visit.test_queue_in_browser import clean
from tests.visit.test_unsaved_in_browser import PUT_BACK
from tests.visit.walks import HEIGHT, Walk, Way, telephone, ways

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
Db = scoped_session[Session]
PHONE = "010-2345-6789"
NUMBER, CODE, MINE, PHOTO = "조합원 들어가기", "문자로 온 번호를", "하실 일", "내 사진"
DAYS_OFF, WISHES, CALENDAR = "쉬는 날", "바라는 것", "달력에 넣기"
NO_PICTURE: dict[str, Any] = {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": b"words"}
NOT_LOADED = "[...document.images].filter(each => !each.naturalWidth).length"


@pytest.fixture(params=ways(Way.NO_SCRIPTS))
def way(request: pytest.FixtureRequest) -> Way:
    return Way(request.param)


@pytest.fixture
def walk(chromium: "Browser", app: Flask, line: Line, way: Way) -> Iterator[Walk]:
    """What the office writes of itself leads through the same line."""
    app.extensions["settings"] = replace(app.extensions["settings"], public_base_url=line.address)
    for context in telephone(chromium, way):
        yield Walk(context.new_page(), line, way)


@pytest.fixture
def member(session: Db) -> Member:
    found = factories.make_member("박수리", phone="+821023456789")
    found.wished_minutes, found.monthly_cap_minutes = 30 * 60, 40 * 60
    return found


def make_job(member: Member, in_hours: int, street: str = "상도로 369") -> Visit:
    """For two, of whom the other has a long name."""
    lamp = factories.make_item(team_size=2)
    lamp.materials = [factories.make_material("led", name_ko="엘이디 등기구 오십와트 천장형 직부등")]
    home = factories.make_resident("김보기", address=factories.make_address(f"서울특별시 동작구 {street}"))
    team = [member, factories.make_member("Alexandra-Petrovna Kim", wished_minutes=30 * 60)]
    start = now() + timedelta(hours=in_hours)
    request = factories.make_request(home, [(lamp, 2)])
    return factories.make_visit(request, start=start, members=team)


def newest_code(session: Db) -> str:
    session.rollback()
    found = session.scalars(select(SignInCode).order_by(SignInCode.id.desc())).first()
    assert found
    return member_codes.digits(found.nonce)


def come_in(walk: Walk, session: Db) -> None:
    session.commit()
    walk.open(f"{walk.line.address}/my", NUMBER)
    walk.page.fill("#phone", PHONE)
    walk.press("번호 받기", CODE)
    walk.page.fill("#code", newest_code(session))
    walk.press("들어가기", MINE)


def count(session: Db, what: type[Any]) -> int:
    session.rollback()  # look afresh
    return len(session.scalars(select(what)).all())


def put_back(walk: Walk) -> None:
    if walk.is_cut:
        walk.page.wait_for_selector(f"text={PUT_BACK}")


@pytest.mark.usefixtures("member")
def test_a_member_mistypes_comes_in_and_goes_out(walk: Walk, session: Db) -> None:
    """Who is interrupted between number and code begins with the number again."""
    session.commit()
    walk.open(f"{walk.line.address}/my", NUMBER)
    walk.page.fill("#phone", "12")
    walk.say("번호 받기", "#problems:has-text('아직 번호를 보내지 못했습니다')")
    walk.page.fill("#phone", PHONE)
    walk.in_vain("번호 받기", "/my", NUMBER)
    assert count(session, SignInCode) == 0
    walk.page.fill("#phone", PHONE)
    walk.press("번호 받기", CODE)
    walk.page.fill("#code", "12")
    walk.say("들어가기", "#problems:has-text('아직 들어가지 못했습니다')")
    walk.press("번호 새로 받기", CODE)
    assert count(session, SignInCode) == 2
    walk.page.fill("#code", newest_code(session))
    walk.in_vain("들어가기", "/my/code", NUMBER)
    if walk.is_cut:
        walk.page.fill("#phone", PHONE)
        walk.press("번호 받기", CODE)
        walk.page.fill("#code", newest_code(session))
    walk.press("들어가기", MINE)
    walk.in_vain("나가기", "/my", MINE)
    walk.press("나가기", NUMBER)
    walk.turn()
    walk.open(f"{walk.line.address}/my", NUMBER)


def test_a_day_is_read_and_a_job_is_opened_from_it(walk: Walk, member: Member, session: Db, way: Way) -> None:
    """A job that was opened from there goes on without signal; the day itself is on no telephone."""
    late, early = (
        make_job(member, 5, "만양로 22"),
        make_job(member, 1),
    )
    make_job(member, 24, "국사봉길 7")
    make_job(member, -20, "상도로 1").state = VisitState.FINISHED
    early.items[0].request_item.answers = {"ceiling_cm": 300}
    come_in(walk, session)
    shown = walk.page.inner_text("main")
    assert shown.index(early.address.label) < shown.index(late.address.label)
    assert "국사봉길" not in shown
    assert shown.count("가는 데 약") == 2
    for said in (
        "전등 교체 4개",
        "안전모",
        "한 일 40분",
        "30시간",
        "40시간",
        "다른 분들은 보통",
        "저는 담당",
    ):
        assert said in shown
    walk.follow("내일", "내일")
    assert "국사봉길" not in walk.page.inner_text("main"), "before the evening before: the dong only"
    walk.follow("오늘", "오늘")
    walk.press("상도로 369", "가실 곳입니다")
    walk.lose_signal()
    if walk.is_cut:
        with pytest.raises(Error, match="ERR_"):
            walk.page.context.new_page().goto(f"{walk.line.address}/my")
    walk.press("출발했습니다", "가시는 길입니다", "?as=on_the_way")
    if walk.is_cut:
        assert walk.waiting(1) == ["출발했습니다"]
        walk.find_signal()
    if walk.way is not Way.NO_SCRIPTS:
        at_rest(walk.page)
    walk.open(f"{walk.line.address}/my", MINE)
    assert walk.page.locator("button:has-text('상도로 369') >> text=지금 하는 일").count() == 1
    walk.turn()
    session.rollback()
    assert (early.state, late.state) == (VisitState.ON_THE_WAY, VisitState.ASSIGNED)


@pytest.mark.long
def test_a_calendar_is_set_up_and_its_address_renewed(walk: Walk, member: Member, session: Db) -> None:
    visit = make_job(member, 26)
    come_in(walk, session)
    walk.follow(CALENDAR, CALENDAR)
    walk.in_vain("주소 만들기", "/my/calendar", CALENDAR)
    assert count(session, CalendarFeed) == 0
    walk.say("주소 만들기", ".mn-address")
    first = walk.page.inner_text(".mn-address")
    assert walk.page.get_attribute("a:has-text('내 달력에 더하기')", "href") == first.replace(
        "http", "webcal"
    )
    feed = walk.page.request.get(first)
    assert feed.ok
    assert visit.number in feed.text()
    walk.say("새 주소 만들기", f".mn-address:not(:has-text('{first}'))")
    walk.turn()
    second = walk.page.inner_text(".mn-address")
    assert [walk.page.request.get(each).status for each in (first, second)] == [404, 200]
    assert count(session, CalendarFeed) == 1
    walk.follow("오늘 할 일로", MINE)


@pytest.mark.parametrize("way", [longer(Way.CUT)], indirect=True)
def test_days_off_go_into_nothing_and_are_there_to_be_pressed_again(
    walk: Walk, member: Member, session: Db
) -> None:
    day = make_job(member, 26).day
    come_in(walk, session)
    walk.follow(DAYS_OFF, DAYS_OFF)
    walk.page.fill("#first_day", day.isoformat())
    walk.page.fill("#last_day", (day - timedelta(days=1)).isoformat())
    walk.say("쉬는 날 적기", "#problems")
    walk.page.fill("#last_day", "")
    walk.page.click("label[for=reason-family]")
    walk.in_vain("쉬는 날 적기", "/my/days-off", DAYS_OFF)
    put_back(walk)
    assert count(session, Absence) == 0
    assert walk.page.input_value("#first_day") == day.isoformat()
    assert walk.page.is_checked("#reason-family")
    walk.say("쉬는 날 적기", "text=그날 맡으신 방문이 있습니다")
    assert count(session, Absence) == 1
    walk.page.click("summary:has-text('지우기')")
    walk.in_vain("네, 지웁니다", "/my/days-off", DAYS_OFF)
    assert count(session, Absence) == 1
    walk.page.click("summary:has-text('지우기')")
    walk.say("네, 지웁니다", "text=적어 둔 쉬는 날이 없습니다")
    assert count(session, Absence) == 0


@pytest.mark.long
def test_hours_and_a_home_are_wished_for(walk: Walk, member: Member, session: Db) -> None:
    been = make_job(member, -24)
    been.state = VisitState.FINISHED
    come_in(walk, session)
    walk.follow(WISHES, WISHES)
    assert "상도로" not in walk.page.inner_text("main"), "the dong only"
    walk.page.fill("#hours", "많이")
    walk.say("시간 적기", "#problems:has-text('0부터 300까지')")
    walk.page.fill("#hours", "24")
    walk.in_vain("시간 적기", "/my/wishes", WISHES)
    put_back(walk)
    assert walk.page.input_value("#hours") == "24"
    session.rollback()
    assert member.wished_minutes == 30 * 60
    walk.say("시간 적기", ".ph-notice:has-text('바라는 시간을 적었습니다')")
    walk.in_vain("되도록 안 가고 싶습니다", "/my/wishes", WISHES)
    assert count(session, VisitingWish) == 0
    for words, kind in (("되도록 안 가고", WishKind.RATHER_NOT), ("또 가고", WishKind.RATHER)):
        walk.say(words, ".ph-notice:has-text('적어 두었습니다')")
        session.rollback()
        wish = session.scalars(select(VisitingWish)).one()
        assert (wish.resident_id, wish.member_id, wish.wish) == (been.resident_id, member.id, kind)
        walk.open(f"{walk.line.address}/my/wishes", WISHES)
    walk.turn()
    assert member.wished_minutes == 24 * 60


@pytest.mark.long
def test_a_face_is_put_up_changed_and_taken_away(walk: Walk, member: Member, session: Db) -> None:
    come_in(walk, session)
    walk.follow(PHOTO, PHOTO)
    walk.say("사진 저장", "#photo-about:has-text('사진을 먼저 골라')")
    choose(walk.page, "photo", NO_PICTURE)
    walk.say("사진 저장", "#photo-about:has-text('사진이 아닙니다')")
    choose(walk.page, "photo", photo())
    walk.in_vain("사진 저장", "/my/photo", PHOTO)
    seen = []
    for colour in ("teal", "red"):
        choose(walk.page, "photo", photo(colour))
        walk.say("사진 저장", ".ph-notice:has-text('사진을 저장했습니다')")
        assert walk.page.evaluate(NOT_LOADED) == 0
        session.rollback()
        seen.append(member.photo)
        assert [file.name for file in settings().photo_folder.iterdir()] == [member.photo]
        walk.open(f"{walk.line.address}/my/photo", PHOTO)
    assert len(set(seen)) == 2
    walk.page.click("summary:has-text('사진 지우기')")
    walk.in_vain("네, 지웁니다", "/my/photo", PHOTO)
    if walk.is_cut:
        session.rollback()
        assert member.photo == seen[-1]
        walk.page.click("summary:has-text('사진 지우기')")
    walk.say("네, 지웁니다", ".ph-notice:has-text('사진을 지웠습니다')")
    walk.turn()
    session.rollback()
    assert (member.photo, walk.page.locator(".mn-face").count()) == ("", 0)


@pytest.mark.long
@pytest.mark.parametrize("way", [Way.SIGNAL], indirect=True)
@pytest.mark.parametrize("width", EACH_WIDTH)
def test_what_is_refused_and_a_face_are_clean(walk: Walk, member: Member, session: Db, width: int) -> None:
    day = make_job(member, 26).day
    session.commit()
    page, at = walk.page, walk.line.address
    page.goto(f"{at}/my")
    for field, button in (("#phone", "번호 받기"), ("#code", "들어가기")):
        page.fill(field, "12")
        page.click(f"button:has-text('{button}')")
        page.wait_for_selector("#problems")
        look(page, width)
        if field == "#phone":
            page.fill(field, PHONE)
            walk.press(button, CODE)
    page.fill("#code", newest_code(session))
    walk.press("들어가기", MINE)
    page.goto(f"{at}/my/photo")
    look(page, width)
    walk.say("사진 저장", "#problems")
    look(page, width)
    choose(page, "photo", photo())
    walk.say("사진 저장", ".mn-face")
    page.click("summary:has-text('사진 지우기')")
    look(page, width)
    page.goto(f"{at}/my/days-off")
    page.fill("#first_day", day.isoformat())
    walk.say("쉬는 날 적기", "text=그날 맡으신 방문이 있습니다")
    look(page, width)
    page.goto(f"{at}/my/wishes")
    page.fill("#hours", "많이")
    walk.say("시간 적기", "#problems")
    look(page, width)


def look(page: "Page", width: int) -> None:
    page.set_viewport_size({"width": width, "height": HEIGHT})
    clean(page)
