"""A member who repairs what was repaired before reads so, from the offer to the work itself."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from benchmarks.cut_line import Line
from handyman import flow, links
from handyman.extensions import now
from handyman.messages import written
from handyman.messages.texts import Ask
from handyman.models import SYSTEM, Rating, Reopening, TextKind, Visit, VisitState
from handyman.visit.home.satisfaction import Said
from tests import factories
from tests.conftest import Client
from tests.pages import stands
from tests.visit.telephone import link_of, make_home
from tests.visit.walks import Walk, Way, telephone, ways

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

Db = scoped_session[Session]
AGAIN = "11/20(금)에 고친 것이 안 된다고 하십니다"


@pytest.fixture
def phone(chromium: "Browser", way: Way) -> Iterator["BrowserContext"]:
    yield from telephone(chromium, way)


@pytest.fixture
def first(session: Db) -> Visit:
    """Four days ago, by two: it does not work."""
    visit = make_home(
        factories.make_member("박수리"), timedelta(days=-4), second=factories.make_member("이도움")
    )
    visit.state, visit.finished_at = VisitState.FINISHED, visit.start
    for item in visit.items:
        item.done_quantity = item.quantity
    session.commit()
    flow.rate_visit(visit.id, Said(Rating.POOR, Rating.GOOD, Rating.GOOD), SYSTEM, now())
    return visit


@pytest.fixture
def again(first: Visit, session: Db) -> Visit:
    """In half an hour, and somebody else is asked."""
    request = session.scalars(select(Reopening).where(Reopening.visit_id == first.id)).one().request
    start = now() + timedelta(minutes=30)
    return factories.make_visit(
        request, start=start, members=[factories.make_member("최수리")], accepted=False
    )


def test_only_the_one_who_repairs_it_again_is_told(
    client: Client, first: Visit, again: Visit, session: Db
) -> None:
    goes = again.assignments[0].member
    assert goes
    path = f"{factories.make_link(again, goes)[1]}/{again.id}"
    assert AGAIN in client.get(path).text
    assert "박수리, 이도움" in client.get(path).text
    assert first.number not in client.get(path).text, "whoever knows it could say it at a door"
    client.post(f"{path}/accept")
    page = client.get(path).text
    assert "가실 곳입니다" in page
    assert AGAIN in page
    other = make_home(goes, timedelta(hours=3))
    assert "다시 고치는 일" not in client.get(f"{factories.make_link(other, goes)[1]}/{other.id}").text


def test_the_list_of_the_day_and_the_text_that_asks_say_it_too(
    client: Client, first: Visit, again: Visit, session: Db
) -> None:
    goes = again.assignments[0].member
    assert goes
    other = make_home(goes, timedelta(hours=3))
    day = links.issue(goes.id, now(), now() + timedelta(days=1), day=again.day)
    session.commit()
    page = client.get(factories.path_of(day)).text
    assert page.count("다시 고치는 일") == 1
    assert page.index("다시 고치는 일") < page.index(f"/{other.id}"), "at its own place"
    at_one = now() + timedelta(hours=3)
    said = {
        visit.id: written.for_member(
            TextKind.MEMBER_OFFER, visit, goes, start=at_one, ask=Ask(at_one, now())
        ).body
        for visit in (again, other)
    }
    assert "다시 전등" in said[again.id]
    assert "다시" not in said[other.id]


@pytest.mark.browser
@pytest.mark.parametrize("way", ways(Way.NO_SCRIPTS))
def test_the_pages_of_such_a_job_are_walked(
    phone: "BrowserContext", line: Line, again: Visit, session: Db, way: Way
) -> None:
    path, told = link_of(line, again), f".ph-fact:has-text('다시 고치는 일') >> text={AGAIN}"
    session.commit()
    walk = Walk(phone.new_page(), line, way)
    walk.open(path, "이 일에 가 주시겠습니까?")
    stands(walk.page, told)
    walk.is_clean()
    walk.press("제가 가겠습니다", "가실 곳입니다")
    walk.lose_signal()
    walk.press("출발했습니다", "가시는 길입니다", "?as=on_the_way")
    stands(walk.page, told)
    walk.turn()
    walk.is_clean()
