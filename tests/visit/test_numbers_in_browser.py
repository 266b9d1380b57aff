"""Numbers are read at one glance: of a house, also with large letters, and the one to say at the door."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.orm import Session, scoped_session

from benchmarks.cut_line import Line
from handyman import flow, links
from handyman.extensions import now
from handyman.models import Actor, ActorKind, Visit, Worry
from handyman.report_words import WORRY_WORDS
from handyman.words import seoul_day
from tests import factories
from tests.longer import longer
from tests.pages import stands
from tests.visit.telephone import (
    EACH_WIDTH,
    SIDEWAYS,
    at_rest,
    make_home,
    open_once,
    prepared,
    press,
    set_out,
    titled,
    unsent,
)
from tests.visit.walks import AT_WORK

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

pytestmark = pytest.mark.browser
BROKEN = """shape => {
  const found = [];
  const nodes = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  while (nodes.nextNode()) {
    for (const number of nodes.currentNode.data.matchAll(new RegExp(shape, 'g'))) {
      const range = document.createRange();
      range.setStart(nodes.currentNode, number.index);
      range.setEnd(nodes.currentNode, number.index + number[0].length);
      const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
      if (lines.size > 1) found.push(number[0]);
    }
  }
  return found;
}"""
HOUSES = (
    "동작구 상도로17길 14-2",
    "동작구 상도로17길 131-12",
    "서울 동작구 동작대로35가길 31-4",
    "상도동 산 279-12",
    "서울 동작구 동작대로35길 1-2",
)
WHOLE, BETWEEN_HYPHENS = r"\d+(-\d+)*", r"\d+"
SEEN = """() => {
  const { top, bottom } = document.querySelector('.ph-door-number').getBoundingClientRect();
  return top >= 0 && bottom <= document.querySelector('.is-sticky').getBoundingClientRect().top;
}"""

HELD_BACK = """() => {
  const { left, top, width, height } = document.querySelector('#hold').getBoundingClientRect();
  const there = document.elementFromPoint(left + width / 2, top + height / 2);
  return Boolean(there && there.closest('#hold'));
}"""


@pytest.mark.parametrize("width", [320])
def test_no_number_is_broken_in_two(
    phone: "BrowserContext", live_server: str, session: scoped_session[Session]
) -> None:
    member = factories.make_member("박수리")
    at, paths = now(), []
    for house in HOUSES:
        visit = make_home(member, timedelta(minutes=30))
        visit.address.label, visit.address.unit = house, "201호"
        paths.append(factories.make_link(visit, member)[1])
    paths.append(factories.path_of(links.issue(member.id, at, at + timedelta(days=1), day=seoul_day(at))))
    session.commit()
    page = phone.new_page()
    for path in paths:
        page.goto(live_server + path)
        prepared(page)
        for letters in ("100%", "200%"):
            page.add_style_tag(content=f":root {{ font-size: {letters} }}")
            seen = (page.evaluate(BROKEN, WHOLE), page.evaluate(SIDEWAYS))
            assert (path, letters, *seen) == (path, letters, [], 0)


@pytest.mark.parametrize("letters", ["100%", longer("150%"), "200%"])
@pytest.mark.parametrize("width", EACH_WIDTH)
def test_a_telephone_number_stays_on_one_line_or_breaks_at_a_hyphen(
    phone: "BrowserContext", live_server: str, session: scoped_session[Session], letters: str
) -> None:
    lead, second = factories.make_member("박수리"), factories.make_member("정배관", phone="+821000009003")
    visit = make_home(lead, timedelta(minutes=30), second=second)
    visit.items[0].request_item.request.notes = "늦으면 따님 010-1234-5678로 전화"
    visit.resident.care_note = "문은 아드님(010-8765-4321)이 엶"
    path = factories.make_link(visit, lead)[1]
    session.commit()
    page = phone.new_page()
    page.goto(live_server + path)
    prepared(page)
    page.add_style_tag(content=f":root {{ font-size: {letters} }}")
    assert page.inner_text(".ph-inline .ph-number") == "010-0000-9003"
    assert page.evaluate(BROKEN, BETWEEN_HYPHENS) == []
    assert not {"010-0000-9003", "02-820-0000"} & set(page.evaluate(BROKEN, WHOLE))
    assert page.evaluate(SIDEWAYS) == 0


@pytest.mark.long
@pytest.mark.parametrize("width", EACH_WIDTH)
def test_whoever_is_on_the_way_has_the_number_in_sight(
    phone: "BrowserContext", line: Line, visit: Visit, session: scoped_session[Session]
) -> None:
    page, _path = open_once(phone, line, visit, session)
    press(page, "출발했습니다", "가시는 길입니다")
    at_rest(page)
    stands(page, "#news")
    assert page.evaluate(SEEN)


@pytest.mark.parametrize("climbs", [False, True])
@pytest.mark.parametrize("width", EACH_WIDTH)
def test_what_waits_leaves_the_number_for_the_door_in_sight(
    phone: "BrowserContext", line: Line, visit: Visit, session: scoped_session[Session], climbs: bool
) -> None:
    visit.items[0].request_item.answers = {"ceiling_cm": 300 if climbs else 230}
    page, _path = open_once(phone, line, visit, session)
    line.down = True
    set_out(page)
    unsent(page, 1)
    assert page.evaluate(SEEN)
    page.click("button:has-text('도착했습니다')")
    titled(page, "일하시는 중입니다")
    unsent(page, 2)
    assert page.evaluate(SEEN)
    folded = page.inner_text("#unsent").split()
    assert " ".join(folded) == "못 보낸 것 2건 보기 신호가 잡히면 저절로 보냅니다"
    page.click("#unsent summary")
    page.wait_for_selector("#unsent details[open] >> text=/도착했습니다 오(전|후) \\d+시/")


@pytest.mark.long
@pytest.mark.parametrize("width", EACH_WIDTH)
def test_the_second_of_a_team_sees_the_number_and_that_nobody_may_climb_yet(
    phone: "BrowserContext", line: Line, session: scoped_session[Session]
) -> None:
    lead, second = factories.make_member("박수리"), factories.make_member("정배관", phone="+821000009003")
    visit = make_home(lead, timedelta(0), second=second)
    visit.items[0].request_item.answers = {"ceiling_cm": 300}
    for step, who in ((flow.start_travel, lead), (flow.arrive, lead), (flow.arrive, second)):
        step(visit.id, Actor(ActorKind.MEMBER, who.id), now())
    path = factories.make_link(visit, second)[1]
    session.commit()
    page = phone.new_page()
    page.goto(line.address + path)
    prepared(page)
    stands(page, "#partner:has-text('박수리 님도 도착했습니다')")
    assert (page.evaluate(SEEN), page.evaluate(HELD_BACK)) == (True, True)
    line.down = True
    page.click("a:has-text('어르신이 걱정됩니다')")
    page.click(f"a:has-text('{WORRY_WORDS[Worry.MOOD]}')")
    press(page, "네, 알려도 된다고 하셨습니다", AT_WORK)
    unsent(page, 1)
    assert (page.evaluate(SEEN), page.evaluate(HELD_BACK)) == (True, True)
