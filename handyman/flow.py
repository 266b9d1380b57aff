"""Which step follows which. Alone in calling several steps; each function here is one transaction."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import current_app
from sqlalchemy.exc import IntegrityError

from handyman import address_table, queueing
from handyman import sighting as spotting
from handyman.address_table import Coverage
from handyman.board import absences, answers, arrival, holds, locking, offers, road_times
from handyman.board import assign as assigning
from handyman.board import book as booking
from handyman.board import cancel as cancelling
from handyman.board import extend as extending
from handyman.board import move as moving
from handyman.board import wishes as wishing
from handyman.board.calendar import is_working_day, working_days
from handyman.board.catalogue import store as catalogue
from handyman.board.catalogue.details import Details as ItemDetails
from handyman.board.changes import Changes
from handyman.board.mending import put as putting
from handyman.board.mending import put_back as putting_back
from handyman.board.mending.before import Before
from handyman.board.needs import Need
from handyman.board.noticed import store as noticed
from handyman.board.plans import runs as planning
from handyman.board.plans import take as taking
from handyman.board.plans.take import PlanOutdatedError
from handyman.board.propose import Choice, Proposal, last_day, propose
from handyman.board.refusals import BoardError, PlaceTakenError
from handyman.board.service_times import adopt as learning
from handyman.board.stand_bys import store as stand_bys
from handyman.board.waiting_list import entries as waiting_list
from handyman.dispatch.eligibility import team_size
from handyman.dispatch.problem import Point
from handyman.extensions import db, settings, transaction
from handyman.geocode.gazetteer import AddressPoint
from handyman.geocode.ground import metres
from handyman.intake import add_to, callers, log_call, script, still_open
from handyman.intake.call import AskedItem, Call, Where, bookable
from handyman.intake.form import Wish
from handyman.intake.phone import Kind, PhoneNumber, read_phone
from handyman.intake.recurring import due as checks
from handyman.intake.recurring import rules
from handyman.members import roster
from handyman.members.details import Details, Line
from handyman.messages import announce, asked, daily, doubt, inbox, ladder, reach, rows, written
from handyman.models import (
    AbsenceReason,
    Actor,
    ActorKind,
    CancelReason,
    CheckRule,
    ConsentKind,
    DeclineReason,
    Gear,
    Member,
    OfferState,
    OverrideReason,
    Part,
    Person,
    PersonMerge,
    PhoneKind,
    RecipientKind,
    Relation,
    RequestState,
    Resident,
    ServiceItem,
    ServiceRequest,
    StateError,
    TeamRole,
    TextLanguage,
    Visit,
    WaitReason,
    Worry,
)
from handyman.residents import contacts
from handyman.residents import file as filing
from handyman.residents.file import NowhereError
from handyman.residents.merging import merge as merging
from handyman.residents.merging import undo as parting
from handyman.residents.place import Place
from handyman.sighting import Sighting, Suggestion, locate_home
from handyman.visit import finish as ending
from handyman.visit import forgotten, photos, progress, report_form, safety
from handyman.visit.reporting import album, noticing, parts
from handyman.visit.sheets import printing
from handyman.visit.taps import Step, Tap, new_key
from handyman.visit.way import MapApp
from handyman.words import seoul_day

ANOTHER_PLACE_M = 100  # nearer than this nobody plans anew
__all__ = ["BoardError", "NowhereError", "PlaceTakenError", "locate_home"]  # for routes to catch and ask

# The call


@dataclass(frozen=True, slots=True)
class Windows:
    """The windows that can be promised now, for so many people and minutes."""

    sighting: Sighting
    proposals: list[Proposal]
    items: tuple[AskedItem, ...]
    team_size: int = 1
    minutes: int = 0
    waiting: bool = False  # something of it waits for a consent
    last_day: date | None = None  # the wish lies beyond this day, the last that may be promised
    day_off: bool = False  # the one day that was wished for is none on which the office works


def locate(where: Where) -> Sighting:
    """An address as it was said becomes a place, with a grade, or a choice of places."""
    return spotting.locate(where)


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


def windows_for(wish: Wish, now: datetime) -> Windows:
    """Look for windows; none without a door to knock at or without work that is ours."""
    sighting, items = locate(wish.where), bookable(wish.items)
    waiting = any(asked.waits for asked in wish.items)
    wanted = _need(sighting, items, wish.person_id)
    if wanted is None:
        return Windows(sighting, [], items, waiting=waiting)
    road_times.prefetch([Point(wanted.lat, wanted.lon)], seoul_day(now), last_day(now))
    when = wish.when
    found = propose(
        wanted, now, not_before=when.not_before, suits=when.suits, order=when.order, only=when.only
    )
    last = last_day(now)
    beyond = last if wish.when.not_before and wish.when.not_before > last else None
    day_off = when.only and when.not_before is not None and not is_working_day(when.not_before)
    return Windows(sighting, found, items, wanted.team_size, wanted.service_minutes, waiting, beyond, day_off)


def _need(sighting: Sighting, items: Sequence[AskedItem], resident_id: int | None) -> Need | None:
    """None where nobody can go, or nothing is ours to do."""
    lat, lon = sighting.place.lat, sighting.place.lon
    if lat is None or lon is None or not sighting.place.findable or not items:
        return None
    return Need(
        lat=lat,
        lon=lon,
        service_minutes=max(1, sum(asked.item.minutes(asked.quantity) for asked in items)),
        skills=frozenset(skill.code for asked in items for skill in asked.item.skills),
        team_size=max(_people(asked) for asked in items),
        resident_id=resident_id,
    )


def hold_window(key: str, wish: Wish, choice: str, by: Actor, now: datetime) -> datetime | None:
    """Keep a window for whoever is on the line; gives until when, None where it has been taken."""
    wanted, items = Choice.parse(choice), bookable(wish.items)
    need = _need(locate(wish.where), items, wish.person_id)
    if need is None:
        return None
    road_times.prefetch([Point(need.lat, need.lon)], wanted.day, wanted.day)
    with transaction():
        return booking.hold(key, need, wanted, by, now)


def release_window(key: str) -> None:
    """Whoever was on the line has hung up, or thinks again."""
    with transaction():
        holds.release(key)


def take_call(
    call: Call, choice: str, by: Actor, now: datetime, *, shown: Collection[int] | None = None
) -> ServiceRequest:
    """Store the call and the promise made in it; PlaceTakenError stores nothing. Twice sent, once stored.

    `shown`: the open requests that the operator saw; StillOpenError for another with the same items.
    """
    if known := log_call.find_submitted(call.submission_key):
        return known
    wanted = Choice.parse(choice) if choice else None
    place = locate(call.where).place
    if wanted is not None and place.lat is not None and place.lon is not None:
        road_times.prefetch([Point(place.lat, place.lon)], wanted.day, wanted.day, keep=True)
    try:
        with transaction():
            resident, caller = _file_people(call, place, by, now)
            if shown is not None:
                still_open.refuse_twice(call, resident, shown)
            request = log_call.log_call(call, resident, caller, _people, by, now)
            if wanted is not None:
                _announce(booking.book(request, wanted, by, now, call.submission_key), now)
            else:
                holds.release(call.submission_key)
                if call.wait is not None and request.state is RequestState.LOGGED:
                    waiting_list.put(request, call.wait.reason, call.wait.note, by, now)
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
            if filing.same_name(request.resident.person.name, call.name):
                filing.keep_consents(request.resident.person, call.consents, script.VERSION, by, now)
            visit, changes = extending.extend(request, items, by, now)
            add_to.note_visit(call.submission_key, visit.id if visit else None)
            _announce(changes, now)
    except log_call.AlreadyLoggedError:
        if known := add_to.find_added(call.submission_key):
            return known, add_to.visit_of(call.submission_key)
        raise
    return request, visit


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


def any_number(text: str) -> filing.Phone | None:
    """The normal form of a number and what line it is; None when it is no number."""
    number = read_phone(text)
    return _phone(number) if number else None


def add_contact(resident_id: int, new: contacts.NewContact, by: Actor, now: datetime) -> None:
    """Somebody stands by a resident."""
    with transaction():
        contacts.add(resident_id, new, by, now)


def add_caller_as_contact(resident_id: int, person_id: int, by: Actor, now: datetime) -> None:
    """Whoever has called for a resident stands by them from here on."""
    with transaction():
        contacts.add_caller(resident_id, person_id, by, now)


def change_contact(
    resident_id: int, contact_id: int, wanted: contacts.Change, by: Actor, now: datetime
) -> None:
    """Earlier in the order, told or not told, or off the list."""
    with transaction():
        contacts.change(resident_id, contact_id, wanted, by, now)


def merge_people(kept_id: int, gone_id: int, by: Actor, now: datetime) -> PersonMerge:
    """Two records of one person become one; MergeError says why not."""
    with transaction():
        return merging.merge(kept_id, gone_id, by, now)


def undo_merge(merge_id: int, by: Actor, now: datetime) -> PersonMerge:
    """They are two again; MergeError when something built on it stands against that."""
    with transaction():
        return parting.undo(merge_id, by, now)


def change_language(person_id: int, language: TextLanguage, by: Actor, now: datetime) -> bool:
    """What waits to be written to them is written anew; False when there is nobody."""
    with transaction():
        found = filing.change_language(person_id, language, by, now)
        if found:
            written.write_anew_to(RecipientKind.PERSON, person_id)
    return found


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


def _file_people(call: Call, place: Place, by: Actor, now: datetime) -> tuple[Resident, Person | None]:
    phone = _phone(call.reached_at)
    who = filing.Somebody(
        name=call.name,
        phone=phone,
        place=place,
        own_line=call.own_line,
        person_id=call.person_id,
        birth_year=call.birth_year,
        care_note=call.care_note,
        care_note_withdrawn=call.consents.get(ConsentKind.HEALTH) is False,
    )
    resident = filing.find_or_file(who, by, now)
    filing.keep_consents(resident.person, call.consents, script.VERSION, by, now)
    if call.relation is Relation.SELF:
        return resident, None
    return resident, filing.find_or_file_caller(call.caller_name, _phone(call.phone), now)


def _phone(number: PhoneNumber) -> filing.Phone:
    return filing.Phone(number.e164, PhoneKind(number.kind.value))


def _people(asked: AskedItem) -> int:
    return team_size(asked.item.team_size, asked.item.two_person_from_cm, asked.ceiling_cm)


# The board


def book(request_id: int, choice: Choice, by: Actor, now: datetime) -> Changes:
    """Promise a window for what is open of a request, ask its team, tell the resident."""
    road_times.prefetch_request(request_id, choice.day)
    with transaction():
        changes = booking.book(db.session.get_one(ServiceRequest, request_id), choice, by, now)
        waiting_list.leave(request_id)
        _announce(changes, now)
    return changes


def wait_for_place(request_id: int, reason: WaitReason, note: str, by: Actor, now: datetime) -> bool:
    """None of the windows will do: on the list until another one opens. False where none ever could."""
    with transaction():
        request = locking.lock_request(request_id) or db.session.get_one(ServiceRequest, request_id)
        return waiting_list.put(request, reason, note, by, now) is not None


def look_for_places(now: datetime) -> int:
    """Whether a place has opened for those who wait; gives for how many that has changed."""
    found = waiting_list.look(now)
    db.session.rollback()  # it has only read: whoever books meanwhile is not kept waiting
    if found:
        with transaction():
            waiting_list.note(found, now)
    return len(found)


def change_answer(request_id: int, item_id: int, key: str, answer: str, by: Actor, now: datetime) -> None:
    """Put right what was answered about an item, such as a consent that has come since."""
    with transaction():
        answers.change(request_id, item_id, key, answer, by, now)


def assign(
    visit_id: int,
    role: TeamRole,
    member_id: int,
    by: Actor,
    now: datetime,
    *,
    agreed: bool,
    seen: str | None,
    reason: OverrideReason | None = None,
    note: str = "",
) -> Changes:
    """Put a member into a visit's team by hand, and say why."""
    with transaction():
        changes = assigning.assign(
            visit_id, role, member_id, by, now, agreed=agreed, seen=seen, reason=reason, note=note
        )
        _announce(changes, now)
    return changes


