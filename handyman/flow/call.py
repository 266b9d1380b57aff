"""A call: a place is found, windows are looked for, and what is asked for and promised is stored."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from handyman import address_table, merged
from handyman import sighting as spotting
from handyman.address_table import Coverage
from handyman.board import book as booking
from handyman.board import cancel as cancelling
from handyman.board import extend as extending
from handyman.board import holds, instead, kept, locking, road_times
from handyman.board.calendar import is_working_day
from handyman.board.needs import Need, need_of, open_items
from handyman.board.propose import Choice, Proposal, last_day, none_soon, propose, too_long_for
from handyman.board.refusals import ChoiceError, NotBookableError
from handyman.board.waiting_list import entries as waiting_list
from handyman.dispatch.eligibility import team_size
from handyman.dispatch.problem import Point
from handyman.extensions import db, settings, transaction
from handyman.flow.telling import tell
from handyman.geocode.gazetteer import AddressPoint
from handyman.intake import add_to, callers, log_call, on_card, script, still_open
from handyman.intake.call import AskedItem, Call, Where, bookable
from handyman.intake.form import Wish
from handyman.intake.phone import PhoneNumber, read_phone
from handyman.messages import written
from handyman.models import (
    Actor,
    ConsentKind,
    Person,
    PhoneKind,
    Relation,
    RequestState,
    Resident,
    ServiceRequest,
    Visit,
    same_name,
)
from handyman.residents import alike as residents_alike
from handyman.residents import correct as correcting
from handyman.residents import file as filing
from handyman.residents import names as naming
from handyman.residents.callers import find_or_file_caller
from handyman.residents.place import Place
from handyman.sighting import Sighting, Suggestion
from handyman.words import seoul_day


@dataclass(frozen=True, slots=True)
class Windows:
    """The windows that can be promised now, for so many people and minutes."""

    sighting: Sighting
    place: Place  # for which they are: that of the sighting, or one that has to be confirmed yet
    proposals: list[Proposal]
    items: tuple[AskedItem, ...]
    team_size: int = 1
    minutes: int = 0
    waiting: bool = False  # something of it waits for a consent
    last_day: date | None = None  # the wish lies beyond this day, the last that may be promised
    day_off: bool = False  # the one day that was wished for is none on which the office works
    none_within: int = 0  # days from today, within which nothing of what they wish is free
    kept_until: datetime | None = None  # the window that was chosen is kept for this form
    too_long_for: int = 0  # the most minutes that anybody works at one go, where the work takes longer

    @property
    def to_confirm(self) -> bool:
        """Whether nobody has said yet that this is the house."""
        return self.place.located and not self.sighting.place.located


@dataclass(frozen=True, slots=True)
class Kept:
    """A window that is kept for a form."""

    until: datetime
    shown: Proposal | None  # with whoever is asked once it is saved


class HouseNotChosenError(Exception):
    """A window was promised for an address of which nobody has said yet which house it is."""


def locate(where: Where) -> Sighting:
    """An address as it was said becomes a place, with a grade, or a choice of places."""
    return spotting.locate(where)


def resident_at(name: str, place: Place) -> Person | None:
    """Who is on file there under the name: saving takes the call for theirs, whatever number it came from."""
    return filing.at_home(name, place.place_key)


def alike_at(name: str, place: Place) -> list[int]:
    """Who is on file there, or in the building, under a name that sounds like it: perhaps the same person."""
    return residents_alike.find_alike(name, place.place_key)


def home_on_file(home: Any) -> Sighting | None:
    """The place of a caller's card, as it was found before."""
    return spotting.at_home(home)


def suggest_addresses(text: str, phone: str = "") -> list[Suggestion]:
    """Addresses that go on from what was typed, those of the number on the line first."""
    number = read_phone(phone)
    return spotting.suggest(text, callers.find_addresses(number.e164) if number else ())


def neighbours(lat: float, lon: float) -> Sequence[AddressPoint]:
    """The known houses around a point, for a map without tiles."""
    return address_table.neighbours(lat, lon)


def table_coverage() -> Coverage:
    """How many addresses of which district the table knows."""
    return address_table.coverage(settings().gazetteer_file)


