"""The members: their details, their days, and what they and residents wish of each other."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import select

from handyman import photos
from handyman.board import absences, locking, offers
from handyman.board import wishes as wishing
from handyman.board.stand_bys import store as stand_bys
from handyman.extensions import db, settings, transaction
from handyman.flow.telling import tell
from handyman.intake.phone import Kind, read_phone
from handyman.members import roster
from handyman.members.details import Details, Line
from handyman.members.faces import store as faces
from handyman.messages import another_number, rows, written
from handyman.models import (
    AbsenceReason,
    Actor,
    Member,
    PhoneKind,
    RecipientKind,
)
from handyman.words import seoul_day


def member_number(text: str, *, smartphone: bool) -> Line | None:
    """The normal form of a number that texts reach, or rings for somebody without a smartphone."""
    number = read_phone(text)
    usable = {Kind.MOBILE} if smartphone else {Kind.MOBILE, Kind.LANDLINE, Kind.INTERNET}
    return Line(number.e164, PhoneKind(number.kind.value)) if number and number.kind in usable else None


def add_member(details: Details, by: Actor, now: datetime) -> Member:
    """Somebody new may be asked for visits."""
    with transaction():
        locking.lock_days_ahead(seoul_day(now))
        return roster.add(details, by, now)


def change_member(member_id: int, details: Details, by: Actor, now: datetime, *, seen: str) -> Member:
    """A member's details change; what is booked with them stays, and what waits goes to their new number."""
    with transaction():
        locking.lock_days_ahead(seoul_day(now))
        telephone = select(Member.phone, Member.smartphone).where(Member.id == member_id)
        before = tuple(db.session.execute(telephone).one_or_none() or ())
        member = roster.change(member_id, details, by, now, seen=seen)
        rows.readdress(rows.member(member), now)
        if (member.phone, member.smartphone) != before:
            another_number.of_member(member, now)
        written.write_anew_to(RecipientKind.MEMBER, member_id)
    return member


def put_face(member_id: int, face: bytes, by: Actor, now: datetime) -> None:
    """Residents who wait for this member see it."""
    with photos.shelf(settings().photo_folder) as shelf, transaction():
        gone = faces.put(member_id, face, shelf, by, now)
    photos.throw_away(settings().photo_folder, gone)


def remove_face(member_id: int, by: Actor, now: datetime) -> None:
    """Nobody sees it any more."""
    with transaction():
        gone = faces.remove(member_id, by, now)
    photos.throw_away(settings().photo_folder, gone)


def log_absence(
    member_id: int, first_day: date, last_day: date, reason: AbsenceReason, by: Actor, now: datetime
) -> None:
    """A member does not work on these days; what they were asked and have not answered goes to the next."""
    with transaction():
        stay_away(member_id, first_day, last_day, reason, by, now)


def stay_away(
    member_id: int, first_day: date, last_day: date, reason: AbsenceReason, by: Actor, now: datetime
) -> None:
    """The same inside a transaction."""
    absence = absences.add(member_id, first_day, last_day, reason, by, now)
    asked = absences.asked_about(absence)
    tell(offers.pass_on(member_id, asked, by, now, why=offers.ABSENT), now)


def remove_absence(member_id: int, absence_id: int, by: Actor, now: datetime) -> None:
    """The member works on those days after all."""
    with transaction():
        absences.remove(member_id, absence_id, by, now)


def put_on_stand_by(member_id: int, first: date, last: date, by: Actor, now: datetime) -> list[date]:
    """A member works on these days only when called."""
    with transaction():
        return stand_bys.put(member_id, first, last, by, now)


def take_off_stand_by(member_id: int, first: date, last: date, by: Actor, now: datetime) -> bool:
    """The member works on those days like everybody else."""
    with transaction():
        return stand_bys.take_off(member_id, first, last, by, now)


def call_stand_by(member_id: int, day: date, by: Actor, now: datetime) -> bool:
    """A member on stand-by is wanted on this day."""
    with transaction():
        return stand_bys.call(member_id, day, by, now)


def write_wish(
    visit_id: int, wish: wishing.Wish, by: Actor, now: datetime, seen: Collection[str] | None = None
) -> wishing.Written:
    """What a member and this visit's resident wish of each other. Who must not go is asked no longer."""
    with transaction():
        locking.lock_days_ahead(seoul_day(now))
        resident_id = wishing.resident_of(visit_id)
        before = wishing.write(resident_id, wish, by, now, seen)
        asked, held = wishing.stand_against(wish, resident_id)
        changes = offers.pass_on(wish.member_id, asked, by, now)
        tell(changes, now)
        passed_on = len(changes.offered)
        return wishing.Written(before, passed_on, len(asked) - passed_on, len(held))


def remove_wish(visit_id: int, wish_id: int, seen: str, by: Actor, now: datetime) -> None:
    """The wish is no more; WishChangedError when it is no longer the one that was seen."""
    with transaction():
        locking.lock_days_ahead(seoul_day(now))
        wishing.remove(wishing.resident_of(visit_id), wish_id, seen, by, now)