def move(
    visit_id: int, choice: Choice, start: int | None, by: Actor, now: datetime, *, seen: str | None
) -> Changes:
    """Move a visit; the resident is told when the promise changes."""
    road_times.prefetch_visit(visit_id, choice.day)
    with transaction():
        changes = moving.move(visit_id, choice, start, by, now, seen=seen)
        _announce(changes, now)
    return changes


def put(visit_id: int, wanted: putting.Wanted, by: Actor, now: datetime) -> tuple[Changes, Before]:
    """Put a visit down elsewhere on the board. Its texts wait until it can no longer be undone."""
    with transaction():
        changes, before = putting.put(visit_id, wanted, by, now)
        _announce(changes, now)
        rows.hold_back(changes.visits, now, now + putting.HELD_BACK)
    return changes, before


def put_back(before: Before, by: Actor, now: datetime) -> Changes:
    """Undo that."""
    with transaction():
        changes = putting_back.put_back(before, by, now)
        _announce(changes, now)
    return changes


def cancel_visit(
    visit_id: int,
    reason: CancelReason,
    by: Actor,
    now: datetime,
    *,
    seen: str | None = None,
    under_way: bool = False,
) -> Changes:
    """Call a visit off; its work looks for another one."""
    with transaction():
        changes = cancelling.cancel_visit(visit_id, reason, by, now, seen=seen, under_way=under_way)
        _announce(changes, now)
    return changes


