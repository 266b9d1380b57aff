"""Hills cost time where the office has a file of heights."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from handyman.board import days, ground, needs
from handyman.dispatch import travel
from handyman.dispatch.problem import Point, TravelMode
from handyman.extensions import db, now
from handyman.words import seoul_day
from tests.factories import OFFICE_POINT, make_address, make_member, make_request, make_resident, make_visit

VALLEY, HILL = (37.5000, 126.9500), (37.4960, 126.9500)


def write(file: Path, *lines: str) -> None:
    file.write_text("\n".join(["lat,lon,height", *lines]), encoding="utf-8")


def around(place: tuple[float, float], metres: float) -> list[str]:
    return [f"{place[0] + n * 0.0001},{place[1]},{metres}" for n in range(3)]


def test_a_climb_to_the_door_takes_longer_than_the_way_down(
    make_app: Callable[..., Flask], tmp_path: Path
) -> None:
    write(tmp_path / "hills.csv", *around(VALLEY, 20), *around(HILL, 95))
    with make_app(HEIGHTS_FILE=str(tmp_path / "hills.csv")).app_context():
        below, above = ground.point(*VALLEY), ground.point(*HILL)
        flat = travel.minutes(Point(*VALLEY), Point(*HILL), TravelMode.WALK)
        assert travel.minutes(below, above, TravelMode.WALK) == flat + 10
        assert travel.minutes(above, below, TravelMode.WALK) == flat


def test_members_visits_and_callers_stand_on_the_same_ground(
    make_app: Callable[..., Flask], tmp_path: Path
) -> None:
    write(tmp_path / "hills.csv", *around(HILL, 95), *around(OFFICE_POINT, 30))
    with make_app(HEIGHTS_FILE=str(tmp_path / "hills.csv")).app_context():
        request = make_request(make_resident(address=make_address(point=HILL)))
        visit = make_visit(request, members=[make_member()])
        db.session.flush()
        (member,) = days.load([visit.day]).days[visit.day]
        assert member.home.height == pytest.approx(30)
        assert member.stops[0].point.height == pytest.approx(95)
        job = needs.job_of_visit(visit, None)
        assert job.point.height == pytest.approx(95)
        assert visit.day > seoul_day(now())
        db.session.rollback()


def test_without_a_file_nothing_is_known_of_hills(make_app: Callable[..., Flask]) -> None:
    with make_app().app_context():
        assert ground.point(*HILL).height is None


@pytest.mark.parametrize(
    "line", ["37.5,126.9", "north,126.9,20", "37.5,126.9,nan", "37.5,126.9,3000", "137.5,126.9,20"]
)
def test_a_file_with_a_mistake_is_not_used_and_the_log_names_the_line(
    make_app: Callable[..., Flask], tmp_path: Path, line: str, caplog: pytest.LogCaptureFixture
) -> None:
    write(tmp_path / "hills.csv", *around(HILL, 95), line)
    with make_app(HEIGHTS_FILE=str(tmp_path / "hills.csv")).app_context():
        assert ground.point(*HILL).height is None
    assert "hills.csv" in caplog.text
    assert "line 5" in caplog.text
