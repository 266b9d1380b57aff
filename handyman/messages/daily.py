"""What the clock brings: the list of the day."""

from collections import defaultdict
from datetime import date, datetime, timedelta

from sqlalchemy import String, cast, exists, literal, select

from handyman.extensions import db, settings
from handyman.messages import homes, spoken_jobs, wording, written
from handyman.messages.hours import next_allowed
from handyman.messages.rows import Draft, evening_before, member, write
from handyman.messages.templates import Text
from handyman.models import (
    ENDED,
    Assignment,
    AssignmentState,
    Member,
    Message,
    MessageKind,
    Offer,
    Visit,
)
from handyman.words import at_minute, local, seoul_day


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


def _work_of(day: date, now: datetime, told_by: datetime, *, smartphone: bool) -> dict[Member, list[Visit]]:
    """Visits of a day that are not over, by member, as they had accepted them before `told_by`."""
    since = exists().where(Offer.assignment_id == Assignment.id, Offer.answered_at >= told_by)
    told = exists().where(Message.dedupe_key == literal(f"day-list:{day}:") + cast(Member.id, String))
    rows = db.session.execute(
        select(Member, Visit)
        .join(Assignment, Assignment.member_id == Member.id)
        .join(Visit, Visit.id == Assignment.visit_id)
        .where(Visit.day == day, Visit.window_end > now, Visit.state.not_in(ENDED))
        .where(Assignment.state == AssignmentState.ACCEPTED, ~since, ~told)
        .where(Member.smartphone.is_(smartphone))
        .order_by(Visit.start, Visit.id)
    )
    work: dict[Member, list[Visit]] = defaultdict(list)
    for who, visit in rows:
        work[who].append(visit)
    return work


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


def _write_call(who: Member, visits: list[Visit], due_at: datetime, now: datetime) -> None:
    last, day = max(visit.window_end for visit in visits), visits[0].day
    listed = [(local(visit.start), homes.mark_told(visit), wording.task(visit, who)) for visit in visits]
    said = spoken_jobs.day_list(wording.office(), listed[0][0], listed)
    key = f"day-list:{day}:{who.id}"
    write(Draft(MessageKind.MEMBER_DAY_LIST, member(who), key, Text(said), due_at, last, spoken=said), now)
