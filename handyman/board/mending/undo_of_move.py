"""The ways back from the last moves, kept in the cookie of whoever moved the visits, while they last."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import session

from handyman.board.mending.move_back import Moved, read, rebased, sign
from handyman.board.mending.put import UNDO_TIME

KEPT = "moves"
MOST = 6  # each takes some 350 of the 4000 letters that a cookie has room for


@dataclass(frozen=True, slots=True)
class Way:
    token: str
    seconds: int  # that are left


def keep(before: Moved) -> None:
    """On top of those that are not over."""
    own = [before.visit_id, before.at, sign(before)]
    session[KEPT] = [*_open(datetime.fromtimestamp(before.at, UTC)), own][-MOST:]


def left(visit_id: int, now: datetime) -> Way | None:
    """For this visit: back from its last move, and then from the one before."""
    ways = [Way(token, _seconds(at, now)) for of, at, token in _open(now) if of == visit_id]
    return ways[-1] if ways else None


def later_than(token: str, now: datetime) -> list[Moved]:
    """The moves after that one whose ways back are still open, oldest first."""
    tokens = [each for _of, _at, each in _open(now)]
    after = tokens[tokens.index(token) + 1 :] if token in tokens else []
    return [before for each in after if (before := read(each))]


def forget(token: str) -> None:
    session[KEPT] = [each for each in session.get(KEPT, []) if each[2] != token]


def note_undone(undone: Moved, versions: Mapping[str, int]) -> None:
    """Of two moves the first may be undone too, with whoever made room for it."""
    session[KEPT] = [[of, at, rebased(token, undone, versions)] for of, at, token in session.get(KEPT, [])]


def _open(now: datetime) -> Iterable[Any]:
    return [each for each in session.get(KEPT, []) if _seconds(each[1], now) > 0]


def _seconds(at: int, now: datetime) -> int:
    return round((datetime.fromtimestamp(at, UTC) + UNDO_TIME - now).total_seconds())
