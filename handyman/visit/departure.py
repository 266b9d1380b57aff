"""Whether the resident knows that somebody is on the way: said to them as it is, not as it was meant."""

from datetime import datetime
from enum import StrEnum

from flask_babel import gettext as _
from sqlalchemy import select

from handyman.extensions import db
from handyman.models import Message, MessageKind, MessageState, Visit, VisitState
from handyman.words import clock_words

S = MessageState
UNDER_WAY = frozenset({S.PENDING, S.SENDING, S.UNKNOWN, S.ACCEPTED, S.SENT})


class Known(StrEnum):
    """How far the news has come."""

    HEARD = "heard"
    UNDER_WAY = "under_way"
    STOOD_IN = "stood_in"  # whoever stands by the resident has heard it
    NOT_HEARD = "not_heard"


def known(visit: Visit) -> Known | None:
    """By the last row of the notice and its ladder; None when nothing was to be told."""
    told = select(Message).where(
        Message.visit_id == visit.id,
        Message.kind == MessageKind.RESIDENT_ON_THE_WAY,
        Message.state != S.CANCELED,
    )
    last = db.session.scalar(told.order_by(Message.id.desc()).limit(1))
    if last is None:
        return None
    if last.state is S.DELIVERED:
        return Known.HEARD if last.recipient_id == visit.resident_id else Known.STOOD_IN
    if last.told_at is not None:  # a person has passed it on
        return Known.HEARD
    return Known.UNDER_WAY if last.state in UNDER_WAY else Known.NOT_HEARD


def words(visit: Visit) -> str:
    """To a member who has set out; empty where there is nothing to say."""
    how = known(visit) if visit.state is VisitState.ON_THE_WAY else None
    if how is None:
        return ""
    if how is Known.NOT_HEARD:
        return str(_("어르신께 아직 알리지 못했습니다. 도착하시기 전에 꼭 전화해 주십시오."))
    if how is Known.STOOD_IN:
        return str(_("어르신이 받지 않으셔서 보호자께 알렸습니다. 도착하시기 전에 어르신께 전화해 주십시오."))
    return _heard(visit.arriving_at) if how is Known.HEARD else _under_way(visit.arriving_at)


def _heard(at: datetime | None) -> str:
    if at is None:
        return str(_("어르신께 출발하셨다고 알렸습니다."))
    return str(_("어르신께 %(time)s쯤 도착하신다고 알렸습니다.", time=clock_words(at)))


def _under_way(at: datetime | None) -> str:
    if at is None:
        return str(_("어르신께 출발하셨다고 알리고 있습니다."))
    return str(_("어르신께 %(time)s쯤 도착하신다고 알리고 있습니다.", time=clock_words(at)))
