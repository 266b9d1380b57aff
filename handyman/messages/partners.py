"""Two who go together hear of each other: who comes, who does not, and who is at the door already."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import or_, select

from handyman.extensions import db
from handyman.messages import crew, spoken_jobs, truth, values, wording, written
from handyman.messages.hours import next_allowed
from handyman.messages.moments import stamp
from handyman.messages.questions import ASKED
from handyman.messages.rows import Draft, member, of_visit, take_back, write
from handyman.messages.templates import Text
from handyman.models import (
    ENDED,
    Assignment,
    AssignmentState,
    AuditEntry,
    Channel,
    Member,
    Message,
    MessageKind,
    MessageState,
    Offer,
    OfferState,
    TextKind,
    Visit,
)

STILL_TRUE = timedelta(hours=1)  # how long an arrival is worth telling


def settle(visit: Visit, now: datetime, just_agreed: Collection[int] = (), *, unseen: bool = False) -> None:
    """Whoever goes hears who goes with them, or nobody yet, where they know it otherwise.

    `just_agreed`: places whose yes is news to everybody else. `unseen`: it was said to a text or in a call,
    and knows no more than that.
    """
    if visit.team_size > 1 and visit.state not in ENDED:
        for place in visit.assignments:
            if place.member is not None and place.state is AssignmentState.ACCEPTED:
                saw = not (unseen and place.id in just_agreed)
                _settle(visit, place, place.member, now, just_agreed, saw=saw)


def declined(visit: Visit, who: Member, now: datetime) -> None:
    """Whoever else goes hears that this one does not."""
    for to in _others(visit, who):
        _say(visit, to, who, TextKind.MEMBER_PARTNER_DECLINED, _until_it_ends(visit, now), now)


def arrived(visit: Visit, who: Member, at: datetime, now: datetime) -> None:
    """At the door, where the other may still be on the way, or inside already.

    `at`: when they said so, which may have waited for signal.
    """
    for to in _others(visit, who):
        _say(visit, to, who, TextKind.MEMBER_PARTNER_ARRIVED, (now, at + STILL_TRUE), now)


def not_there(visit: Visit, member_id: int | None, now: datetime) -> None:
    """They are not at the door after all, or, without an id, nobody is: what has not left is not told."""
    told = of_visit(visit, (MessageKind.MEMBER_PARTNER,))
    take_back([each for each in told if _is_of_arrival(each, member_id)], now, why="undone")


def _settle(
    visit: Visit,
    place: Assignment,
    to: Member,
    now: datetime,
    just_agreed: Collection[int],
    *,
    saw: bool,
) -> None:
    """What they know is how it stood when they last said yes where they `saw` it, or heard of the other."""
    rows = of_visit(visit, (*ASKED, MessageKind.MEMBER_PARTNER), member(to))
    told = [each for each in rows if not _is_of_arrival(each)]
    news = [each for each in told if each.kind is MessageKind.MEMBER_PARTNER]
    take_back([each for each in news if not truth.still_true(each)], now, why="partner")
    known = crew.known_there(told)
    last = next((_gist(each) for each in reversed(known) if each in news), "")
    take_back([each for each in news if each not in known and _gist(each) == last], now, why="known")
    waits = [each for each in told if each.state is MessageState.PENDING and truth.still_true(each)]
    names = _names_beside(visit, to)
    moments = [_worded_at(each, told) for each in (*known, *waits) if _says_who(each, names)]
    if saw:
        moments += [each.answered_at for each in place.offers if each.answered_at and _is_yes(each)]
    knows_of = _came_with(visit, to, max(moments), just_agreed) if moments else None
    comes = next((each for each in _others(visit, to)), None)
    if (comes.id if comes else None) == knows_of:
        return
    kind = TextKind.MEMBER_PARTNER_ACCEPTED if comes else TextKind.MEMBER_PARTNER_DECLINED
    who = comes or db.session.get_one(Member, knows_of)
    _say(visit, to, who, kind, _until_it_ends(visit, now), now)


def _gist(message: Message) -> str:
    return message.dedupe_key.partition("#")[0]


def _worded_at(message: Message, rows: Collection[Message]) -> datetime:
    """When its words were written: what asks again in the same ones knows no more than at first."""
    if message.kind is MessageKind.MEMBER_PARTNER:
        return message.created_at
    return min(each.created_at for each in rows if each.body == message.body)


def _says_who(message: Message, names: Collection[str]) -> bool:
    """Who goes with them, or that nobody does: a text without a name may have had no room for one.

    So what says a job again and names nobody does not say that somebody stays away.
    """
    asks_in_call = message.kind is MessageKind.MEMBER_OFFER and message.channel is Channel.VOICE
    of_other = message.kind is MessageKind.MEMBER_PARTNER
    return of_other or asks_in_call or any(name in message.body for name in names)


def _names_beside(visit: Visit, to: Member) -> set[str]:
    """Of all who were ever asked to go with them, as a call and as a text says it."""
    asked = (
        select(Member.name)
        .join(Offer, Offer.member_id == Member.id)
        .join(Assignment, Assignment.id == Offer.assignment_id)
        .where(Assignment.visit_id == visit.id, Member.id != to.id)
    )
    names = db.session.scalars(asked).all()
    return {said for name in names for said in (name, values.cut_name(name)) if said}


def _is_yes(offer: Offer) -> bool:
    return offer.state is OfferState.ACCEPTED


def _came_with(visit: Visit, to: Member, at: datetime, just_agreed: Collection[int]) -> int | None:
    """Who else had agreed by then, and neither was let go nor gave the job back.

    Of whoever gave it back, the offer tells when that was, and the log when they had agreed.
    """
    of_offer = (AuditEntry.entity == Offer.__tablename__) & (AuditEntry.entity_id == Offer.id)
    stays = of_offer & AuditEntry.moved_to.in_((OfferState.WITHDRAWN, OfferState.DECLINED))
    said_yes = select(AuditEntry.id).where(
        of_offer, AuditEntry.moved_to == OfferState.ACCEPTED, AuditEntry.at <= at
    )
    comes = (Offer.state == OfferState.ACCEPTED) & Offer.assignment_id.not_in(just_agreed)
    agreed = (
        select(Offer.member_id)
        .join(Assignment, Assignment.id == Offer.assignment_id)
        .where(Assignment.visit_id == visit.id, Offer.member_id != to.id)
        .where(or_(Offer.answered_at <= at, said_yes.correlate(Offer).exists()))
        .where(or_(comes, select(AuditEntry.id).where(stays, AuditEntry.at > at).correlate(Offer).exists()))
    )
    return db.session.scalar(agreed.order_by(Offer.id.desc()).limit(1))


def _others(visit: Visit, who: Member) -> list[Member]:
    """Who goes there with them."""
    return [
        place.member
        for place in visit.assignments
        if place.member and place.member_id != who.id and place.state is AssignmentState.ACCEPTED
    ]


def _until_it_ends(visit: Visit, now: datetime) -> tuple[datetime, datetime]:
    return next_allowed(now, visit.start), visit.window_end


def _is_of_arrival(message: Message, member_id: int | None = None) -> bool:
    who = f"{member_id}:" if member_id is not None else ""
    return f":{TextKind.MEMBER_PARTNER_ARRIVED}-{who}" in message.dedupe_key


def _say(
    visit: Visit, to: Member, who: Member, kind: TextKind, span: tuple[datetime, datetime], now: datetime
) -> None:
    words = {
        TextKind.MEMBER_PARTNER_ACCEPTED: f"{who.name} 님이 함께 가겠다고 했습니다.",
        TextKind.MEMBER_PARTNER_DECLINED: f"{who.name} 님은 못 갑니다. 다른 분을 찾고 있습니다.",
        TextKind.MEMBER_PARTNER_ARRIVED: f"{who.name} 님이 도착했습니다.",
    }[kind]
    spoken_too = spoken_jobs.partner(wording.office(), wording.task(visit, to), words)
    text = written.of_partner(kind, visit, to, who) if to.smartphone else Text(spoken_too)
    key = f"visit:{visit.id}:{kind.value}-{who.id}:{to.id}:{stamp(visit.window_start)}"
    said = "" if to.smartphone else spoken_too
    write(Draft(MessageKind.MEMBER_PARTNER, member(to), key, text, *span, visit, said), now)
