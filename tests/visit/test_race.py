"""A member reports in the very moment in which the office calls the visit off."""

import threading
from collections.abc import Callable
from contextlib import suppress
from contextvars import Context
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from handyman import flow
from handyman.board import cancel
from handyman.board.locking import lock_request
from handyman.extensions import now
from handyman.models import Actor, ActorKind, CancelReason, Outcome, StateError, Visit, VisitState
from handyman.visit import finish
from handyman.visit.progress import hold
from tests.factories import make_member, make_visit

COORDINATOR = Actor(ActorKind.USER, 1)


@pytest.mark.usefixtures("any_database")
def test_one_of_report_and_cancellation_wins_and_the_other_hears_so(
    app: Flask, session: scoped_session[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    member = make_member()
    visit = make_visit(members=[member], start=now() + timedelta(minutes=30))
    visit_id, at, by = visit.id, now(), Actor(ActorKind.MEMBER, member.id)
    work = finish.WorkReport(Outcome.DONE, {visit.items[0].id: 1}, {}, 30)
    session.commit()
    session.rollback()
    both, answers = threading.Barrier(2), list[str]()

    def met(lock: Callable[..., Any]) -> Callable[..., Any]:
        def locked(*args: Any) -> Any:
            found = lock(*args)
            with suppress(threading.BrokenBarrierError):
                both.wait(1)
            return found

        return locked

    monkeypatch.setattr(cancel, "lock_request", met(lock_request))
    monkeypatch.setattr(finish, "hold", met(hold))

    def call_off() -> None:
        flow.cancel_visit(visit_id, CancelReason.OTHER, COORDINATOR, at)

    def report() -> None:
        flow.finish(visit_id, work, [], by, at)

    def run(act: Callable[[], None]) -> None:
        with app.app_context():
            try:
                act()
                answers.append("did")
            except (flow.BoardError, StateError):
                answers.append("heard")

    threads = [threading.Thread(target=Context().run, args=(run, act)) for act in (call_off, report)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    session.rollback()
    assert sorted(answers) == ["did", "heard"]
    assert session.get_one(Visit, visit_id).state in (VisitState.CANCELLED, VisitState.FINISHED)
