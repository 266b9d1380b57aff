"""How long work really takes, learned from finished visits: per item, and per member at their own pace.

An estimate is a ratio of sums, reported minutes over planned minutes, drawn towards 1 as if so many minutes
had gone exactly as planned: a few odd visits move it little, many steady ones move it all the way.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

PRIOR_MINUTES = (
    240  # about six visits of 40 minutes: with as many reports, half of what they say is taken over
)
LEAST_VISITS = 8  # below, one odd visit moves the ratio by more than the five minutes that plans are told in
LEAST_RATIO, MOST_RATIO = 0.3, 3.0  # beyond lies a button forgotten or pressed twice, not the work
LEAST_CHANGE = 0.08  # less than visits of the same work differ by anyway: nobody is asked about it
STEP = 5  # minutes, and percent of a pace: nobody plans finer
SLOWEST_PERCENT, QUICKEST_PERCENT = 200, 50  # as the table of members has it


@dataclass(frozen=True, slots=True)
class Work:
    """So many pieces of an item, and the minutes that would be planned for them today.

    `counts` is false where the visit has been learned from already: its item was changed since.
    """

    item_id: int
    pieces: int
    planned: int
    counts: bool = True


@dataclass(frozen=True, slots=True)
class FinishedVisit:
    reported: int
    works: tuple[Work, ...]
    member_id: int | None = None  # who did it alone: the time of a pair says little of either

    @property
    def planned(self) -> int:
        return sum(work.planned for work in self.works)


@dataclass(frozen=True, slots=True)
class Estimate:
    ratio: float = 1.0  # of what is planned
    visits: int = 0
    usual_pieces: float = 1.0

    @property
    def enough(self) -> bool:
        """Whether it may be proposed to anybody."""
        return self.visits >= LEAST_VISITS

    def tells_against(self, percent: int = 100) -> bool:
        """Whether it is sure enough, and far enough from what is planned, to propose something else."""
        return self.enough and abs(self.ratio - percent / 100) >= LEAST_CHANGE

    @property
    def pace_percent(self) -> int:
        rounded = _in_steps(self.ratio * 100)
        return min(max(rounded, QUICKEST_PERCENT), SLOWEST_PERCENT)


@dataclass(slots=True)
class _Sums:
    planned: float = 0.0
    taken: float = 0.0
    visits: int = 0
    pieces: int = 0

    def add(self, planned: float, ratio: float, pieces: int = 0) -> None:
        self.planned += planned
        self.taken += planned * ratio
        self.visits += 1
        self.pieces += pieces

    def estimate(self) -> Estimate:
        ratio = (PRIOR_MINUTES + self.taken) / (PRIOR_MINUTES + self.planned)
        return Estimate(ratio, self.visits, max(self.pieces / self.visits, 1.0) if self.visits else 1.0)


@dataclass(frozen=True, slots=True)
class Learned:
    items: Mapping[int, Estimate] = field(default_factory=dict)
    members: Mapping[int, Estimate] = field(default_factory=dict)  # against what the items really take


def learn(visits: Iterable[FinishedVisit]) -> Learned:
    """What reports say. A visit of several items shares its ratio among them."""
    told = [visit for visit in visits if visit.planned > 0]
    items = _learn_items(told)
    return Learned(items, _learn_members(told, items))


def rescale(base: int, per_piece: int, ratio: float, usual_pieces: float) -> tuple[int, int]:
    """Base and per-piece minutes, in steps of five, so that the usual visit comes out right.

    Minutes that somebody has planned finer than that stay as fine.
    """
    step = STEP if base % STEP == per_piece % STEP == 0 else 1
    new_piece = max(_in_steps(per_piece * ratio, step), step) if per_piece else 0
    whole = (base + per_piece * usual_pieces) * ratio
    return max(_in_steps(whole - new_piece * usual_pieces, step), 0), new_piece


@dataclass(frozen=True, slots=True)
class Measured:
    """The visit in the middle of all that were for this item alone: half of them took longer."""

    minutes: int
    planned: int  # for those visits, with the minutes of today
    visits: int


def medians(visits: Iterable[FinishedVisit]) -> dict[int, Measured]:
    """Minutes that an item took, as reported by visits that were for nothing else.

    How several items shared the time of a visit nobody has measured: shared as they are planned today, the
    figure would move with every change of a plan that it is to be held against.
    """
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for visit in visits:
        items = {work.item_id for work in visit.works}
        if len(items) == 1:
            found[items.pop()].append((visit.reported, visit.planned))
    return {item_id: _measured(each) for item_id, each in found.items()}


def _measured(found: Sequence[tuple[int, int]]) -> Measured:
    taken, planned = (round(median(one)) for one in zip(*found, strict=True))
    return Measured(taken, planned, len(found))


def _learn_items(visits: Iterable[FinishedVisit]) -> dict[int, Estimate]:
    sums: dict[int, _Sums] = defaultdict(_Sums)
    for visit in visits:
        ratio = _within_reason(visit.reported / visit.planned)
        for item_id, work in _by_item(visit).items():
            sums[item_id].add(work.planned, ratio, work.pieces)
    return {item_id: found.estimate() for item_id, found in sums.items()}


def _by_item(visit: FinishedVisit) -> dict[int, Work]:
    """Two calls of one home may bring the same item into one visit: it counts once."""
    found: dict[int, Work] = {}
    for work in visit.works:
        if work.counts and work.planned > 0:
            before = found.get(work.item_id, Work(work.item_id, 0, 0))
            pieces, planned = before.pieces + work.pieces, before.planned + work.planned
            found[work.item_id] = Work(work.item_id, pieces, planned)
    return found


def _learn_members(visits: Iterable[FinishedVisit], items: Mapping[int, Estimate]) -> dict[int, Estimate]:
    sums: dict[int, _Sums] = defaultdict(_Sums)
    for visit in visits:
        if visit.member_id is not None:
            usual = sum(work.planned * _ratio_of(items, work) for work in visit.works)
            sums[visit.member_id].add(usual, _within_reason(visit.reported / usual))
    return {member_id: found.estimate() for member_id, found in sums.items()}


def _ratio_of(items: Mapping[int, Estimate], work: Work) -> float:
    return items[work.item_id].ratio if work.item_id in items else 1.0


def _within_reason(ratio: float) -> float:
    return min(max(ratio, LEAST_RATIO), MOST_RATIO)


def _in_steps(amount: float, step: int = STEP) -> int:
    return int(amount / step + 0.5) * step if amount > 0 else 0
