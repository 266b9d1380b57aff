"""An office of many years, straight into SQLite: ordinary weeks around today, however long ago it began."""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateTable

from handyman import catalogue_rows, create_app
from handyman.config import read_settings
from handyman.extensions import db
from handyman.geocode.gazetteer import embedded
from handyman.models import Installation
from handyman.words import at_minute
from tests import factories

OUT = Path(__file__).parent / "out"
NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)  # Tuesday, ten in the morning in Seoul: the clock of the bench
TODAY = date(2026, 11, 24)
YEARS = 10
MEMBERS, FORMER = 11, 60
ON_A_DAY = 44  # visits of an ordinary day, four for each member
STARTS = (545, 670, 785, 905)
WINDOWS = ((540, 660), (660, 780), (780, 900), (900, 1020))
RECENT_DAYS, COMING_DAYS = 30, 14
WAITING = 15  # requests without a window, in both offices
PASSWORD = "offices-of-many-years"
SECRET = "only for the bench"


@dataclass(frozen=True, slots=True)
class Size:
    name: str
    residents: int

    @property
    def requests(self) -> int:
        return self.residents * 3

    @property
    def visits(self) -> int:
        return self.residents * 4


BIG, SMALL = Size("big", 100_000), Size("small", 1_000)


def build(size: Size) -> Path:
    """The database of an office of this size; made once and kept until tables or this file change."""
    file = OUT / f"office-{size.name}-{_version()}.sqlite3"
    if not file.exists():
        OUT.mkdir(exist_ok=True)
        for old in OUT.glob(f"office-{size.name}-*"):
            old.unlink()
        unfinished = file.with_suffix(".part")
        unfinished.unlink(missing_ok=True)
        _write_few(unfinished)
        _write_many(unfinished, size)
        unfinished.rename(file)
    return file


def environ(file: Path) -> dict[str, str]:
    return {"DATABASE_URL": f"sqlite:///{file}", "SECRET_KEY": SECRET, "INSTANCE_PATH": str(OUT / "instance")}


def _version() -> str:
    tables = "".join(
        str(CreateTable(table).compile(dialect=sqlite.dialect())) + repr(sorted(map(str, table.indexes)))
        for table in db.metadata.sorted_tables
    )
    return hashlib.sha256((tables + Path(__file__).read_text()).encode()).hexdigest()[:12]


def _write_few(file: Path) -> None:
    """Tables, catalogue, users and members: by the product's own means."""
    app = create_app(read_settings(environ(file)))
    app.extensions["clock"] = lambda: NOW
    with app.app_context():
        db.create_all()
        db.session.add(Installation(id=1, demo=False, created_at=NOW))
        catalogue_rows.ensure()
        factories.make_user("coordinator", login="bench", password=PASSWORD)
        points = embedded().addresses
        for number in range(MEMBERS + FORMER):
            point = points[number * 83 % len(points)]
            factories.make_member(
                f"조합원{number + 1}",
                skills=("lamp", "drill", "coating", "screen"),
                home=(point.lat, point.lon),
                active=number < MEMBERS,
                monthly_cap_minutes=3420,
            )
        db.session.commit()
        db.engine.dispose()


def _write_many(file: Path, size: Size) -> None:
    connection = sqlite3.connect(file)
    connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-400000;")
    with connection:
        _write_people(connection, size)
        _write_work(connection, size)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.close()


def _insert(
    connection: sqlite3.Connection, table: str, columns: str, rows: Iterable[tuple[object, ...]]
) -> None:
    marks = ",".join("?" * len(columns.split()))
    connection.executemany(f"INSERT INTO {table} ({','.join(columns.split())}) VALUES ({marks})", rows)


def _at(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}.000000"


def _phone(number: int) -> str:
    return f"+82100{number:07d}"


def _write_people(connection: sqlite3.Connection, size: Size) -> None:
    everybody = range(1, size.residents + 1)
    since, points = _at(NOW - timedelta(days=300)), embedded().addresses
    here = [points[number * 7 % len(points)] for number in everybody]
    _insert(
        connection,
        "persons",
        "id name organisation created_at",
        ((i, f"김보기{i}", "", since) for i in everybody),
    )
    _insert(
        connection,
        "person_phones",
        "person_id number kind",
        ((i, _phone(i), "landline" if i % 5 == 0 else "mobile") for i in everybody),
    )
    _insert(
        connection,
        "addresses",
        "id said label unit entrance place_key road_name building_number beopjeong_dong haengjeong_dong jibun"
        " building_name lat lon grade error_m source located_at",
        (
            (
                *(i, f"{p.road_name} {p.number}", f"동작구 {p.road_name} {p.number}", f"{i % 40}호", ""),
                *(f"road:{p.road_name}:{p.number}|{i % 40}호", p.road_name, p.number, p.beopjeong_dong, ""),
                *(p.jibun, "", p.lat, p.lon, "building", 15, "embedded", since),
            )
            for i, p in zip(everybody, here, strict=True)
        ),
    )
    _insert(connection, "households", "id address_id created_at", ((i, i, since) for i in everybody))
    _insert(
        connection,
        "residents",
        "id household_id birth_year care_note",
        ((i, i, 1930 + i % 30, "귀가 어두우십니다" if i % 9 == 0 else "") for i in everybody),
    )
    _insert(
        connection,
        "consents",
        "person_id kind script_version given read_by_id at",
        ((i, "processing", "2026-1", 1, 1, since) for i in everybody),
    )


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


