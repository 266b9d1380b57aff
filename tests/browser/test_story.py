"""The main job from the ring of the telephone to the month's sheet, and the call that nobody accepts."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman import catalogue_rows, jobs
from handyman.models import CompletionReport, Photo, RequestState, ServiceRequest, Visit, VisitState
from tests import factories
from tests.browser.keyboard import settle
from tests.conftest import Clock
from tests.pages import go, let_in, stands

pytestmark = pytest.mark.browser
Db = scoped_session[Session]


@pytest.fixture
def office(app: Flask, session: Db) -> Any:
    """The catalogue, three members, and a coordinator who also answers the telephone."""
    catalogue_rows.ensure()
    for name in ("박수리", "이사랑", "최고침"):
        factories.make_member(name, skills=["lamp", "drill", "coating", "screen"])
    user = factories.make_user("coordinator")
    session.commit()
    return user


@pytest.fixture
def desk(chromium: Browser, live_server: str, office: Any, session: Db) -> Iterator[Page]:
    context = chromium.new_context(
        viewport={"width": 1366, "height": 768}, locale="ko-KR", base_url=live_server, accept_downloads=True
    )
    page = context.new_page()
    let_in(context, live_server, office.login)
    session.rollback()
    yield page
    context.close()


@pytest.fixture
def pocket(chromium: Browser, live_server: str) -> Iterator[BrowserContext]:
    """The members' telephones: no JavaScript, 360 px."""
    context = chromium.new_context(
        viewport={"width": 360, "height": 740},
        locale="ko-KR",
        java_script_enabled=False,
        base_url=live_server,
    )
    yield context
    context.close()


def log_call(page: Page) -> None:
    """Everything by keyboard: the call of Kim Garam, who wants two lamps."""
    page.goto("/calls/new")
    page.wait_for_selector("#phone:focus")
    keys = page.keyboard
    keys.type("010 0000 7777")
    settle(page, "/calls/caller", lambda: keys.press("Enter"))
    page.wait_for_selector("#name:focus")
    keys.type("김가람")
    keys.press("Enter")
    keys.press("Enter")
    keys.type("상도로 369")
    settle(page, "/calls/where", lambda: keys.press("Enter"))
    page.wait_for_selector("#unit:focus")
    keys.press("Enter")
    keys.press("Enter")
    keys.type("2")
    keys.press("Enter")
    keys.press("ArrowDown")
    keys.press("Enter")
    settle(page, "/calls/windows", lambda: keys.type("230"), "item-lamp-ceiling_cm=230")
    page.wait_for_selector("#windows input[type=radio]")
    settle(page, "/calls/hold", lambda: keys.press("Alt+1"))
    page.focus("#consent_processing-yes")
    keys.press("Space")
    keys.press("Control+Enter")
    page.wait_for_url("**/receipt")


def press(page: Page, name: str) -> None:
    go(page, page.get_by_role("button", name=name, exact=True).first.click)


def texts_of(page: Page, name: str) -> list[str]:
    """What has arrived on somebody's on-screen telephone."""
    page.goto("/phones")
    go(page, page.get_by_role("link", name=name).first.click)
    page.wait_for_selector(".phone-screen")
    return page.locator(".phone-screen .bubble-text").all_inner_texts()


def open_link_in_text(page: Page, name: str, pocket: BrowserContext) -> Page:
    texts_of(page, name)
    address = page.locator(".phone-screen .bubble-link").first.get_attribute("href")
    assert address is not None
    phone = pocket.new_page()
    phone.goto(address)
    return phone


def photograph(folder: Path, colour: str) -> Path:
    exif = Image.Exif()
    exif[0x010F] = "secret camera"
    Image.new("RGB", (640, 480), colour).save(folder / f"{colour}.jpg", exif=exif)
    return folder / f"{colour}.jpg"