def windows_for(
    wish: Wish, now: datetime, key: str = "", choice: str = "", named: Sequence[int] = ()
) -> Windows:
    """Look for windows; none without a door to knock at or without work that is ours.

    `key`, `choice`, `named`: of the form, the window chosen in it, and whom it shows for that. What is kept
    for it is among them, with the same people where they can still come.
    """
    sighting, items = locate(wish.where), bookable(wish.items)
    place = _likely_place(wish.where, sighting)
    waiting = any(asked.waits for asked in wish.items)
    wanted = _need(place, items, wish.person_id)
    if wanted is None:
        return Windows(sighting, place, [], items, waiting=waiting)
    road_times.prefetch([Point(wanted.lat, wanted.lon)], seoul_day(now), last_day(now))
    when = wish.when
    found = propose(
        wanted, now, not_before=when.not_before, suits=when.suits, order=when.order, only=when.only, key=key
    )
    chosen = _chosen(choice)
    until = holds.kept_until(key, chosen.day, (chosen.window_start, chosen.window_end)) if chosen else None
    if chosen and until:
        found = _with_own(found, chosen, kept.show(wanted, chosen, now, named, key))
    last = last_day(now)
    beyond = last if wish.when.not_before and wish.when.not_before > last else None
    day_off = when.only and when.not_before is not None and not is_working_day(when.not_before)
    need = wanted.team_size, wanted.service_minutes
    none_within = 0 if when.not_before else none_soon(wanted, found, now, when.suits)
    too_long = 0 if found else too_long_for(wanted, now)
    return Windows(
        sighting, place, found, items, *need, waiting, beyond, day_off, none_within, until, too_long
    )


def _with_own(found: list[Proposal], chosen: Choice, own: Proposal | None) -> list[Proposal]:
    """The window that is kept stands where it stood, or first; what it has ahead of others is still said."""
    if own is None:
        return found
    same = [each for each in found if Choice.parse(each.key) == chosen]
    if not same:
        return [own, *found]
    return [own if each in same and each.team_ids != own.team_ids else each for each in found]


def _likely_place(where: Where, sighting: Sighting) -> Place:
    """The only house that the words may mean is good enough to look for windows while it is confirmed."""
    if sighting.place.located or len(sighting.candidates) != 1:
        return sighting.place
    return locate(replace(where, place_key=sighting.candidates[0].place_key)).place


def _chosen(choice: str) -> Choice | None:
    try:
        return Choice.parse(choice)
    except ChoiceError:
        return None


def _need(place: Place, items: Sequence[AskedItem], resident_id: int | None) -> Need | None:
    """None where nobody can go, or nothing is ours to do."""
    lat, lon = place.lat, place.lon
    if lat is None or lon is None or not place.findable or not items:
        return None
    return Need(
        lat=lat,
        lon=lon,
        service_minutes=max(1, sum(asked.item.minutes(asked.quantity) for asked in items)),
        skills=frozenset(skill.code for asked in items for skill in asked.item.skills),
        team_size=max(_people(asked) for asked in items),
        resident_id=merged.into(resident_id) if resident_id else None,
    )


def hold_window(
    key: str, wish: Wish, choice: str, by: Actor, now: datetime, named: Sequence[int] = ()
) -> Kept | None:
    """Keep a window for whoever is on the line; None where it has been taken.

    `named`: whom it was shown with, and who keep it where they can come.
    """
    wanted, items = Choice.parse(choice), bookable(wish.items)
    need = _need(_likely_place(wish.where, locate(wish.where)), items, wish.person_id)
    if need is None:
        return None
    road_times.prefetch([Point(need.lat, need.lon)], wanted.day, wanted.day)
    with transaction():
        until = booking.hold(key, need, wanted, by, now, named)
    return Kept(until, kept.show(need, wanted, now, named, key)) if until else None


def asked_instead(visit: Visit) -> list[str]:
    """A sentence for each who was named for the visit on the telephone, and could not come any more."""
    return instead.told(visit)


def to_part(request: ServiceRequest, now: datetime) -> tuple[int, int] | None:
    """How many minutes a request takes and how many anybody works at one go, where it takes longer."""
    try:
        need = need_of(request, open_items(request.id))
    except NotBookableError:
        return None
    most = too_long_for(need, now)
    return (need.service_minutes, most) if most else None


def release_window(key: str) -> None:
    """Whoever was on the line has hung up, or thinks again."""
    with transaction():
        holds.release(key)


