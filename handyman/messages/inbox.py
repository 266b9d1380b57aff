"""Texts that came in: kept once, read where they answer a question, else shown to the operators."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select, text
from sqlalchemy.exc import IntegrityError

from handyman.extensions import db, rows, transaction
from handyman.messages import trouble
from handyman.messages.moments import stamped
from handyman.messages.replies import Reply, Said, read
from handyman.messages.standby import may_hear
from handyman.models import (
    WISH,
    Actor,
    ActorKind,
    Assignment,
    AssignmentState,
    InboundMessage,
    Member,
    Message,
    MessageKind,
    MessageState,
    Offer,
    Person,
    PersonPhone,
    RecipientKind,
    Visit,
    VisitState,
    record,
)

S = MessageState
NOT_LEFT = (S.PENDING, S.CANCELED, S.FAILED, S.SUPPRESSED)
SHOWN = 30
WANTS_CANCEL = "wants_cancel"  # a person calls the visit off, never a text by itself
LET_OUT = "let_out"  # they have not to go any more
WANTS_OUT = "wants_out"  # a member who has accepted; a person asks somebody else
PROMISED = (VisitState.BOOKED, VisitState.ASSIGNED, VisitState.ON_THE_WAY)
ANSWERS = (Said.YES, Said.NO, Said.CANCEL)
READ_BY_ITSELF = {Said.NO_TEXTS: "no_texts", Said.TEXTS_AGAIN: "texts_again"}


@dataclass(frozen=True, slots=True)
class Arrived:
    """A text as it came; `opt_out` is what the provider itself made of it (Twilio's OptOutType)."""

    provider: str
    provider_id: str
    sender: str
    body: str
    opt_out: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """An offer that a member has been asked about and has not answered."""

    offer_id: int
    member_id: int
    visit_id: int


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose telephone it is: with the card of a person or of a member."""

    name: str
    person_id: int | None = None
    member_id: int | None = None


def keep(arrived: Arrived, now: datetime) -> int | None:
    """Its row, once; None when it came before. Whoever wants no texts gets none from here on."""
    known = select(InboundMessage.id).where(InboundMessage.provider_id == arrived.provider_id)
    try:
        with transaction():
            if db.session.scalar(known) is not None:
                return None
            row = InboundMessage(
                provider=arrived.provider,
                provider_id=arrived.provider_id,
                from_number=arrived.sender,
                body=arrived.body,
                received_at=now,
            )
            db.session.add(row)
            db.session.flush()
            _mind_wishes(row, arrived.opt_out, now)
            _bind(row, now)
            return row.id
    except IntegrityError:
        return None  # it came twice at the same moment; its twin was kept


def question_of(inbound_id: int) -> tuple[Question | None, bool]:
    """The one open question that the text answers, and whether it says yes. Of several, none.

    취소 says no to an offer. Of a visit that was promised, or that a member has taken on, it asks something:
    that is a person's.
    """
    with transaction():
        row = db.session.get_one(InboundMessage, inbound_id)
        reply = read(row.body)
        if row.outcome or row.visit_id is not None or reply.said not in ANSWERS:
            return None, False
        asked = _open_questions(row.from_number, reply)
        if reply.said is Said.CANCEL and _may_mean_a_visit(row.from_number, reply, row.received_at):
            return None, False
        return (asked[0] if len(asked) == 1 else None), reply.said is Said.YES


def note(inbound_id: int, question: Question, outcome: str, now: datetime) -> None:
    """It answered the question; it is nobody's work any more."""
    with transaction():
        row = db.session.get(InboundMessage, inbound_id, with_for_update=True)
        if row is not None and row.handled_at is None:
            row.handled_at, row.outcome, row.visit_id = now, outcome, question.visit_id


def called_off(visit_id: int, now: datetime) -> None:
    """Whoever wished it called off has what they wished."""
    wishes = select(InboundMessage).where(text(WISH), InboundMessage.visit_id == visit_id)
    for row in db.session.scalars(wishes.order_by(InboundMessage.id).with_for_update()):
        row.handled_at, row.outcome = now, "called_off"


def let_out(visit_id: int, member_id: int, now: datetime) -> None:
    """A member who wished not to go has not to."""
    phone = select(Member.phone).where(Member.id == member_id).scalar_subquery()
    wishes = select(InboundMessage).where(
        text(WISH), InboundMessage.visit_id == visit_id, InboundMessage.from_number == phone
    )
    for row in db.session.scalars(wishes.order_by(InboundMessage.id).with_for_update()):
        row.handled_at, row.outcome = now, LET_OUT


def holds_in(visit_id: int, member_id: int, since: datetime | None) -> None:
    """They have the job again that they lost then: what they had wished is somebody's work again."""
    phone = select(Member.phone).where(Member.id == member_id).scalar_subquery()
    granted = select(InboundMessage).where(
        InboundMessage.visit_id == visit_id,
        InboundMessage.from_number == phone,
        InboundMessage.outcome == LET_OUT,
        InboundMessage.handled_at == since,
    )
    for row in db.session.scalars(granted.order_by(InboundMessage.id).with_for_update()):
        row.handled_at, row.outcome = None, WANTS_OUT


def takes_texts_again(number: str, now: datetime) -> None:
    """Whoever wished for no more texts has them again: nobody has to ring them for that any more."""
    wishes = select(InboundMessage).where(
        InboundMessage.from_number == number,
        InboundMessage.outcome == READ_BY_ITSELF[Said.NO_TEXTS],
        InboundMessage.handled_at.is_(None),
    )
    for row in db.session.scalars(wishes.order_by(InboundMessage.id).with_for_update()):
        row.handled_at = now


def mark_read(inbound_id: int, by: Actor, now: datetime) -> bool:
    """A person has seen to it; False when that was noted before."""
    row = db.session.get(InboundMessage, inbound_id, with_for_update=True)
    if row is None or row.handled_at is not None:
        return False
    row.handled_at, row.outcome = now, "by_person"
    record(row, by, now, moved_to="by_person")
    return True


def waiting() -> tuple[Sequence[InboundMessage], int]:
    """What waits for a person, the oldest first, and how many there are in all."""
    open_still = InboundMessage.handled_at.is_(None)
    query = select(InboundMessage).where(open_still).order_by(InboundMessage.id).limit(SHOWN)
    total = db.session.scalar(select(func.count()).where(open_still)) or 0
    return db.session.scalars(query).all(), total


def handled(most: int) -> Sequence[InboundMessage]:
    """What has been seen to, the newest first."""
    query = select(InboundMessage).where(InboundMessage.handled_at.is_not(None))
    return db.session.scalars(query.order_by(InboundMessage.id.desc()).limit(most)).all()


def owners(numbers: Iterable[str]) -> Mapping[str, list[Owner]]:
    """By number, everybody who has it."""
    wanted = set(numbers)
    found: dict[str, list[Owner]] = {number: [] for number in wanted}
    people = (
        select(PersonPhone.number, Person.name, Person.id)
        .join(Person, Person.id == PersonPhone.person_id)
        .where(PersonPhone.number.in_(wanted))
        .order_by(Person.id)
    )
    for number, name, person_id in rows(people):
        found[number].append(Owner(name, person_id))
    members = select(Member.phone, Member.name, Member.id).where(Member.phone.in_(wanted))
    for number, name, member_id in rows(members):
        found[number].append(Owner(name, member_id=member_id))
    return found


def member(question: Question) -> Actor:
    return Actor(ActorKind.MEMBER, question.member_id)


def _mind_wishes(row: InboundMessage, opt_out: str, now: datetime) -> None:
    """At once. Of a member who wants no texts a person reads as well: from now on they have to be rung."""
    said = {"STOP": Said.NO_TEXTS, "START": Said.TEXTS_AGAIN}.get(opt_out) or read(row.body).said
    if said in READ_BY_ITSELF and row.from_number:
        trouble.fact_of(row.from_number).opted_out_at = now if said is Said.NO_TEXTS else None
        row.outcome = READ_BY_ITSELF[said]
        row.handled_at = None if said is Said.NO_TEXTS and _is_member(row.from_number) else now
        if said is Said.TEXTS_AGAIN:
            takes_texts_again(row.from_number, now)


def _is_member(number: str) -> bool:
    return db.session.scalar(select(Member.id).where(Member.phone == number, Member.active)) is not None


def _bind(row: InboundMessage, now: datetime) -> None:
    """Whoever writes 취소 of the one visit that was promised them wishes it called off.

    A member who has accepted wishes not to go: of several visits the next one is shown, and they are asked.
    """
    reply = read(row.body)
    if row.outcome or reply.said is not Said.CANCEL:
        return
    if _open_questions(row.from_number, reply):
        return
    promised, accepted = _promised(row.from_number, reply, now), _accepted(row.from_number, reply, now)
    if len(promised) == 1 and not accepted:
        row.visit_id, row.outcome = promised[0], WANTS_CANCEL
    elif accepted and not promised:
        row.visit_id, row.outcome = accepted[0], WANTS_OUT


def _may_mean_a_visit(number: str, reply: Reply, now: datetime) -> bool:
    return bool(_promised(number, reply, now) or _accepted(number, reply, now))


def _promised(number: str, reply: Reply, now: datetime) -> list[int]:
    """Visits to come of whoever has the number, or of which they may hear and were told there."""
    theirs = select(PersonPhone.person_id).where(PersonPhone.number == number)
    told = select(Message.visit_id).where(
        Message.to_number == number,
        Message.recipient_kind == RecipientKind.PERSON,
        Message.recipient_id.in_(theirs),
        Message.attempt > 0,
        Message.visit_id.is_not(None),
    )
    query = (
        select(Visit)
        .where(Visit.state.in_(PROMISED), Visit.window_end > now)
        .where(or_(Visit.resident_id.in_(theirs), Visit.id.in_(told)))
        .order_by(Visit.id)
    )
    if reply.number:
        query = query.where(Visit.number == reply.number)
    who = db.session.scalars(theirs).all()
    return [each.id for each in db.session.scalars(query) if any(may_hear(each, one) for one in who)]


def _accepted(number: str, reply: Reply, now: datetime) -> Sequence[int]:
    """Visits to come that a member has accepted, the next one first."""
    query = (
        select(Visit.id)
        .join(Assignment, Assignment.visit_id == Visit.id)
        .join(Member, Member.id == Assignment.member_id)
        .where(Member.phone == number, Assignment.state == AssignmentState.ACCEPTED)
        .where(Visit.state.in_(PROMISED), Visit.window_end > now)
        .order_by(Visit.start)
    )
    if reply.number:
        query = query.where(Visit.number == reply.number)
    return db.session.scalars(query).all()


def _open_questions(number: str, reply: Reply) -> list[Question]:
    query = (
        select(Offer.id, Offer.member_id, Visit.id, Visit.window_start)
        .join(Assignment, Assignment.id == Offer.assignment_id)
        .join(Visit, Visit.id == Assignment.visit_id)
        .join(Member, Member.id == Offer.member_id)
        .where(text("offers.state = 'offered'"), Member.phone == number)
        .order_by(Offer.id)
    )
    if reply.number:
        query = query.where(Visit.number == reply.number)
    return [
        Question(offer_id, member_id, visit_id)
        for offer_id, member_id, visit_id, start in rows(query)
        if _was_asked(offer_id, member_id, visit_id, start)
    ]


def _was_asked(offer_id: int, member_id: int, visit_id: int, start: datetime) -> bool:
    """Of the time that the visit has now. Nobody answers what was not told them yet."""
    offers = select(Message).where(
        Message.kind == MessageKind.MEMBER_OFFER,
        Message.visit_id == visit_id,
        Message.recipient_kind == RecipientKind.MEMBER,
        Message.recipient_id == member_id,
    )
    return any(
        each.dedupe_key.startswith(f"offer:{offer_id}:")
        and stamped(each.dedupe_key) == start
        and (each.heard is not None or (each.attempt > 0 and each.state not in NOT_LEFT))
        for each in db.session.scalars(offers)
    )
