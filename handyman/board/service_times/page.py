"""The page of service times: what is planned, what reports say, and what might be planned instead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from handyman.board.service_times import finished
from handyman.board.service_times.adoptions import ITEMS, MEMBERS, Adoption, standing
from handyman.dispatch.service_times import Estimate, Learned, learn, rescale
from handyman.extensions import rows
from handyman.models import Member, ServiceItem

NOTHING = Estimate()


@dataclass(frozen=True, slots=True)
class Minutes:
    """Of an item: so many for coming, so many for each piece. Said 20+15 in an audit entry."""

    base: int
    per_piece: int

    def __str__(self) -> str:
        return f"{self.base}+{self.per_piece}"

    @classmethod
    def parse(cls, text: str) -> "Minutes":
        base, per_piece = text.split("+")
        return cls(int(base), int(per_piece))

    def of(self, pieces: float) -> int:
        return round(self.base + self.per_piece * pieces)


@dataclass(frozen=True, slots=True)
class ItemLine:
    id: int
    row: Any  # names and unit
    planned: Minutes
    estimate: Estimate
    proposed: Minutes | None
    before: Minutes | None  # what "take back" would put in again

    @property
    def fall_risk(self) -> bool:
        return bool(self.row.fall_risk)


@dataclass(frozen=True, slots=True)
class MemberLine:
    id: int
    name: str
    planned: int  # percent
    estimate: Estimate
    proposed: int | None
    before: int | None


@dataclass(frozen=True, slots=True)
class ServiceTimes:
    items: Sequence[ItemLine]
    members: Sequence[MemberLine]


def load(today: date) -> ServiceTimes:
    """Four queries, whatever was done."""
    adopted = standing()
    learned_at = {
        row_id: steps[-1].at for (kind, row_id), steps in adopted.items() if kind == ITEMS and steps
    }
    learned = learn(finished.load(today, learned_at))
    return ServiceTimes(_items(learned, adopted), _members(learned, adopted))


def _items(learned: Learned, adopted: Mapping[tuple[str, int], Sequence[Adoption]]) -> list[ItemLine]:
    query = (
        select(
            ServiceItem.id,
            ServiceItem.name_ko,
            ServiceItem.name_en,
            ServiceItem.unit,
            ServiceItem.base_minutes,
            ServiceItem.minutes_per_piece,
            ServiceItem.fall_risk,
        )
        .where(ServiceItem.active, ServiceItem.permitted)
        .order_by(ServiceItem.position, ServiceItem.id)
    )
    lines = []
    for row in rows(query):
        planned = Minutes(row.base_minutes, row.minutes_per_piece)
        estimate = learned.items.get(row.id, NOTHING)
        wanted = Minutes(*rescale(planned.base, planned.per_piece, estimate.ratio, estimate.usual_pieces))
        proposed = wanted if estimate.tells_against() and wanted != planned else None
        before = _before(adopted.get((ITEMS, row.id), ()), str(planned))
        lines.append(
            ItemLine(row.id, row, planned, estimate, proposed, Minutes.parse(before) if before else None)
        )
    return lines


def _members(learned: Learned, adopted: Mapping[tuple[str, int], Sequence[Adoption]]) -> list[MemberLine]:
    query = select(Member.id, Member.name, Member.pace_percent).where(Member.active).order_by(Member.id)
    lines = []
    for row in rows(query):
        estimate = learned.members.get(row.id, NOTHING)
        wanted = estimate.pace_percent
        tells = estimate.tells_against(row.pace_percent)
        proposed = wanted if tells and wanted != row.pace_percent else None
        before = _before(adopted.get((MEMBERS, row.id), ()), str(row.pace_percent))
        lines.append(
            MemberLine(
                row.id, row.name, row.pace_percent, estimate, proposed, int(before) if before else None
            )
        )
    return lines


def _before(steps: Sequence[Adoption], planned: str) -> str | None:
    """Where the last step came from, unless somebody has changed the value since in another way."""
    return steps[-1].before if steps and steps[-1].after == planned else None
