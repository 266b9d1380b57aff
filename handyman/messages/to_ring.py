"""Rows of the list for those whom a person has to ring, where no row of theirs can stand there."""

from datetime import datetime

from handyman.extensions import db
from handyman.messages import wording
from handyman.messages.keys import free_key
from handyman.messages.moments import stamp
from handyman.messages.rows import Recipient, of_visit
from handyman.messages.written import COMING
from handyman.models import (
    Actor,
    Answer,
    Channel,
    Message,
    MessageKind,
    MessageState,
    Visit,
    record,
)

S = MessageState


def write(visit: Visit, to: Recipient, said: Answer, by: Actor, now: datetime) -> None:
    """One for each that waits is enough; nobody is rung about a promise whose time is over."""
    waiting = (
        row
        for row in of_visit(visit, COMING, to)
        if row.state is S.NEEDS_PERSON and row.last_error == said and row.told_at is None
    )
    if now >= visit.window_end or any(waiting):
        return
    spoken = wording.spoken_to_resident if to.id == visit.resident_id else wording.spoken_to_standby
    row = Message(
        dedupe_key=free_key(f"visit:{visit.id}:{said.value}-{to.id}:{stamp(visit.window_start)}"),
        kind=MessageKind.RESIDENT_BOOKED,
        visit_id=visit.id,
        recipient_kind=to.kind,
        recipient_id=to.id,
        to_number=to.number,
        channel=Channel.VOICE,
        body=spoken(visit, MessageKind.RESIDENT_BOOKED),
        due_at=now,
        next_at=now,
        not_after=visit.window_end,
        state=S.NEEDS_PERSON,
        last_error=said.value,
        created_at=now,
    )
    db.session.add(row)
    db.session.flush()
    record(row, by, now, moved_to=S.NEEDS_PERSON, why=said.value)
