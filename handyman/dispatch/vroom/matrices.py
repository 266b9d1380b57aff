"""The tables of travel between places, read fast: a city has millions of numbers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from handyman.dispatch.vroom.fields import MOST, Field, Members

Square = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Table:
    """What one profile needs from place to place. Without costs of its own, time is what costs."""

    path: str
    durations: Square
    distances: Square | None = None
    costs: Square | None = None

    @property
    def size(self) -> int:
        squares = (self.durations, self.distances, self.costs)
        return min(len(square) for square in squares if square is not None)


def read_tables(problem: Members, used: Iterable[str]) -> dict[str, Table]:
    """By profile. `matrix` is VROOM's older word for the durations of the profile car."""
    given, older = problem.get("matrices"), problem.get("matrix")
    if given is not None and older is not None:
        older.refuse("cannot stand beside matrices")
    if older is not None:
        return {"car": Table(older.path, _square(older))}
    if given is None:
        if set(used):
            problem.need("matrices")
        return {}
    members = given.members(given.value if isinstance(given.value, dict) else ())
    return {profile: _read_table(field) for profile, field in members.fields.items()}


def _read_table(table: Field) -> Table:
    found = table.members(("durations", "distances", "costs"))
    distances, costs = found.get("distances"), found.get("costs")
    return Table(
        table.path,
        _square(found.need("durations")),
        _square(distances) if distances is not None else None,
        _square(costs) if costs is not None else None,
    )


def _square(matrix: Field) -> Square:
    rows = matrix.items()
    if not rows:
        matrix.refuse("must hold at least one row")
    for row in rows:
        if len(row.items() if not isinstance(row.value, list) else row.value) != len(rows):
            row.refuse(f"must be as long as the matrix is high, {len(rows)}")
        if set(map(type, row.value)) != {int} or not _in_range(row.value):
            for item in row.items():
                item.whole()
    return np.array([row.value for row in rows], np.int64)


def _in_range(numbers: Sequence[Any]) -> bool:
    return bool(min(numbers) >= 0 and max(numbers) <= MOST)
