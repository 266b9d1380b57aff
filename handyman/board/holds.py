"""A window that a caller is being asked about is kept for them: for others the place is taken meanwhile."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, delete, or_, select

from handyman.board import ground
from handyman.dispatch.problem import Span, Stop
from handyman.dispatch.ranking import Ranking
from handyman.dispatch.windows import Ejection
from handyman.extensions import db, now, rows, settings
from handyman.models import Actor, ActorKind, HeldPlace, Visit
from handyman.service_days import lock_days
from handyman.words import at_minute, minute_of_day

HELD = (
    select(
        HeldPlace.id,
        HeldPlace.member_id,
        HeldPlace.visit_id,
        HeldPlace.day,
        HeldPlace.window_start,
        HeldPlace.window_end,
        HeldPlace.start,
        HeldPlace.service_minutes,
        HeldPlace.lat,
        HeldPlace.lon,
        HeldPlace.expires_at,
    )
    .where(
        HeldPlace.day.in_(bindparam("days", expanding=True)),
        HeldPlace.expires_at > bindparam("at"),
        HeldPlace.key != bindparam("but"),
    )
    .order_by(HeldPlace.day, HeldPlace.start, HeldPlace.id)
)


@dataclass(frozen=True, slots=True)
class Held:
    """What is kept on some days, as dispatch sees it."""

    stops: Mapping[tuple[int, date], list[Stop]] = field(default_factory=dict)  # by member and day
    until: Mapping[date, datetime] = field(default_factory=dict)  # when the first of them is free again
    visits: frozenset[int] = frozenset()  # that are to change their member, and may not otherwise


def load(days: Collection[date], but: str = "") -> Held:
    """One query. A held place has a number below zero: no visit has that.

    `but`: what is kept for the form with this key is free for it.
    """
    stops: dict[tuple[int, date], list[Stop]] = {}
    until: dict[date, datetime] = {}
    visits = set()
    for row in rows(HELD, days=list(days), at=now(), but=but):
        stops.setdefault((row.member_id, row.day), []).append(_stop(row))
        until[row.day] = min(until.get(row.day, row.expires_at), row.expires_at)
        if row.visit_id is not None:
            visits.add(row.visit_id)
    return Held(stops, until, frozenset(visits))


def _stop(row: Any) -> Stop:
    return Stop(
        visit_id=-row.id,
        point=ground.point(row.lat, row.lon),
        window=Span(minute_of_day(row.window_start, row.day), minute_of_day(row.window_end, row.day)),
        service_minutes=row.service_minutes,
        start=minute_of_day(row.start, row.day),
        pinned=True,
    )


def days_of(key: str) -> set[date]:
    """On which days something is kept for this form."""
    kept = select(HeldPlace.day).where(HeldPlace.key == key, HeldPlace.expires_at > now())
    return set(db.session.scalars(kept)) if key else set()


def kept_until(key: str, day: date, window: tuple[datetime, datetime]) -> datetime | None:
    """Until when this window is kept for the form; None where it is not.

    Where a promised visit changes its member, that visit's new place may be all that is written.
    """
    own = and_(HeldPlace.window_start == window[0], HeldPlace.window_end == window[1])
    return db.session.scalar(
        select(HeldPlace.expires_at)
        .where(
            HeldPlace.key == key,
            HeldPlace.day == day,
            HeldPlace.expires_at > now(),
            or_(own, HeldPlace.visit_id.is_not(None)),
        )
        .limit(1)
    )


def release(key: str, *days: date) -> None:
    """What is kept for this form is free again; these days are locked with it, for whoever plans on them."""
    held = set(db.session.scalars(select(HeldPlace.day).where(HeldPlace.key == key)))
    lock_days(held | set(days))
    if held:
        db.session.execute(delete(HeldPlace).where(HeldPlace.key == key))


def keep(
    key: str, found: "Found", ranking: Ranking, ejection: Ejection | None, by: Actor, at: datetime
) -> datetime:
    """Write the places of a team down; the day is locked. Gives until when they are kept."""
    db.session.execute(delete(HeldPlace).where(HeldPlace.expires_at <= at))
    expires_at = at + timedelta(minutes=settings().hold_minutes)
    for values in _places(found, ranking, ejection):
        user = by.id if by.kind is ActorKind.USER else None
        db.session.add(HeldPlace(key=key, day=found.day, held_by_id=user, expires_at=expires_at, **values))
    db.session.flush()
    return expires_at


@dataclass(frozen=True, slots=True)
class Found:
    """The window that is kept, and what it is for."""

    day: date
    window: tuple[datetime, datetime]
    service_minutes: int
    lat: float
    lon: float


def _places(found: Found, ranking: Ranking, ejection: Ejection | None) -> Iterator[dict[str, Any]]:
    if ranking.team is None:
        return
    for member in ranking.team.members:
        if ejection and member.member_id == ejection.from_member:
            continue
        yield {
            "member_id": member.member_id,
            "window_start": found.window[0],
            "window_end": found.window[1],
            "start": at_minute(found.day, ranking.team.start),
            "service_minutes": found.service_minutes,
            "lat": found.lat,
            "lon": found.lon,
        }
    if ejection:
        yield _new_place(found.day, ejection)


def _new_place(day: date, ejection: Ejection) -> dict[str, Any]:
    """Of the visit that has to change its member first."""
    visit = db.session.get_one(Visit, ejection.visit_id)
    return {
        "member_id": ejection.to_member,
        "visit_id": visit.id,
        "window_start": visit.window_start,
        "window_end": visit.window_end,
        "start": at_minute(day, ejection.start),
        "service_minutes": visit.service_minutes,
        "lat": visit.address.lat,
        "lon": visit.address.lon,
    }
