"""A move of a promise was undone before its texts left."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from handyman.extensions import db
from handyman.messages import announce, crew, home_page, ladder, stand_again, to_home, truth
from handyman.messages.rows import LAST_WORDS, of_visit, take_back
from handyman.messages.written import COMING
from handyman.models import Answer, Heard, Message, MessageState, ReachAnswer, Visit

PROMISES, _JOBS = LAST_WORDS


def tell(visit: Visit, since: datetime, now: datetime) -> None:
    """What was taken back for it stands again, and whoever heard of it at home hears that it is off.

    `since`: when it was moved. The team hears by the offers that are taken back and restored.
    """
    rows = of_visit(visit, (*COMING, *home_page.PAGES, *announce.FOR_MEMBERS))
    new = [each for each in rows if each.created_at >= since and not truth.still_true(each)]
    known = _saw_or_answered(visit, since)
    if known:  # it may have been by the page, which names nobody
        _take_for_read([each for each in new if each.kind in home_page.PAGES])
    take_back([each for each in new if not _wishes(each)], now, why="undone", left=True)
    notices = [each for each in rows if each.kind not in announce.FOR_MEMBERS]
    if known or any(each in new for each in crew.known(notices)):
        wished = any(_wishes(each) for each in new)
        heard_no = truth.told_otherwise(notices, since)
        rest = [e for e in notices if e not in heard_no and not _is_corrected(e, wished=wished)]
        stand_again.of_promise(rest, since, now)
        to_home.of_move(visit, [each for each in notices if each.kind in COMING], now)
    else:
        stand_again.of_promise(notices, since, now)


def was_heard_of(visit_ids: Collection[int], since: datetime) -> bool:
    """Whether anybody knows, or will any moment, what was so of these visits for a moment."""
    of_these = db.session.scalars(select(Message).where(Message.visit_id.in_(visit_ids))).all()
    if any(each.created_at >= since and crew.was_told(each) for each in of_these):
        return True
    if truth.told_otherwise(of_these, since):
        return True
    visits = db.session.scalars(select(Visit).where(Visit.id.in_(visit_ids)))
    return any(_saw_or_answered(visit, since) for visit in visits)


def _saw_or_answered(visit: Visit, since: datetime) -> bool:
    """Whether somebody has seen on the page, or answered there or to a person, what was promised a moment."""
    look = home_page.last_look(visit.id)
    if look is not None and look[0] >= since:
        return True
    of_that = select(ReachAnswer.id).where(
        ReachAnswer.visit_id == visit.id,
        ReachAnswer.at >= since,
        ~ReachAnswer.of_window(visit.window_start, visit.window_end),
    )
    return db.session.scalar(of_that.limit(1)) is not None


def _take_for_read(pages: list[Message]) -> None:
    for each in pages:
        each.heard = each.heard or Heard.ANSWERED


def _wishes(message: Message) -> bool:
    """Whoever wants another time is rung, with the words as the promise stands by then."""
    wants_call = message.state is MessageState.NEEDS_PERSON and message.told_at is None
    return wants_call and message.last_error == Answer.ANOTHER_TIME


def _is_corrected(message: Message, *, wished: bool) -> bool:
    """What told the promise before, but for a wish that nobody has said anew: what is told now says more."""
    return message.kind in PROMISES and (wished or message.last_error not in ladder.WISHES)
