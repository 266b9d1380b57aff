"""A move of a promise was undone before its texts left."""

from datetime import datetime

from handyman.messages import announce, crew, home_page, ladder, stand_again, to_home, truth
from handyman.messages.rows import LAST_WORDS, of_visit, take_back
from handyman.messages.written import COMING
from handyman.models import Message, Visit


def tell(visit: Visit, since: datetime, now: datetime) -> None:
    """What was taken back for it stands again, and whoever heard of it at home hears that it is off.

    `since`: when it was moved. The team hears by the offers that are taken back and restored.
    """
    rows = of_visit(visit, (*COMING, *home_page.PAGES, *announce.FOR_MEMBERS))
    new = [each for each in rows if each.created_at >= since and not truth.still_true(each)]
    take_back(new, now, why="undone", left=True)
    notices = [each for each in rows if each.kind not in announce.FOR_MEMBERS]
    heard_of = any(each in new for each in crew.known(notices))
    stand_again.of_promise([each for each in notices if not (heard_of and _is_promise(each))], since, now)
    if heard_of:
        to_home.of_move(visit, [each for each in notices if each.kind in COMING], now)


def _is_promise(message: Message) -> bool:
    """And no wish: who hears that the move is off need not hear it by the one before as well."""
    promises, _jobs = LAST_WORDS
    return message.kind in promises and message.last_error not in ladder.WISHES
