"""What is asked for the lists of what has to be done: at most thirty rows of each, with their true count.

The states of the lists are written out, as in the indexes that hold nothing else: behind a parameter no
database could tell that such an index will do.
"""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Date, Select, and_, bindparam, case, exists, extract, func, or_, select, text

from handyman.board import wishes
from handyman.models import (
    VAGUE,
    WISH,
    Absence,
    Address,
    Assignment,
    CheckDue,
    CompletionReport,
    InboundMessage,
    Member,
    Message,
    Noticing,
    Offer,
    Outcome,
    Person,
    RecipientKind,
    RefusedPress,
    Reopening,
    RequestItem,
    ServiceRequest,
    Visit,
    VisitingWish,
    VisitItem,
    WaitingEntry,
    WishKind,
    texts_to_pass_on,
)
from handyman.words import seoul_day

MOST = 30
LATE_START = timedelta(minutes=30)  # after the planned start, and nobody has said that it has begun
NOT_OUT = timedelta(minutes=60)  # after the planned end, and nobody has said that it is over
_OPEN = "visits.state IN ('booked','assigned','on_the_way','arrived')"  # as the index has it, word for word
UNDER_WAY = text(_OPEN)
COMING = text(f"({_OPEN} AND visits.state IN ('booked','assigned'))")
BEGUN = text(f"({_OPEN} AND visits.state IN ('on_the_way','arrived'))")

