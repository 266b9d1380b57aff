"""One visit, opened by its own link and by that of the day: what is unsent stands on the pages of both."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from benchmarks.cut_line import Line
from handyman import links
from handyman.extensions import now
from handyman.models import Member, Visit, VisitState, VisitTap
from tests import factories
from tests.visit.telephone import (
    killed,
    leads,
    make_home,
    nothing_waits,
    open_once,
    prepared,
    set_out,
    titled,
    try_again,
    unsent,
)

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

pytestmark = pytest.mark.browser
Db = scoped_session[Session]


def of_the_day(line: Line, member: Member, visit: Visit) -> str:
    at = now()
    return line.address + factories.path_of(links.issue(member.id, at, at + timedelta(days=1), day=visit.day))


@pytest.mark.long
def test_what_waits_is_found_and_sent_by_each_link_of_its_visit(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db
) -> None:
    member = visit.assignments[0].member
    assert member
    day = of_the_day(line, member, visit)
    page, path = open_once(phone, line, visit, session)
    page.goto(f"{day}/{visit.id}")
    prepared(page)
    page.goto(path)
    prepared(page)
    line.down = True
    set_out(page)
    page.goto(f"{path}/{visit.id}/report/work?outcome=done")
    page.fill("#minutes", "40")
    page.fill("#note", "첫 링크에서 쓴 글")
    page.click("text=저장하고 다음")
    page.wait_for_url("**/photos?as=worked")
    page.goto(f"{path}/{visit.id}/report/materials")
    page.fill("#share", "3000")
    page = killed(page, f"{day}/{visit.id}", f"{day}/{visit.id}?as=on_the_way")
    unsent(page, 2)
    assert not page.locator("[data-other]:visible").count()
    page.click("#unsaved a")
    page.wait_for_url(f"{day}/{visit.id}/report/materials")
    expect(page.locator("#share")).to_have_value("3000")
    page.goto(f"{day}/{visit.id}/report/work?outcome=done")
    expect(page.locator("#note")).to_have_value("첫 링크에서 쓴 글")
    leads(page, f"{day}/{visit.id}/report", f"{day}/{visit.id}/report?as=worked")
    titled(page, "다 쓰셨습니까?")
    sent_before = len(line.requests)
    line.down = False
    try_again(page)
    nothing_waits(page)
    posts = [each for each in line.requests[sent_before:] if each.startswith("POST")]
    assert [each.rpartition(f"/{visit.id}/")[2] for each in posts] == ["travel", "report/work"]
    session.rollback()
    assert (visit.state, session.scalar(select(func.count(VisitTap.key)))) == (VisitState.ON_THE_WAY, 2)


def test_of_two_who_share_a_telephone_each_sees_their_own(
    phone: "BrowserContext", line: Line, session: Db
) -> None:
    first, second = factories.make_member("박수리"), factories.make_member("이도움")
    visit = make_home(first, timedelta(minutes=30), second=second)
    other = line.address + factories.make_link(visit, second)[1]
    page, path = open_once(phone, line, visit, session)
    page.goto(other)
    prepared(page)
    line.down = True
    page.goto(path)
    set_out(page)
    page.goto(f"{path}/{visit.id}/report/work?outcome=done")
    page.fill("#minutes", "40")
    page.fill("#note", "첫 사람이 쓴 글")
    page.click("text=저장하고 다음")
    page.wait_for_url("**/photos?as=worked")
    page.goto(f"{path}/{visit.id}/report/materials")
    page.fill("#share", "3000")
    page.goto(other)
    titled(page, "가실 곳입니다")
    page.wait_for_function("document.querySelector('#unsent').dataset.shown === ''")
    expect(page.locator("#unsent, #unsaved")).to_have_count(2)
    assert not page.locator("#unsent:visible, #unsaved:visible").count()
    page.goto(f"{other}/{visit.id}/report/work?outcome=done")
    page.wait_for_function("document.querySelector('#unsent').dataset.shown === ''")
    expect(page.locator("#note")).to_have_value("")
    leads(page, path, "**?as=on_the_way")
    unsent(page, 2)
