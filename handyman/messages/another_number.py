"""Somebody has another number on file: what arrived at the one before is said again where they read it.

What a stranger could open is closed, and what a stranger has answered counts no more.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from itertools import chain

from sqlalchemy import delete, func, or_, select

from handyman import astray, links
from handyman.extensions import db
from handyman.messages import (
    announce,
    crew,
    daily,
    home_page,
    homes,
    page_holders,
    partners,
    questions,
    standby,
    truth,
    wording,
    written,
)
from handyman.messages.hours import next_allowed
from handyman.messages.moments import speaks_of, stamped
from handyman.messages.rows import (
    HELD_BACK,
    LAST_WORDS,
    STILL_OURS,
    Draft,
    Recipient,
    hold_back,
    of_visit,
    take_back,
    tells_nobody,
    was_given_up,
    write,
)
from handyman.messages.rows import member as number_of
from handyman.messages.rows import resident as number_of_person
from handyman.messages.spoken import CLIMBS
from handyman.messages.templates import Text
from handyman.models import (
    ENDED,
    SYSTEM,
    Answer,
    Assignment,
    AssignmentState,
    Link,
    Member,
    Message,
    MessageKind,
    MessageState,
    OfferState,
    Person,
    ReachAnswer,
    RecipientKind,
    Visit,
    VisitState,
    record,
)
from handyman.reasons import WHOSE_WISH

K = MessageKind
PROMISES, JOBS = LAST_WORDS
OF_A_HOME = ((K.RESIDENT_ON_THE_WAY,), PROMISES, (K.RESIDENT_DAY_BEFORE,))  # one of them is enough
IN_USE_FOR = timedelta(hours=2)  # by then they have the link that went to their number, or have reported
UNDER_WAY = (VisitState.ON_THE_WAY, VisitState.ARRIVED)


def of_person(person: Person, now: datetime) -> None:
    """That somebody is on the way, else the promise as it stands, or that it is tomorrow.

    So of the visits of whomever they stand by.
    """
    to = number_of_person(person, now)
    for visit in _spoken_of(to, now):
        _forget_keys(of_visit(visit, chain.from_iterable(OF_A_HOME), to), now)
        waits = visit.state is not VisitState.ARRIVED and standby.may_hear(visit, person.id)
        for kinds in OF_A_HOME if waits else ():
            last = _last_astray(of_visit(visit, kinds, to), now)
            if last is not None and truth.still_true(last):
                _say(visit, last, person, to, now)
                break
    page_holders.look_over(person.id, now)


def of_member(member: Member, now: datetime) -> None:
    """The question that waits for them, or that they need not go; and a link to every job that is theirs."""
    to = number_of(member)
    _open_only_theirs(member, now)
    for visit in _spoken_of(to, now):
        rows = of_visit(visit, JOBS, to)
        _forget_keys(rows, now)
        last = _last_astray(rows, now)
        place = _place_of(visit, member) if visit.state not in ENDED else None
        if last is not None and last.kind is K.MEMBER_WITHDRAWN:
            if truth.still_true(last) and questions.knew_of(visit, member.id, rows):
                _say_to_stay(visit, last, to, now)
        elif last is not None and place is not None:
            _say_job(place, member, last, now)
        if place is not None:
            _see_who_agreed(place, member, now)
            _remind_again(place, member, now)
    questions.links_again(member, now)
    for visit in _spoken_of(to, now):
        partners.settle(visit, now)
    written_now = _of_now(to, now)
    hold_back({each.visit_id for each in written_now if each.visit_id is not None}, now, now + HELD_BACK)
    _list_again(member, _said_soon(to, now), now)


def look_again(visit: Visit, now: datetime) -> None:
    """A change of it was undone: what it would have told at a number that was put right since is not told."""
    strangers = {
        (each.recipient_kind, each.recipient_id)
        for each in of_visit(visit, (*chain.from_iterable(OF_A_HOME), *JOBS, K.MEMBER_REMINDER))
        if each.was_heard and astray.is_strangers(each)
    }
    for kind, who in sorted(strangers):
        if kind is RecipientKind.MEMBER:
            of_member(db.session.get_one(Member, who), now)
        else:
            of_person(db.session.get_one(Person, who), now)


def _say(visit: Visit, last: Message, person: Person, to: Recipient, now: datetime) -> None:
    own, start = visit.resident_id == person.id, written.called_off_at(last)
    text = written.for_resident(visit, last.kind, start)
    speak = wording.spoken_to_resident
    if not own:
        text, speak = written.for_standby(visit, last.kind, person, start), wording.spoken_to_standby
    said = speak(visit, last.kind, start=start) if last.kind in CLIMBS else ""
    at_once = last.kind is K.RESIDENT_ON_THE_WAY
    due_at = now if at_once else next_allowed(now, last.not_after)
    if text is not None:
        write(Draft(last.kind, to, _gist(last), text, due_at, last.not_after, visit, said), now)
    if not at_once:
        hold_back([visit.id], now, now + HELD_BACK)


def _say_to_stay(visit: Visit, last: Message, to: Recipient, now: datetime) -> None:
    """In the words that it had; where no text goes, a person says them."""
    words, due_at = Text(last.body, last.template_version), next_allowed(now, last.not_after)
    write(Draft(last.kind, to, _gist(last), words, due_at, last.not_after, visit), now)


def _say_job(place: Assignment, member: Member, last: Message, now: datetime) -> None:
    if place.state is AssignmentState.ACCEPTED:
        crew.say_job(place.visit, member, now)
        return
    more = f"{questions.MORE}:" if questions.is_more_to_do(last) else ""
    for offer in place.offers:
        if offer.state is OfferState.OFFERED:
            announce.offered(offer, now, more)


def _see_who_agreed(place: Assignment, member: Member, now: datetime) -> None:
    """A person asks where that was somebody else; nobody does where it was a slip of the finger."""
    rows = of_visit(place.visit, questions.ASKED, number_of(member))
    asks = [each for each in rows if questions.asks_whether_they_go(each)]
    if not questions.stranger_agreed(place):
        take_back([each for each in asks if crew.is_once_more(each)], now, why="known")
    elif not asks:
        ours = (each for each in rows if crew.is_once_more(each) and each.state in STILL_OURS)
        call = next(ours, None) or crew.say_job(place.visit, member, now)
        questions.let_a_person_ask(call, now)


def _remind_again(place: Assignment, member: Member, now: datetime) -> None:
    """Of the start that a stranger was told."""
    visit = place.visit
    last = _last_astray(of_visit(visit, (K.MEMBER_REMINDER,), number_of(member)), now)
    if last is not None and place.state is AssignmentState.ACCEPTED and visit.state not in UNDER_WAY:
        crew.remind(visit, member, now, even_late=True)


def _list_again(member: Member, told: Collection[int | None], now: datetime) -> None:
    """The call of the evening, which says each address to whoever opens no link."""
    to = number_of(member)
    wanted = select(Message).where(
        Message.kind == K.MEMBER_DAY_LIST,
        Message.recipient_kind == to.kind,
        Message.recipient_id == to.id,
        Message.not_after > now,
    )
    held = wanted.with_for_update(of=Message, key_share=True).execution_options(populate_existing=True)
    calls = defaultdict(list)
    for each in db.session.scalars(held.order_by(Message.id)):
        calls[daily.day_of_call(each)].append(each)
    for day, rows in calls.items():
        if day is not None:
            _forget_keys(rows, now)
            if _last_astray(rows, now) is not None and not member.smartphone:
                daily.call_again(member, day, now, told)


def _place_of(visit: Visit, member: Member) -> Assignment | None:
    theirs = (each for each in visit.assignments if each.member_id == member.id)
    return next((each for each in theirs if each.state in truth.HAS_IT), None)


def _last_astray(messages: Sequence[Message], now: datetime) -> Message | None:
    """What they were told last, if somebody else has heard it, and it is news to them.

    What waits to be said again to whoever has heard it there before is taken back.
    """
    told = [each for each in messages if each.state is not MessageState.CANCELED and not was_given_up(each)]
    told = [each for each in told if not tells_nobody(each)]
    heard = next((each for each in reversed(told) if each.was_heard and not astray.went_astray(each)), None)
    since = [each for each in told if heard is None or each.id > heard.id]
    if heard is not None and all(_says_no_more(each, heard) for each in since):
        take_back([each for each in since if each.state in STILL_OURS], now, why="known")
        return None
    return since[-1] if since and astray.went_astray(since[-1]) else None


def _says_no_more(message: Message, before: Message) -> bool:
    """Than they have heard: the same again, or that the job is theirs, of the same hour."""
    again = crew.is_for_link(message) or crew.is_once_more(message)
    of_a_job = before.kind in questions.ASKED
    same_hour = of_a_job and again and speaks_of(message.dedupe_key, stamped(before.dedupe_key))
    return _gist(message) == _gist(before) or same_hour


def _gist(message: Message) -> str:
    """What a text says, whichever time it says it."""
    return message.dedupe_key.partition("#")[0]


def _spoken_of(to: Recipient, now: datetime) -> Sequence[Visit]:
    """Of which something arrived, and which is to come, or of which something is of use still."""
    visits = (
        select(Visit)
        .join(Message, Message.visit_id == Visit.id)
        .where(Message.recipient_kind == to.kind, Message.recipient_id == to.id)
        .where(or_(Message.state == MessageState.DELIVERED, Message.heard.is_not(None)))
        .where(or_(Visit.window_end > now, Message.not_after > now))
        .distinct()
        .order_by(Visit.id)
    )
    return db.session.scalars(visits).all()


def _of_now(to: Recipient, now: datetime) -> Sequence[Message]:
    """What was written to them just now."""
    written_now = select(Message).where(
        Message.recipient_kind == to.kind, Message.recipient_id == to.id, Message.created_at == now
    )
    return db.session.scalars(written_now).all()


def _said_soon(to: Recipient, now: datetime) -> set[int | None]:
    """The visits whose address is about to be told them, each by a call of its own."""
    waits = select(Message).where(
        Message.recipient_kind == to.kind,
        Message.recipient_id == to.id,
        Message.visit_id.is_not(None),
        Message.state.in_(STILL_OURS),
        Message.due_at <= now + HELD_BACK,
    )
    return {each.visit_id for each in db.session.scalars(waits) if homes.are_in(each.body)}


def _forget_keys(messages: Sequence[Message], now: datetime) -> None:
    """A key that a stranger has pressed confirms nothing; that it was pressed stays on file.

    What was wished by it a person asks about: it may have been they, and the number a slip of the finger.
    """
    for each in messages:
        if not astray.went_astray(each):
            continue
        by_key = (ReachAnswer.outbox_id == each.id) & ReachAnswer.told_by_id.is_(None)
        answered = db.session.scalar(select(ReachAnswer.id).where(by_key).limit(1)) is not None
        wishes = [row for row in messages if each.id in (row.id, row.follows_id) and _wishes(row)]
        for row in wishes:
            row.last_error = WHOSE_WISH[Answer(row.last_error)]
        if answered or wishes:
            db.session.execute(delete(ReachAnswer).where(by_key))
            record(each, SYSTEM, now, moved_from=each.state, moved_to=home_page.STRANGERS)


def _wishes(row: Message) -> bool:
    return row.told_at is None and row.state is MessageState.NEEDS_PERSON and row.last_error in WHOSE_WISH


def _open_only_theirs(member: Member, now: datetime) -> None:
    """A link opens where a text has left with it for the number that is theirs, and nowhere else.

    So one that they took from their own pages closes. What waits with a link that closes gets another one.
    """
    wanted = select(Link).where(Link.member_id == member.id, Link.expires_at > now).order_by(Link.id)
    opens = db.session.scalars(wanted).all()
    theirs = select(Message).where(
        Message.recipient_kind == RecipientKind.MEMBER,
        Message.recipient_id == member.id,
        Message.link_id.in_(each.id for each in opens),
    )
    with_link = db.session.scalars(theirs.order_by(Message.id)).all()
    for link in opens:
        texts = [each for each in with_link if each.link_id == link.id]
        if any(each.attempt and each.to_number == member.phone for each in texts):
            link.revoked_at = None
        elif link.revoked_at is None:
            link.revoked_at = _in_use_until(link, now) or now
            for each in texts:
                if not each.attempt and each.state is MessageState.PENDING:
                    each.link = links.instead_of(link, now)
    db.session.flush()


def _in_use_until(link: Link, now: datetime) -> datetime | None:
    """Where its member is on the way, or at work: until the window is over, and for a while at least."""
    at_work = (
        select(func.max(Visit.window_end))
        .join(Assignment, Assignment.visit_id == Visit.id)
        .where(Assignment.member_id == link.member_id, Assignment.state == AssignmentState.ACCEPTED)
        .where(Visit.state.in_(UNDER_WAY), or_(Visit.id == link.visit_id, Visit.day == link.day))
    )
    window_end = db.session.scalar(at_work)
    return max(window_end, now + IN_USE_FOR) if window_end is not None else None
