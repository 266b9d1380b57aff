"""The photographs of a visit: kept one by one, each whole, and taken away again while nothing is sent."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select

from handyman.extensions import db
from handyman.models import Actor, Photo, PhotoKind, Visit
from handyman.photos import MOST_PHOTOS, Picture, Shelf
from handyman.visit.finish import member_of
from handyman.visit.progress import REPORTED, hold
from handyman.visit.taps import Tap, is_new, was_kept


def keep(
    visit_id: int, pictures: Sequence[Picture], shelf: Shelf, by: Actor, now: datetime, tap: Tap | None = None
) -> int:
    """Store each photograph once for what it shows, as long as there is room; gives how many found none."""
    visit = hold(visit_id, by, now)
    if tap is not None and was_kept(visit_id, tap.key):
        return 0  # sent twice; it may have been taken away since
    left = keep_of(visit, pictures, shelf, by, now)
    if tap is not None and not left:
        is_new(visit_id, tap, by, "photo", now)
    return left


def keep_of(visit: Visit, pictures: Sequence[Picture], shelf: Shelf, by: Actor, now: datetime) -> int:
    stored = select(Photo.sha256, Photo.kind).where(Photo.visit_id == visit.id)
    known = {(row.sha256, row.kind) for row in db.session.execute(stored)}
    left = 0
    for picture in pictures:
        if (picture.sha256, picture.kind) in known:
            continue
        if picture.kind is not PhotoKind.SIGNATURE and _count(known) >= MOST_PHOTOS:
            left += 1
            continue
        known.add((picture.sha256, picture.kind))
        db.session.add(
            Photo(
                visit_id=visit.id,
                kind=picture.kind,
                file_name=shelf.put(picture.data, picture.small),
                sha256=picture.sha256,
                width=picture.width,
                height=picture.height,
                size=len(picture.data),
                member_id=member_of(visit, by),
                uploaded_at=now,
            )
        )
    db.session.flush()
    return left


def _count(known: Iterable[tuple[str, PhotoKind]]) -> int:
    return sum(1 for _sha256, kind in known if kind is not PhotoKind.SIGNATURE)


def keep_signature(visit_id: int, picture: Picture, shelf: Shelf, by: Actor, now: datetime) -> list[str]:
    """In the place of the one before; gives the files that are no longer anybody's."""
    visit = hold(visit_id, by, now)
    if visit.state in REPORTED:
        return []
    gone = _take_off(visit_id, PhotoKind.SIGNATURE)
    keep_of(visit, [picture], shelf, by, now)
    return gone


def forget_signature(visit_id: int, by: Actor, now: datetime) -> list[str]:
    """There is none after all."""
    if hold(visit_id, by, now).state in REPORTED:
        return []
    return _take_off(visit_id, PhotoKind.SIGNATURE)


def remove(visit_id: int, photo_id: int, by: Actor, tap: Tap, now: datetime) -> list[str]:
    """Gives the file that is no longer anybody's; nothing once the report is sent."""
    visit = hold(visit_id, by, now)
    photo = db.session.get(Photo, photo_id)
    if visit.state in REPORTED or not is_new(visit_id, tap, by, "remove", now):
        return []
    if photo is None or photo.visit_id != visit_id:
        return []
    db.session.delete(photo)
    db.session.flush()
    return [photo.file_name]


def _take_off(visit_id: int, kind: PhotoKind) -> list[str]:
    old = db.session.scalars(select(Photo).where(Photo.visit_id == visit_id, Photo.kind == kind)).all()
    for photo in old:
        db.session.delete(photo)
    db.session.flush()
    return [photo.file_name for photo in old]
