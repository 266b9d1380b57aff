"""The work of an office: requests, visits, teams, reports and texts of many years."""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from benchmarks.scale import (
    COMING_DAYS,
    FORMER,
    MEMBERS,
    NOW,
    ON_A_DAY,
    RECENT_DAYS,
    STARTS,
    TODAY,
    WAITING,
    WINDOWS,
    YEARS,
    Size,
    at,
    insert,
    phone,
)
from handyman.words import at_minute


def _visit_days(count: int) -> list[date]:
    """An ordinary day's work on each working day around today, the rest evenly before."""
    near = [TODAY + timedelta(days=ahead) for ahead in range(-RECENT_DAYS, COMING_DAYS + 1)]
    recent = [day for day in near if day.weekday() < 5 for _ in range(ON_A_DAY)]
    first = TODAY - timedelta(days=365 * YEARS)
    days = [first + timedelta(days=ahead) for ahead in range(365 * YEARS - RECENT_DAYS)]
    old_days = [day for day in days if day.weekday() < 5]
    rest = count - len(recent)
    return [*(old_days[number * len(old_days) // rest] for number in range(rest)), *recent]


@dataclass(slots=True)
class Job:
    """One visit in numbers."""

    visit: int
    request: int
    resident: int
    day: date
    place: int  # on its day, from 0
    recent: bool

    @property
    def past(self) -> bool:
        return self.day < TODAY

    @property
    def member(self) -> int:
        return self.place % MEMBERS + 1 if self.recent else self.visit % (MEMBERS + FORMER) + 1

    @property
    def slot(self) -> int:
        return self.place // MEMBERS % len(STARTS)

    @property
    def pair(self) -> bool:
        """Two people went; not in the weeks around today, so that both offices' days are alike."""
        return not self.recent and self.visit % 4 == 0

    def moment(self, minutes: int = 0) -> datetime:
        return at_minute(self.day, STARTS[self.slot] + minutes)


def _jobs(size: Size) -> Iterator[Job]:
    """Every third request takes two visits; a resident calls three times in all those years."""
    days, near = _visit_days(size.visits), TODAY - timedelta(days=RECENT_DAYS)
    place, visit = 0, 0
    for request in range(1, size.requests - WAITING + 1):
        for _ in range(2 if request % 3 == 1 else 1):
            if visit == len(days):
                return
            place = place + 1 if visit and days[visit] == days[visit - 1] else 0
            resident = request * 7919 % size.residents + 1
            visit += 1
            yield Job(visit, request, resident, days[visit - 1], place, days[visit - 1] >= near)


def _items_of(request: int) -> tuple[int, ...]:
    """One or two items, by their ids: every second request asks for two."""
    return (2 * request, 2 * request + 1) if request % 2 else (2 * request,)


def write(connection: sqlite3.Connection, size: Size) -> None:
    jobs = list(_jobs(size))
    firsts = {job.request: job for job in reversed(jobs)}
    lasts = {job.request: job for job in jobs}
    _write_requests(connection, size, firsts, lasts)
    _write_visits(connection, jobs)
    _write_team(connection, jobs)
    _write_reports(connection, jobs)
    _write_texts(connection, jobs)


def _write_requests(
    connection: sqlite3.Connection, size: Size, firsts: dict[int, Job], lasts: dict[int, Job]
) -> None:
    counts: dict[date, int] = {}
    rows, items, audit = [], [], []
    for request in range(1, size.requests + 1):
        first, last = firsts.get(request), lasts.get(request)
        logged = (
            (at_minute(first.day, 600) - timedelta(days=3)) if first else NOW - timedelta(hours=request % 20)
        )
        logged = min(logged, NOW - timedelta(minutes=request % 600))
        day = logged.date()
        counts[day] = counts.get(day, 0) + 1
        state = "logged" if last is None else "done" if last.past else "booked"
        item_state = {"logged": "open", "done": "done", "booked": "planned"}[state]
        resident = request * 7919 % size.residents + 1
        rows.append(
            (
                *(request, f"{day:%m%d}-{counts[day]:02d}", day.isoformat(), counts[day], f"bench-{request}"),
                *(resident, resident, "self", "any", "", state, at(logged), 1),
                at(last.moment(60)) if last and last.past else None,
            )
        )
        items += [
            (
                item,
                request,
                1 + item % 4,
                1,
                int(state == "done"),
                json.dumps({"ceiling_cm": 240}),
                1,
                item_state,
            )
            for item in _items_of(request)
        ]
        audit.append((at(logged), "user", 1, "service_requests", request, "", "logged", ""))
    insert(
        connection,
        "service_requests",
        "id number logged_on sequence submission_key resident_id address_id relation suits notes state"
        " logged_at logged_by_id closed_at",
        rows,
    )
    insert(
        connection,
        "request_items",
        "id request_id service_item_id quantity done_quantity answers team_size state",
        items,
    )
    insert(
        connection, "audit_entries", "at actor_kind actor_id entity entity_id moved_from moved_to why", audit
    )


def _write_visits(connection: sqlite3.Connection, jobs: list[Job]) -> None:
    insert(
        connection,
        "visits",
        "id number resident_id address_id day window_start window_end start service_minutes team_size state"
        " booked_at booked_by_id on_the_way_at arrived_at finished_at",
        (
            (
                *(j.visit, f"{j.visit * 37 % 10_000:04d}", j.resident, j.resident, j.day.isoformat()),
                *(at(at_minute(j.day, minute)) for minute in WINDOWS[j.slot]),
                *(at(j.moment()), 50, 1 + j.pair, "finished" if j.past else "assigned"),
                *(at(min(j.moment() - timedelta(days=3), NOW)), 1),
                *(at(j.moment(minutes)) if j.past else None for minutes in (-15, 0, 50)),
            )
            for j in jobs
        ),
    )
    insert(
        connection,
        "visit_items",
        "visit_id request_item_id quantity done_quantity",
        ((j.visit, item, 1, 1 if j.past else None) for j in jobs for item in _items_of(j.request)),
    )
    audit = (
        (at(min(j.moment() - timedelta(days=3), NOW)), "user", 1, "visits", j.visit, "", "booked", "")
        for j in jobs
    )
    insert(
        connection, "audit_entries", "at actor_kind actor_id entity entity_id moved_from moved_to why", audit
    )


def _write_team(connection: sqlite3.Connection, jobs: list[Job]) -> None:
    places = [(j, "lead", j.member) for j in jobs]
    places += [(j, "second", j.member % (MEMBERS + FORMER) + 1) for j in jobs if j.pair]
    numbered = list(enumerate(places, start=1))
    insert(
        connection,
        "assignments",
        "id visit_id role member_id state",
        ((number, j.visit, role, member, "accepted") for number, (j, role, member) in numbered),
    )
    offered = {j.visit: min(j.moment() - timedelta(days=3), NOW) for j in jobs}
    insert(
        connection,
        "offers",
        "assignment_id member_id rank reasons by_hand state offered_at expires_at answered_at decline_note"
        " override_note",
        (
            (
                *(number, member, 1, json.dumps([["from_home", {"minutes": 12}]]), 0, "accepted"),
                *(
                    at(offered[j.visit]),
                    at(offered[j.visit] + timedelta(minutes=30)),
                    at(offered[j.visit]),
                    "",
                    "",
                ),
            )
            for number, (j, _role, member) in numbered
        ),
    )
    # Nobody has accepted three of the coming visits.
    coming = [j.visit for j in jobs if j.day > TODAY][:3]
    marks = ",".join("?" * len(coming))
    connection.execute(
        f"UPDATE assignments SET state='open', member_id=NULL WHERE visit_id IN ({marks})", coming
    )
    connection.execute(f"UPDATE visits SET state='booked' WHERE id IN ({marks})", coming)


def _write_reports(connection: sqlite3.Connection, jobs: list[Job]) -> None:
    insert(
        connection,
        "completion_reports",
        "id visit_id member_id outcome minutes note submitted_at",
        ((j.visit, j.visit, j.member, "done", 50, "", at(j.moment(50))) for j in jobs if j.past),
    )
    insert(
        connection,
        "material_uses",
        "report_id material_id quantity unit_price",
        ((j.visit, 1 + j.visit % 10, 1, 4500) for j in jobs if j.past),
    )


def _write_texts(connection: sqlite3.Connection, jobs: list[Job]) -> None:
    columns = (
        "dedupe_key kind visit_id recipient_kind recipient_id channel to_number body template_version due_at"
        " not_after state attempt next_at provider provider_id last_error told_at created_at"
    )
    insert(connection, "outbox", columns, (row for j in jobs for row in _texts_of(j)))


def _texts_of(job: Job) -> Iterator[tuple[object, ...]]:
    booked = min(job.moment() - timedelta(days=3), NOW - timedelta(hours=1))
    yield _text(job, "resident_booked", booked, job.resident % 5 == 0)
    if not job.past:
        yield _text(job, "resident_day_before", job.moment() - timedelta(hours=17), job.resident % 5 == 0)


def _text(job: Job, kind: str, due: datetime, by_voice: bool) -> tuple[object, ...]:
    left = due <= NOW
    state = "needs_person" if by_voice else "delivered" if left else "pending"
    told = at(due) if by_voice and left and (job.past or job.visit % 8) else None
    return (
        *(f"visit:{job.visit}:{kind}", kind, job.visit, "person", job.resident, "sms", phone(job.resident)),
        *("[동작핸디맨] 11/24(화) 오전 9-11시 방문. 방문번호 0042. 문의 02-820-0000", 1, at(due)),
        *(at(due + timedelta(days=4)), state, int(left), at(due), "screen" if left else ""),
        *(f"bench-{kind}-{job.visit}" if left and not by_voice else None, "", told, at(due)),
    )
