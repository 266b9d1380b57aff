"""The way back from a move, kept in the cookie of whoever moved the visit, for as long as there is one."""

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import session

from handyman.board.mending.move_back import Moved, sign
from handyman.board.mending.put import UNDO_TIME

KEPT = "moved"


@dataclass(frozen=True, slots=True)
class Way:
    token: str
    seconds: int  # that are left


def keep(before: Moved) -> None:
    session[KEPT] = [before.visit_id, before.at, sign(before)]


def left(visit_id: int, now: datetime) -> Way | None:
    """For this visit."""
    of, at, token = session.get(KEPT, (None, 0, ""))
    seconds = round((datetime.fromtimestamp(at, UTC) + UNDO_TIME - now).total_seconds())
    return Way(token, seconds) if of == visit_id and seconds > 0 else None


def forget() -> None:
    session.pop(KEPT, None)
