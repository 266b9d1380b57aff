"""What the page of a plan shows: how far it is, how it compares, and what changes for whom."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from handyman import reminded
from handyman.board.plans import page_rows, taken_page, wording
from handyman.board.plans.runs import days_of, may_call
from handyman.board.plans.stored import (
    Change,
    ChangeKind,
    Held,
    Idea,
    Load,
    Proposed,
    called,
    changes,
    members_of,
    read_proposed,
    read_visits,
)
from handyman.board.plans.taken_page import TakenPage
from handyman.board.stand_bys import store as stand_bys
from handyman.dispatch.rules import BOARD
from handyman.extensions import db, rows
from handyman.models import (
    OPEN_PLANS,
    SHOWN_PLANS,
    Heartbeat,
    PlanRun,
    PlanState,
    ServiceDay,
)
from handyman.words import at_minute, seoul_day

WORKER_SILENT = timedelta(minutes=2)
MOST_LISTED = 30


@dataclass(frozen=True, slots=True)
class Team:
    """When, and who, as a page says it."""

    start: datetime
    names: Sequence[str]


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One visit that changes: for whom, who hears what, and why."""

    visit: Any  # day, window, resident, dong, items
    kind: ChangeKind
    before: Team
    after: Team
    effects: Sequence[str]
    why: Sequence[str]
    reasons: Sequence[tuple[str, Sequence[str]]]  # by whoever is asked
    tight: str = ""  # a warning: one slow visit before it, and the promise is broken


@dataclass(frozen=True, slots=True)
class MemberLine:
    name: str
    before: Load
    after: Load


@dataclass(frozen=True, slots=True)
class IdeaLine:
    """A request that waits, and when it would fit."""

    request: Any
    window: tuple[datetime, datetime]
    names: Sequence[str]


@dataclass(frozen=True, slots=True)
class PlanPage:
    run: PlanRun
    title: str
    proposed: Proposed | None = None
    changes: Sequence[ChangeLine] = ()
    members: Sequence[MemberLine] = ()
    kept: Sequence[tuple[Any, str]] = ()
    ideas: Sequence[IdeaLine] = ()
    mended_by: int | None = None  # the plan that came after this one
    changed_since: bool = False
    worker_silent: bool = False
    called: Sequence[str] = ()  # of the stand-by
    taken: TakenPage | None = None
    log: Sequence[Any] = ()
    counts: Mapping[ChangeKind, int] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        return self.run.state in OPEN_PLANS

    @property
    def is_shown(self) -> bool:
        return self.run.state in SHOWN_PLANS

    @property
    def percent(self) -> int:
        return round(100 * min(max(self.run.share, 0.0), 1.0))


def load(run_id: int, now: datetime) -> PlanPage | None:
    """The plan with all that it changes; a constant number of queries."""
    run = find(run_id)
    if run is None:
        return None
    head = progress(run, now)
    if run.proposed is None or head.is_open:
        return head
    standing, proposed = read_visits(run.standing), read_proposed(run.proposed)
    changed = sorted(
        changes(standing, proposed.visits),
        key=lambda change: (wording.KINDS.index(change.kind), change.after.start),
    )
    visits = page_rows.visits([change.visit_id for change in changed] + list(proposed.kept))
    names = _names(members_of([*standing.values(), *proposed.visits.values()]), proposed)
    counts: dict[ChangeKind, int] = defaultdict(int)
    for change in changed:
        counts[change.kind] += 1
    return PlanPage(
        run=run,
        title=head.title,
        proposed=proposed,
        changes=_lines(run, changed, proposed, visits, names),
        members=_members(proposed, names),
        kept=[
            (visits[visit_id], wording.kept(why))
            for visit_id, why in proposed.kept.items()
            if visit_id in visits
        ],
        ideas=list(_ideas(proposed.ideas, run.first_day, names)),
        mended_by=db.session.scalar(select(PlanRun.id).where(PlanRun.follows_id == run.id).limit(1)),
        changed_since=head.is_shown and _has_changed(run),
        counts=counts,
        called=_called(run, changed, names) if head.is_shown else (),
        taken=taken_page.load(run, now),
        log=taken_page.log(run.id),
    )


def find(run_id: int) -> PlanRun | None:
    return db.session.get(PlanRun, run_id, options=[joinedload(PlanRun.member), joinedload(PlanRun.asked_by)])


def progress(run: PlanRun, now: datetime) -> PlanPage:
    """How far it is, and what the best so far comes to."""
    beat = db.session.scalar(select(func.max(Heartbeat.at))) if run.state in OPEN_PLANS else now
    silent = beat is None or beat < now - WORKER_SILENT
    proposed = read_proposed(run.proposed) if run.proposed else None
    return PlanPage(run, wording.title(run, seoul_day(now)), proposed, worker_silent=silent)


