"""The text with the digits that a member comes in with, and whose work it is when it does not arrive."""

from datetime import datetime, timedelta

from sqlalchemy import select

from handyman.extensions import db, settings
from handyman.member_codes import MARK
from handyman.messages.rows import Draft, member, write
from handyman.messages.templates import Text
from handyman.messages.texts import clean
from handyman.models import (
    SYSTEM,
    Member,
    Message,
    MessageKind,
    MessageState,
    RecipientKind,
    TextLanguage,
    record,
    texts_to_pass_on,
)
from handyman.words import at_minute, seoul_day

ONE_DAY = timedelta(days=1)
ENDED_WELL = (MessageState.DELIVERED, MessageState.CANCELED)
WORDS = {
    TextLanguage.KO: "[{office}] 확인 번호 {code} ({minutes}분). 아무에게도 알려 주지 마십시오.",
    TextLanguage.EN: "[{office}] Code {code} ({minutes}min). Tell nobody.",
}
TO_SAY = "들어가시는 번호를 문자로 보내지 못했습니다. 오늘 하실 일은 지금 전화로 알려 드리겠습니다."


def send(to: Member, code_id: int, good_for: timedelta, now: datetime) -> None:
    """The digits are put in place when the text leaves. Of several in vain the last is rung about."""
    put_away(to, now, why="asked_again")
    body = WORDS[TextLanguage(to.language)].format(
        office=clean(settings().office_name)[:10], code=MARK, minutes=int(good_for.total_seconds()) // 60
    )
    write(Draft(MessageKind.MEMBER_CODE, member(to), f"code:{code_id}", Text(body), now, now + good_for), now)


def put_away(to: Member, now: datetime, why: str) -> None:
    """They are in, or have asked for another: nobody has to ring about those before."""
    before = select(Message).where(
        Message.recipient_kind == RecipientKind.MEMBER,
        Message.recipient_id == to.id,
        Message.kind == MessageKind.MEMBER_CODE,
        Message.told_at.is_(None),
        Message.state.not_in(ENDED_WELL),
    )
    for row in db.session.scalars(before.with_for_update()).all():
        if row.state is MessageState.PENDING:
            row.move_to(MessageState.CANCELED, SYSTEM, now, why)
        else:
            row.told_at = now
            record(row, SYSTEM, now, moved_from=row.state, moved_to="superseded", why=why)


def put_away_past(now: datetime) -> None:
    """Whoever could not come in is told of the day's work by telephone, on the next day at the latest."""
    yesterday = at_minute(seoul_day(now) - ONE_DAY, 0)
    past = select(Message).where(
        Message.id.in_(texts_to_pass_on(now)),
        Message.kind == MessageKind.MEMBER_CODE,
        Message.due_at < yesterday,
    )
    for row in db.session.scalars(past.with_for_update(skip_locked=True)).all():
        row.told_at = now
        record(row, SYSTEM, now, moved_from=row.state, moved_to="superseded", why="day_over")
