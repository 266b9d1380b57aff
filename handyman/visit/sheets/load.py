"""What stands on the sheets of a day, as each member may read it now."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from handyman.extensions import db
from handyman.models import (
    ENDED,
    Assignment,
    AssignmentState,
    Member,
    Person,
    RequestItem,
    Resident,
    ServiceItem,
    Visit,
    VisitItem,
)
from handyman.visit.opening import is_open
from handyman.visit.sheets.sheet import Piece, Sheet, Stop
from handyman.visit.wording import answers_of
from handyman.words import clock_words, counted, name_of, phone_words, window_words

HELD = (AssignmentState.ACCEPTED, AssignmentState.OFFERED)


def load(day: date, now: datetime) -> list[Sheet]:
    """One for each member who has still to go somewhere; those without a smartphone first."""
    going: dict[int, list[tuple[Visit, Assignment]]] = defaultdict(list)
    members: dict[int, Member] = {}
    for visit in _visits(day):
        for place in visit.assignments:
            if place.member is not None and place.state in HELD:
                members[place.member.id] = place.member
                going[place.member.id].append((visit, place))
    sheets = [_sheet(member, going[member.id], now) for member in members.values()]
    return sorted(sheets, key=lambda sheet: (sheet.smartphone, sheet.member_id))


def _visits(day: date) -> Iterable[Visit]:
    return db.session.scalars(
        select(Visit)
        .where(Visit.day == day, Visit.state.not_in(ENDED))
        .order_by(Visit.start, Visit.id)
        .options(
            joinedload(Visit.address),
            joinedload(Visit.resident).joinedload(Resident.person).selectinload(Person.phones),
            selectinload(Visit.assignments).joinedload(Assignment.member),
            selectinload(Visit.items)
            .joinedload(VisitItem.request_item)
            .options(
                joinedload(RequestItem.request),
                joinedload(RequestItem.service_item).options(
                    selectinload(ServiceItem.questions), selectinload(ServiceItem.materials)
                ),
            ),
        )
    )


def _sheet(member: Member, going: Sequence[tuple[Visit, Assignment]], now: datetime) -> Sheet:
    materials = {
        material.id: name_of(material)
        for visit, _place in going
        for item in visit.items
        for material in item.request_item.service_item.materials
    }
    return Sheet(
        member_id=member.id,
        member=member.name,
        smartphone=member.smartphone,
        stops=tuple(_stop(visit, place, now) for visit, place in going),
        bring=tuple(name for _id, name in sorted(materials.items())),
    )


def _stop(visit: Visit, place: Assignment, now: datetime) -> Stop:
    accepted = place.state is AssignmentState.ACCEPTED
    opened = accepted and is_open(now, visit.start, visit.window_end, visit.finished_at)
    shown = Stop(
        visit_id=visit.id,
        start=clock_words(visit.start),
        window=window_words(visit.window_start, visit.window_end),
        number=visit.number if opened else "",
        opened=opened,
        where=_door(visit) if opened else visit.address.dong or _("사무실에서 알려 드립니다"),
        entrance=visit.address.entrance if opened else "",
        pieces=tuple(_piece(item) for item in visit.items),
        company=_company(visit, place, opened),
        waits=not accepted,
    )
    return _with_person(shown, visit) if opened else shown


def _with_person(stop: Stop, visit: Visit) -> Stop:
    person = visit.resident.person
    notes = dict.fromkeys(item.request_item.request.notes for item in visit.items)
    return replace(
        stop,
        resident=person.name,
        phone=phone_words(person.phone.number) if person.phone else _("전화번호가 없습니다"),
        care=visit.resident.care_note,
        notes="\n".join(note for note in notes if note),
    )


def _door(visit: Visit) -> str:
    address = visit.address
    said = "" if address.findable else _("말씀하신 주소: %(said)s", said=address.said)
    return " · ".join(part for part in (address.full, address.building_name, said) if part)


def _piece(item: VisitItem) -> Piece:
    service = item.request_item.service_item
    return Piece(
        what=f"{name_of(service)} {counted(item.quantity, service.unit)}",
        answers=tuple(answers_of(item.request_item)),
        quantity=counted(item.quantity, service.unit),
    )


def _company(visit: Visit, own: Assignment, opened: bool) -> str:
    """Who goes too, with their telephone once the home is open."""
    if visit.team_size < 2:
        return ""
    said = [
        f"{place.member.name} {phone_words(place.member.phone)}" if opened else place.member.name
        for place in visit.assignments
        if place is not own and place.member is not None and place.state is AssignmentState.ACCEPTED
    ]
    return ", ".join(said) or _("아직 정해지지 않았습니다")
