"""Whether the house is alive: database, worker, and how long the oldest due text has waited."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import exists, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from handyman.alarm import TEXT_WAITS, WORKER_SILENT
from handyman.extensions import db
from handyman.messages.errors import MISCONFIGURED
from handyman.models import NOT_ARRIVED, GatewayState, Heartbeat, Message, MessageState, oldest_due

REMEMBERED = timedelta(days=1)
LEFT = (MessageState.ACCEPTED, MessageState.SENT, MessageState.DELIVERED)


@dataclass(frozen=True, slots=True)
class Health:
    """Seconds since the worker ticked and since the oldest text fell due; None when there is none."""

    database: bool
    worker_seconds: int | None = None
    oldest_due_seconds: int | None = None

    @property
    def worker(self) -> bool:
        return self.worker_seconds is not None and self.worker_seconds <= WORKER_SILENT.total_seconds()

    @property
    def texts(self) -> bool:
        return (self.oldest_due_seconds or 0) <= TEXT_WAITS.total_seconds()

    @property
    def ready(self) -> bool:
        return self.database and self.worker and self.texts


def check(now: datetime) -> Health:
    try:
        beat = db.session.scalar(select(func.max(Heartbeat.at)))
        oldest = db.session.scalar(oldest_due(now))
    except SQLAlchemyError:
        db.session.rollback()
        return Health(database=False)
    return Health(True, _seconds(beat, now), _seconds(oldest, now))


def stopped(provider: str) -> GatewayState | None:
    """Since when the provider refuses all our texts, if nothing has gone through since."""
    return db.session.scalar(
        select(GatewayState).where(GatewayState.provider == provider, GatewayState.refused_since.is_not(None))
    )


class Misconfigured(StrEnum):
    ALL = "all"
    SOME = "some"  # another text has left since: the settings are wrong for some numbers alone


def misconfigured(now: datetime) -> Misconfigured | None:
    """Whether texts are refused because of our sender or our permissions."""
    refused = select(func.max(Message.due_at)).where(
        text(NOT_ARRIVED), Message.last_error.in_(MISCONFIGURED), Message.due_at > now - REMEMBERED
    )
    last = db.session.scalar(refused)
    if last is None:
        return None
    left = exists().where(Message.due_at >= last, Message.state.in_(LEFT))
    return Misconfigured.SOME if db.session.scalar(select(left)) else Misconfigured.ALL


def _seconds(moment: datetime | None, now: datetime) -> int | None:
    return None if moment is None else max(0, int((now - moment).total_seconds()))
