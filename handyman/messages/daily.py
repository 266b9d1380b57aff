"""What the clock brings: the list of the day."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Select, String, and_, cast, exists, literal, or_, select

from handyman.extensions import db, settings
from handyman.messages import crew, homes, spoken_jobs, wording, written
from handyman.messages.hours import next_allowed
from handyman.messages.rows import HELD_BACK, NOT_ARRIVED, Draft, evening_before, member, write
from handyman.messages.templates import Text
from handyman.models import (
    ENDED,
    ActorKind,
    Assignment,
    AssignmentState,
    AuditEntry,
    Member,
    Message,
    MessageKind,
    MessageState,
    Offer,
    OfferState,
    Visit,
    VisitState,
)
from handyman.words import at_minute, local, seoul_day

BEGUN = (*ENDED, VisitState.ON_THE_WAY, VisitState.ARRIVED)


def day_lists(now: datetime) -> None:
    """In the morning each member hears how many visits wait, with a link to the day.

    Who has no smartphone is rung on the evening before, and told each address: in the morning no telephone
    may ring before the first visits begin. Jobs taken on later were told by themselves and make no list.
    """
    today, at = seoul_day(now), settings().day_list_at
    morning = at_minute(today, at.hour * 60 + at.minute)
    if now >= morning:
        for who, visits in _work_of(today, now, morning, smartphone=True).items():
            _write_list(who, visits, next_allowed(max(morning, now), visits[-1].window_end), now)
    tomorrow = today + timedelta(days=1)
    for day in (tomorrow, today):
        evening = evening_before(day)
        if now >= evening:
            for who, visits in _work_of(day, now, evening, smartphone=False).items():
                _write_call(who, visits, max(evening, now), now)


def call_again(who: Member, day: date, now: datetime, told: Collection[int | None]) -> None:
    """The call of the evening, unless other calls say all of its addresses: those of the visits `told`.

    A person says it where a call would come when they should have left.
    """
    visits, due_at = _ahead_of(who, day, now), now + HELD_BACK
    if any(visit.id not in told for visit in visits):
        rings = not crew.rings_too_late(visits[0], None, due_at)
        _write_call(who, visits, due_at, now, rings=rings)


def day_of_call(message: Message) -> date | None:
    """Of which day a call of the evening tells, or a person where none can be made; None where it is none."""
    if message.kind is not MessageKind.MEMBER_DAY_LIST or not homes.are_in(message.body):
        return None
    return date.fromisoformat(message.dedupe_key.split(":")[1])


def words_now(message: Message, now: datetime) -> str:
    """What is said: of the call of the evening what is left of its day, as it stands; nothing of none."""
    day, who = day_of_call(message), db.session.get(Member, message.recipient_id)
    if day is None or who is None:
        return message.body
    visits = _ahead_of(who, day, now)
    return _said(who, visits) if visits else ""


def reword(message: Message, now: datetime) -> bool:
    """Keep what is said now as what they were told; False where there is nothing to say any more."""
    if day_of_call(message) is None:
        return True
    said = words_now(message, now)
    message.body = said or message.body
    return bool(said)


def is_being_changed(message: Message, now: datetime) -> bool:
    """Whether somebody of the office has changed one of its visits just now: it may be undone yet."""
    day, who = day_of_call(message), db.session.get(Member, message.recipient_id)
    if day is None or who is None:
        return False
    visits = {*homes.marked(message.body), *(visit.id for visit in _ahead_of(who, day, now))}
    places = select(Assignment.id).where(Assignment.visit_id.in_(visits))
    changed = or_(
        and_(AuditEntry.entity == Visit.__tablename__, AuditEntry.entity_id.in_(visits)),
        and_(AuditEntry.entity == Assignment.__tablename__, AuditEntry.entity_id.in_(places)),
    )
    by_office = select(AuditEntry.id).where(AuditEntry.actor_kind == ActorKind.USER, changed)
    return db.session.scalar(by_office.where(AuditEntry.at > now - HELD_BACK).limit(1)) is not None


def _work_of(day: date, now: datetime, told_by: datetime, *, smartphone: bool) -> dict[Member, list[Visit]]:
    """What lies ahead on a day, by member, unless its list was written, and not for nothing."""
    key = literal(f"day-list:{day}:") + cast(Member.id, String)
    let_go = Message.state.in_((MessageState.NEEDS_PERSON, *NOT_ARRIVED)) & Message.told_at.is_not(None)
    told = exists().where(
        or_(Message.dedupe_key == key, Message.dedupe_key.like(key + "#%")),
        Message.heard.is_not(None) | ~((Message.state == MessageState.CANCELED) | let_go),
    )
    wanted = _ahead(day, now, told_by).where(~told, Member.smartphone.is_(smartphone))
    work: dict[Member, list[Visit]] = defaultdict(list)
    for who, visit in db.session.execute(wanted):
        work[who].append(visit)
    return work


def _ahead_of(who: Member, day: date, now: datetime) -> list[Visit]:
    wanted = _ahead(day, now, evening_before(day)).where(Member.id == who.id)
    return [visit for _who, visit in db.session.execute(wanted)]


def _ahead(day: date, now: datetime, told_by: datetime) -> Select[Member, Visit]:
    """Visits of a day that are yet to begin, with who had accepted them before `told_by`."""
    agreed = (Offer.assignment_id == Assignment.id) & (Offer.state == OfferState.ACCEPTED)
    since = exists().where(agreed, Offer.answered_at >= told_by)
    return (
        select(Member, Visit)
        .join(Assignment, Assignment.member_id == Member.id)
        .join(Visit, Visit.id == Assignment.visit_id)
        .where(Visit.day == day, Visit.window_end > now, Visit.state.not_in(BEGUN))
        .where(Assignment.state == AssignmentState.ACCEPTED, ~since)
        .order_by(Visit.start, Visit.id)
    )


def _write_list(who: Member, visits: list[Visit], due_at: datetime, now: datetime) -> None:
    last = max(visit.window_end for visit in visits)
    draft = Draft(
        MessageKind.MEMBER_DAY_LIST,
        member(who),
        f"day-list:{seoul_day(now)}:{who.id}",
        written.day_list(visits, who),
        due_at,
        last,
        opens_until=last + timedelta(hours=settings().link_hours),
        opens_day=seoul_day(now),
    )
    write(draft, now)


def _write_call(
    who: Member, visits: list[Visit], due_at: datetime, now: datetime, *, rings: bool = True
) -> None:
    last, day = max(visit.window_end for visit in visits), visits[0].day
    said = _said(who, visits)
    key = f"day-list:{day}:{who.id}"
    spoken = said if rings else ""
    write(Draft(MessageKind.MEMBER_DAY_LIST, member(who), key, Text(said), due_at, last, spoken=spoken), now)


def _said(who: Member, visits: Sequence[Visit]) -> str:
    listed = [(local(visit.start), homes.mark_told(visit), wording.task(visit, who)) for visit in visits]
    return spoken_jobs.day_list(wording.office(), listed[0][0], listed)
