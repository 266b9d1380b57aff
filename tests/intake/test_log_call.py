"""Numbers of a day are given once, also when two calls are stored at one moment."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman import flow
from handyman.extensions import now, writing
from handyman.intake import log_call
from handyman.intake.call import AskedItem, Call, Where
from handyman.intake.phone import read_phone
from handyman.models import Actor, ActorKind, Grade, ServiceRequest
from tests import factories
from tests.intake.calls import ADDRESS, lamp, make_catalogue

Db = scoped_session[Session]
AT_HOME = Where(ADDRESS)


@pytest.fixture
def operator(session: Db) -> Actor:
    make_catalogue()
    user = factories.make_user()
    session.commit()
    return Actor(ActorKind.USER, user.id)


def a_call(key: str = "first-call", where: Where = AT_HOME) -> Call:
    phone = read_phone("010-0000-0001")
    assert phone is not None
    return Call(key, phone, "김가람", where, (AskedItem(lamp(), 1, {"ceiling_cm": 230}),))


def test_numbers_go_on_through_the_day_and_begin_again_the_next(operator: Actor) -> None:
    late = datetime(2026, 11, 24, 14, 59, tzinfo=UTC)  # 23:59 in Seoul
    numbers = [
        flow.take_call(a_call(f"call-number-{place}"), "", operator, at).number
        for place, at in enumerate((now(), late, late + timedelta(minutes=1)))
    ]
    assert numbers == ["1124-01", "1124-02", "1125-01"]


def test_number_taken_by_another_operator_meanwhile_gives_the_next_one(
    operator: Actor, session: Db, monkeypatch: pytest.MonkeyPatch
) -> None:
    flow.take_call(a_call("first-call"), "", operator, now())
    stale = iter([1, 1])  # what another transaction had not shown us yet
    known = log_call.next_sequence
    monkeypatch.setattr(log_call, "next_sequence", lambda day: next(stale, None) or known(day))
    assert flow.take_call(a_call("second-call"), "", operator, now()).number == "1124-02"


def test_form_stored_meanwhile_by_its_twin_gives_the_twin(
    operator: Actor, session: Db, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = flow.take_call(a_call(), "", operator, now())
    known, hidden = log_call.find_submitted, iter([True])
    monkeypatch.setattr(log_call, "find_submitted", lambda key: None if next(hidden, False) else known(key))
    assert flow.take_call(a_call(), "", operator, now()).id == first.id
    assert len(session.scalars(select(ServiceRequest)).all()) == 1


def test_number_of_last_year_does_not_hide_this_years(operator: Actor, session: Db) -> None:
    old = now() - timedelta(days=365)
    flow.take_call(a_call("last-year"), "", operator, old)
    this = flow.take_call(a_call("this-year"), "", operator, now())
    found = log_call.find_numbered("1124-01")
    assert found is not None
    assert found.id == this.id


def test_unit_is_part_of_the_place_and_not_of_its_label(operator: Actor) -> None:
    address = flow.take_call(a_call(where=Where(f"{ADDRESS} 101동 1203호")), "", operator, now()).address
    assert address.grade is not Grade.NONE
    assert address.unit == "101동 1203호"
    assert "1203호" not in address.label
    assert address.place_key.endswith("|101동 1203호")


@pytest.mark.usefixtures("any_database")
@pytest.mark.parametrize("keys", [["twin-form"] * 4, [f"form-of-{who}" for who in range(4)]])
def test_calls_stored_at_the_same_moment_are_each_stored_once(
    app: Flask, operator: Actor, session: Db, keys: list[str]
) -> None:
    start, at = threading.Barrier(len(keys)), now()
    session.commit()

    def take(key: str) -> str:
        with app.test_request_context(method="POST"):
            writing.set(True)
            call = a_call(key)
            session.commit()
            start.wait()
            return flow.take_call(call, "", operator, at).number

    with ThreadPoolExecutor(len(keys)) as operators:
        numbers = list(operators.map(take, keys))
    expected = sorted({f"1124-{place + 1:02d}" for place in range(len(set(keys)))})
    assert sorted(set(numbers)) == expected
    session.rollback()
    assert sorted(session.scalars(select(ServiceRequest.number))) == expected
