"""Addresses in calls to members: kept as a mark, and put in place when they are spoken or shown."""

import re

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from handyman.extensions import db
from handyman.models import Resident, Visit
from handyman.words import hhmm

MARK = re.compile(r"\{home:(\d+)(?:@\d\d:\d\d)?\}")


def mark(visit: Visit) -> str:
    return f"{{home:{visit.id}}}"


def mark_told(visit: Visit) -> str:
    """The same beside the start that is said of it: who is told another one later has to hear that."""
    return f"{{home:{visit.id}@{hhmm(visit.start)}}}"


def are_in(words: str) -> bool:
    return MARK.search(words) is not None


def marked(words: str) -> set[int]:
    """Of which visits."""
    return {int(found) for found in MARK.findall(words)}


def fill(words: str) -> str:
    """The address of each visit as it is now, with whose home it is."""
    wanted = marked(words)
    if not wanted:
        return words
    visits = db.session.scalars(
        select(Visit)
        .where(Visit.id.in_(wanted))
        .options(joinedload(Visit.address), joinedload(Visit.resident).joinedload(Resident.person))
    )
    homes = {visit.id: f"{visit.address.full}, {visit.resident.person.name} 어르신 댁" for visit in visits}
    return MARK.sub(lambda found: homes.get(int(found[1]), ""), words)
