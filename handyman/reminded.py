"""The start of a visit that a member was told last: for the texts, and for the page of a plan."""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from sqlalchemy import and_, or_, select

from handyman.astray import went_astray
from handyman.extensions import db
from handyman.models import Message, MessageKind, MessageState, RecipientKind, Visit
from handyman.words import SEOUL

TOLD_AT = re.compile(r"\{home:(\d+)@(\d\d:\d\d)\}")  # a home in the call of the evening, and when it starts
REACHES = (  # them, or may any moment
    MessageState.SENDING,
    MessageState.UNKNOWN,
    MessageState.ACCEPTED,
    MessageState.SENT,
    MessageState.DELIVERED,
)


def starts_known(
    visit_ids: Collection[int], before: datetime | None = None
) -> Mapping[tuple[int, int], datetime]:
    """By visit and member, of reminders and calls of the evening; `before`: of what was written by then.

    What went to a telephone that is not theirs counts where they know of no other: that may have been theirs.
    """
    told = _told(visit_ids, before)
    return {(visit_id, each.recipient_id): start for visit_id, each, start in told}


def last_told(visit_id: int, member_id: int) -> tuple[Message, datetime] | None:
    """By what they know the start of a visit, and which."""
    told = [(each, start) for _visit_id, each, start in _told([visit_id]) if each.recipient_id == member_id]
    return told[-1] if told else None


def _told(visit_ids: Collection[int], before: datetime | None = None) -> list[tuple[int, Message, datetime]]:
    days = db.session.scalars(select(Visit.day).where(Visit.id.in_(visit_ids)).distinct()).all()
    if not days:
        return []
    of_days = or_(*(Message.dedupe_key.startswith(f"day-list:{day}:") for day in days))
    by_list = and_(Message.kind == MessageKind.MEMBER_DAY_LIST, of_days)
    reminds = and_(Message.kind == MessageKind.MEMBER_REMINDER, Message.visit_id.in_(visit_ids))
    query = select(Message).where(
        Message.recipient_kind == RecipientKind.MEMBER,
        or_(reminds, by_list),
        or_(Message.state.in_(REACHES), Message.heard.is_not(None)),
    )
    if before is not None:
        query = query.where(Message.created_at < before)
    told = sorted(db.session.scalars(query.order_by(Message.id)), key=went_astray, reverse=True)
    return [
        (visit_id, each, start)
        for each in told
        for visit_id, start in _starts_in(each)
        if visit_id in visit_ids
    ]


def is_news(known: datetime | None, start: datetime, promise: tuple[datetime, datetime]) -> bool:
    """Whether they would set out at another time; another promise is told by itself."""
    return known is not None and known != start and promise[0] <= known <= promise[1]


def _starts_in(message: Message) -> Iterator[tuple[int, datetime]]:
    about = message.dedupe_key.partition("#")[0].split(":", 4)
    if message.visit_id is not None:
        yield message.visit_id, datetime.fromisoformat(about[4])
        return
    for visit_id, clock in TOLD_AT.findall(message.body):
        yield int(visit_id), datetime.fromisoformat(f"{about[1]}T{clock}").replace(tzinfo=SEOUL)
