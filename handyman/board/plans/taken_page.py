"""What the page of a plan says once it was taken: what was done, whether it can go back, and who did what."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, select

from handyman.board.plans import page_rows, wording
from handyman.board.plans.stored import called, changes, read_proposed, read_visits
from handyman.board.plans.taken import read
from handyman.board.plans.undo import Bar, Obstacle, find_obstacles, texts_of, visits_of
from handyman.extensions import rows
from handyman.models import (
    ActorKind,
    AuditEntry,
    MessageState,
    PlanRun,
    PlanState,
    User,
)
from handyman.words import clock_words, moment_words, seoul_day

LOGGED = frozenset(PlanState) - {PlanState.RUNNING}  # what somebody who looks back wants to know
NEAR = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class TakenPage:
    """`obstacles` name the visit, where it is one, and say why it cannot go back."""

    run_id: int
    done: Sequence[str]
    may_undo: bool = False
    told: bool = True  # somebody, or by the day
    leaves_at: str = ""  # the first text
    seconds: int = 0  # until then
    obstacles: Sequence[tuple[Any, str]] = ()


def load(run: PlanRun, now: datetime) -> TakenPage | None:
    """Of a plan that stands; a constant number of queries."""
    if run.state is not PlanState.TAKEN or run.taken is None:
        return None
    texts, past = texts_of(run), run.last_day < seoul_day(now)
    found = [] if past else find_obstacles(run, texts, visits_of(run), now)
    waits = [text.next_at for text in texts if text.state is MessageState.PENDING]
    first = min(waits, default=None)
    return TakenPage(
        run_id=run.id,
        done=_done(run),
        may_undo=not past and not found,
        told=past or any(each.code is Bar.LEFT for each in found),
        leaves_at=_moment(first, now) if first else "",
        seconds=max(int((first - now).total_seconds()), 0) + 1 if first else 0,
        obstacles=said(found),
    )


def said(obstacles: Iterable[Obstacle]) -> list[tuple[Any, str]]:
    """Each visit once for each reason, in words."""
    found = list(dict.fromkeys(obstacles))
    visits = page_rows.visits([each.visit_id for each in found])
    names = page_rows.names({each.member_id for each in found if each.member_id is not None})
    return [(visits.get(each.visit_id), wording.obstacle(each, names)) for each in found]


def log(run_id: int) -> Sequence[Any]:
    """Every step of the plan: when, who, what."""
    by_user = and_(AuditEntry.actor_kind == ActorKind.USER, User.id == AuditEntry.actor_id)
    return rows(
        select(AuditEntry.at, AuditEntry.moved_to, User.name)
        .outerjoin(User, by_user)
        .where(
            AuditEntry.entity == PlanRun.__tablename__,
            AuditEntry.entity_id == run_id,
            AuditEntry.moved_to.in_(LOGGED),
        )
        .order_by(AuditEntry.id)
    ).all()


def _moment(leaves_at: datetime, now: datetime) -> str:
    """The time alone, where somebody may wait for it."""
    near = leaves_at - now < NEAR
    return clock_words(leaves_at) if near else moment_words(leaves_at, seoul_day(now))


def _done(run: PlanRun) -> list[str]:
    """In the order in which somebody would tell it."""
    taken = read(run.taken)
    found = changes(read_visits(run.standing), read_proposed(run.proposed or {}).visits)
    names = page_rows.names({*taken.called, *called(found)})
    counts = Counter(change.kind for change in found)
    done = [wording.counted(kind, counts[kind]) for kind in wording.KINDS if counts[kind]]
    if taken.absence_id is not None and run.member:
        done.append(wording.rests(run.member.name))
    return [*done, *(wording.was_called(names[who]) for who in taken.called if who in names)]
