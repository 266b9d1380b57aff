"""The window that a form has chosen, as its page shows it: with whoever is asked once it is saved."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from handyman.board.book import plan
from handyman.board.needs import Need
from handyman.board.propose import Choice, Proposal, worded
from handyman.dispatch.ranking import find_team_reasons
from handyman.dispatch.windows import Offer, tell
from handyman.extensions import rows
from handyman.models import Member

NAMES = select(Member.id, Member.name).where(Member.active)


def show(need: Need, choice: Choice, now: datetime, named: Sequence[int], key: str) -> Proposal | None:
    """None where nobody can come in it any more. What is kept for the form with this key is free for it."""
    ranking, ejection = plan(need, choice, now, named, key)
    if ranking is None or ranking.team is None:
        return None
    team = ranking.team
    reasons = (*([tell(ejection)] if ejection else ()), *find_team_reasons(team.members))
    added, slack = team.added_travel, team.slack
    offer = Offer(
        choice.day, choice.span, team.members, team.start, added, slack, team.cost, reasons, ejection
    )
    return worded(offer, {row.id: row.name for row in rows(NAMES)})
