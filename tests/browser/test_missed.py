"""Texts that did not arrive, by keys alone: the chosen row, its deeds, and the next row after each."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman.extensions import now
from handyman.messages.moments import stamp
from handyman.models import Channel, Message, MessageKind, MessageState
from tests import factories
from tests.factories import make_message, make_visit
from tests.pages import axe_finds, go, laid_out, let_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
Db = scoped_session[Session]
S = MessageState


@pytest.fixture
def texts(session: Db) -> list[int]:
    """Four that did not arrive, as they stand on the page; the last is not known to have arrived."""
    made = []
    for minutes in (30, 25, 20, 16):
        visit, due = make_visit(), now() - timedelta(minutes=minutes)
        state = S.ACCEPTED if minutes == 16 else S.FAILED
        promise = stamp(visit.window_start)
        made.append(
            make_message(
                visit.resident.person,
                MessageKind.RESIDENT_BOOKED,
                visit,
                state=state,
                due_at=due,
                dedupe_key=f"{minutes}:{promise}",
            )
        )
    session.commit()
    return [each.id for each in made]


@pytest.fixture
def page(chromium: "Browser", live_server: str, session: Db, texts: list[int]) -> Iterator["Page"]:
    user = factories.make_user("operator")
    session.commit()
    context = chromium.new_context(
        viewport={"width": 1366, "height": 768}, locale="ko-KR", base_url=live_server
    )
    page = context.new_page()
    let_in(context, live_server, user.login)
    page.goto("/messages")
    page.wait_for_selector(".missed-row")
    session.rollback()
    yield page
    context.close()


def chosen(page: "Page") -> str:
    return str(page.evaluate("document.activeElement.id"))


def state(session: Db, message_id: int) -> Message:
    session.rollback()
    return session.get_one(Message, message_id, populate_existing=True)


def press(page: "Page", keys: str) -> None:
    """A key that sends a form: wait for the list that comes back."""
    go(page, lambda: page.keyboard.press(keys))


def test_rows_are_chosen_worked_on_and_left_by_keys(page: "Page", texts: list[int], session: Db) -> None:
    first, second, third, fourth = (f"missed-{each}" for each in texts)
    page.keyboard.press("Alt+KeyT")
    assert chosen(page) == first, "the first is chosen, and nothing is done"
    page.keyboard.press("Alt+ArrowDown")
    assert chosen(page) == second
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Alt+ArrowUp")
    assert chosen(page) == first
    press(page, "Alt+KeyT")
    assert chosen(page) == second
    expect(page.get_by_text("전달한 것으로 적었습니다.")).to_be_visible()
    assert state(session, texts[0]).told_at is not None
    press(page, "Alt+KeyS")
    assert chosen(page) == third
    assert state(session, texts[1]).told_at is not None
    assert session.scalar(select(Message.state).where(Message.follows_id == texts[1])) is S.PENDING
    press(page, "Alt+KeyX")
    assert chosen(page) == fourth
    assert state(session, texts[2]).told_at is None, "who was not reached stays on the list"
    page.keyboard.press("Alt+KeyS")
    assert chosen(page) == fourth, "what may have arrived is not sent again"
    press(page, "Alt+KeyR")
    assert chosen(page) == third, "the last has gone: the one above it"
    session.rollback()
    assert session.scalar(select(Message.channel).where(Message.follows_id == texts[3])) is Channel.VOICE
    press(page, "Alt+KeyT")
    expect(page.get_by_text("모두 닿았습니다")).to_be_visible()


@pytest.mark.long
def test_a_key_pressed_twice_by_mistake_counts_for_one_person(
    page: "Page", texts: list[int], session: Db
) -> None:
    pressed = datetime(2026, 11, 24, 1, tzinfo=UTC)
    page.clock.set_fixed_time(pressed)
    page.keyboard.press("Alt+ArrowDown")
    press(page, "Alt+KeyT")
    assert chosen(page) == f"missed-{texts[1]}"
    page.clock.set_fixed_time(pressed + timedelta(seconds=1))
    page.evaluate("window.sent = 0; document.addEventListener('submit', () => { window.sent += 1; })")
    page.keyboard.press("Alt+KeyT")
    assert page.evaluate("window.sent") == 0
    assert chosen(page) == f"missed-{texts[1]}"
    assert state(session, texts[1]).told_at is None
    page.clock.set_fixed_time(pressed + timedelta(seconds=2))
    press(page, "Alt+KeyT")
    assert state(session, texts[1]).told_at is not None


@pytest.mark.long
def test_the_key_for_another_time_goes_to_where_the_visit_is_moved(
    page: "Page", texts: list[int], session: Db
) -> None:
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("Alt+ArrowDown")
    press(page, "Alt+KeyA")
    assert page.url.endswith(f"/visits/{state(session, texts[1]).visit_id}#move")


@pytest.mark.long
def test_the_key_for_calling_opens_the_number_of_the_chosen_row(
    page: "Page", session: Db, texts: list[int]
) -> None:
    page.evaluate(
        "document.addEventListener('click', e => {"
        " window.rung = e.target.closest('a').href; e.preventDefault(); })"
    )
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("Alt+KeyC")
    assert page.evaluate("window.rung") == f"tel:{state(session, texts[1]).to_number}"


def test_keys_are_silent_while_a_syllable_is_composing(page: "Page", texts: list[int], session: Db) -> None:
    page.keyboard.press("Alt+ArrowDown")
    for code in ("KeyT", "ArrowDown"):
        page.evaluate(
            "code => document.activeElement.dispatchEvent(new KeyboardEvent('keydown',"
            " { code, key: 'ㅅ', altKey: true, isComposing: true, bubbles: true }))",
            code,
        )
    assert chosen(page) == f"missed-{texts[0]}"
    assert state(session, texts[0]).told_at is None
    page.evaluate(
        "document.activeElement.dispatchEvent(new KeyboardEvent('keydown',"
        " { code: 'ArrowDown', key: 'ㅅ', altKey: true, bubbles: true }))"
    )
    assert chosen(page) == f"missed-{texts[1]}", "a Korean layout gives other letters, the key is the same"


def test_each_key_is_printed_on_its_control_and_the_page_is_accessible(page: "Page") -> None:
    printed = {"전화하기": "Alt+C", "다시 보내기": "Alt+S", "자동 전화": "Alt+R", "좋다고 하심": "Alt+T"}
    printed |= {"다른 때": "Alt+A", "못 닿음": "Alt+X"}
    for name, key in printed.items():
        control = page.locator(f'.missed-do [aria-keyshortcuts="{key}"]').first
        words = control.inner_text().split()
        assert (words[: len(name.split())], words[-1]) == (name.split(), key)
    for width in (1366, 360):
        page.set_viewport_size({"width": width, "height": 740})
        laid_out(page)
        page.keyboard.press("Alt+ArrowDown")
        assert axe_finds(page) == []
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wide) <= 0
        heights = "[...document.querySelectorAll('.missed-do .krds-btn')].map(e => e.offsetHeight)"
        assert min(page.evaluate(heights)) >= 44


@pytest.mark.long
def test_it_works_without_scripts(
    chromium: "Browser", live_server: str, page: "Page", texts: list[int], session: Db
) -> None:
    context = chromium.new_context(
        java_script_enabled=False, base_url=live_server, storage_state=page.context.storage_state()
    )
    plain = context.new_page()
    plain.goto("/messages")
    go(plain, plain.locator(f"#missed-{texts[0]}").get_by_role("button", name="좋다고 하심").click)
    plain.wait_for_selector(f"#missed-{texts[1]}:focus")
    for _ in range(4):  # call, send again, automatic call, good
        plain.keyboard.press("Tab")
    go(plain, lambda: plain.keyboard.press("Enter"))
    assert state(session, texts[1]).told_at is not None
    context.close()


def test_what_has_changed_since_stands_in_the_same_row_and_is_told_by_the_same_key(
    page: "Page", session: Db, texts: list[int]
) -> None:
    visit = state(session, texts[1]).visit
    assert visit is not None
    for name in ("window_start", "window_end", "start"):
        setattr(visit, name, getattr(visit, name) + timedelta(hours=2))
    session.commit()
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("Alt+ArrowDown")
    press(page, "Alt+KeyT")
    expect(page.locator(".missed-row [role=alert]")).to_have_count(1)
    assert (chosen(page), state(session, texts[1]).told_at) == (f"missed-{texts[1]}", None)
    page.wait_for_timeout(1600)  # a second press at once would be a slip of the finger
    press(page, "Alt+KeyT")
    expect(page.locator(".missed-row [role=alert]")).to_have_count(0)
    assert state(session, texts[1]).told_at is not None
