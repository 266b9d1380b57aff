"""The waiting list: who could not be promised a window, and the place that has opened for them since."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from handyman.board import needs, road_times
from handyman.board.propose import Choice, Proposal, free_choices, last_day, propose, too_long_for
from handyman.board.refusals import ChangedMeanwhileError, Closed, ClosedError, NotBookableError
from handyman.dispatch.problem import Point
from handyman.extensions import db, settings
from handyman.meanwhile import of_request, puts_back
from handyman.models import Actor, RequestState, ServiceRequest, WaitingEntry, WaitReason, record
from handyman.words import seoul_day

ALL, SHOWN = 1000, 6  # windows: as many as there are, and as many as a page offers
MOST = 200  # requests, the oldest first, that a look finds places for


@dataclass(frozen=True, slots=True)
class Opened:
    """What a look has found for one request: the window that is open for it by now, or none."""

    request_id: int
    choice: str


def free_for(request: ServiceRequest, now: datetime) -> list[Choice]:
    """Every window that could be promised now, or NotBookableError."""
    need = needs.need_of(request, needs.open_items(request.id))
    return free_choices(need, now, request.suits_from, request.suits)


def put(
    request: ServiceRequest,
    reason: WaitReason,
    note: str,
    by: Actor,
    now: datetime,
    shown: Collection[str] | None = None,
) -> WaitingEntry | None:
    """On the list, or anew with what they were shown refused as well; None where nothing could be promised.

    `shown`: the keys of the windows that they could choose from; else those that a page shows now.
    """
    if request.state is not RequestState.LOGGED:
        raise ClosedError(Closed.REQUEST_CLOSED)
    try:
        need = needs.need_of(request, needs.open_items(request.id))
    except NotBookableError:
        return None
    if too_long_for(need, now):
        return None
    entry = db.session.get(WaitingEntry, request.id)
    if shown is None:
        shown = [each.key for each in choices(entry, need, request, now)]
    if entry is None:
        entry = WaitingEntry(request_id=request.id, since=now, offered=[])
        db.session.add(entry)
    entry.reason, entry.note = reason, note
    entry.offered = sorted({*entry.offered, *map(_window, shown)})
    entry.opened, entry.opened_at = "", None
    record(request, by, now, moved_to="waiting", why=reason.value)
    db.session.flush()
    return entry


def said(reason: WaitReason, note: str) -> str:
    """Why somebody waits and what they wish, as a form keeps it to notice that it has changed meanwhile."""
    return f"{reason.value} {note}".strip()


def said_of(entry: WaitingEntry | None) -> str:
    return said(entry.reason, entry.note) if entry else ""


def check(request: ServiceRequest, was: str | None, wanted: str, by: Actor) -> None:
    """ChangedMeanwhileError where a form that opened with `was` would overwrite what it has not shown."""
    entry = db.session.get(WaitingEntry, request.id, populate_existing=True)
    if puts_back(was, said_of(entry), wanted):
        raise ChangedMeanwhileError(of_request(request), entry.reason.value if entry else "", by)


def leave(request_id: int) -> None:
    """A visit is promised, or nothing more is done."""
    db.session.execute(delete(WaitingEntry).where(WaitingEntry.request_id == request_id))


def look(now: datetime) -> list[Opened]:
    """Where a place has opened, or has gone again. Whoever waits longest is asked first: a window that is
    kept open for one of them is not offered to the next before they have answered."""
    found, given = [], set[str]()
    for entry in _waiting():
        choice = _choose(entry, _free(entry.request, now), given, now)
        given.add(_window(choice))
        if choice != entry.opened:
            found.append(Opened(entry.request_id, choice))
    return found


def note(found: Iterable[Opened], now: datetime) -> None:
    """Write down what a look has found; who has left the list meanwhile stays off it."""
    for each in found:
        entry = db.session.get(WaitingEntry, each.request_id, populate_existing=True)
        if entry is not None:
            entry.opened, entry.opened_at = each.choice, now if each.choice else None


def choices(
    entry: WaitingEntry | None, need: needs.Need, request: ServiceRequest, now: datetime
) -> list[Proposal]:
    """Six windows to offer by telephone: the one that has opened, those they have not refused, the others."""
    limit = ALL if entry else SHOWN
    free = propose(need, now, limit, not_before=request.suits_from, suits=request.suits)
    if entry is None:
        return free
    opened, offered = _window(entry.opened), set(entry.offered)
    free.sort(key=lambda each: (_window(each.key) != opened, _window(each.key) in offered))
    return free[:SHOWN]


def _waiting() -> Sequence[WaitingEntry]:
    query = (
        select(WaitingEntry)
        .join(ServiceRequest, ServiceRequest.id == WaitingEntry.request_id)
        .where(ServiceRequest.state == RequestState.LOGGED)
        .options(joinedload(WaitingEntry.request).joinedload(ServiceRequest.address))
        .order_by(WaitingEntry.since, WaitingEntry.request_id)
        .limit(MOST)
    )
    return db.session.scalars(query).all()


def _free(request: ServiceRequest, now: datetime) -> list[Choice]:
    lat, lon = request.address.lat, request.address.lon
    if lat is None or lon is None:
        return []
    road_times.prefetch([Point(lat, lon)], seoul_day(now), last_day(now))
    try:
        return free_for(request, now)
    except NotBookableError:
        return []


def _choose(entry: WaitingEntry, free: Sequence[Choice], given: Collection[str], now: datetime) -> str:
    """The window that is open for them: the one they are to be called about already, else the best."""
    soon = seoul_day(now) + timedelta(days=settings().visit_within_days)
    fits = [
        each.key
        for each in free
        if _window(each.key) not in given
        and _window(each.key) not in entry.offered
        and (each.day <= soon or not entry.offered)
    ]
    same = [key for key in fits if _window(key) == _window(entry.opened)]
    return next(iter(same + fits), "")


def _window(key: str) -> str:
    """Without how it could be promised: the same window may be free in another way tomorrow."""
    return Choice.parse(key).key.removesuffix("-e") if key else ""
