"""The ladder check: what was there before somebody climbed, or what they say of it afterwards."""

from collections.abc import Collection
from datetime import datetime

from handyman.extensions import db
from handyman.models import Actor, Gear, SafetyCheck, Visit, VisitState
from handyman.visit.finish import DONE_SOMETHING
from handyman.visit.progress import hold
from handyman.visit.reporting import parts
from handyman.visit.taps import Tap, is_new


def worked(visit: Visit) -> bool | None:
    """Whether something was done, as it is reported or said so far; None where nothing was said."""
    if visit.state in (VisitState.FINISHED, VisitState.FAILED):
        return visit.state is VisitState.FINISHED
    said = parts.outcome_of(parts.load(visit.id))
    return said in DONE_SOMETHING if said else None


def is_late(visit: Visit) -> bool:
    """The work is over: what was there is told as it was."""
    return visit.ended_at is not None or worked(visit) is True


def check_of(visit_id: int) -> SafetyCheck | None:
    return db.session.get(SafetyCheck, visit_id)


def tick(
    visit_id: int, gear: tuple[Gear, ...], there: Collection[str], by: Actor, tap: Tap, now: datetime
) -> None:
    """What was there. Said before the work it has to be everything; afterwards it is what it was."""
    visit = hold(visit_id, by, now)
    if not is_new(visit_id, tap, by, "safety", now) or check_of(visit_id) is not None or by.id is None:
        return
    db.session.add(
        SafetyCheck(
            visit_id=visit_id,
            member_id=by.id,
            needed=[str(each) for each in gear],
            there=[str(each) for each in gear if each in there],
            late=is_late(visit),
            checked_at=tap.at,
        )
    )
    db.session.flush()