def test_call_comes_in_the_work_gets_done_and_the_month_is_counted(
    desk: Page, pocket: BrowserContext, app: Flask, clock: Clock, session: Db, tmp_path: Path
) -> None:
    clock.set(datetime(2026, 11, 24, 6, 30, tzinfo=UTC))  # 15:30 in Seoul: the first free place is tomorrow
    log_call(desk)
    visit = session.scalars(select(Visit)).one()
    visit_id, number, window_start = visit.id, visit.number, visit.window_start
    member = visit.assignments[0].member
    assert member is not None
    name = member.name
    assert f"방문 번호는 {number}" in desk.inner_text(".receipt-sentence").replace("“", "")
    session.rollback()

    jobs.run_once(app, clock.advance(minutes=1))
    booked = texts_of(desk, "김가람")
    assert any(number in text and "11/25(수)" in text for text in booked), booked
    phone = open_link_in_text(desk, name, pocket)
    assert "상도로 369" not in phone.inner_text("main"), "the address is closed until it is needed"
    press(phone, "제가 가겠습니다")
    assert session.scalars(select(Visit.state)).one() is VisitState.ASSIGNED
    session.rollback()

    jobs.run_once(app, clock.set(datetime(2026, 11, 24, 8, 1, tzinfo=UTC)))  # 17:01
    reminded = texts_of(desk, "김가람")
    assert any("내일" in text and name in text and number in text for text in reminded), reminded
    jobs.run_once(app, clock.set(datetime(2026, 11, 24, 23, 1, tzinfo=UTC)))  # 08:01
    listed = texts_of(desk, name)[0]
    assert "1건" in listed, listed
    assert "상도1동" in listed, listed
    clock.set(window_start - timedelta(minutes=30))
    jobs.run_once(app, clock.at)
    phone.reload()
    assert "상도로 369" in phone.inner_text("main")
    desk.goto("/board?day=2026-11-25")
    stands(desk, f"#card-{visit_id}-lead")
    opened = desk.evaluate("performance.timeOrigin")
    press(phone, "출발했습니다")
    desk.wait_for_selector(f".is-on_the_way #card-{visit_id}-lead")
    assert desk.evaluate("performance.timeOrigin") == opened, "news comes into the open page"
    jobs.run_once(app, clock.advance(minutes=1))
    coming = texts_of(desk, "김가람")
    assert len(coming) == len(reminded) + 1, coming
    clock.advance(minutes=29)
    press(phone, "도착했습니다")
    assert number in phone.inner_text("main")
    clock.advance(minutes=45)
    press(phone, "마쳤습니다")
    go(phone, phone.get_by_role("link", name="모두 했습니다").click)
    press(phone, "저장하고 다음")
    phone.set_input_files("#before", [photograph(tmp_path, "gray")])
    go(phone, phone.locator("section:has(#before)").get_by_role("button", name="고른 사진 저장").click)
    phone.set_input_files("#after", [photograph(tmp_path, colour) for colour in ("white", "yellow")])
    press(phone, "다음")
    press(phone, "저장하고 다음")
    phone.get_by_text("손이 불편하십니다").click()
    press(phone, "서명 없이 다음")
    press(phone, "보고하고 끝내기")
    jobs.run_once(app, clock.advance(minutes=1))

    request = session.scalars(select(ServiceRequest)).one()
    assert request.state is RequestState.DONE
    assert session.scalars(select(CompletionReport.minutes)).one() == 45
    photos = session.scalars(select(Photo)).all()
    assert sorted(photo.kind.value for photo in photos) == ["after", "after", "before"]
    folder = app.extensions["settings"].photo_folder
    assert all(not Image.open(folder / photo.file_name).getexif() for photo in photos)
    session.rollback()
    told = texts_of(desk, "김가람")
    assert len(told) == len(coming) + 1, told

    month = f"{window_start:%Y-%m}"
    desk.goto(f"/reports/monthly?month={month}")
    with desk.expect_download() as download:
        desk.get_by_role("link", name="엑셀").click()
    book = load_workbook(BytesIO(Path(download.value.path()).read_bytes()))
    cells = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    assert {"전등 교체", name, 2} <= cells
    assert "김가람" not in cells


@pytest.mark.long
def test_nobody_accepts_and_it_lands_on_the_coordinators_list(
    desk: Page, pocket: BrowserContext, app: Flask, clock: Clock, session: Db
) -> None:
    log_call(desk)
    asked = []
    for _ in range(3):
        jobs.run_once(app, clock.advance(minutes=1))
        visit = session.scalars(select(Visit)).one()
        member = visit.assignments[0].member
        assert member is not None
        asked.append(member.name)
        name = member.name
        session.rollback()
        if len(asked) == 1:  # the first says no, the others say nothing
            phone = open_link_in_text(desk, name, pocket)
            go(phone, phone.get_by_role("link", name="못 갑니다").click)
            phone.locator(".ph-choice label").first.click()
            press(phone, "못 간다고 알리기")
        else:
            clock.advance(minutes=31)
    jobs.run_once(app, clock.advance(minutes=1))
    assert sorted(asked) == ["박수리", "이사랑", "최고침"]
    desk.goto("/work")
    section = desk.locator("section, .card").filter(has_text="맡을 사람이 없음").first
    assert "김가람" in section.inner_text()