def recent() -> Sequence[PlanRun]:
    """The last plans that somebody asked for."""
    query = (
        select(PlanRun)
        .order_by(PlanRun.id.desc())
        .limit(MOST_LISTED)
        .options(joinedload(PlanRun.member), joinedload(PlanRun.asked_by))
    )
    return db.session.scalars(query).all()


def _called(run: PlanRun, changed: Iterable[Change], names: Mapping[int, str]) -> list[str]:
    """Whom of the stand-by the plan calls."""
    if not may_call(run):
        return []
    return [names[who] for who in sorted(called(changed) & stand_bys.on(run.first_day)) if who in names]


def _has_changed(run: PlanRun) -> bool:
    """Somebody has booked or moved something since; whether it matters is seen when the plan is taken."""
    days = days_of(run)
    query = select(ServiceDay.day, ServiceDay.version).where(ServiceDay.day.in_(days))
    versions = {day.isoformat(): 0 for day in days} | {
        row.day.isoformat(): row.version for row in rows(query)
    }
    return versions != run.versions


def _lines(
    run: PlanRun,
    changed: Sequence[Change],
    proposed: Proposed,
    visits: Mapping[int, Any],
    names: Mapping[int, str],
) -> list[ChangeLine]:
    """What was told since the plan was taken, the plan itself has told."""
    taken_at = run.ended_at if run.state in (PlanState.TAKEN, PlanState.UNDONE) else None
    known = reminded.starts_known([change.visit_id for change in changed], before=taken_at)
    return [
        _line(
            change, proposed, run.first_day, visits, names, _corrected(change, run.first_day, visits, known)
        )
        for change in changed
    ]


def _corrected(
    change: Change, first: date, visits: Mapping[int, Any], known: Mapping[tuple[int, int], datetime]
) -> list[int]:
    """Whoever goes still, and was reminded of another start."""
    visit, start = visits[change.visit_id], at_minute(first, change.after.start)
    promise = (visit.window_start, visit.window_end)
    stays = zip(change.before.team, change.before.agreed, change.after.team, strict=False)
    going = [who for who, yes, after in stays if who is not None and yes and who == after]
    return [who for who in going if reminded.is_news(known.get((change.visit_id, who)), start, promise)]


def _line(
    change: Change,
    proposed: Proposed,
    first: date,
    visits: Mapping[int, Any],
    names: Mapping[int, str],
    corrected: Sequence[int],
) -> ChangeLine:
    reasons, visit = proposed.reasons.get(change.visit_id, {}), visits[change.visit_id]
    return ChangeLine(
        visit=visit,
        kind=change.kind,
        before=_team(change.before, first, names),
        after=_team(change.after, first, names),
        effects=wording.effects(change, names, corrected),
        why=wording.why(change, proposed.why.get(change.visit_id, []), names),
        reasons=[(names.get(who, ""), wording.reasons(coded)) for who, coded in reasons.items()],
        tight=_tight(change, at_minute(first, change.after.start), visit),
    )


def _tight(change: Change, start: datetime, visit: Any) -> str:
    """Who may slip by less than a call would call calm; of a fixed start nothing is new, and of nobody."""
    slack = round((visit.window_end - start).total_seconds() / 60)
    comes = change.kind is not ChangeKind.CALL and visit.window_start < visit.window_end
    return wording.tight(slack) if comes and slack < BOARD.calm else ""


def _team(held: Held, first: date, names: Mapping[int, str]) -> Team:
    return Team(
        at_minute(first, held.start), ["" if who is None else names.get(who, "") for who in held.team]
    )


def _members(proposed: Proposed, names: Mapping[int, str]) -> list[MemberLine]:
    who = sorted(proposed.before.loads.keys() | proposed.after.loads.keys())
    nothing = Load()
    return [
        MemberLine(
            names[one], proposed.before.loads.get(one, nothing), proposed.after.loads.get(one, nothing)
        )
        for one in who
        if one in names
    ]


def _names(members: Collection[int], proposed: Proposed) -> dict[int, str]:
    wanted = {*members, *proposed.before.loads, *proposed.after.loads}
    wanted |= {who for idea in proposed.ideas for who in idea.team}
    return page_rows.names(wanted)


def _ideas(ideas: Sequence[Idea], first: date, names: Mapping[int, str]) -> Iterable[IdeaLine]:
    found = page_rows.requests([idea.request_id for idea in ideas])
    for idea in ideas:
        if idea.request_id in found:
            window = (at_minute(first, idea.window[0]), at_minute(first, idea.window[1]))
            yield IdeaLine(found[idea.request_id], window, [names.get(who, "") for who in idea.team])
