"""What came from a telephone and no longer fitted: the visit was called off, moved or reported meanwhile."""

from datetime import datetime
from typing import Any

from flask import request
from sqlalchemy import select

from handyman.extensions import db, now, transaction
from handyman.models import Link, RefusedPress, Visit
from handyman.visit.taps import Tap, read_tap

NOTHING_SAID = frozenset(
    {"accept", "decline", "undo", "photos_done", "remove_photo", "send", "choose_way"}
)  # of these the office learns nothing that it does not know
OURS = frozenset({"csrf_token", "key", "at", "drawn", "step"})
LONGEST = 2000  # letters of one answer


def pass_on(link: Link, visit_id: int) -> bool:
    """Whether the office has it: once, however often the telephone asks."""
    step = (request.endpoint or "").rpartition(".")[2]
    if step in NOTHING_SAID:
        return False
    at, said = now(), _said()
    tap = read_tap(request.form, at)
    db.session.rollback()  # what the press itself had begun
    with transaction():
        visit = db.session.get(Visit, visit_id, with_for_update=True)
        if visit is None or not _of_link(link, visit):
            return False
        known = select(RefusedPress.id).where(RefusedPress.visit_id == visit_id, RefusedPress.key == tap.key)
        if db.session.scalar(known) is None:
            db.session.add(_press(link, visit_id, step, said, tap, at))
    return True


def _of_link(link: Link, visit: Visit) -> bool:
    """A day's link opens each visit that its member had that day, also when it is another's by now."""
    if link.visit_id is not None:
        return link.visit_id == visit.id
    return any(offer.member_id == link.member_id for place in visit.assignments for offer in place.offers)


def _press(
    link: Link, visit_id: int, step: str, said: dict[str, Any], tap: Tap, at: datetime
) -> RefusedPress:
    return RefusedPress(
        visit_id=visit_id,
        key=tap.key,
        member_id=link.member_id,
        step=step,
        said=said,
        at=tap.at,
        arrived_at=at,
    )


def _said() -> dict[str, Any]:
    """As it was typed; of photographs how many."""
    said: dict[str, Any] = {
        name: value.replace("\0", "")[:LONGEST]
        for name, value in request.form.items()
        if name not in OURS and value.strip()
    }
    pictures = sum(1 for file in request.files.values() if file)
    return said | ({"pictures": pictures} if pictures else {})
