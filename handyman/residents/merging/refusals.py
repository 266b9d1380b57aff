"""Why two records are not made one, or not parted; nothing was changed."""

from enum import StrEnum

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import aliased

from handyman.extensions import db
from handyman.models import (
    ENDED,
    Contact,
    Person,
    PersonMerge,
    Resident,
    ServiceRequest,
    Visit,
    VisitingWish,
    VisitState,
)


class Why(StrEnum):
    NOBODY = "nobody"
    SAME = "same"
    MERGED = "merged"  # one of them has gone into another record
    RELATED = "related"  # one stands by the other, or has called for them: two people
    BIRTH_YEARS = "birth_years"
    TWO_PLACES = "two_places"  # promised visits at one time at two addresses
    UNDER_WAY = "under_way"
    WISHES = "wishes"  # opposite wishes about one member
    CHANGED_SINCE = "changed_since"  # what was built on it meanwhile cannot be parted
    UNDONE = "undone"


class MergeError(Exception):
    """With the ground."""

    def __init__(self, code: Why) -> None:
        super().__init__(code.value)
        self.code = code


def find_refusal(kept: Person | None, gone: Person | None) -> Why | None:
    """The first ground against making them one, or None."""
    if kept is None or gone is None:
        return Why.NOBODY
    if kept.id == gone.id:
        return Why.SAME
    if is_merged(kept.id) or is_merged(gone.id):
        return Why.MERGED
    if _related(kept.id, gone.id):
        return Why.RELATED
    if kept.resident is None or gone.resident is None:
        return None
    return _against_residents(kept.resident, gone.resident)


def is_merged(person_id: int) -> bool:
    stands = exists().where(PersonMerge.gone_id == person_id, PersonMerge.undone_at.is_(None))
    return bool(db.session.scalar(select(stands)))


def _against_residents(kept: Resident, gone: Resident) -> Why | None:
    if kept.birth_year and gone.birth_year and kept.birth_year != gone.birth_year:
        return Why.BIRTH_YEARS
    under_way = Visit.state.in_((VisitState.ON_THE_WAY, VisitState.ARRIVED))
    if db.session.scalar(select(exists().where(Visit.resident_id == gone.id, under_way))):
        return Why.UNDER_WAY
    if _in_two_places(kept.id, gone.id):
        return Why.TWO_PLACES
    return Why.WISHES if _opposite_wishes(kept.id, gone.id) else None


def _related(one: int, other: int) -> bool:
    both = (one, other)
    contact = exists().where(Contact.resident_id.in_(both), Contact.person_id.in_(both))
    called = exists().where(ServiceRequest.resident_id.in_(both), ServiceRequest.caller_id.in_(both))
    return bool(db.session.scalar(select(or_(contact, called))))


def _in_two_places(one: int, other: int) -> bool:
    mine, theirs = aliased(Visit), aliased(Visit)
    return bool(
        db.session.scalar(
            select(
                exists().where(
                    mine.resident_id == one,
                    theirs.resident_id == other,
                    mine.state.not_in(ENDED),
                    theirs.state.not_in(ENDED),
                    mine.window_start < theirs.window_end,
                    theirs.window_start < mine.window_end,
                    mine.address_id != theirs.address_id,
                )
            )
        )
    )


def _opposite_wishes(one: int, other: int) -> bool:
    mine, theirs = aliased(VisitingWish), aliased(VisitingWish)
    return bool(
        db.session.scalar(
            select(
                exists().where(
                    mine.resident_id == one,
                    theirs.resident_id == other,
                    mine.member_id == theirs.member_id,
                    mine.wished_by == theirs.wished_by,
                    mine.wish != theirs.wish,
                )
            )
        )
    )
