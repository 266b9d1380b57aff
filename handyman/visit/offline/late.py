"""What came from a telephone and no longer fitted: the visit was called off, moved or reported meanwhile."""

from contextlib import suppress
from datetime import datetime
from enum import StrEnum
from io import BytesIO
from typing import Any

from flask import request
from sqlalchemy import select

from handyman.extensions import db, now, settings, transaction
from handyman.models import Assignment, AssignmentState, Link, PhotoKind, RefusedPress, Visit
from handyman.photos import MEGABYTE, MOST_PHOTOS, PhotoError, Picture, Shelf, prepare, shelf
from handyman.visit.photo_form import read_photos
from handyman.visit.promise import GIVES_BACK, SHOWN
from handyman.visit.reporting.said import read_signature
from handyman.visit.taps import Tap, read_tap

NOTHING_SAID = frozenset(
    {"accept", "undo", "photos_done", "remove_photo", "send", "choose_way"}
)  # of these the office learns nothing that it does not know
NO = "decline"  # news from whoever is still to go, and from nobody else
OURS = frozenset({"csrf_token", "key", "at", "drawn", "step", "rough", SHOWN, GIVES_BACK})
LONGEST = 2000  # letters of one answer
MOST_KEPT = MOST_PHOTOS + 1  # and a signature
PHOTOGRAPHED = (PhotoKind.BEFORE, PhotoKind.AFTER, PhotoKind.RECEIPT)


class Passed(StrEnum):
    """What the office has of a press that no longer fitted."""

    NOTHING = "nothing"
    WORDS = "words"  # and not its photographs
    ALL = "all"


def pass_on(link: Link, visit_id: int) -> Passed:
    """Once, however often the telephone asks."""
    step = (request.endpoint or "").rpartition(".")[2]
    if step in NOTHING_SAID or (step == NO and not goes(link, visit_id)):
        return Passed.NOTHING
    at, said = now(), _said()
    tap = read_tap(request.form, at)
    db.session.rollback()  # what the press itself had begun
    if not _may_pass_on(link, visit_id):
        return Passed.NOTHING
    pictures = _pictures()
    with shelf(settings().photo_folder) as folder, transaction():
        db.session.get(Visit, visit_id, with_for_update=True)
        presses = db.session.scalars(select(RefusedPress).where(RefusedPress.visit_id == visit_id)).all()
        press = next((each for each in presses if each.key == tap.key), None)
        if press is None:
            room = MOST_KEPT - sum(len(each.photographs) for each in presses)
            kept = [_put(picture, folder) for picture in pictures[:room]] if room > 0 else []
            press = _press(link, visit_id, step, said | ({"photographs": kept} if kept else {}), tap, at)
            db.session.add(press)
        is_all = len(press.photographs) >= press.said.get("pictures", 0)
    return Passed.ALL if is_all else Passed.WORDS


def goes(link: Link, visit_id: int) -> bool:
    """Whoever holds the link has said yes, by whatever way, and nobody has taken it back."""
    place = select(Assignment.id).where(
        Assignment.visit_id == visit_id,
        Assignment.member_id == link.member_id,
        Assignment.state == AssignmentState.ACCEPTED,
    )
    return db.session.scalar(place) is not None


def _may_pass_on(link: Link, visit_id: int) -> bool:
    visit = db.session.get(Visit, visit_id)
    found = visit is not None and _of_link(link, visit)
    db.session.rollback()  # pictures take seconds: nobody waits for the database meanwhile
    return found


def _pictures() -> list[Picture]:
    """Photographs and what was drawn on the glass, as far as they can be read."""
    for upload in request.files.values():
        upload.stream.seek(0)  # the press may have read it
    found, _problems = read_photos(request.files, PHOTOGRAPHED, settings().photo_max_mb)
    drawn, _none, _problems = read_signature(request.form)
    if drawn is not None:
        with suppress(PhotoError):
            found.append(prepare(BytesIO(drawn), PhotoKind.SIGNATURE, MEGABYTE))
    return found


def _put(picture: Picture, folder: Shelf) -> dict[str, Any]:
    name = folder.put(picture.data, picture.small)
    return {"kind": str(picture.kind), "name": name, "width": picture.width, "height": picture.height}


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
    """As it was typed; of photographs how many were sent."""
    said: dict[str, Any] = {
        name: value.replace("\0", "")[:LONGEST]
        for name, value in request.form.items()
        if name not in OURS and value.strip()
    }
    pictures = sum(1 for file in request.files.values() if file) + bool(request.form.get("drawn"))
    return said | ({"pictures": pictures} if pictures else {})