def _write_work(connection: sqlite3.Connection, size: Size) -> None:
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
                *(resident, resident, "self", "any", "", state, _at(logged), 1),
                _at(last.moment(60)) if last and last.past else None,
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
        audit.append((_at(logged), "user", 1, "service_requests", request, "", "logged", ""))
    _insert(
        connection,
        "service_requests",
        "id number logged_on sequence submission_key resident_id address_id relation suits notes state"
        " logged_at logged_by_id closed_at",
        rows,
    )
    _insert(
        connection,
        "request_items",
        "id request_id service_item_id quantity done_quantity answers team_size state",
        items,
    )
    _insert(
        connection, "audit_entries", "at actor_kind actor_id entity entity_id moved_from moved_to why", audit
    )


def _write_visits(connection: sqlite3.Connection, jobs: list[Job]) -> None:
    _insert(
        connection,
        "visits",
        "id number resident_id address_id day window_start window_end start service_minutes team_size state"
        " booked_at booked_by_id on_the_way_at arrived_at finished_at",
        (
            (
                *(j.visit, f"{j.visit * 37 % 10_000:04d}", j.resident, j.resident, j.day.isoformat()),
                *(_at(at_minute(j.day, minute)) for minute in WINDOWS[j.slot]),
                *(_at(j.moment()), 50, 1 + j.pair, "finished" if j.past else "assigned"),
                *(_at(min(j.moment() - timedelta(days=3), NOW)), 1),
                *(_at(j.moment(minutes)) if j.past else None for minutes in (-15, 0, 50)),
            )
            for j in jobs
        ),
    )
    _insert(
        connection,
        "visit_items",
        "visit_id request_item_id quantity done_quantity",
        ((j.visit, item, 1, 1 if j.past else None) for j in jobs for item in _items_of(j.request)),
    )
    audit = (
        (_at(min(j.moment() - timedelta(days=3), NOW)), "user", 1, "visits", j.visit, "", "booked", "")
        for j in jobs
    )
    _insert(
        connection, "audit_entries", "at actor_kind actor_id entity entity_id moved_from moved_to why", audit
    )


def _write_team(connection: sqlite3.Connection, jobs: list[Job]) -> None:
    places = [(j, "lead", j.member) for j in jobs]
    places += [(j, "second", j.member % (MEMBERS + FORMER) + 1) for j in jobs if j.pair]
    numbered = list(enumerate(places, start=1))
    _insert(
        connection,
        "assignments",
        "id visit_id role member_id state",
        ((number, j.visit, role, member, "accepted") for number, (j, role, member) in numbered),
    )
    offered = {j.visit: min(j.moment() - timedelta(days=3), NOW) for j in jobs}
    _insert(
        connection,
        "offers",
        "assignment_id member_id rank reasons by_hand state offered_at expires_at answered_at decline_note",
        (
            (
                *(number, member, 1, json.dumps([["from_home", {"minutes": 12}]]), 0, "accepted"),
                *(
                    _at(offered[j.visit]),
                    _at(offered[j.visit] + timedelta(minutes=30)),
                    _at(offered[j.visit]),
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
    _insert(
        connection,
        "completion_reports",
        "id visit_id member_id outcome minutes note submitted_at",
        ((j.visit, j.visit, j.member, "done", 50, "", _at(j.moment(50))) for j in jobs if j.past),
    )
    _insert(
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
    _insert(connection, "outbox", columns, (row for j in jobs for row in _texts_of(j)))


def _texts_of(job: Job) -> Iterator[tuple[object, ...]]:
    booked = min(job.moment() - timedelta(days=3), NOW - timedelta(hours=1))
    yield _text(job, "resident_booked", booked, job.resident % 5 == 0)
    if not job.past:
        yield _text(job, "resident_day_before", job.moment() - timedelta(hours=17), job.resident % 5 == 0)


def _text(job: Job, kind: str, due: datetime, by_voice: bool) -> tuple[object, ...]:
    left = due <= NOW
    state = "needs_person" if by_voice else "delivered" if left else "pending"
    told = _at(due) if by_voice and left and (job.past or job.visit % 8) else None
    return (
        *(f"visit:{job.visit}:{kind}", kind, job.visit, "person", job.resident, "sms", _phone(job.resident)),
        *("[동작핸디맨] 11/24(화) 오전 9-11시 방문. 방문번호 0042. 문의 02-820-0000", 1, _at(due)),
        *(_at(due + timedelta(days=4)), state, int(left), _at(due), "screen" if left else ""),
        *(f"bench-{kind}-{job.visit}" if left and not by_voice else None, "", told, _at(due)),
    )
