"""Calls that are left half written wait, each of them, until somebody goes on with it or deletes it."""

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session, scoped_session

from handyman.models import ConsentKind, User
from tests.browser.keyboard import settle
from tests.browser.test_call_goes_on import come_in, lose_the_sign_in
from tests.browser.test_call_in_sight import DANGER, ask, be_new, check, make_known, say, three_windows
from tests.browser.test_call_page import ask_for_a_screen
from tests.browser.test_call_room import ALL_DANGERS
from tests.longer import longer
from tests.pages import box_of, go, laid_out

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
Db = scoped_session[Session]
OFFERED = "() => [...document.querySelectorAll('#draft-which option')].map(each => each.text.split(' ')[1])"


def leave(page: "Page", *names: str) -> None:
    """Each is begun, and left for the next."""
    for name in names:
        page.fill("#name", name)
        next_call(page)


def next_call(page: "Page", rung: str = "") -> None:
    page.goto(page.url.split("?")[0] + rung)
    page.wait_for_load_state("networkidle")


@pytest.mark.long
def test_call_waits_through_two_that_come_after_it(page: "Page", session: Db, operator: User) -> None:
    make_known(operator, *ConsentKind)
    session.commit()
    page.fill("#name", "김가람")
    page.fill("#notes", "현관 등이 깜빡임")
    next_call(page, "?phone=010-0000-0001")
    expect(page.locator("#draft")).to_contain_text("김가람 · 지금")
    page.fill("#item-lamp-quantity", "1")
    go(page, lambda: page.keyboard.press("Alt+n"))
    page.wait_for_selector("#draft:visible")
    assert page.evaluate(OFFERED) == ["나하나", "김가람"]
    page.fill("#name", "박다섯")
    page.select_option("#draft-which", index=1)
    page.keyboard.press("Alt+j")
    assert page.input_value("#notes") == "현관 등이 깜빡임"
    assert page.evaluate(OFFERED) == ["박다섯", "나하나"], "what stood there is left in its turn"
    page.reload(wait_until="networkidle")
    expect(page.locator("#name")).to_have_value("김가람")
    assert page.evaluate(OFFERED) == ["박다섯", "나하나"]


def test_each_that_was_left_is_deleted_by_itself(page: "Page") -> None:
    leave(page, "김가람", "나두리", "박다섯")
    page.select_option("#draft-which", index=1)
    page.keyboard.press("Alt+d")
    assert page.evaluate(OFFERED) == ["박다섯", "김가람"]
    page.keyboard.press("Alt+d")
    expect(page.locator("#draft-who")).to_contain_text("김가람")
    expect(page.locator("#draft-which")).to_be_hidden()
    page.keyboard.press("Alt+d")
    expect(page.locator("#draft")).to_be_hidden()
    next_call(page)
    expect(page.locator("#draft")).to_be_hidden()


@pytest.mark.long
def test_the_five_that_were_left_last_are_kept(page: "Page") -> None:
    names = ["김하나", "김두리", "김세찬", "김네모", "김다섯", "김여섯"]
    leave(page, *names)
    assert page.evaluate(OFFERED) == names[:0:-1]


@pytest.mark.long
def test_all_that_were_left_wait_for_the_login_that_was_lost(
    page: "Page", operator: User, live_server: str
) -> None:
    mine = operator.login
    leave(page, "김가람")
    page.fill("#name", "나두리")
    page.wait_for_timeout(300)  # the last word is locked up, too
    lose_the_sign_in(page, live_server)
    assert page.evaluate("() => sessionStorage.getItem('calls-before')") is None
    come_in(page, mine)
    page.wait_for_selector("#draft:visible")
    assert page.evaluate(OFFERED) == ["나두리", "김가람"]


@pytest.mark.long
def test_a_call_that_is_saved_leaves_the_others_for_the_login_that_was_lost(
    page: "Page", operator: User, live_server: str
) -> None:
    mine = operator.login
    leave(page, "나두리")
    ask_for_a_screen(page)
    settle(page, "/calls/hold", lambda: page.keyboard.press("Alt+1"))
    page.check("#consent_processing-yes", force=True)
    page.wait_for_timeout(300)  # the last word is locked up, too
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/receipt")
    lose_the_sign_in(page, live_server)
    come_in(page, mine)
    page.wait_for_selector("#draft:visible")
    assert page.evaluate(OFFERED) == ["나두리"], "the one that was saved is done with"


@pytest.fixture(params=["ko", longer("en")])
def language(page: "Page", request: pytest.FixtureRequest) -> str:
    if request.param == "en":
        go(page, lambda: page.click("button[name=language]"))
        page.wait_for_selector("html[lang=en]")
    return str(request.param)


@pytest.mark.usefixtures("language")
def test_the_offer_of_several_leaves_the_page_as_it_fits(page: "Page", session: Db, operator: User) -> None:
    make_known(operator, *ConsentKind)
    session.commit()
    leave(page, "김가람", "나두리의 아주 긴 이름", "박다섯")
    be_new(page)
    check(page, "beside a caller of whom nothing is known")
    notice, card = box_of(page.locator("#draft")), box_of(page.locator("#caller-card"))
    assert card["y"] < notice["y"]
    assert notice["y"] + notice["height"] <= card["y"] + card["height"]
    next_call(page, "?phone=010-0000-0001")
    check(page, "over a known one")
    ask(page, "lamp", "screen", "handrail")
    say(page, DANGER)
    settle(page, "/calls/hold", lambda: page.keyboard.press("Alt+1"))
    check(page, "with all that there is", items=False)
    page.set_viewport_size({"width": 360, "height": 740})
    laid_out(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


COVERED = """() => {
    const said = document.createRange();
    said.selectNodeContents(document.querySelector('#danger-banner'));
    return [...said.getClientRects()].filter(({ left, right, top, bottom }) => !document
        .elementFromPoint((left + right) / 2, (top + bottom) / 2)?.closest('#danger-banner')).length;
}"""


@pytest.mark.usefixtures("language")
def test_the_offer_covers_no_word_for_119(page: "Page") -> None:
    leave(page, "나두리", "박다섯")
    settle(page, "/calls/danger", lambda: page.keyboard.press("Alt+e"))
    check(page, "nothing typed but a danger")
    assert page.evaluate(COVERED) == 0
    settle(page, "/calls/danger", lambda: page.keyboard.press("Alt+e"))
    be_new(page)
    ask(page, "lamp")
    page.select_option("#relation", "family")
    say(page, ALL_DANGERS)
    check(page, "a house, its windows and every word for 119", items=False)
    assert page.evaluate(COVERED) == 0
    three_windows(page)
    say(page, "")
    expect(page.locator("#draft")).to_be_visible()