def cancel_request(
    request_id: int, reason: CancelReason, by: Actor, now: datetime, *, seen: str | None = None
) -> Changes:
    """Call off all that is left of a request."""
    with transaction():
        changes = cancelling.cancel_request(request_id, reason, by, now, seen=seen)
        waiting_list.leave(request_id)
        _announce(changes, now)
    return changes


def answer_offer(
    offer_id: int, accept: bool, reason: DeclineReason | None, note: str, by: Actor, now: datetime
) -> Changes:
    """A member's yes or no; after a no the next in rank is asked."""
    with transaction():
        changes = offers.answer_offer(offer_id, accept, reason, note, by, now)
        _announce(changes, now)
    return changes


def expire_offers(now: datetime) -> int:
    """Ask the next in rank where nobody answered in time; a transaction each, so that none stops another."""
    with transaction():
        waiting = offers.find_expired(now)
    for offer_id in waiting:
        try:
            with transaction():
                _announce(offers.expire(offer_id, now), now)
        except (BoardError, StateError) as error:
            current_app.logger.error("offer %s cannot be passed on: %s", offer_id, type(error).__name__)  # noqa: TRY400
    return len(waiting)


def log_absence(
    member_id: int, first_day: date, last_day: date, reason: AbsenceReason, by: Actor, now: datetime
) -> None:
    """A member does not work on these days."""
    with transaction():
        absences.add(member_id, first_day, last_day, reason, by, now)


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


