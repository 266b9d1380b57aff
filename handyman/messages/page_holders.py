"""Who has the address of a visit's page: it is another one as soon as somebody could open it who must not.

So where a number was wrong, and where somebody may not hear of the visit any more.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select

from handyman import astray, page_links
from handyman.extensions import db
from handyman.messages import home_page, ladder, standby, trouble
from handyman.messages.rows import of_visit, take_back
from handyman.models import (
    ENDED,
    Attempt,
    Channel,
    Message,
    MessageKind,
    MessageState,
    PageLink,
    Person,
    RecipientKind,
    Visit,
    VisitState,
)
from handyman.reasons import ANOTHER_NUMBER

K, S = MessageKind, MessageState
NEXT_MOMENT = timedelta(microseconds=1)
NOBODY_WAITS = (*ENDED, VisitState.ARRIVED)


def look_over(person_id: int, now: datetime) -> None:
    """Their number is another one, or whether they may hear, or who may hear of them."""
    visits = (
        select(Visit)
        .join(Message, Message.visit_id == Visit.id)
        .where(Message.kind == K.RESIDENT_PAGE, Message.recipient_kind == RecipientKind.PERSON)
        .where(or_(Message.recipient_id == person_id, Visit.resident_id == person_id))
        .where(Visit.window_end > now)
        .distinct()
        .order_by(Visit.id)
    )
    for visit in db.session.scalars(visits).all():
        _look_over(visit, now)


def _look_over(visit: Visit, now: datetime) -> None:
    """Whoever may open it, and had the one before or was about to get it, is sent the new one."""
    texts = of_visit(visit, (K.RESIDENT_PAGE,))
    had_it = _opened(texts, page_links.issue(visit, now))
    wrong = [one.started_at for each, tries in had_it for one in tries if _went_wrong(each, one)]
    if wrong or not all(standby.may_hear(visit, each.recipient_id) for each, _tries in had_it):
        tries = [one.started_at + NEXT_MOMENT for _each, since in had_it for one in since]
        page_links.renew(visit, max([now, *tries]))  # a sender may have looked at its clock after us
        had_it = []
    if visit.state in NOBODY_WAITS:
        return
    if wrong:
        home_page.forget(visit, min(wrong), now)
    has_it = {each.recipient_id for each, _tries in had_it}
    has_it |= {each.recipient_id for each in texts if each.state is S.PENDING}  # filled when it leaves
    meant = [each for each in texts if each.attempt or each.state is not S.CANCELED]
    for person_id in dict.fromkeys(each.recipient_id for each in meant):
        if person_id not in has_it and standby.may_hear(visit, person_id):
            _give([each for each in meant if each.recipient_id == person_id], visit, now)


def _opened(texts: Sequence[Message], page: PageLink) -> list[tuple[Message, list[Attempt]]]:
    """Those that may have arrived with the address of today, and the tries that held it."""
    tries = ((each, [one for one in each.attempts if one.started_at >= page.created_at]) for each in texts)
    return [(each, since) for each, since in tries if since]


def _went_wrong(message: Message, one: Attempt) -> bool:
    """Whether it went to a number that is theirs no more, whatever became of it."""
    return astray.is_strangers(message) or trouble.went_elsewhere(message, one.number)


def _give(texts: Sequence[Message], visit: Visit, now: datetime) -> None:
    """Once; whoever reads no texts has no page."""
    person = db.session.get_one(Person, texts[0].recipient_id)
    number, channel = ladder.way_to(person, now)
    if number and channel is Channel.SMS:
        take_back(texts, now, why=ANOTHER_NUMBER, left=True)
        home_page.send_new(visit, person, number, now)
