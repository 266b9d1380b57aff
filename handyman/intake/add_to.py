"""A call about somebody whose request is still open: its items go there, once however often it is sent."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from handyman.extensions import db
from handyman.intake.call import AskedItem, Call
from handyman.intake.form import read_id
from handyman.intake.log_call import AlreadyLoggedError, find_submitted, write_items
from handyman.models import Actor, CallAddition, RequestItem, RequestState, ServiceRequest, Visit, record

OPEN = (RequestState.LOGGED, RequestState.BOOKED)
LONGEST_NOTES = 1000
ADDED = "items_added"


class CannotAddError(Exception):
    """The request is closed, is of another place, or has changed since it was shown."""


@dataclass(frozen=True, slots=True)
class Target:
    """The request that a card showed, and its newest item then: with more since, somebody else was there."""

    request_id: int
    newest_item: int

    @classmethod
    def parse(cls, text: str) -> "Target":
        request_id, _mark, newest = text.partition("-")
        found = read_id(request_id), read_id(newest) or 0
        if found[0] is None:
            raise CannotAddError
        return cls(found[0], found[1])

    @property
    def key(self) -> str:
        return f"{self.request_id}-{self.newest_item}"


def find_added(submission_key: str) -> ServiceRequest | None:
    """Where this very form went, added or stored by itself."""
    added = select(ServiceRequest).join(CallAddition).where(CallAddition.submission_key == submission_key)
    return db.session.scalar(added) or find_submitted(submission_key)


def add_items(
    request: ServiceRequest | None,
    target: Target,
    call: Call,
    team_size: Callable[[AskedItem], int],
    by: Actor,
    now: datetime,
) -> list[RequestItem]:
    """The items and notes of the call, with the request locked; CannotAddError stores nothing."""
    if find_added(call.submission_key) is not None:
        raise AlreadyLoggedError
    if request is None or request.state not in OPEN:
        raise CannotAddError
    newest = select(func.max(RequestItem.id)).where(RequestItem.request_id == request.id)
    if (db.session.scalar(newest) or 0) != target.newest_item:
        raise CannotAddError
    _claim(request, call, by, now)
    if call.notes and call.notes not in request.notes:
        request.notes = f"{request.notes}\n{call.notes}".strip()[:LONGEST_NOTES]
    record(request, by, now, moved_to=ADDED)
    return write_items(request, call, team_size, by, now)


def _claim(request: ServiceRequest, call: Call, by: Actor, now: datetime) -> None:
    """One form, one addition, also when it is sent for two requests at one moment."""
    assert by.id is not None  # noqa: S101  # somebody is signed in
    try:
        with db.session.begin_nested():
            db.session.add(
                CallAddition(
                    submission_key=call.submission_key,
                    request_id=request.id,
                    added_at=now,
                    added_by_id=by.id,
                )
            )
    except IntegrityError:
        raise AlreadyLoggedError from None


def note_visit(submission_key: str, visit_id: int | None) -> None:
    """Which visit takes the items along."""
    db.session.get_one(CallAddition, submission_key).visit_id = visit_id


def visit_of(submission_key: str) -> Visit | None:
    """The visit that took along what this form added."""
    return db.session.scalar(
        select(Visit)
        .join(CallAddition, CallAddition.visit_id == Visit.id)
        .where(CallAddition.submission_key == submission_key)
    )
