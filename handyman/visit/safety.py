"""The ladder check: what has to be there before somebody climbs, and what was.

The labour ministry's guidance on ladders: a helmet always, two people from where the feet stand at 1.2 m, a
harness from 2 m. The catalogue holds the ceiling from which an item takes two; the harness is a setting.
"""

from collections.abc import Collection
from datetime import datetime

from handyman.extensions import db
from handyman.models import Actor, Gear, SafetyCheck, Visit, VisitItem
from handyman.visit.progress import hold
from handyman.visit.taps import Tap, is_new


def needed(visit: Visit, harness_from_cm: int) -> tuple[Gear, ...]:
    """By the team and by the highest ceiling; nothing for most visits."""
    ladder = [item for item in visit.items if _is_high(item)]
    highest = max((ceiling_cm(item) for item in ladder), default=0)
    gear = {
        Gear.HELMET: bool(ladder),
        Gear.SECOND: bool(ladder) or visit.team_size > 1,
        Gear.HARNESS: highest >= harness_from_cm,
    }
    return tuple(each for each, wanted in gear.items() if wanted)


def climbs(gear: Collection[Gear]) -> bool:
    """Whether somebody stands on a ladder; else two are there to hold and to keep people away."""
    return Gear.HELMET in gear


def ceiling_cm(item: VisitItem) -> int:
    value = item.request_item.answers.get("ceiling_cm")
    return value if isinstance(value, int) else 0


def _is_high(item: VisitItem) -> bool:
    two_from = item.request_item.service_item.two_person_from_cm
    return two_from is not None and ceiling_cm(item) >= two_from


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
            late=visit.ended_at is not None,
            checked_at=tap.at,
        )
    )
    db.session.flush()
