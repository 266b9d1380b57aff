"""How a member hears of a visit: by a text with a link, or by a call where they cannot open one."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from handyman import astray, reminded
from handyman.extensions import settings
from handyman.messages import homes, spoken_jobs, wording, written
from handyman.messages.hours import next_allowed, next_call
from handyman.messages.moments import instant, speaks_of, stamp
from handyman.messages.rows import (
    LAST_WORDS,
    LEFT,
    NOT_ARRIVED,
    Draft,
    evening_before,
    member,
    of_visit,
    remind_at,
    write,
)
from handyman.messages.templates import Text
from handyman.models import Channel, Heard, Member, Message, MessageKind, MessageState, TextKind, Visit
from handyman.words import local

FOR_LINK = "taken"
ONCE_MORE = "once-more"
_PROMISES, JOBS = LAST_WORDS


def tell(
    to: Member,
    visit: Visit,
    kind: MessageKind,
    key: str,
    words: tuple[Text, str],
    span: tuple[datetime, datetime],
    now: datetime,
) -> Message | None:
    """A text with a link, or what is said to whoever cannot open one; None where it was said before."""
    text, said = words
    if not to.smartphone:
        return write(Draft(kind, member(to), key, Text(said), *span, visit, said), now)
    until = visit.window_end + timedelta(hours=settings().link_hours)
    return write(Draft(kind, member(to), key, text, *span, visit, opens_until=until), now)


def remind(visit: Visit, to: Member, now: datetime, *, even_late: bool = False) -> None:
    """Once for each start, and at once where another was told them: they would set out for that one.

    `even_late`: at once when its time is over. Nobody has to ring about what they were told by telephone.
    """
    told = reminded.last_told(visit.id, to.id)
    known = told[1] if told is not None else None
    corrects = reminded.is_news(known, visit.start, (visit.window_start, visit.window_end))
    even_late = even_late or corrects
    due_at = next_allowed(now, visit.start) if corrects else remind_at(visit.start)
    if even_late:
        due_at = max(due_at, now)
    no_call = not to.smartphone and next_call(due_at, visit.start) is None
    if no_call and (now < evening_before(visit.day) or _knows_start(visit, to, told)):
        return  # the call of the evening tells it, or has
    if now < due_at or (even_late and due_at < visit.start):
        text = written.for_member(TextKind.MEMBER_REMINDER, visit, to)
        said = spoken_jobs.reminder(
            wording.office(), wording.task(visit, to), local(visit.start), homes.mark(visit)
        )
        key = f"visit:{visit.id}:reminder:{to.id}:{stamp(visit.start)}"
        span = (due_at, visit.start)
        if corrects and not to.smartphone and rings_too_late(visit, known, due_at):
            write(Draft(MessageKind.MEMBER_REMINDER, member(to), key, Text(said), *span, visit), now)
        else:
            tell(to, visit, MessageKind.MEMBER_REMINDER, key, (text, said), span, now)


def has_left(message: Message) -> bool:
    """Whatever became of it, or a person has told them before it could."""
    return message.heard is not None or message.state not in (MessageState.PENDING, MessageState.CANCELED)


def was_told(message: Message) -> bool:
    """They have heard it, or may any moment: what did not arrive nobody was told before a person has."""
    return message.was_heard or message.state in LEFT


def known(messages: Sequence[Message]) -> list[Message]:
    """Those that somebody has heard of, or may yet: not what was given up before anybody had."""
    missed = (*NOT_ARRIVED, MessageState.NEEDS_PERSON)
    return [
        each
        for each in messages
        if each.was_heard or (has_left(each) and (each.state not in missed or each.told_at is None))
    ]


def known_there(messages: Sequence[Message]) -> list[Message]:
    """The same, by the telephone that is theirs now."""
    return [each for each in known(messages) if not astray.went_astray(each)]


def bring_link(to: Member, messages: Sequence[Message]) -> bool:
    """Whether they have their link by one of these, or one brings it and somebody sees to that it does.

    Whom a person has told may not have it, nor whoever was told something else since. What went to a number
    that was put right since has a stranger.
    """
    under_way = (MessageState.PENDING, *LEFT)
    return any(
        each.state is MessageState.DELIVERED
        or (each.state in under_way and (each.told_at is None or each.heard is Heard.ANSWERED))
        for each in messages
        if each.channel is Channel.SMS and each.to_number == to.phone
    )


def is_for_link(message: Message) -> bool:
    """Whether it was written to bring one to whoever had agreed already."""
    return f":{FOR_LINK}:" in message.dedupe_key


def is_once_more(message: Message) -> bool:
    """Whether it says a job once more as it stands, and nothing new of it."""
    return f":{ONCE_MORE}:" in message.dedupe_key


def give_link(visit: Visit, to: Member, now: datetime) -> None:
    """To whoever goes and was told of it without: they could neither set out nor report."""
    text = written.for_member(TextKind.MEMBER_TAKEN, visit, to)
    key = f"visit:{visit.id}:{FOR_LINK}:{to.id}:{instant(now)}:{stamp(visit.window_start)}"
    span = (next_allowed(now, visit.start), visit.window_end)
    tell(to, visit, MessageKind.MEMBER_OFFER, key, (text, ""), span, now)


def say_job(visit: Visit, to: Member, now: datetime) -> Message | None:
    """Once more, as it stands: by a text with its link, or by a call, which is given back."""
    if to.smartphone:
        give_link(visit, to, now)
        return None
    said = spoken_jobs.once_more(wording.office(), wording.task(visit, to), home(visit, now))
    key = f"visit:{visit.id}:{ONCE_MORE}:{to.id}:{instant(now)}:{stamp(visit.window_start)}"
    span = (next_allowed(now, visit.start), visit.window_end)
    return tell(to, visit, MessageKind.MEMBER_MOVED, key, (Text(said), said), span, now)


def home(visit: Visit, now: datetime) -> str:
    """The door, to whoever goes there, once the evening before has come."""
    return homes.mark(visit) if now >= evening_before(visit.day) else ""


def _knows_start(visit: Visit, to: Member, told: tuple[Message, datetime] | None) -> bool:
    """At their own telephone, and of another promise, or that they need not go, they have not heard since."""
    if told is None or told[1] != visit.start or astray.went_astray(told[0]):
        return False
    since = [each for each in of_visit(visit, JOBS, member(to)) if each.id > told[0].id and was_told(each)]
    return all(
        each.kind is not MessageKind.MEMBER_WITHDRAWN and speaks_of(each.dedupe_key, visit.window_start)
        for each in since
    )


def rings_too_late(visit: Visit, known: datetime | None, due_at: datetime) -> bool:
    """The call has to wait, and they would have set out by then for the start that they know, or need to."""
    rings_at, first = next_call(due_at, visit.start), min(known or visit.start, visit.start)
    return rings_at is None or rings_at > max(due_at, first - timedelta(minutes=settings().reminder_minutes))
