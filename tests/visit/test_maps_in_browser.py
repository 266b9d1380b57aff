"""The way to a home in the map of one's choice: asked once, changed at any time, kept for the next job."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.orm import Session, scoped_session

from benchmarks.cut_line import Line
from handyman.models import Member, Visit
from tests.visit.telephone import link_of, make_home, open_once
from tests.visit.walks import Walk, Way, telephone, ways

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

pytestmark = pytest.mark.browser
Db = scoped_session[Session]
TO_GO_TO, ASK = "가실 곳입니다", "어느 지도로 찾으십니까?"
MAPS = {  # the button, what is stored, and what the way opens
    "카카오맵": ("kakao", "kakaomap://route?ep=37.512400,126.939300&by="),
    "네이버 지도": ("naver", "nmap://route/public?dlat=37.512400&dlng=126.939300&dname="),
    "전화기에 있는 지도": ("phone", "geo:37.512400,126.939300?q=37.512400,126.939300("),
}


@pytest.fixture
def phone(chromium: "Browser", way: Way) -> Iterator["BrowserContext"]:
    yield from telephone(chromium, way)


def member_of(visit: Visit) -> Member:
    member = visit.assignments[0].member
    assert member
    return member


@pytest.mark.parametrize("way", ways(Way.NO_SCRIPTS))
def test_each_map_is_chosen_once_and_holds_for_the_next_job(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db, way: Way
) -> None:
    """Once chosen its way is on the page of the job, also where the signal goes."""
    path, next_one = link_of(line, visit), make_home(member_of(visit), timedelta(hours=3))
    other = link_of(line, next_one)
    session.commit()
    walk = Walk(phone.new_page(), line, way)
    walk.open(path, TO_GO_TO)
    link = "길 찾기"
    for button, (kept, address) in MAPS.items():
        walk.follow(link, ASK)
        walk.press(button, TO_GO_TO)
        link = "다른 지도로 찾기"
        assert str(walk.page.get_attribute("#way", "href")).startswith(address)
        assert walk.page.inner_text("#way").split("\n")[0].endswith(button)
        session.rollback()
        assert member_of(visit).map_app == kept
    walk.is_clean()
    walk.open(other, TO_GO_TO)
    walk.lose_signal()
    walk.page.reload()
    walk.stand(TO_GO_TO)
    walk.turn()
    assert str(walk.page.get_attribute("#way", "href")).startswith("geo:")
    assert walk.posts() == ["way"] * len(MAPS)


@pytest.mark.long
@pytest.mark.parametrize("way", [Way.CUT])
def test_without_signal_each_map_opens_though_none_was_chosen_before(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db, way: Way
) -> None:
    page, _path = open_once(phone, line, visit, session)
    walk = Walk(page, line, way)
    walk.lose_signal()
    walk.follow("길 찾기", ASK)
    for button, (_kept, address) in MAPS.items():
        assert str(page.get_attribute(f"a:has-text('{button}')", "href")).startswith(address)
    assert page.locator("form").count() == 0  # nothing that would end at the browser's own page
    walk.follow("돌아가기", TO_GO_TO)


@pytest.mark.parametrize("way", ways(None, [Way.SIGNAL, Way.NO_SCRIPTS]))
def test_an_iphone_opens_its_own_map(
    chromium: "Browser", line: Line, visit: Visit, session: Db, way: Way
) -> None:
    """It knows no geo: address."""
    path = link_of(line, visit)
    session.commit()
    telephone = chromium.new_context(
        viewport={"width": 320, "height": 640},
        user_agent="Mozilla/5.0 (iPhone; CPU iPhone OS 14_0 like Mac OS X)",
        java_script_enabled=way is Way.SIGNAL,
    )
    walk = Walk(telephone.new_page(), line, way)
    walk.open(path, TO_GO_TO)
    walk.follow("길 찾기", ASK)
    walk.press("전화기에 있는 지도", TO_GO_TO)
    found = str(walk.page.get_attribute("#way", "href"))
    assert found.startswith("https://maps.apple.com/?daddr=37.512400,126.939300&dirflg=r")
    telephone.close()
