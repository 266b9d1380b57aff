"""What has been said so far of a visit, step by step; the report is made of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from handyman.extensions import db
from handyman.models import Actor, Outcome, Part, ReportPart
from handyman.visit.finish import DONE_SOMETHING, WorkReport
from handyman.visit.progress import REPORTED, hold
from handyman.visit.taps import Tap, is_new

Said = Mapping[str, Any]
Parts = Mapping[Part, Said]


def load(visit_id: int) -> dict[Part, Said]:
    rows = db.session.scalars(select(ReportPart).where(ReportPart.visit_id == visit_id))
    return {row.part: row.said for row in rows}


def save(visit_id: int, part: Part, said: dict[str, Any], by: Actor, tap: Tap, now: datetime) -> bool:
    """Kept under the member's name; said anew, it counts as it was said last. False: nothing was changed."""
    visit = hold(visit_id, by, now)
    if visit.state in REPORTED or by.id is None or not is_new(visit_id, tap, by, part, now):
        return False
    row = db.session.get(ReportPart, (visit_id, part), with_for_update=True)
    if row is None:
        row = ReportPart(visit_id=visit_id, part=part)
        db.session.add(row)
    row.said, row.member_id, row.saved_at = said, by.id, tap.at
    db.session.flush()
    return True


def outcome_of(parts: Parts) -> Outcome | None:
    return Outcome(parts[Part.WORK]["outcome"]) if Part.WORK in parts else None


def steps_of(outcome: Outcome) -> tuple[Part, ...]:
    """Where nothing was done, nothing was used up and nobody signs."""
    return tuple(Part) if outcome in DONE_SOMETHING else (Part.WORK, Part.PHOTOS)


def next_step(parts: Parts) -> Part | None:
    """The first that nothing was said of; None when the report may be sent."""
    outcome = outcome_of(parts)
    if outcome is None:
        return Part.WORK
    return next((part for part in steps_of(outcome) if part not in parts), None)


def put_together(parts: Parts) -> WorkReport:
    """The report, when every step was said."""
    work = parts[Part.WORK]
    outcome = Outcome(work["outcome"])
    worked = outcome in DONE_SOMETHING
    materials: Said = parts.get(Part.MATERIALS, {}) if worked else {}
    signature: Said = parts.get(Part.SIGNATURE, {}) if worked else {}
    return WorkReport(
        outcome=outcome,
        done=_by_id(work["done"]),
        materials=_by_id(materials.get("used", {})),
        minutes=work["minutes"],
        note=work["note"],
        left_why=_by_id(work.get("left_why", {})),
        why=work.get("why", ""),
        waited_minutes=work.get("waited"),
        calls_tried=work.get("calls"),
        parts=work.get("parts", ""),
        resident_share=materials.get("share", 0),
        no_signature=signature.get("none", ""),
    )


def _by_id(kept: Mapping[str, Any]) -> dict[int, Any]:
    """JSON knows no numbers as keys."""
    return {int(key): value for key, value in kept.items()}