_visited = exists().where(
    RequestItem.request_id == ServiceRequest.id, VisitItem.request_item_id == RequestItem.id
)
_reopened = exists().where(Reopening.request_id == ServiceRequest.id)
_check = exists().where(CheckDue.request_id == ServiceRequest.id)
OPENED = WaitingEntry.opened != ""
_last_outcome = (
    select(CompletionReport.outcome)
    .join(VisitItem, VisitItem.visit_id == CompletionReport.visit_id)
    .join(RequestItem, RequestItem.id == VisitItem.request_item_id)
    .where(RequestItem.request_id == ServiceRequest.id)
    .order_by(CompletionReport.id.desc())
    .limit(1)
    .correlate(ServiceRequest)
    .scalar_subquery()
)
_gone_in_vain = case(  # each way to end without work has its own way on
    {
        Outcome.NOBODY_HOME: "call_home",
        Outcome.REFUSED: "call_home",
        Outcome.UNSAFE: "unsafe",
        Outcome.PARTS_MISSING: "parts",
    },
    value=_last_outcome,
    else_="left_over",
)
_list = case(
    (Address.grade.in_(VAGUE), "not_located"),
    (OPENED, "place_opened"),
    (WaitingEntry.request_id.is_not(None), "for_place"),
    (_visited, _gone_in_vain),
    (_reopened, "reopened"),
    (_check, "check_visit"),
    else_="no_visit",
)
_logged = (
    select(ServiceRequest.id, ServiceRequest.logged_at, _list.label("list"))
    .join(Address, Address.id == ServiceRequest.address_id)
    .outerjoin(WaitingEntry, WaitingEntry.request_id == ServiceRequest.id)
    .where(text("service_requests.state = 'logged'"))
    .subquery()
)
_ranked = select(
    _logged.c.id,
    _logged.c.list,
    func.row_number().over(partition_by=_logged.c.list, order_by=_logged.c.logged_at).label("place"),
    func.count().over(partition_by=_logged.c.list).label("total"),
).subquery()
REQUESTS = (
    select(
        _ranked.c.list,
        _ranked.c.total,
        ServiceRequest.number,
        ServiceRequest.logged_on,
        ServiceRequest.logged_at,
        Person.name,
        Address.said,
        Address.label,
        Address.haengjeong_dong,
        Address.beopjeong_dong,
        WaitingEntry.reason,
        WaitingEntry.since,
        WaitingEntry.opened,
    )
    .join(ServiceRequest, ServiceRequest.id == _ranked.c.id)
    .outerjoin(WaitingEntry, WaitingEntry.request_id == ServiceRequest.id)
    .join(Person, Person.id == ServiceRequest.resident_id)
    .join(Address, Address.id == ServiceRequest.address_id)
    .where(_ranked.c.place <= MOST)
    .order_by(ServiceRequest.logged_at)
)
_total = func.count().over().label("total")
_visit = (Visit.id, Visit.number, Visit.day, Visit.start, Visit.state, Visit.window_start, Visit.window_end)
NOBODY = (
    select(_total, Assignment.role, *_visit, Person.name)
    .join(Visit, Visit.id == Assignment.visit_id)
    .join(Person, Person.id == Visit.resident_id)
    .where(text("assignments.state = 'open'"))
    .order_by(Visit.start, Assignment.role)
    .limit(MOST)
)
_rests = exists().where(
    Absence.member_id == Assignment.member_id,
    Absence.first_day <= Visit.day,
    Absence.last_day >= Visit.day,
)
_from_today = select(Visit.id).where(COMING, Visit.day >= bindparam("today", type_=Date())).correlate(None)
WITH_WHO_RESTS = and_(
    Assignment.visit_id.in_(_from_today),  # or SQLite begins with all that was ever assigned
    text("assignments.state = 'accepted'"),
    or_(_rests, ~Member.active),
)
MEMBER_RESTS = (
    select(_total, Member.name.label("member"), *_visit, Person.name)
    .join(Assignment, Assignment.visit_id == Visit.id)
    .join(Person, Person.id == Visit.resident_id)
    .join(Member, Member.id == Assignment.member_id)
    .where(WITH_WHO_RESTS)
    .order_by(Visit.start, Assignment.role)
    .limit(MOST)
)
WAITING = (
    select(_total, Offer.expires_at, Member.name.label("member"), *_visit, Person.name)
    .join(Assignment, Assignment.id == Offer.assignment_id)
    .join(Visit, Visit.id == Assignment.visit_id)
    .join(Person, Person.id == Visit.resident_id)
    .join(Member, Member.id == Offer.member_id)
    .where(text("offers.state = 'offered'"))
    .order_by(Offer.expires_at)
    .limit(MOST)
)
MUST_NOT = wishes.of_homes(select(wishes.LIVES.id)).where(VisitingWish.wish == WishKind.MUST_NOT)
HELD_THERE = (
    select(Assignment.member_id, Visit.resident_id, Member.name.label("member"), *_visit, Person.name)
    .join(Assignment, Assignment.visit_id == Visit.id)
    .join(Member, Member.id == Assignment.member_id)
    .join(Person, Person.id == Visit.resident_id)
    .where(
        UNDER_WAY,
        Visit.start > bindparam("late"),
        Visit.resident_id.in_(bindparam("residents", expanding=True)),
    )
    .order_by(Visit.start)
)
PLANNED_END = extract("epoch", Visit.start) + 60 * Visit.service_minutes
NOT_BEGUN = and_(COMING, Visit.start < bindparam("late"))
NOT_REPORTED = and_(BEGUN, Visit.start < bindparam("begun"), bindparam("ended") > PLANNED_END)
_silent = case((COMING, "not_begun"), else_="not_reported")
_silence = (
    select(
        Visit.id,
        _silent.label("list"),
        func.row_number().over(partition_by=_silent, order_by=Visit.start).label("place"),
        func.count().over(partition_by=_silent).label("total"),
    )
    .where(or_(NOT_BEGUN, NOT_REPORTED))
    .subquery()
)
SILENT = (
    select(_silence.c.list, _silence.c.total, *_visit, Visit.ended_at, Person.name)
    .join(Visit, Visit.id == _silence.c.id)
    .join(Person, Person.id == Visit.resident_id)
    .where(_silence.c.place <= MOST)
    .order_by(Visit.start)
)
MEMBER_WHO_WROTE = (
    select(Member.name)
    .where(Member.phone == InboundMessage.from_number, InboundMessage.outcome == "wants_out")
    .scalar_subquery()
    .label("member")
)
WISHED_OFF = (
    select(_total, InboundMessage.received_at, *_visit, Person.name, MEMBER_WHO_WROTE)
    .join(Visit, Visit.id == InboundMessage.visit_id)
    .join(Person, Person.id == Visit.resident_id)
    .where(text(WISH), UNDER_WAY)
    .order_by(InboundMessage.id)
    .limit(MOST)
)
NOTICED = (
    select(_total, Noticing.worry, Noticing.noticed_at, Member.name.label("member"), *_visit, Person.name)
    .join(Visit, Visit.id == Noticing.visit_id)
    .join(Person, Person.id == Visit.resident_id)
    .join(Member, Member.id == Noticing.member_id)
    .where(text("noticings.handled_at IS NULL"))
    .order_by(Noticing.noticed_at)
    .limit(MOST)
)
_late_by_visit = (
    select(
        RefusedPress.visit_id,
        func.min(RefusedPress.arrived_at).label("arrived_at"),
        func.min(RefusedPress.member_id).label("member_id"),
        func.count().label("presses"),
    )
    .where(text("refused_presses.handled_at IS NULL"))
    .group_by(RefusedPress.visit_id)
    .subquery()
)
LATE = (
    select(_total, _late_by_visit.c.presses, Member.name.label("member"), *_visit, Person.name)
    .join(_late_by_visit, _late_by_visit.c.visit_id == Visit.id)
    .join(Person, Person.id == Visit.resident_id)
    .join(Member, Member.id == _late_by_visit.c.member_id)
    .order_by(_late_by_visit.c.arrived_at)
    .limit(MOST)
)
UNANSWERED = (
    select(_total, InboundMessage.received_at, InboundMessage.from_number, InboundMessage.body)
    .where(text("inbound.handled_at IS NULL AND inbound.visit_id IS NULL"))
    .order_by(InboundMessage.id)
    .limit(MOST)
)