def take_call(
    call: Call,
    choice: str,
    by: Actor,
    now: datetime,
    *,
    shown: Collection[int] | None = None,
    named: Sequence[int] = (),
) -> ServiceRequest:
    """Store the call and the promise made in it; PlaceTakenError stores nothing. Twice sent, once stored.

    HouseNotChosenError where there is a promise, and the house has to be confirmed yet.

    `shown`: the open requests that the operator saw; StillOpenError for another with the same items.
    `named`: whom the page showed for the window; they are asked, as long as they can come.
    CardChangedError where somebody else has changed the card since the form was filled from it.
    """
    if known := log_call.find_submitted(call.submission_key):
        return known
    wanted = Choice.parse(choice) if choice else None
    sighting = locate(call.where)
    place = sighting.place
    if wanted is not None and sighting.candidates and not place.located:
        raise HouseNotChosenError
    if wanted is not None and place.lat is not None and place.lon is not None:
        road_times.prefetch([Point(place.lat, place.lon)], wanted.day, wanted.day, keep=True)
    try:
        with transaction():
            _refuse_changed(call)
            resident, caller = _file_people(call, place, by, now)
            if shown is not None:
                still_open.refuse_twice(call, resident, shown)
            request = log_call.log_call(call, resident, caller, _people, by, now)
            if wanted is not None:
                tell(booking.book(request, wanted, by, now, call.submission_key, named), now)
            else:
                holds.release(call.submission_key)
                if call.wait is not None and request.state is RequestState.LOGGED:
                    wait = call.wait
                    waiting_list.put(request, wait.reason, wait.note, by, now, wait.shown)
    except log_call.AlreadyLoggedError:
        if known := log_call.find_submitted(call.submission_key):
            return known
        raise
    return request


def add_to_request(
    call: Call, target: add_to.Target, by: Actor, now: datetime
) -> tuple[ServiceRequest, Visit | None]:
    """The items of a call go to a request that is open, and along with its visit where that can be.

    CannotAddError stores nothing. Twice sent, once added.
    """
    place = locate(call.where).place
    for visit_id in cancelling.live_visits(target.request_id):
        road_times.prefetch_visit(visit_id, db.session.get_one(Visit, visit_id).day)
    try:
        with transaction():
            request = locking.lock_request(target.request_id)
            if request is not None and not filing.is_same_place(request.address, place):
                raise add_to.CannotAddError
            items = add_to.add_items(request, target, call, _people, by, now)
            assert request is not None  # noqa: S101  # add_items has looked
            _refuse_changed(call)
            naming.agree(request.resident.person, call.person_id, call.name, call.renamed, by, now)
            _write_anew(call, request.resident)
            if same_name(request.resident.person.name, call.name):
                filing.keep_consents(request.resident.person, call.consents, script.VERSION, by, now)
            visit, changes = extending.extend(request, items, by, now)
            add_to.note_visit(call.submission_key, visit.id if visit else None)
            tell(changes, now)
    except log_call.AlreadyLoggedError:
        if known := add_to.find_added(call.submission_key):
            return known, add_to.visit_of(call.submission_key)
        raise
    return request, visit


def _file_people(call: Call, place: Place, by: Actor, now: datetime) -> tuple[Resident, Person | None]:
    phone = phone_of(call.reached_at)
    who = filing.Somebody(
        name=call.name,
        phone=phone,
        place=place,
        own_line=call.own_line,
        person_id=call.person_id,
        renamed=call.renamed,
        birth_year=call.birth_year,
        care_note=call.care_note,
        care_note_withdrawn=call.consents.get(ConsentKind.HEALTH) is False,
    )
    resident = filing.find_or_file(who, by, now)
    _write_anew(call, resident)
    filing.keep_consents(resident.person, call.consents, script.VERSION, by, now)
    if call.relation is Relation.SELF:
        return resident, None
    return resident, find_or_file_caller(call.caller_name, phone_of(call.phone), now, resident)


def _refuse_changed(call: Call) -> None:
    """CardChangedError where the card is not any more as the form was filled from it."""
    if call.person_id is not None and call.card:
        correcting.load(call.person_id, lock=True)
        if not on_card.is_as(call.person_id, call.card):
            raise correcting.ChangedMeanwhileError


def _write_anew(call: Call, resident: Resident) -> None:
    """What waits to be sent to somebody has their right name."""
    if call.renamed:
        db.session.flush()
        written.write_anew_about(resident.id)


def _people(asked: AskedItem) -> int:
    return team_size(asked.item.team_size, asked.item.two_person_from_cm, asked.ceiling_cm)


def phone_of(number: PhoneNumber) -> filing.Phone:
    return filing.Phone(number.e164, PhoneKind(number.kind.value))
