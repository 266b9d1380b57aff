"""A visit put into the words of its texts."""

from dataclasses import replace
from datetime import datetime

from handyman.extensions import settings
from handyman.messages import spoken, spoken_jobs, texts
from handyman.models import AssignmentState, Channel, Member, Message, MessageKind, Outcome, Visit
from handyman.words import at_minute, local, minute_of_day, seoul_day

_WORDS = {
    MessageKind.RESIDENT_BOOKED: texts.booked,
    MessageKind.RESIDENT_MOVED: texts.moved,
    MessageKind.RESIDENT_CANCELLED: texts.cancelled,
    MessageKind.RESIDENT_DAY_BEFORE: texts.day_before,
    MessageKind.RESIDENT_ON_THE_WAY: texts.on_the_way,
}


def office() -> texts.Office:
    return texts.Office(settings().office_name, settings().office_phone)


def promise(visit: Visit) -> texts.Promise:
    """Only those who have accepted are named: a name that changes at the door frightens people."""
    names = (
        assignment.member.name
        for assignment in visit.assignments
        if assignment.member and assignment.state is AssignmentState.ACCEPTED
    )
    return texts.Promise(local(visit.window_start), local(visit.window_end), visit.number, tuple(names))


def job(visit: Visit, start: datetime | None = None) -> texts.Job:
    """The visit as a member is told of it; `start` when they knew it at another time."""
    start = start or visit.window_start
    return texts.Job(
        local(start),
        local(_end(visit, start)),
        visit.address.dong,
        tuple((item.request_item.service_item.short_ko, item.quantity) for item in visit.items),
        visit.team_size,
    )


def task(visit: Visit, to: Member, start: datetime | None = None) -> spoken_jobs.Task:
    """The same as it is spoken of, with whom the member goes."""
    others = (
        place.member.name
        for place in visit.assignments
        if place.member and place.member_id != to.id and place.state is AssignmentState.ACCEPTED
    )
    return spoken_jobs.Task(job(visit, start), visit.number, tuple(others))


def _end(visit: Visit, start: datetime) -> datetime:
    """Of the promise that began then: windows may differ in length."""
    day = seoul_day(start)
    if start == visit.window_start:
        return visit.window_end
    ends = {span.start: at_minute(day, span.end) for span in settings().promise_windows}
    return ends.get(minute_of_day(start, day), start + (visit.window_end - visit.window_start))


def for_resident(visit: Visit, kind: MessageKind) -> str | None:
    """The text of this kind, or None where a person should ring instead."""
    if kind is MessageKind.RESIDENT_DONE:
        return _ending(visit)
    return _WORDS[kind](office(), promise(visit))


def spoken_to_resident(visit: Visit, kind: MessageKind) -> str:
    """What a call says of it."""
    return spoken.words(kind, office(), promise(visit))


def anew(visit: Visit, message: Message) -> str | None:
    """What a notice that has not left would say now."""
    spoken_to = message.channel is Channel.VOICE
    if message.recipient_id != visit.resident_id:
        return (spoken_to_standby if spoken_to else for_standby)(visit, message.kind)
    return (spoken_to_resident if spoken_to else for_resident)(visit, message.kind)


def for_standby(visit: Visit, kind: MessageKind) -> str:
    """The same to whoever stands by the resident: whose home it is about comes before who goes there."""
    whole = for_resident(visit, kind) or ""
    head, mark, rest = whole.partition("] ")
    named = f"{head}{mark}{texts.clean(visit.resident.person.name)}님 댁 "
    short = replace(promise(visit), names=())
    for words in (rest, _WORDS[kind](office(), short).partition("] ")[2]):
        if texts.fits(named + words):
            return named + words
    return whole


def spoken_to_standby(visit: Visit, kind: MessageKind) -> str:
    return spoken.words(kind, office(), promise(visit), of=visit.resident.person.name)


def _ending(visit: Visit) -> str | None:
    outcome = visit.report.outcome if visit.report else Outcome.DONE
    if outcome is Outcome.NOBODY_HOME:
        return texts.nobody_home(office())
    if outcome in (Outcome.REFUSED, Outcome.UNSAFE):
        return None
    return texts.done(office(), something_left=outcome is Outcome.PARTLY)