def write_wish(visit_id: int, wish: wishing.Wish, by: Actor, now: datetime) -> wishing.Written:
    """What a member and this visit's resident wish of each other. Who must not go is asked no longer."""
    with transaction():
        locking.lock_days_ahead(seoul_day(now))
        resident_id = wishing.resident_of(visit_id)
        before = wishing.write(resident_id, wish, by, now)
        asked, held = wishing.stand_against(wish, resident_id)
        changes = offers.pass_on(wish.member_id, asked, by, now)
        _announce(changes, now)
        passed_on = len(changes.offered)
        return wishing.Written(before, passed_on, len(asked) - passed_on, len(held))


def remove_wish(visit_id: int, wish_id: int, seen: str, by: Actor, now: datetime) -> None:
    """The wish is no more; WishChangedError when it is no longer the one that was seen."""
    with transaction():
        locking.lock_days_ahead(seoul_day(now))
        wishing.remove(wishing.resident_of(visit_id), wish_id, seen, by, now)


def plan_day(day: date, by: Actor, now: datetime) -> int:
    """A plan of the day is wanted: the worker works it out. Gives its id."""
    with transaction():
        run_id = planning.ask_day(day, by, now).id
    return queueing.poke(run_id)


def plan_week(day: date, by: Actor, now: datetime) -> int:
    """The same of what is left of the week."""
    with transaction():
        run_id = planning.ask_week(day, by, now).id
    return queueing.poke(run_id)


