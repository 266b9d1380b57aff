"""The days ahead as this process knows them, kept fresh by the versions of the days.

One short question tells which days have changed; only those are read again. Whoever has written something
not yet committed plans on rows read for that alone: nobody else may see them, and they may never stand.
What no version tells, a road learned or a house found anew by a call, is seen when a day has grown old.
A picture that is out of date breaks no promise: booking locks the day and plans on its rows.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from threading import Lock
from typing import Any, NamedTuple

from flask import current_app
from sqlalchemy import bindparam, event, select
from sqlalchemy.orm import Session, SessionTransaction

from handyman.board import days as member_days
from handyman.board import holds, planned_anew, road_times
from handyman.dispatch.horizon import Horizon
from handyman.extensions import db, now, rows
from handyman.models import ServiceDay, Visit

OLD = timedelta(minutes=10)
KEPT_BACK = timedelta(days=2)  # midnight may pass while somebody is being answered
WROTE = "wrote"
VERSIONS = select(ServiceDay.day, ServiceDay.version).where(
    ServiceDay.day.between(bindparam("first"), bindparam("last"))
)


class View(NamedTuple):
    horizon: Horizon
    names: Mapping[int, str]


class Seen(NamedTuple):
    """As of which versions a day is known, and since when."""

    day: int
    month: int
    at: datetime
    until: datetime | None = None  # a place that is kept for a caller is free again from then on


def view(days: Sequence[date], key: str = "", but: Visit | None = None) -> View:
    """These days as they are now; what is kept for the form with this key is free for it.

    `but`: as if this visit were not planned.
    """
    db.session.flush()
    if db.session.info.get(WROTE):
        return _read_alone(days, Horizon(road_times.travel()), key, but)
    kept = current_app.extensions.get("days_ahead")
    if not isinstance(kept, DaysAhead):
        kept = current_app.extensions.setdefault("days_ahead", DaysAhead())
    seen = kept.view(days)
    own = {*holds.days_of(key), *([but.day] if but else [])}.intersection(days)
    if not own and but is None:
        return seen
    aside = seen.horizon.aside()
    if but:
        _count_without(but, set(days) - own, aside)
    return View(aside, _read_alone(sorted(own), aside, key, but).names or seen.names)


def _count_without(visit: Visit, days: Iterable[date], horizon: Horizon) -> None:
    """What its members have in the months of these days, on which it does not stand."""
    for day in days:
        members = planned_anew.without(visit, day, horizon.day(day))
        horizon.count_again(day, {each.member_id: each.month_minutes for each in members})


def _read_alone(days: Sequence[date], horizon: Horizon, key: str, but: Visit | None) -> View:
    roster = member_days.load(days, changeable=True, but=key)
    for day, members in roster.days.items():
        horizon.put(day, planned_anew.without(but, day, members) if but else members)
    return View(horizon, roster.names)


class DaysAhead:
    """Of one application, for all its threads."""

    def __init__(self) -> None:
        self._horizon = Horizon(road_times.travel())
        self._names: Mapping[int, str] = {}
        self._seen: dict[date, Seen] = {}
        self._lock = Lock()  # held by whoever reads days, so that others need not

    def view(self, days: Sequence[date]) -> View:
        road_times.travel()  # with what other processes have learned of the roads
        versions, at = _versions(days), now()  # before the rows: those may be newer, and never older
        if self._stale(days, versions, at) or self._of_changed_months(days, versions) or self._old(days, at):
            with self._lock:
                stale = self._stale(days, versions, at)
                minutes = self._read(stale, versions, at)
                self._count_again(self._of_changed_months(days, versions), versions, stale, minutes)
                self._read(self._old(days, at), versions, at, anew=True)
                self._forget(at.date() - KEPT_BACK)
        return View(self._horizon, self._names)

    def _stale(self, days: Iterable[date], versions: Mapping[date, int], at: datetime) -> list[date]:
        return [day for day in days if day not in self._seen or self._is_over(day, versions[day], at)]

    def _is_over(self, day: date, version: int, at: datetime) -> bool:
        seen = self._seen[day]
        return seen.day < version or (seen.until is not None and seen.until <= at)

    def _of_changed_months(self, days: Iterable[date], versions: Mapping[date, int]) -> list[date]:
        """Somebody's month has become fuller by a visit on another day of it."""
        known = [day for day in days if day in self._seen]
        return [day for day in known if self._seen[day].month < versions[_first(day)]]

    def _old(self, days: Iterable[date], at: datetime) -> list[date]:
        """One for each call, so that no caller waits for all."""
        old = [(self._seen[day].at, day) for day in days if day in self._seen]
        return [day for read_at, day in sorted(old)[:1] if at - read_at >= OLD]

    def _read(
        self, days: Sequence[date], versions: Mapping[date, int], at: datetime, *, anew: bool = False
    ) -> Mapping[tuple[int, date], int]:
        """Gives what members have in the months of these days."""
        if not days:
            return {}
        roster = member_days.load(days, changeable=True)
        for day in days:
            self._horizon.put(day, roster.days[day], anew=anew)
            until = roster.held_until.get(day)
            self._seen[day] = Seen(versions[day], versions[_first(day)], at, until)
        self._names = roster.names
        return roster.month_minutes

    def _count_again(
        self,
        days: Sequence[date],
        versions: Mapping[date, int],
        read: Iterable[date],
        minutes: Mapping[tuple[int, date], int],
    ) -> None:
        """The months of days that have been read are counted already."""
        if {_first(day) for day in days} - {_first(day) for day in read}:
            minutes = member_days.month_minutes(days)
        for day in days:
            first = _first(day)
            of_month = {member_id: minutes[member_id, first] for member_id in self._names}
            self._horizon.count_again(day, of_month)
            self._seen[day] = self._seen[day]._replace(month=versions[first])

    def _forget(self, before: date) -> None:
        for day in [day for day in self._seen if day < before]:
            del self._seen[day]
            self._horizon.forget(day)


def _versions(days: Sequence[date]) -> Mapping[date, int]:
    """Of these days and of the first of their months; a day that nobody has touched yet counts as 0."""
    wanted = {day for asked in days for day in (asked, _first(asked))}
    found = rows(VERSIONS, first=min(wanted), last=max(wanted))
    return {**dict.fromkeys(wanted, 0), **{row.day: row.version for row in found}}


def _first(day: date) -> date:
    return day.replace(day=1)


@event.listens_for(Session, "after_flush")
def _note_writing(session: Session, _context: Any) -> None:
    session.info[WROTE] = True


@event.listens_for(Session, "after_transaction_end")
def _forget_writing(session: Session, ended: SessionTransaction) -> None:
    if ended.parent is None:  # not a mere savepoint
        session.info.pop(WROTE, None)
