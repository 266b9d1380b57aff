"""What an office must hear of at once: texts that wait for a person, and sending that has stopped."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from handyman.extensions import rows, settings
from handyman.models import GatewayState, Heartbeat, Installation, oldest_due, texts_to_pass_on
from handyman.reasons import set_right

WORKER_SILENT = timedelta(minutes=2)
TEXT_WAITS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Alarm:
    """Nothing to say where all are false."""

    to_pass_on: int
    minutes_waiting: int  # of the oldest text that is due, where it waits for long
    worker_silent: bool
    refused_since: datetime | None
    refused_code: str = ""

    @property
    def set_right(self) -> str:
        return set_right(self.refused_code)

    @property
    def stopped(self) -> bool:
        return self.worker_silent or self.refused_since is not None or self.minutes_waiting > 0


def sound(now: datetime) -> Alarm:
    """One query, each part of it through an index."""
    provider = GatewayState.provider == settings().sms_gateway
    row = rows(
        select(
            select(func.count()).select_from(texts_to_pass_on(now).subquery()).scalar_subquery(),
            oldest_due(now).scalar_subquery(),
            func.coalesce(
                select(func.max(Heartbeat.at)).scalar_subquery(),
                select(Installation.created_at).scalar_subquery(),  # a new office is given time to begin
            ),
            select(GatewayState.refused_since).where(provider).scalar_subquery(),
            select(GatewayState.code).where(provider).scalar_subquery(),
        )
    ).one()
    to_pass_on, due_at, beat, refused_since, refused_code = row
    waits = now - due_at if due_at is not None else timedelta(0)
    return Alarm(
        to_pass_on=to_pass_on,
        minutes_waiting=int(waits.total_seconds()) // 60 if waits > TEXT_WAITS else 0,
        worker_silent=beat is None or now - beat > WORKER_SILENT,
        refused_since=refused_since,
        refused_code=refused_code or "",
    )
