"""The work list: each thing in its list, from the minute on at which somebody has to look at it."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import current_app
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session, scoped_session

from handyman import flow
from handyman.board.work import queries
from handyman.board.work.count import count
from handyman.board.work.lists import load
from handyman.extensions import now
from handyman.models import (
    Actor,
    ActorKind,
    Outcome,
    User,
    VisitState,
    Worry,
)
from handyman.visit.finish import WorkReport
from handyman.visit.taps import Tap
from handyman.words import seoul_day, whole_clocks
from tests.board.work_makers import make_each_kind, visit_of
from tests.factories import make_member, make_request, make_resident, make_visit

DB = scoped_session[Session]


@pytest.mark.usefixtures("any_database", "demo_office")
def test_what_did_not_arrive_is_asked_row_by_row_and_no_visits_are_joined_whole(session: DB) -> None:
    query = queries.not_arrived(now(), seoul_day(now()) + timedelta(days=1))
    asked: list[tuple[str, Any]] = []
    connection = session.connection()
    listener = ("before_cursor_execute", lambda *told: asked.append((told[2], told[3])))
    event.listen(connection, *listener)
    found = connection.execute(query).all()
    event.remove(connection, *listener)
    assert found
    statement, values = asked[0]
    on_postgres = connection.dialect.name == "postgresql"
    how = "EXPLAIN (FORMAT JSON) " if on_postgres else "EXPLAIN QUERY PLAN "
    plan = connection.exec_driver_sql(how + statement, values).all()
    if on_postgres:
        above = dict(_above(plan[0][0][0]["Plan"]))
        assert above["visits"] == {"SubPlan"}
        assert above["persons"] == {"SubPlan"}
    else:
        assert [row.detail for row in plan if row.detail.startswith(("SCAN visits", "SCAN persons"))] == []


def _above(node: dict[str, Any]) -> Iterator[tuple[str, set[str]]]:
    """Of each table how its rows are asked for: joined (Outer, Inner), or each by itself (SubPlan)."""
    ways: dict[str, set[str]] = defaultdict(set)
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if table := each.get("Relation Name"):
            ways[table].add(each.get("Parent Relationship", ""))
        waiting += each.get("Plans", [])
    yield from ways.items()


def listed() -> dict[str, list[str]]:
    """Whose things each list holds, by its key."""
    with current_app.test_request_context():
        return {each.key: [f"{task.what} {task.more}" for task in each.tasks] for each in load(now())}


@pytest.fixture
def each_kind(session: DB) -> dict[str, str]:
    """One thing for each list, and the name that it goes by."""
    made = make_each_kind()
    session.flush()
    return made


@pytest.mark.usefixtures("any_database")
def test_each_thing_stands_in_its_list_alone_and_is_counted(each_kind: dict[str, str]) -> None:
    found = listed()
    for key, name in each_kind.items():
        assert [name in said for said in found[key]] == [True], key
    assert count(now()) == sum(map(len, found.values())) - len(found["waiting"])


@pytest.mark.usefixtures("each_kind")
def test_every_list_with_work_prints_a_key_of_its_own(
    client: FlaskClient, sign_in: Callable[..., User]
) -> None:
    sign_in("coordinator")
    sections = client.get("/work").text.split("<section")[1:]
    assert [re.findall(r'<kbd class="key">(\w)</kbd>', each) for each in sections] == [
        [key] for key in "1234567890AB"
    ]
    assert [re.findall(r'data-code="(\w+)"', each) for each in sections[-3:]] == [
        ["Digit0"],
        ["KeyA"],
        ["KeyB"],
    ]


@pytest.mark.parametrize(
    ("minutes_ago", "state", "key"),
    [
        (30, VisitState.ASSIGNED, None),
        (31, VisitState.ASSIGNED, "not_begun"),
        (31, VisitState.BOOKED, "not_begun"),
        (31, VisitState.ON_THE_WAY, None),
        (120, VisitState.ARRIVED, None),
        (121, VisitState.ARRIVED, "not_reported"),
        (121, VisitState.ON_THE_WAY, "not_reported"),
        (121, VisitState.FINISHED, None),
    ],
)
def test_a_silent_visit_is_somebodys_work_from_a_minute_on(
    session: DB, minutes_ago: int, state: VisitState, key: str | None
) -> None:
    visit_of("조용함", minutes_ago, state)
    session.flush()
    where = [name for name, tasks in listed().items() if any("조용함" in task for task in tasks)]
    assert where == ([key] if key else [])


@pytest.mark.usefixtures("any_database")
@pytest.mark.parametrize(
    ("outcome", "key"),
    [
        (Outcome.PARTLY, "left_over"),
        (Outcome.NOBODY_HOME, "call_home"),
        (Outcome.REFUSED, "call_home"),
        (Outcome.UNSAFE, "unsafe"),
        (Outcome.PARTS_MISSING, "parts"),
    ],
)
def test_each_way_to_end_without_all_of_the_work_has_a_list_of_its_own(
    session: DB, outcome: Outcome, key: str
) -> None:
    member = make_member()
    visit = make_visit(make_request(make_resident("남은이")), start=now(), members=[member])
    work = WorkReport(outcome, {visit.items[0].id: 0}, {}, 10)
    session.commit()
    flow.finish(visit.id, work, [], Actor(ActorKind.MEMBER, member.id), now())
    where = [name for name, tasks in listed().items() if any("남은이" in task for task in tasks)]
    assert where == [key]


def test_a_worry_waits_until_somebody_has_seen_to_it(
    session: DB, client: FlaskClient, sign_in: Callable[..., User]
) -> None:
    member = make_member()
    visit = make_visit(make_request(make_resident("걱정됨")), start=now(), members=[member])
    session.commit()
    for key in ("once-and-for-all", "again-and-again"):
        tap = Tap(key, now())
        flow.pass_on_worry(visit.id, Worry.FOOD, Actor(ActorKind.MEMBER, member.id), tap, now())
    assert ["식사가 걱정됩니다" in task for task in listed()["noticed"]] == [True]
    assert count(now()) == 1
    sign_in("operator")
    page = client.get(f"/visits/{visit.id}").text
    way = re.search(rf"/visits/{visit.id}/noticings/\d+/handled", page)
    assert way
    assert client.post(way[0]).status_code == 303
    session.rollback()
    assert "noticed" not in listed()
    assert way[0] not in client.get(f"/visits/{visit.id}").text


def test_every_way_leads_to_a_page(
    each_kind: dict[str, str], client: FlaskClient, sign_in: Callable[..., User], session: DB
) -> None:
    sign_in("coordinator")
    session.commit()
    page = client.get("/work").text
    ways = re.findall(r'class="work-do" href="([^"#]+)', page)
    assert len(ways) == len(each_kind)
    assert [client.get(way).status_code for way in ways] == [200] * len(ways)
    assert all(name in page for name in each_kind.values())
    board = client.get(f"/board?day={seoul_day(now()) + timedelta(days=1)}").text
    assert board.count('<span class="board-untold">조합원이 쉼') == 2  # on the card and in the table


def test_a_time_of_the_day_stands_in_one_line() -> None:
    apart = {"박수리 · 오늘 오후 12시 47분까지": 2, "12/1(화) 오전 9시~11시에 문자로": 1, "Dec 1 12:47 PM": 1}
    for words, joined in apart.items():
        assert whole_clocks(words).count("\N{NO-BREAK SPACE}") == joined, words
