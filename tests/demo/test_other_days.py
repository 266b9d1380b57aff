"""The demo on any day, and what becomes of it in a real office."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Row, select

from handyman import demo
from handyman.board import days
from handyman.dispatch import day_plan, travel
from handyman.extensions import db
from handyman.models import Visit
from tests.conftest import TUESDAY_AT_TEN, demo_file
from tests.factories import make_user


def fill(now: datetime) -> list[Row[tuple[str, datetime, str]]]:
    db.create_all()
    assert demo.fill_if_empty(now) is True
    every_day = set(db.session.scalars(select(Visit.day)))
    for members in days.load(every_day).days.values():
        assert all(day_plan.check(member, travel.minutes) == [] for member in members)
    return visits()


def visits() -> list[Row[tuple[str, datetime, str]]]:
    return list(db.session.execute(select(Visit.number, Visit.start, Visit.state).order_by(Visit.id)))


@pytest.mark.long
@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 11, 29, 15, 30, tzinfo=UTC),  # half past midnight on Monday
        datetime(2027, 2, 8, 5, 0, tzinfo=UTC),  # in the days off of the lunar new year
    ],
)
def test_any_moment_gives_a_feasible_office(
    now: datetime, make_app: Callable[..., Flask], tmp_path: Path
) -> None:
    with make_app(DATABASE_URL=f"sqlite:///{tmp_path}/office.sqlite3").app_context():
        assert len(fill(now)) > 200


@pytest.mark.long
def test_one_moment_gives_the_same_office_each_time(
    make_app: Callable[..., Flask], tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with make_app(DATABASE_URL=f"sqlite:///{tmp_path}/office.sqlite3").app_context():
        told = fill(TUESDAY_AT_TEN)
    with make_app(DATABASE_URL=f"sqlite:///{demo_file(tmp_path_factory)}").app_context():
        assert visits() == told


def test_a_real_office_is_not_filled_and_has_no_demo_sign_ins(
    make_app: Callable[..., Flask], tmp_path: Path
) -> None:
    with make_app(DATABASE_URL=f"sqlite:///{tmp_path}/real.sqlite3").app_context():
        db.create_all()
        make_user("administrator")
        db.session.commit()
        assert demo.fill_if_empty(TUESDAY_AT_TEN) is False
        assert demo.sign_ins() == []
