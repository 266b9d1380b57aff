"""Plans that somebody asked for: worked out beside the office's work, shown, and then taken or left."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from handyman.extensions import Table, UtcDateTime
from handyman.models.guarded import Guarded, named
from handyman.models.members import Member
from handyman.models.users import User


class PlanKind(StrEnum):
    DAY = "day"
    WEEK = "week"
    REPAIR = "repair"  # the smallest change to what stands


class PlanReason(StrEnum):
    TOMORROW = "tomorrow"
    WEEK = "week"
    ILL = "ill"
    BY_HAND = "by_hand"  # of any other day


class PlanState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    READY = "ready"
    STOPPED = "stopped"  # somebody did not want to wait longer; the best so far is kept
    FAILED = "failed"
    TAKEN = "taken"  # carried out, and told
    UNDONE = "undone"  # and put back before anybody had heard of it
    LEFT = "left"  # not wanted
    OUTDATED = "outdated"  # the day had changed when it was to be taken


class PlanFailure(StrEnum):
    TROUBLE = "trouble"  # an error of ours
    FAULTS = "faults"  # the plan did not stand the check of every rule
    WORKER_LOST = "worker_lost"  # the process that worked it out went away, again and again
    NOTHING_TO_PLAN = "nothing_to_plan"  # no working day is left of what was asked for


S = PlanState
OPEN_PLANS = frozenset({S.QUEUED, S.RUNNING})
SHOWN_PLANS = frozenset({S.READY, S.STOPPED})  # waits for a decision


class PlanRun(Guarded, Table):
    """One plan from the wish to the decision. It holds ids and minutes, nobody's name and no address.

    `standing` is what it began from, `proposed` the best so far: see `board/plans/stored.py`. `taken` is what
    it takes to put everything back: see `board/plans/taken.py`.
    """

    __tablename__ = "plan_runs"
    __table_args__ = (
        CheckConstraint("first_day <= last_day", name="order"),
        CheckConstraint("seconds >= 0", name="seconds_not_negative"),
        CheckConstraint("(reason = 'ill') = (member_id IS NOT NULL)", name="member_known"),
        Index("ix_plan_runs_last_day", "last_day"),
        Index(
            "ix_plan_runs_open",
            "id",
            sqlite_where=text("state IN ('queued','running')"),
            postgresql_where=text("state IN ('queued','running')"),
        ),
    )
    FOLLOWS: ClassVar[Mapping[Any, frozenset[Any]]] = {
        S.QUEUED: frozenset({S.RUNNING, S.LEFT, S.FAILED}),
        S.RUNNING: frozenset({S.READY, S.STOPPED, S.FAILED, S.QUEUED, S.LEFT}),
        S.READY: frozenset({S.TAKEN, S.LEFT, S.OUTDATED}),
        S.STOPPED: frozenset({S.TAKEN, S.LEFT, S.OUTDATED}),
        S.FAILED: frozenset(),
        S.TAKEN: frozenset({S.UNDONE}),
        S.UNDONE: frozenset(),
        S.LEFT: frozenset(),
        S.OUTDATED: frozenset(),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[PlanKind] = mapped_column(named(PlanKind))
    reason: Mapped[PlanReason] = mapped_column(named(PlanReason))
    first_day: Mapped[date]
    last_day: Mapped[date]
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))  # who is ill
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("plan_runs.id"))  # the outdated one it mends
    state: Mapped[PlanState] = mapped_column(named(PlanState), default=PlanState.QUEUED)
    failure: Mapped[PlanFailure | None] = mapped_column(named(PlanFailure))
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seconds: Mapped[float]  # at most
    rounds_at_most: Mapped[int | None]
    stop_asked: Mapped[bool] = mapped_column(default=False)
    attempt: Mapped[int] = mapped_column(default=0)
    worker: Mapped[str] = mapped_column(String(80), default="")
    began_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    beat_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rounds: Mapped[int] = mapped_column(default=0)
    share: Mapped[float] = mapped_column(default=0.0)
    left_out: Mapped[int | None]  # visits that nobody can come to
    unserved: Mapped[float | None]
    cost: Mapped[float | None]
    versions: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)  # of the days, when it began
    standing: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    proposed: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    taken: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))

    member: Mapped[Member | None] = relationship()
    asked_by: Mapped[User | None] = relationship()
