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
from handyman.models import Actor, ActorKind, CancelReason, Outcome, Part, StateError, Visit, VisitState
from handyman.visit import finish
from handyman.visit.photo_form import read_photos
from handyman.visit.progress import hold
from handyman.visit.reporting import parts, routes
from handyman.visit.taps import Tap, new_key
from tests.conftest import Client
from tests.factories import make_link, make_member, make_visit
from tests.visit.makers import make_photo, sent

COORDINATOR = Actor(ActorKind.USER, 1)


def test_a_part_that_the_other_telephone_saves_in_the_moment_of_sending_is_in_the_report(
    session: scoped_session[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sending stands in line before it reads: what was confirmed to be kept is told."""
    start = now() - timedelta(minutes=30)
    lead, second = make_member(), make_member()
    visit = make_visit(members=[lead, second], start=start)
    visit_id, at = visit.id, now()
    work = {"outcome": "done", "done": {str(visit.items[0].id): 1}, "minutes": 30, "note": ""}
    said: dict[Part, dict[str, Any]] = {
        Part.WORK: work,
        Part.PHOTOS: {},
        Part.MATERIALS: {"used": {}, "share": 0},
        Part.SIGNATURE: {"none": "hand"},
    }
    session.commit()
    by_lead, by_second = (Actor(ActorKind.MEMBER, each.id) for each in (lead, second))
    for part, words in said.items():
        flow.keep_part(visit_id, part, words, by_lead, Tap(new_key(), at), at)

    lock = finish.lock_requests

    def saved_first(visit_id: int) -> Any:
        """The other telephone is a moment earlier at the lock."""
        monkeypatch.setattr(finish, "lock_requests", lock)
        better = {**work, "note": "천장이 젖어 있음"}
        parts.save(visit_id, Part.WORK, better, by_second, Tap(new_key(), at), at)
        return lock(visit_id)

    monkeypatch.setattr(finish, "lock_requests", saved_first)
    assert flow.send_report(visit_id, by_lead, Tap(new_key(), at), at)
    session.rollback()
    report = session.get_one(Visit, visit_id).report
    assert report is not None
    assert report.note == "천장이 젖어 있음"


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


def test_photographs_of_a_visit_that_is_called_off_while_they_are_prepared_do_not_look_saved(
    client: Client, session: scoped_session[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    member = make_member()
    visit = make_visit(members=[member], start=now() + timedelta(minutes=30))
    path = f"{make_link(visit, member)[1]}/{visit.id}"
    visit_id = visit.id
    session.commit()

    def prepared(*args: Any) -> Any:
        flow.cancel_visit(visit_id, CancelReason.OTHER, COORDINATOR, now())
        return read_photos(*args)

    monkeypatch.setattr(routes, "read_photos", prepared)
    files = {"before": [sent(make_photo())]}
    answer = client.post(f"{path}/report/photos", data=files, follow_redirects=True)
    assert (answer.status_code, "이 방문은 취소되었습니다" in answer.text) == (410, True)
