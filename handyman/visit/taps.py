"""A press of a button. The telephone makes its key, so what is sent again without signal counts once."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, select, update

from handyman.extensions import db
from handyman.models import Actor, ActorKind, VisitTap

KEY = re.compile(r"[0-9A-Za-z_-]{8,40}", re.ASCII)
SEND = "send"  # of a report
LATEST = timedelta(days=7)  # a press that arrives later than that counts from when it arrives


class Step(StrEnum):
    TRAVEL = "travel"
    ARRIVE = "arrive"
    END = "end"


@dataclass(frozen=True, slots=True)
class Tap:
    key: str
    at: datetime  # when it was pressed


def new_key() -> str:
    """For a page that the telephone has not made itself."""
    return secrets.token_urlsafe(12)


def read_tap(form: Mapping[str, str], now: datetime) -> Tap:
    """The press that a form carries; one without a key stands for itself."""
    key = form.get("key", "")
    return Tap(key if KEY.fullmatch(key) else new_key(), _pressed_at(form.get("at", ""), now))


def is_new(visit_id: int, tap: Tap, by: Actor, step: str, now: datetime) -> bool:
    """Whether it has not come before. Noted under the caller's lock, with what the press does."""
    if by.kind is not ActorKind.MEMBER or by.id is None:
        return True  # the office, which has signal
    if db.session.get(VisitTap, (visit_id, tap.key)) is not None:
        return False
    db.session.add(
        VisitTap(visit_id=visit_id, key=tap.key, member_id=by.id, step=step, at=tap.at, arrived_at=now)
    )
    return True


def was_kept(visit_id: int, key: str) -> bool:
    """Whether a press has come and counts."""
    return db.session.get(VisitTap, (visit_id, key)) is not None


def steps_of(visit_id: int) -> frozenset[str]:
    """What has been pressed at a visit."""
    return frozenset(db.session.scalars(select(VisitTap.step).where(VisitTap.visit_id == visit_id)))


def standing(visit_id: int, step: Step) -> dict[int, datetime]:
    """Which members have pressed a step and not taken it back, and when each did first."""
    found = select(VisitTap.member_id, func.min(VisitTap.at)).where(
        VisitTap.visit_id == visit_id, VisitTap.step == step, VisitTap.undone_at.is_(None)
    )
    return {row[0]: row[1] for row in db.session.execute(found.group_by(VisitTap.member_id))}


def take_back(visit_id: int, step: Step, member_id: int, at: datetime) -> None:
    """However often it was pressed."""
    pressed = update(VisitTap).where(
        VisitTap.visit_id == visit_id, VisitTap.step == step, VisitTap.member_id == member_id
    )
    db.session.execute(pressed.where(VisitTap.undone_at.is_(None)).values(undone_at=at))


def _pressed_at(said: str, now: datetime) -> datetime:
    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        return now
    return at if at.tzinfo is not None and now - LATEST <= at <= now else now
