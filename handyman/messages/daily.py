"""What the clock brings: the list of the day."""

from collections import defaultdict
from datetime import datetime, timedelta

from sqlalchemy import String, cast, exists, literal, select

from handyman.extensions import db, settings
from handyman.messages import texts
from handyman.messages.rows import Draft, link_length, member, write
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

    Jobs taken on later that day were told by their own texts and make no list.
    """
    at = settings().day_list_at
    due_at = at_minute(seoul_day(now), at.hour * 60 + at.minute)
    if now < due_at:
        return
    for who, visits in _work_of_the_day(now, due_at).items():
        _write_list(who, visits, due_at, now)


def _work_of_the_day(now: datetime, told_by: datetime) -> dict[Member, list[Visit]]:
    """Today's visits that are not over, by member, as they had accepted them before `told_by`."""
    since = exists().where(Offer.assignment_id == Assignment.id, Offer.answered_at >= told_by)
    told = exists().where(
        Message.dedupe_key == literal(f"day-list:{seoul_day(now)}:") + cast(Member.id, String)
    )
    rows = db.session.execute(
        select(Member, Visit)
        .join(Assignment, Assignment.member_id == Member.id)
        .join(Visit, Visit.id == Assignment.visit_id)
        .where(Visit.day == seoul_day(now), Visit.window_end > now, Visit.state.not_in(ENDED))
        .where(Assignment.state == AssignmentState.ACCEPTED, ~since, ~told)
        .order_by(Visit.start, Visit.id)
    )
    work: dict[Member, list[Visit]] = defaultdict(list)
    for who, visit in rows:
        work[who].append(visit)
    return work


def _write_list(who: Member, visits: list[Visit], due_at: datetime, now: datetime) -> None:
    last = max(visit.window_end for visit in visits)
    dongs = [visit.address.dong for visit in visits]
    draft = Draft(
        MessageKind.MEMBER_DAY_LIST,
        member(who),
        f"day-list:{seoul_day(now)}:{who.id}",
        texts.day_list(local(due_at), local(visits[0].start), dongs, link_length()),
        due_at,
        last,
        opens_until=last + timedelta(hours=settings().link_hours),
        opens_day=seoul_day(now),
    )
    write(draft, now)