def plan_for_ill(member_id: int, day: date, by: Actor, now: datetime) -> int:
    """Somebody is ill: who goes instead? Nothing is written down and nobody told before it is taken."""
    with transaction():
        run_id = planning.ask_for_ill(member_id, day, by, now).id
    return queueing.poke(run_id)


def stop_plan(run_id: int, now: datetime) -> None:
    """The best so far will do."""
    with transaction():
        planning.stop(run_id, now)


def leave_plan(run_id: int, by: Actor, now: datetime) -> None:
    """The plan is not wanted; nobody has heard of it."""
    with transaction():
        planning.leave(run_id, by, now)


def take_plan(run_id: int, by: Actor, now: datetime) -> Changes:
    """Tell everybody what the plan changes; PlanOutdatedError when it has to be mended first, and is."""
    try:
        with transaction():
            changes = taking.take(run_id, by, now)
            _announce(changes, now)
    except PlanOutdatedError:
        with transaction():
            mended = taking.mend(run_id, by, now).id
        raise PlanOutdatedError(queueing.poke(mended)) from None
    return changes


def adopt_service_time(kind: learning.Kind, row_id: int, seen: str, by: Actor, now: datetime) -> None:
    """Plan an item or a member with what reports have taught."""
    with transaction():
        locking.lock_days_ahead(seoul_day(now))
        learning.adopt(kind, row_id, seen, by, now)


def mark_fall_risk(items: Collection[int], by: Actor, now: datetime) -> None:
    """These items guard against a fall: they go before others where not all can be served."""
    with transaction():
        learning.mark_fall_risk(items, by, now)


def take_back_service_time(kind: learning.Kind, row_id: int, seen: str, by: Actor, now: datetime) -> None:
    """Plan with what was planned before."""
    with transaction():
        locking.lock_days_ahead(seoul_day(now))
        learning.take_back(kind, row_id, seen, by, now)


def add_item(details: ItemDetails, by: Actor, now: datetime) -> ServiceItem:
    """Something new may be asked for."""
    with transaction():
        return catalogue.add(details, by, now)


def change_item(item_id: int, details: ItemDetails, by: Actor, now: datetime, *, seen: str) -> ServiceItem:
    """A catalogue entry changes; visits that are promised keep the minutes that they have."""
    with transaction():
        locking.lock_days_ahead(seoul_day(now))
        return catalogue.change(item_id, details, by, now, seen=seen)


def _announce(changes: Changes, now: datetime) -> None:
    """Who has to be told, in the same transaction as what happened."""
    for visit in changes.booked:
        announce.booked(visit, now)
    for visit in changes.moved:
        announce.moved(visit, now)
    for visit in changes.shifted:
        announce.shifted(visit, now)
    for visit in changes.widened:
        announce.widened(visit, now)
    for visit in changes.cancelled:
        announce.cancelled(visit, now)
        inbox.called_off(visit.id, now)
    for offer in changes.withdrawn:
        announce.withdrawn(offer, now)
        inbox.let_out(offer.assignment.visit_id, offer.member_id, now)
    for offer in changes.restored:
        announce.restored(offer, now)
    for offer in changes.offered:
        announce.offered(offer, now)
    for assignment in changes.accepted:
        announce.accepted(assignment, now)


# What comes in


def take_reply(arrived: inbox.Arrived, now: datetime) -> None:
    """Keep a text that came in; where it answers the one question that is open, the answer counts.

    Each step is a transaction of its own: whatever ends in between, the text waits for a person.
    """
    kept = inbox.keep(arrived, now)
    if kept is None:
        return
    question, yes = inbox.question_of(kept)
    if question is None:
        return
    reason = None if yes else DeclineReason.OTHER
    try:
        answer_offer(question.offer_id, yes, reason, "", inbox.member(question), now)
    except (BoardError, StateError):
        return  # it came too late: a person tells them
    inbox.note(kept, "accepted" if yes else "declined", now)


