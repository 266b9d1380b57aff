"""Two operators promise the last free place at the same moment."""

import threading
from collections.abc import Iterable
from contextvars import Context
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session, scoped_session

from handyman.board import locking, needs
from handyman.board.book import book
from handyman.board.changes import Changes
from handyman.board.propose import Choice, Proposal, propose
from handyman.board.refusals import PlaceTakenError
from handyman.extensions import db, now, transaction
from handyman.models import Actor, ActorKind, ServiceRequest, Visit
from tests.factories import make_item, make_member, make_request, make_visit

OPERATOR = Actor(ActorKind.USER, 1)


def promise(
    app: Flask, request_id: int, choice: Choice, at: datetime, gate: threading.Barrier, told: list[object]
) -> None:
    """One operator, with an application context and a connection of their own."""
    with app.app_context():
        try:
            with transaction():
                gate.wait(10)
                changes: Changes = book(db.session.get_one(ServiceRequest, request_id), choice, OPERATOR, at)
                told.append(changes.booked[0].id)
        except PlaceTakenError as error:
            told.append(error.alternatives)


@pytest.mark.usefixtures("any_database")
def test_one_wins_and_the_other_is_told_and_offered_the_next(
    app: Flask, session: scoped_session[Session]
) -> None:
    make_member()
    long_job = make_item(base_minutes=110)
    requests = [make_request(items=[long_job]) for _ in range(2)]
    need = needs.need_of(requests[0], needs.open_items(requests[0].id))
    choice = Choice.parse(propose(need, now())[0].key)
    ids = [request.id for request in requests]
    session.commit()
    gate, told = threading.Barrier(2), list[object]()
    people = [
        threading.Thread(
            target=Context().run, args=(promise, app, request_id, choice, now(), gate, told), daemon=True
        )
        for request_id in ids
    ]
    for person in people:
        person.start()
    for person in people:
        person.join(30)
    won = [answer for answer in told if isinstance(answer, int)]
    lost = [answer for answer in told if isinstance(answer, list)]
    assert (len(won), len(lost)) == (1, 1)
    others = [other.key for other in lost[0] if isinstance(other, Proposal)]
    assert others
    assert choice.key not in others
    session.expire_all()
    assert db.session.query(Visit).count() == 1


@pytest.mark.parametrize(
    "any_database", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)
@pytest.mark.usefixtures("any_database")
def test_whoever_follows_a_moved_visit_holds_it_only_once_its_day_is_held(
    session: scoped_session[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = make_visit()
    visit_id, later = visit.id, visit.day + timedelta(days=2)
    session.commit()
    asked, real = list[date](), locking.lock_days

    def lock_days(days: Iterable[date]) -> None:
        asked.extend(wanted := list(days))
        with db.engine.begin() as somebody_else:
            row = somebody_else.execute(
                select(Visit.day).where(Visit.id == visit_id).with_for_update(nowait=True)
            ).one()
            if row.day != later:
                somebody_else.execute(update(Visit).where(Visit.id == visit_id).values(day=later))
        real(wanted)

    monkeypatch.setattr(locking, "lock_days", lock_days)
    found = locking.lock_visit(visit_id)
    assert found is not None
    assert (found.day, asked) == (later, [later - timedelta(days=2), later])
