"""Whether the resident knows that somebody is on the way: said to them as it is, not as it was meant."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from flask_babel import gettext as _
from sqlalchemy import select

from handyman.extensions import db
from handyman.models import ON_ITS_WAY, Message, MessageKind, MessageState, Visit, VisitState
from handyman.reasons import WAITS_FOR_CALL
from handyman.words import clock_words

S = MessageState
MAY_HAVE_ARRIVED = ON_ITS_WAY - {S.PENDING}
SOON = timedelta(minutes=5)  # whoever is not known to be told by then had better be rung


class Known(StrEnum):
    """How far the news has come."""

    HEARD = "heard"
    WANTS_CALL = "wants_call"  # they heard it, and want to talk to a person
    UNDER_WAY = "under_way"
    STOOD_IN = "stood_in"  # whoever stands by the resident has heard it
    NOT_HEARD = "not_heard"


@dataclass(frozen=True, slots=True)
class News:
    """What a member who has set out reads of it; `warns` where they had better ring."""

    words: str
    warns: bool


def known(visit: Visit, now: datetime) -> Known | None:
    """By the notice and all that followed it; None when nothing was to be told."""
    rows = [each for each in _rows(visit) if visit.on_the_way_at and each.created_at >= visit.on_the_way_at]
    if not rows:
        return None
    reached = {each.id for each in rows if each.was_heard}
    own = [each for each in rows if each.recipient_id == visit.resident_id]
    if any(each.id in reached for each in own):
        wants = any(each.last_error in WAITS_FOR_CALL and each.told_at is None for each in own)
        return Known.WANTS_CALL if wants else Known.HEARD
    if reached:
        return Known.STOOD_IN
    only = rows[0]
    waits = len(rows) == 1 and only.state in ON_ITS_WAY and only.told_at is None and now < only.due_at + SOON
    return Known.UNDER_WAY if waits else Known.NOT_HEARD


def news(visit: Visit, now: datetime) -> News | None:
    """To a member who has set out; None where there is nothing to say."""
    how = known(visit, now) if visit.state is VisitState.ON_THE_WAY else None
    if how is None:
        return None
    said = {
        Known.HEARD: _heard,
        Known.UNDER_WAY: _under_way,
        Known.WANTS_CALL: _wants_call,
        Known.STOOD_IN: _stood_in,
        Known.NOT_HEARD: _not_heard,
    }[how]
    return News(said(visit), how not in (Known.HEARD, Known.UNDER_WAY))


def may_be_known(visit: Visit) -> bool:
    """Somebody had set out and turned back: whether the resident may still believe the first."""
    rows = _rows(visit)
    return any(each.was_heard or each.state in MAY_HAVE_ARRIVED for each in rows)


def _rows(visit: Visit) -> Sequence[Message]:
    told = select(Message).where(
        Message.visit_id == visit.id,
        Message.kind == MessageKind.RESIDENT_ON_THE_WAY,
        Message.state != S.CANCELED,
    )
    return db.session.scalars(told.order_by(Message.id)).all()


def _heard(visit: Visit) -> str:
    at = visit.arriving_at
    if at is None:
        return str(_("어르신께 출발하셨다고 알렸습니다."))
    return str(_("어르신께 %(time)s쯤 도착하신다고 알렸습니다.", time=clock_words(at)))


def _under_way(visit: Visit) -> str:
    at = visit.arriving_at
    if at is None:
        return str(_("어르신께 출발하셨다고 알리고 있습니다."))
    return str(_("어르신께 %(time)s쯤 도착하신다고 알리고 있습니다.", time=clock_words(at)))


def _wants_call(_visit: Visit) -> str:
    return str(_("어르신께 알렸고, 사람과 통화하고 싶어 하십니다. 어르신께 전화해 주십시오."))


def _stood_in(visit: Visit) -> str:
    if visit.resident.person.phone is None:
        return str(_("어르신 대신 연락받는 분께 알렸습니다. 어르신은 모르실 수 있습니다."))
    return str(_("어르신 대신 연락받는 분께 알렸습니다. 도착하시기 전에 어르신께도 전화해 주십시오."))


def _not_heard(visit: Visit) -> str:
    if visit.resident.person.phone is None:
        return str(_("어르신께 아직 알리지 못했습니다."))
    return str(_("어르신이 아직 모르실 수 있습니다. 도착하시기 전에 꼭 전화해 주십시오."))