def take_key(press: reach.Press, now: datetime) -> str:
    """A key in a call, and what is said to it; nothing where the key means nothing.

    A member's yes or no counts in the transaction in which the key is kept. What is said is how it ended:
    the offer may have run out, or the visit have moved, while the telephone rang.
    """
    question = asked.question_of(press.outbox_id, press.attempt)
    yes = asked.KEYS.get(press.digits)
    if question is None or yes is None:
        understood = reach.take_key(press, now)
        return reach.said_to(press.outbox_id, understood) if understood else ""
    try:
        with transaction():
            locking.lock_visit(question.visit_id)
            if asked.is_open(question):
                reason = None if yes else DeclineReason.OTHER
                changes = offers.answer_offer(question.offer_id, yes, reason, "", question.by, now)
                _announce(changes, now)
            return asked.note(question, press, yes, now)
    except (BoardError, StateError, IntegrityError):  # somebody was quicker: how it stands now is said
        with transaction():
            return asked.note(question, press, yes, now)


# Visits that come again


def add_check_rule(resident_id: int, details: rules.Details, by: Actor, now: datetime) -> CheckRule:
    """A resident is visited every so many months."""
    with transaction():
        return rules.add(resident_id, details, by, now)


def change_check_rule(
    rule_id: int, details: rules.Details, by: Actor, now: datetime, *, seen: str
) -> CheckRule | None:
    """The request that is there already stays as it is."""
    with transaction():
        return rules.change(rule_id, details, by, now, seen=seen)


def follow_check_rules(now: datetime) -> None:
    """What is over comes again later, what is due becomes a request: a transaction each, as with offers."""
    with transaction():
        over = checks.find_over()
    for rule_id in over:
        with transaction():
            checks.move_on(rule_id, is_working_day, now)
    with transaction():
        due = checks.find_due(seoul_day(now))
    for rule_id in due:
        try:
            with transaction():
                checks.make_request(rule_id, _usual_people, now)
        except IntegrityError:
            current_app.logger.info("check rule %s: another worker was quicker", rule_id)


def _usual_people(item: ServiceItem) -> int:
    return team_size(item.team_size, item.two_person_from_cm, None)


# The members


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
        member = roster.change(member_id, details, by, now, seen=seen)
        rows.readdress(rows.member(member), now)
        written.write_anew_to(RecipientKind.MEMBER, member_id)
    return member


# The visit


def start_travel(visit_id: int, by: Actor, now: datetime, tap: Tap | None = None) -> None:
    """A member sets out; the resident is told once, with about when they will be there."""
    tap = tap or Tap(new_key(), now)
    with transaction():
        if visit := progress.start_travel(visit_id, by, tap, now):
            who = by.id if by.kind is ActorKind.MEMBER else None
            visit.arriving_at = arrival.about(visit, who, tap.at)
            announce.on_the_way(visit, now)


def arrive(visit_id: int, by: Actor, now: datetime, tap: Tap | None = None) -> None:
    """A member stands at the door."""
    with transaction():
        progress.arrive(visit_id, by, tap or Tap(new_key(), now), now)


def end_work(visit_id: int, by: Actor, now: datetime, tap: Tap | None = None) -> None:
    """The work is over, and the report is still to be written."""
    with transaction():
        progress.end_work(visit_id, by, tap or Tap(new_key(), now), now)


def undo_step(visit_id: int, step: Step, by: Actor, tap: Tap, now: datetime) -> None:
    """A press by mistake is taken back; a text that it wrote and that has not left, too."""
    with transaction():
        if progress.undo(visit_id, step, by, tap, now) and step is Step.TRAVEL:
            announce.stayed(db.session.get_one(Visit, visit_id), now)


def fill_in_step(visit_id: int, step: Step, at: datetime | None, by: Actor, tap: Tap, now: datetime) -> None:
    """When a forgotten step was."""
    with transaction():
        forgotten.fill_in(visit_id, step, at, by, tap, now)


