"""Where a visit that stands may be moved to: the best windows, with whom a move would ask, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from handyman.board import move, needs, wording
from handyman.board.calendar import working_days
from handyman.board.horizon import view
from handyman.board.propose import Choice, last_day, open_spans, suiting_spans
from handyman.extensions import settings
from handyman.models import Suits, Visit
from handyman.words import at_minute, seoul_day

SHOWN = 6


@dataclass(frozen=True, slots=True)
class FreeWindow:
    choice: Choice
    start: datetime
    names: Sequence[str]
    reasons: Sequence[str]


def load(visit: Visit, now: datetime) -> list[FreeWindow]:
    """When it suits the resident; the promise as it stands is none of them. Empty for a home not found."""
    if not visit.address.located:
        return []
    requests = [item.request_item.request for item in visit.items]
    suits = next((each.suits for each in requests), Suits.ANY)
    first = max([seoul_day(now), *(each.suits_from for each in requests if each.suits_from)])
    days = working_days(first, settings().booking_days) if first <= last_day(now) else []
    if not days:
        return []
    (horizon, names), job = view(days, but=visit), needs.job_of_visit(visit, None)
    offers = horizon.windows(
        job,
        *open_spans(days, suiting_spans(suits), now),
        limit=SHOWN + 1,
        eject=False,
    )
    found = []
    for offer in offers:
        choice = Choice(offer.day, offer.window.start, offer.window.end)
        ranking = move.find_team(visit, job, choice.day, choice.span, horizon.day(choice.day), now)
        if ranking.team is None or choice.window_start == visit.window_start:
            continue
        team = ranking.team
        found.append(
            FreeWindow(
                choice=choice,
                start=at_minute(choice.day, team.start),
                names=[names[member.member_id] for member in team.members],
                reasons=wording.sentences(offer.reasons),
            )
        )
    return found[:SHOWN]
