"""What texts and calls tell of a visit, and the words of its calls."""

from datetime import date, datetime

from handyman.extensions import settings
from handyman.messages import spoken, spoken_jobs, texts
from handyman.models import AssignmentState, Member, MessageKind, Outcome, Visit
from handyman.words import at_minute, local, minute_of_day, seoul_day


def office() -> texts.Office:
    return texts.Office(settings().office_name, settings().office_phone)


def promise(visit: Visit, start: datetime | None = None) -> texts.Promise:
    """Only those who have accepted are named: a name that changes at the door frightens people.

    `start` of its window when they knew it at another time.
    """
    start = start or visit.window_start
    names = (
        assignment.member.name
        for assignment in visit.assignments
        if assignment.member and assignment.state is AssignmentState.ACCEPTED
    )
    arriving = local(visit.arriving_at) if visit.arriving_at else None
    span = local(start), local(_end(visit, start))
    return texts.Promise(*span, visit.number, tuple(names), arriving, visit.agreed_won)


def job(visit: Visit, start: datetime | None = None, language: str = "ko") -> texts.Job:
    """The visit as a member is told of it; `start` when they knew it at another time."""
    start = start or visit.window_start
    return texts.Job(
        local(start),
        local(_end(visit, start)),
        visit.address.dong,
        items(visit, language),
        visit.team_size,
        visit.service_minutes,
    )


def items(visit: Visit, language: str = "ko") -> tuple[tuple[str, int], ...]:
    """What is to be done, in few words, and how often."""
    asked = [(item.request_item.service_item, item.quantity) for item in visit.items]
    return tuple((item.name_en if language == "en" else item.short_ko, count) for item, count in asked)


def task(visit: Visit, to: Member, start: datetime | None = None) -> spoken_jobs.Task:
    """The same as it is spoken of, with whom the member goes."""
    return spoken_jobs.Task(job(visit, start), visit.number, partners(visit, to))


def partners(visit: Visit, to: Member) -> tuple[str, ...]:
    """Who goes with a member, as far as they have said so."""
    return tuple(
        place.member.name
        for place in visit.assignments
        if place.member and place.member_id != to.id and place.state is AssignmentState.ACCEPTED
    )


def _end(visit: Visit, start: datetime) -> datetime:
    """Of the promise that began then: windows may differ in length."""
    day = seoul_day(start)
    if start == visit.window_start:
        return visit.window_end
    ends = {span.start: at_minute(day, span.end) for span in settings().promise_windows}
    return ends.get(minute_of_day(start, day), start + (visit.window_end - visit.window_start))


def spoken_to_resident(
    visit: Visit, kind: MessageKind, on: date | None = None, start: datetime | None = None
) -> str:
    """What a call says of it; `on` is the day on which it is said, if not the one that it was made for."""
    return _spoken(visit, kind, "", on, start)


def spoken_to_standby(
    visit: Visit, kind: MessageKind, on: date | None = None, start: datetime | None = None
) -> str:
    return _spoken(visit, kind, visit.resident.person.name, on, start)


def _spoken(visit: Visit, kind: MessageKind, of: str, on: date | None, start: datetime | None) -> str:
    if kind is MessageKind.RESIDENT_DONE:
        return spoken.ended(office(), promise(visit), ending(visit), of)
    return spoken.words(kind, office(), promise(visit, start), of, on)


def ending(visit: Visit) -> Outcome:
    """As reported; what is told to be done without a report is done."""
    return visit.report.outcome if visit.report else Outcome.DONE