def tick_safety(
    visit_id: int, gear: tuple[Gear, ...], there: Collection[str], by: Actor, tap: Tap, now: datetime
) -> None:
    """What was there before somebody climbed."""
    with transaction():
        safety.tick(visit_id, gear, there, by, tap, now)


def choose_map(member_id: int, app: MapApp) -> None:
    """From here on the way is found in this map."""
    with transaction():
        db.session.get_one(Member, member_id).map_app = app


def finish(
    visit_id: int, work: ending.WorkReport, pictures: Sequence[photos.Picture], by: Actor, now: datetime
) -> None:
    """A member reports, and the resident is told how it went. A second report changes nothing."""
    with photos.shelf(settings().photo_folder) as shelf, transaction():
        visit = ending.finish(visit_id, work, by, now)
        album.keep(visit_id, pictures, shelf, by, now)
        if visit:
            announce.done(visit, now)


def keep_photos(visit_id: int, pictures: Sequence[photos.Picture], by: Actor, now: datetime) -> int:
    """Photographs of a visit, each kept once; gives how many found no room."""
    with photos.shelf(settings().photo_folder) as shelf, transaction():
        return album.keep(visit_id, pictures, shelf, by, now)


def remove_photo(visit_id: int, photo_id: int, by: Actor, now: datetime) -> None:
    """A photograph that should not have been taken."""
    with transaction():
        gone = album.remove(visit_id, photo_id, by, now)
    photos.throw_away(settings().photo_folder, gone)


def keep_part(visit_id: int, part: Part, said: dict[str, Any], by: Actor, tap: Tap, now: datetime) -> None:
    """One step of a report."""
    with transaction():
        parts.save(visit_id, part, said, by, tap, now)


def keep_signature(
    visit_id: int, drawn: photos.Picture | None, said: dict[str, Any], by: Actor, tap: Tap, now: datetime
) -> None:
    """What was drawn on the glass, or why nothing was."""
    with photos.shelf(settings().photo_folder) as shelf, transaction():
        if drawn is not None:
            gone = album.keep_signature(visit_id, drawn, shelf, by, now)
        else:
            gone = album.forget_signature(visit_id, by, now)
        parts.save(visit_id, Part.SIGNATURE, said, by, tap, now)
    photos.throw_away(settings().photo_folder, gone)


def send_report(visit_id: int, by: Actor, now: datetime) -> bool:
    """The steps become the report; False while one of them is missing."""
    said = parts.load(visit_id)
    if parts.next_step(said) is not None:
        return False
    finish(visit_id, parts.put_together(said), [], by, now)
    return True


def pass_on_worry(visit_id: int, worry: Worry, by: Actor, tap: Tap, now: datetime) -> None:
    """What a member noticed in a home, and the resident agreed to."""
    with transaction():
        noticing.keep(visit_id, worry, by, tap, now)


def report_for(visit_id: int, form: Mapping[str, str], by: Actor, now: datetime) -> Mapping[str, str]:
    """The office writes down what the lead told by telephone; gives a sentence for what cannot be read."""
    work, problems = report_form.read_for_office(form, db.session.get_one(Visit, visit_id).items)
    if work is not None and not problems:
        finish(visit_id, work, [], by, now)
    return problems


def see_to_worry(visit_id: int, noticing_id: int, by: Actor, now: datetime) -> bool:
    """Somebody of the office has looked after it."""
    with transaction():
        return noticed.see_to(visit_id, noticing_id, by, now)


# The paper


def print_sheets(day: date, member_id: int | None, by: Actor, now: datetime) -> Sequence[printing.Printed]:
    """Sheets of the day for those who go by paper; each printing is written down."""
    with transaction():
        return printing.print_sheets(day, member_id, by, now)


# The clock


def tick(now: datetime) -> None:
    """What time alone brings, each minute: texts too late, lists of the day, notices that nobody takes."""
    doubt.sweep_now(now)
    with transaction():
        daily.day_lists(now)
        ladder.climb_due(now)
    follow_check_rules(now)
    road_times.prepare(working_days(seoul_day(now), settings().booking_days))
