"""How well the office knows where its people live: how sure the points are, and who waits for one."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, or_, select, text

from handyman.extensions import rows
from handyman.models import VAGUE, Address, Grade, Person, ServiceRequest

FAR_M = 100  # nobody finds a door within so many metres
A_PAGE = 30
NEWEST_PINS = 10

COUNTS = select(
    Address.grade,
    Address.haengjeong_dong,
    Address.beopjeong_dong,
    Address.source,
    func.count().label("many"),
).group_by(Address.grade, Address.haengjeong_dong, Address.beopjeong_dong, Address.source)
# The states are written out: behind a parameter no database could tell that an index of them will do.
WAITING = (
    select(
        func.count().over().label("total"),
        ServiceRequest.number,
        ServiceRequest.logged_on,
        ServiceRequest.logged_at,
        ServiceRequest.state,
        Person.name,
        Address.said,
        Address.label,
        Address.unit,
        Address.grade,
        Address.error_m,
    )
    .join(Address, Address.id == ServiceRequest.address_id)
    .join(Person, Person.id == ServiceRequest.resident_id)
    .where(
        text("service_requests.state IN ('logged', 'booked')"),
        or_(
            Address.grade.in_(VAGUE),
            (Address.error_m > bindparam("far")) & (Address.grade != Grade.PLACED),
        ),
    )
    .order_by(ServiceRequest.logged_at, ServiceRequest.id)
    .limit(A_PAGE)
    .offset(bindparam("skipped"))
)
PINS = (
    select(
        func.count().over().label("total"), Address.label, Address.unit, Address.place_key, Address.located_at
    )
    .where(Address.grade == Grade.PLACED)
    .order_by(Address.located_at.desc(), Address.id.desc())
    .limit(NEWEST_PINS)
)


@dataclass(frozen=True, slots=True)
class Share:
    """One row of a table: how many, and how much that is of all."""

    key: str
    count: int
    percent: float


@dataclass(frozen=True, slots=True)
class DongShare:
    """The addresses of one dong, and how many of them are no door."""

    name: str
    count: int
    vague: int


@dataclass(frozen=True, slots=True)
class CoveragePage:
    total: int
    grades: Sequence[Share]
    sources: Sequence[Share]
    dongs: Sequence[DongShare]
    waiting: Sequence[Any]
    waiting_total: int
    page: int
    pins: Sequence[Any]
    pins_total: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.waiting_total // A_PAGE))


def load(page: int) -> CoveragePage:
    """Three queries; a page beyond the last shows the first."""
    counts = rows(COUNTS).all()
    waiting = _waiting(page)
    if page > 1 and not waiting:
        page, waiting = 1, _waiting(1)
    pins = rows(PINS).all()
    total = sum(row.many for row in counts)
    return CoveragePage(
        total=total,
        grades=_shares(counts, "grade", total, [grade.value for grade in Grade]),
        sources=_shares(counts, "source", total),
        dongs=_dongs(counts),
        waiting=waiting,
        waiting_total=waiting[0].total if waiting else 0,
        page=page,
        pins=pins,
        pins_total=pins[0].total if pins else 0,
    )


def _waiting(page: int) -> Sequence[Any]:
    return rows(WAITING, far=FAR_M, skipped=(page - 1) * A_PAGE).all()


def _shares(counts: Sequence[Any], column: str, total: int, order: Sequence[str] = ()) -> list[Share]:
    """In the order given, else the largest first."""
    found: Counter[str] = Counter()
    for row in counts:
        found[str(getattr(row, column))] += row.many
    keys = order or sorted(found, key=lambda key: (-found[key], key))
    return [Share(key, found[key], 100 * found[key] / total) for key in keys if found[key]]


def _dongs(counts: Sequence[Any]) -> list[DongShare]:
    """By the dong that people know, in the order of their names; those without one at the end."""
    every: Counter[str] = Counter()
    vague: Counter[str] = Counter()
    for row in counts:
        name = row.haengjeong_dong or row.beopjeong_dong
        every[name] += row.many
        vague[name] += row.many if row.grade in VAGUE else 0
    return [
        DongShare(name, every[name], vague[name]) for name in sorted(every, key=lambda name: (not name, name))
    ]