def silence(now: datetime) -> dict[str, Any]:
    """What `NOT_BEGUN` and `NOT_REPORTED` ask with."""
    out = now - NOT_OUT
    return {"late": now - LATE_START, "begun": out, "ended": int(out.timestamp())}


def not_arrived(now: datetime, next_day: date) -> Select[Any]:
    """Texts that a person passes on; those about a visit until the next working day for themselves.

    Few, and PostgreSQL takes them for many: each question is of one row, so that it joins nothing whole.
    """
    passed = _to_pass_on(now)
    soon = passed.c.day.between(seoul_day(now), next_day) & (passed.c.recipient_kind == RecipientKind.PERSON)
    which = case((soon, "untold"), else_="not_arrived")
    order = (passed.c.due_at, passed.c.id)
    ranked = select(
        passed,
        which.label("list"),
        func.row_number().over(partition_by=which, order_by=order).label("place"),
        func.count().over(partition_by=which).label("total"),
    ).subquery()
    name = case(
        (ranked.c.recipient_kind == RecipientKind.PERSON, _name_of(Person, ranked.c.recipient_id)),
        else_=_name_of(Member, ranked.c.recipient_id),
    )
    columns = (ranked.c[each] for each in ("list", "total", "start", "id", "kind", "state", "due_at"))
    return (
        select(*columns, name.label("name"))
        .where(ranked.c.place <= MOST)
        .order_by(ranked.c.due_at, ranked.c.id)
    )


def _to_pass_on(now: datetime) -> Any:
    of_visit = (
        select(column).where(Visit.id == Message.visit_id).correlate(Message).scalar_subquery()
        for column in (Visit.day, Visit.start)
    )
    own = (
        Message.id,
        Message.kind,
        Message.state,
        Message.due_at,
        Message.recipient_kind,
        Message.recipient_id,
    )
    return (
        select(*own, *(each.label(name) for each, name in zip(of_visit, ("day", "start"), strict=True)))
        .where(Message.id.in_(texts_to_pass_on(now)))
        .subquery()
    )


def _name_of(table: Any, recipient_id: Any) -> Any:
    return select(table.name).where(table.id == recipient_id).scalar_subquery()
