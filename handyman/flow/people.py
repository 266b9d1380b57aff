"""Who is looked after, who stands by them, and where they live."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from handyman.board import locking
from handyman.extensions import db, transaction
from handyman.flow.call import locate, phone_of
from handyman.geocode.ground import metres
from handyman.intake.call import Where
from handyman.intake.card.read import Typed
from handyman.intake.phone import read_phone
from handyman.messages import announce, another_number, ladder, page_holders, parted, rows, written
from handyman.models import (
    Actor,
    ConsentKind,
    OfferState,
    Person,
    PersonMerge,
    RecipientKind,
    ServiceRequest,
    TextLanguage,
    Visit,
)
from handyman.residents import contacts
from handyman.residents import correct as correcting
from handyman.residents import file as filing
from handyman.residents import names as naming
from handyman.residents.correct import ChangedMeanwhileError as CardChangedError
from handyman.residents.correct import load as find_card
from handyman.residents.correct import words_of as card_words
from handyman.residents.finding import search as finding
from handyman.residents.language import change_language as write_in
from handyman.residents.merging import merge as merging
from handyman.residents.merging import undo as parting

__all__ = ["CardChangedError", "card_words", "find_card"]

ANOTHER_PLACE_M = 100  # nearer than this nobody plans anew


def correct_address(request_id: int, where: Where, by: Actor, now: datetime) -> list[Visit]:
    """Correct the address of a request, or put its pin, after the call; NowhereError keeps the old one.

    Gives the visits that were planned for another place: who is near, and how long the way is, has changed.
    """
    found = locate(where)
    with transaction():
        request = locking.lock_request(request_id) or db.session.get_one(ServiceRequest, request_id)
        visits = filing.visits_to_come(request)
        for visit in visits:
            locking.lock_visit(visit.id)  # nobody plans with a point that is about to change
        doors = [(visit.address.dong, visit.address.full) for visit in visits]
        points = [(visit.address.lat, visit.address.lon) for visit in visits]
        filing.correct_address(request, found.place, by, now)
        for visit, (dong, door) in zip(visits, doors, strict=True):
            if visit.address.dong != dong:
                announce.elsewhere(visit, now)
            elif visit.address.full != door:
                announce.readdressed(visit, now)
        moved = [visit for visit, old in zip(visits, points, strict=True) if _is_far(visit, old)]
        for visit in moved:
            _forget_reasons(visit)
    return moved


def correct_card(
    resident_id: int, opened: Mapping[str, str], typed: Typed, by: Actor, now: datetime
) -> Sequence[ServiceRequest]:
    """A resident's card is put right; gives the open requests that lie elsewhere.

    CardChangedError where somebody else has stored something since `opened`.
    """
    place = locate(typed.where).place if typed.where else None
    phones = {row: phone_of(number) if number else None for row, number in typed.phones.items()}
    new_phone = phone_of(typed.new_phone) if typed.new_phone else None
    new = correcting.Correction(typed.name, typed.birth_year, typed.care_note, phones, new_phone, place)
    with transaction():
        resident, others = correcting.correct(resident_id, opened, new, by, now)
        if others:
            rows.readdress(rows.resident(resident.person, now), now)
            another_number.of_person(resident.person, now)
        if opened["name"] != resident.person.name:
            written.write_anew_about(resident_id)
        return correcting.open_elsewhere(resident)


def may_note_health(resident_id: int) -> bool:
    consent = filing.latest_consents(resident_id).get(ConsentKind.HEALTH)
    return consent is not None and consent.given


def any_number(text: str) -> filing.Phone | None:
    """The normal form of a number and what line it is; None when it is no number."""
    number = read_phone(text)
    return phone_of(number) if number else None


def add_contact(resident_id: int, new: contacts.NewContact, by: Actor, now: datetime) -> None:
    """Somebody stands by a resident."""
    with transaction():
        contact = contacts.add(resident_id, new, by, now)
        if not contact.may_be_told:  # for having called they might have heard until now
            ladder.pass_over(resident_id, contact.person_id, now)
        page_holders.look_over(contact.person_id, now)


def add_caller_as_contact(resident_id: int, person_id: int, by: Actor, now: datetime) -> None:
    """Whoever has called for a resident stands by them from here on."""
    with transaction():
        contacts.add_caller(resident_id, person_id, by, now)
        page_holders.look_over(person_id, now)


def change_contact(
    resident_id: int,
    contact_id: int,
    wanted: contacts.Change,
    by: Actor,
    now: datetime,
    before: int | None = None,
) -> None:
    """Earlier in the order, told or not told, or off the list."""
    with transaction():
        person_id = contacts.change(resident_id, contact_id, wanted, by, now, before)
        if wanted in (contacts.Change.NOT_TOLD, contacts.Change.REMOVE):
            ladder.pass_over(resident_id, person_id, now)
        page_holders.look_over(person_id, now)


def merge_people(kept_id: int, gone_id: int, by: Actor, now: datetime) -> PersonMerge:
    """Two records of one person become one; MergeError says why not.

    What waits for somebody whom the list of the other does not let hear it is a person's work.
    """
    with transaction():
        merged = merging.merge(kept_id, gone_id, by, now)
        for contact in contacts.not_told(kept_id):
            ladder.pass_over(contact.resident_id, contact.person_id, now)
        page_holders.look_over(kept_id, now)
    return merged


def undo_merge(merge_id: int, by: Actor, now: datetime) -> PersonMerge:
    """They are two again; MergeError when something built on it stands against that.

    What was written to one at the number of the other went to a stranger.
    """
    with transaction():
        undone = parting.undo(merge_id, by, now)
        parted.give_back(undone, now)
        for person_id in (undone.kept_id, undone.gone_id):
            person = db.session.get_one(Person, person_id)
            rows.readdress(rows.resident(person, now), now)
            another_number.of_person(person, now)
    return undone


def change_language(
    person_id: int, language: TextLanguage, by: Actor, now: datetime, was: str | None = None
) -> bool:
    """What waits to be written to them is written anew; False when there is nobody."""
    with transaction():
        found = write_in(person_id, language, by, now, was)
        if found:
            written.write_anew_to(RecipientKind.PERSON, person_id)
    return found


def put_back_name(person_id: int, name_id: int, by: Actor, now: datetime) -> Person | None:
    """The name as it was before the latest correction, also in what waits to be written."""
    with transaction():
        person = naming.put_back(person_id, name_id, by, now)
        if person is not None:
            db.session.flush()
            written.write_anew_about(person_id)
    return person


def _forget_reasons(visit: Visit) -> None:
    """Why somebody was asked: who is near was true of the old place."""
    for assignment in visit.assignments:
        for offer in assignment.offers:
            if offer.state in (OfferState.OFFERED, OfferState.ACCEPTED):
                offer.reasons = []


def _is_far(visit: Visit, old: tuple[float | None, float | None]) -> bool:
    lat, lon = visit.address.lat, visit.address.lon
    if lat is None or lon is None or old[0] is None or old[1] is None:
        return (lat, lon) != old
    return metres(lat, lon, old[0], old[1]) > ANOTHER_PLACE_M


def people_named(text: str) -> list[int]:
    """Whom the one search box finds, the likeliest first: by sound and by initials, too."""
    return finding.find(text)
