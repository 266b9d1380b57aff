"""Store a call as a request, numbered for its day."""

from collections.abc import Callable, Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from handyman.extensions import db
from handyman.intake.call import AskedItem, Call
from handyman.models import (
    Actor,
    ItemState,
    Person,
    RequestItem,
    RequestState,
    Resident,
    ServiceRequest,
    record,
)
from handyman.words import seoul_day

TRIES = 20  # so many operators may press save at the same moment


class AlreadyLoggedError(Exception):
    """The same form was stored a moment ago."""


def log_call(
    call: Call,
    resident: Resident,
    caller: Person | None,
    team_size: Callable[[AskedItem], int],
    by: Actor,
    now: datetime,
) -> ServiceRequest:
    """The request with its items; what is not ours to do is marked as referred."""
    request = _store_numbered(call, resident, caller, by, now)
    write_items(request, call, team_size, by, now)
    if all(row.state is ItemState.REFERRED for row in request.items):
        request.move_to(RequestState.REFERRED, by, now, why="refer_out")
        request.closed_at = now
    db.session.flush()
    return request


def write_items(
    request: ServiceRequest, call: Call, team_size: Callable[[AskedItem], int], by: Actor, now: datetime
) -> list[RequestItem]:
    """What the call asks for, as items of the request."""
    written = []
    for asked in call.items:
        row = RequestItem(
            service_item=asked.item,
            quantity=asked.quantity,
            answers=dict(asked.answers),
            team_size=team_size(asked),
            done_quantity=0,
            state=ItemState.OPEN,
        )
        request.items.append(row)
        written.append(row)
    db.session.flush()
    for row in written:
        if not row.service_item.permitted:
            row.move_to(ItemState.REFERRED, by, now, why="refer_out")
    return written


def find_submitted(submission_key: str) -> ServiceRequest | None:
    """The request that this very form was stored as."""
    return db.session.scalar(select(ServiceRequest).where(ServiceRequest.submission_key == submission_key))


def find_numbered(number: str, on: date | None = None) -> ServiceRequest | None:
    """A number comes again each year: the newest request, or the one logged on that day."""
    wanted = select(ServiceRequest).where(ServiceRequest.number == number)
    if on is not None:
        wanted = wanted.where(ServiceRequest.logged_on == on)
    return db.session.scalar(wanted.order_by(ServiceRequest.logged_on.desc()).limit(1))


def log_check(request: ServiceRequest, items: Sequence[RequestItem], by: Actor, now: datetime) -> None:
    """A request that no call brought: a check visit that has come due."""
    _number(request, by, now)
    request.items.extend(items)
    db.session.flush()


def _store_numbered(
    call: Call, resident: Resident, caller: Person | None, by: Actor, now: datetime
) -> ServiceRequest:
    request = ServiceRequest(
        submission_key=call.submission_key,
        resident_id=resident.id,
        address_id=resident.household.address_id,
        caller=caller,
        relation=call.relation,
        suits=call.when.suits,
        suits_from=call.when.not_before,
        notes=call.notes,
        logged_by_id=by.id,
    )
    _number(request, by, now)
    return request


def _number(request: ServiceRequest, by: Actor, now: datetime) -> None:
    """Two calls stored at one moment want the same number: the second takes the next one."""
    day = seoul_day(now)
    request.logged_on, request.logged_at = day, now
    for _try in range(TRIES):
        request.sequence = next_sequence(day)
        request.number = f"{day:%m%d}-{request.sequence:02d}"
        try:
            with db.session.begin_nested():
                db.session.add(request)
                db.session.flush()
        except IntegrityError:
            if find_submitted(request.submission_key) is not None:
                raise AlreadyLoggedError from None
            continue
        record(request, by, now, moved_to=RequestState.LOGGED)
        return
    raise RuntimeError("no free request number")


def next_sequence(day: date) -> int:
    last = db.session.scalar(select(func.max(ServiceRequest.sequence)).where(ServiceRequest.logged_on == day))
    return (last or 0) + 1
