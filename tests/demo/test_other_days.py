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
from tests.conftest import TUESDAY_AT_TEN
from tests.factories import make_user


def fill(now: datetime) -> list[Row[tuple[str, datetime, str]]]:
    db.create_all()
    assert demo.fill_if_empty(now) is True
    every_day = set(db.session.scalars(select(Visit.day)))
    for members in days.load(every_day).days.values():
        assert all(day_plan.check(member, travel.minutes) == [] for member in members)
    return list(db.session.execute(select(Visit.number, Visit.start, Visit.state)))


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 11, 29, 15, 30, tzinfo=UTC),  # half past midnight on Monday
        datetime(2027, 2, 8, 5, 0, tzinfo=UTC),  # in the days off of the lunar new year
    ],
)
def test_any_moment_gives_a_feasible_office_and_the_same_each_time(
    now: datetime, make_app: Callable[..., Flask], tmp_path: Path
) -> None:
    told = []
    for name in ("one", "two"):
        with make_app(DATABASE_URL=f"sqlite:///{tmp_path}/{name}.sqlite3").app_context():
            told.append(fill(now))
    assert told[0] == told[1]
    assert len(told[0]) > 200


def test_a_real_office_is_not_filled_and_has_no_demo_sign_ins(
    make_app: Callable[..., Flask], tmp_path: Path
) -> None:
    with make_app(DATABASE_URL=f"sqlite:///{tmp_path}/real.sqlite3").app_context():
        db.create_all()
        make_user("administrator")
        db.session.commit()
        assert demo.fill_if_empty(TUESDAY_AT_TEN) is False
        assert demo.sign_ins() == []
