"""Planning with a road service: what is asked, what is kept, and what stands in for it."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, scoped_session

from handyman import flow
from handyman.board import road_times
from handyman.board.propose import Choice
from handyman.board.road_asking import Asker, Question
from handyman.board.road_memory import RoadMemory, Told, place_of
from handyman.board.road_times import ESTIMATE
from handyman.dispatch import travel
from handyman.dispatch.problem import Point, TravelMode
from handyman.extensions import db, now
from handyman.models import Actor, ActorKind, Member, TravelTime, VisitState
from handyman.words import seoul_day
from tests.board import road_peer
from tests.board.road_peer import Peer, seconds
from tests.conftest import Client, Clock
from tests.factories import make_address, make_member, make_request, make_resident, make_visit

DB = scoped_session[Session]
OPERATOR = Actor(ActorKind.USER, 1)
HOME, DOOR, OTHER = Point(37.51240, 126.93930), Point(37.49500, 126.95000), Point(37.48500, 126.97000)
CAR, TRANSIT, WALK = TravelMode.CAR, TravelMode.TRANSIT, TravelMode.WALK


@pytest.fixture
def app(make_app: Callable[..., Flask], roads: Peer) -> Flask:
    """An office with a road service; the memory of the process is its own."""
    road_times._office_of.cache_clear()
    return make_app(TRAVEL_MATRIX_URL=roads.address, TRAVEL_MATRIX_SECONDS="3")


@pytest.fixture
def today(session: DB) -> date:
    return seoul_day(now())


def make_driver(home: Point = HOME, **values: Any) -> Member:
    return make_member(home=(home.lat, home.lon), travel_mode=values.pop("travel_mode", CAR), **values)


def make_stop(at: Point, **values: Any) -> Any:
    resident = make_resident(address=make_address(point=(at.lat, at.lon)))
    return make_visit(make_request(resident), **values)


def by_road(start: Point, end: Point, mode: TravelMode = CAR) -> int:
    return travel.minutes_by_road(round(seconds(start, end) + 0.5), mode)


def in_another_process() -> None:
    road_times._office_of.cache_clear()


def another_process_hears(told: Told) -> None:
    memory = RoadMemory(30)
    memory.learn([told])
    memory.write([told.pair], now())


def kept() -> int:
    found = db.session.scalar(select(func.count()).select_from(TravelTime)) or 0
    db.session.rollback()
    return found


def asked_pairs(roads: Peer) -> set[tuple[Point, Point]]:
    return {(start, end) for _, sources, targets in roads.asked for start in sources for end in targets}


@pytest.mark.usefixtures("session")
def test_the_way_by_road_counts_with_the_door_on_top(roads: Peer, today: date) -> None:
    make_driver()
    road_times.prefetch([DOOR], today, today)
    minutes = road_times.travel().minutes
    assert minutes(HOME, DOOR, CAR) == by_road(HOME, DOOR)
    assert minutes(DOOR, HOME, CAR) == by_road(DOOR, HOME)
    assert minutes(HOME, DOOR, CAR) != travel.minutes(HOME, DOOR, CAR)


@pytest.mark.usefixtures("session")
def test_what_was_not_asked_is_estimated(roads: Peer, today: date) -> None:
    make_driver()
    make_driver(OTHER, travel_mode=TRANSIT)
    road_times.prefetch([DOOR], today, today)
    minutes = road_times.travel().minutes
    assert minutes(DOOR, OTHER, CAR) == travel.minutes(DOOR, OTHER, CAR)
    assert minutes(HOME, DOOR, TRANSIT) == travel.minutes(HOME, DOOR, TRANSIT)
    assert {profile for profile, _, _ in roads.asked} == {"driving"}


@pytest.mark.usefixtures("session")
def test_a_table_and_a_row_tell_the_same_as_each_pair(today: date) -> None:
    make_driver()
    make_stop(OTHER)
    road_times.prefetch([DOOR], today, today + timedelta(days=1))
    times, places = road_times.travel(), [HOME, DOOR, OTHER, Point(37.5, 126.9)]
    assert times.table(places, CAR).tolist() == [[times.minutes(a, b, CAR) for b in places] for a in places]
    to, back = times.row(DOOR, places, CAR)
    assert to.tolist() == [times.minutes(DOOR, place, CAR) for place in places]
    assert back.tolist() == [times.minutes(place, DOOR, CAR) for place in places]
    assert to[0] == by_road(DOOR, HOME)
    assert ESTIMATE.table(places, CAR).tolist() == [
        [travel.minutes(a, b, CAR) for b in places] for a in places
    ]


@pytest.mark.usefixtures("session")
def test_one_row_and_one_column_are_asked_once(roads: Peer, today: date) -> None:
    make_driver()
    make_stop(OTHER)
    make_stop(Point(37.50, 126.90), state=VisitState.CANCELLED)
    make_driver(Point(37.47, 126.92), active=False)
    for _ in range(2):
        road_times.prefetch([DOOR], today, today + timedelta(days=1))
    assert asked_pairs(roads) == {(DOOR, HOME), (DOOR, OTHER), (HOME, DOOR), (OTHER, DOOR)}
    assert len(roads.asked) == 2


@pytest.mark.usefixtures("session")
def test_of_many_places_the_nearest_are_asked_for(
    roads: Peer, today: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(road_times, "MOST_NEAR", 1)
    make_driver()
    make_stop(OTHER)
    road_times.prefetch([Point(37.5120, 126.9400)], today, today + timedelta(days=1))
    assert all({HOME} & {*sources, *targets} for _, sources, targets in roads.asked)
    assert not any({OTHER} & {*sources, *targets} for _, sources, targets in roads.asked)


@pytest.mark.usefixtures("session")
def test_nobody_is_asked_while_a_transaction_is_open(today: date, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []

    def ask(_self: Asker, _asked: Sequence[Question]) -> list[Told]:
        asked.append(db.session().in_transaction())
        return []

    make_driver()
    visit = make_stop(DOOR)
    request = make_request(make_resident(address=make_address(point=(OTHER.lat, OTHER.lon))))
    db.session.commit()
    monkeypatch.setattr(Asker, "ask", ask)
    road_times.prefetch([DOOR], today, today)
    road_times.prefetch_visit(visit.id, visit.day)
    road_times.prefetch_request(request.id, visit.day)
    road_times.prepare([visit.day])
    assert asked == [False] * 4


@pytest.mark.usefixtures("any_database", "session")
def test_what_is_promised_is_known_to_the_other_processes(roads: Peer, today: date) -> None:
    make_driver()
    db.session.commit()
    road_times.prefetch([DOOR], today, today, keep=True)
    in_another_process()
    roads.fault = road_peer.vanish
    assert road_times.travel().minutes(HOME, DOOR, CAR) == by_road(HOME, DOOR)
    assert kept() == 2


@pytest.mark.usefixtures("any_database", "session")
def test_what_another_process_keeps_later_is_read_then(today: date) -> None:
    make_driver()
    db.session.commit()
    times = road_times.travel()
    assert times.minutes(HOME, DOOR, CAR) == travel.minutes(HOME, DOOR, CAR)
    another_process_hears(Told(CAR, place_of(HOME), place_of(DOOR), 3000))
    assert road_times.travel().minutes(HOME, DOOR, CAR) == travel.minutes_by_road(3000, CAR)


@pytest.mark.usefixtures("session")
def test_what_is_only_looked_for_is_not_written(today: date) -> None:
    make_driver()
    db.session.commit()
    road_times.prefetch([DOOR], today, today)
    assert kept() == 0


@pytest.mark.usefixtures("any_database", "session")
def test_two_who_hear_the_same_write_it_once() -> None:
    for told in (600, 900):
        another_process_hears(Told(WALK, 1, 2, told))
    assert db.session.scalars(select(TravelTime.seconds)).all() == [600]


@pytest.mark.usefixtures("any_database", "session")
def test_after_so_many_days_it_is_asked_anew(roads: Peer, clock: Clock, today: date) -> None:
    make_driver()
    db.session.commit()
    road_times.prefetch([DOOR], today, today, keep=True)
    clock.advance(days=29)
    road_times.prefetch([DOOR], seoul_day(now()), seoul_day(now()), keep=True)
    assert len(roads.asked) == 2
    clock.advance(days=1)
    assert road_times.travel().minutes(HOME, DOOR, CAR) == travel.minutes(HOME, DOOR, CAR)
    road_times.prefetch([DOOR], seoul_day(now()), seoul_day(now()), keep=True)
    assert len(roads.asked) == 4
    assert db.session.scalars(select(TravelTime.at).distinct()).all() == [clock()]


@pytest.mark.usefixtures("session")
def test_while_others_write_nothing_is_kept_and_nobody_waits_long(
    session: DB, caplog: pytest.LogCaptureFixture
) -> None:
    with db.engine.connect() as other:
        other.execute(text("UPDATE travel_times SET seconds = 1"))
        another_process_hears(Told(WALK, 1, 2, 600))
        other.rollback()
    assert OperationalError.__name__ in caplog.text
    assert kept() == 0


@pytest.mark.usefixtures("session")
def test_without_a_service_nothing_is_looked_up(
    make_app: Callable[..., Flask], count_queries: Callable[[], Any], today: date
) -> None:
    with make_app().app_context(), count_queries() as asked:
        road_times.prefetch([DOOR], today, today, keep=True)
        road_times.prefetch_request(1, today)
        road_times.prepare([today])
        assert road_times.travel() is ESTIMATE
    assert asked == []


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize("trouble", [road_peer.vanish, road_peer.hang, road_peer.says(200, "{}")])
def test_in_trouble_the_estimate_stands_in(
    trouble: road_peer.Fault, roads: Peer, today: date, caplog: pytest.LogCaptureFixture
) -> None:
    make_driver()
    db.session.commit()
    roads.fault = trouble
    road_times.prefetch([DOOR], today, today, keep=True)
    assert road_times.travel().minutes(HOME, DOOR, CAR) == travel.minutes(HOME, DOOR, CAR)
    roads.fault = None
    road_times.prefetch([DOOR], today, today, keep=True)
    assert roads.asked == []  # it is left alone
    assert kept() == 0
    assert not any(part in caplog.text for part in ("37.", "126.", "박수리"))


def test_an_operator_books_by_road(
    client: Client, sign_in: Callable[..., Any], roads: Peer, session: DB
) -> None:
    make_driver()
    request = make_request(make_resident(address=make_address(point=(DOOR.lat, DOOR.lon))))
    sign_in("operator")
    page = client.get(f"/requests/{request.number}/book").text
    assert f"{by_road(HOME, DOOR)}분" in page
    assert f"{travel.minutes(HOME, DOOR, CAR)}분" not in page
    assert kept() == 0
    choice = next(part.split('"')[0] for part in page.split('name="choice"')[1].split('value="')[1:])
    answer = client.post(f"/requests/{request.number}/book", data={"choice": choice})
    assert answer.status_code == 303
    assert kept() == 2


def test_an_operator_books_while_the_service_is_down(
    client: Client, sign_in: Callable[..., Any], roads: Peer, session: DB
) -> None:
    make_driver()
    request = make_request(make_resident(address=make_address(point=(DOOR.lat, DOOR.lon))))
    sign_in("operator")
    roads.fault = road_peer.says(503, "down")
    page = client.get(f"/requests/{request.number}/book")
    assert page.status_code == 200
    assert f"{travel.minutes(HOME, DOOR, CAR)}분" in page.text


def test_the_worker_asks_for_what_nobody_could_tell(roads: Peer, clock: Clock, session: DB) -> None:
    make_driver()
    visit = make_stop(DOOR)
    session.commit()
    flow.tick(clock())
    assert road_times.travel().minutes(HOME, DOOR, CAR) == by_road(HOME, DOOR)
    assert kept() == 2
    asked = len(roads.asked)
    flow.tick(clock())
    assert len(roads.asked) == asked
    assert visit.day > seoul_day(clock())


def test_a_visit_is_moved_by_the_roads_of_its_new_day(roads: Peer, session: DB) -> None:
    driver = make_driver()
    visit = make_stop(DOOR, members=[driver])
    elsewhere = make_stop(OTHER, start=visit.start + timedelta(days=1), members=[driver])
    session.commit()
    choice = Choice(elsewhere.day, 13 * 60, 15 * 60)
    flow.move(visit.id, choice, None, OPERATOR, now(), seen=None)
    assert {(OTHER, DOOR), (DOOR, OTHER)} <= asked_pairs(roads)
    assert road_times.travel().minutes(OTHER, DOOR, CAR) == by_road(OTHER, DOOR)
