"""A move of a promise was undone before its texts left."""

from datetime import datetime

from handyman.messages import announce, crew, home_page, stand_again, to_home, truth
from handyman.messages.rows import of_visit, take_back
from handyman.messages.written import COMING
from handyman.models import Visit


def tell(visit: Visit, since: datetime, now: datetime) -> None:
    """What was taken back for it stands again, and whoever heard of it at home hears that it is off.

    `since`: when it was moved. The team hears by the offers that are taken back and restored.
    """
    rows = of_visit(visit, (*COMING, *home_page.PAGES, *announce.FOR_MEMBERS))
    new = [each for each in rows if each.created_at >= since and not truth.still_true(each)]
    take_back(new, now, why="undone", left=True)
    notices = [each for each in rows if each.kind not in announce.FOR_MEMBERS]
    stand_again.of_promise(notices, since, now)
    if any(each in new for each in crew.known(notices)):
        to_home.of_move(visit, [each for each in notices if each.kind in COMING], now)
