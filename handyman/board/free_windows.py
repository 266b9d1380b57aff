"""Where a visit that stands may be moved to: the best windows, with whom a move would ask, and why."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from handyman.board import move, needs
from handyman.board.calendar import working_days
from handyman.board.horizon import view
from handyman.board.propose import Proposal, last_day, open_spans, suiting_spans, told, worded
from handyman.dispatch.problem import Job, MemberDay, ReasonCode
from handyman.dispatch.ranking import find_team_reasons
from handyman.dispatch.windows import Offer
from handyman.extensions import settings
from handyman.models import Suits, Visit
from handyman.words import seoul_day

SHOWN = 6


@dataclass(frozen=True, slots=True)
class Wish:
    """When it suits the resident, as far as the request has said."""

    suits: Suits = Suits.ANY
    since: date | None = None

    @property
    def narrows(self) -> bool:
        return self.suits is not Suits.ANY or self.since is not None


def wish_of(visit: Visit, now: datetime) -> Wish:
    """A first day that has come keeps nothing back."""
    requests = [item.request_item.request for item in visit.items]
    days = [each.suits_from for each in requests if each.suits_from and each.suits_from > seoul_day(now)]
    return Wish(next((each.suits for each in requests), Suits.ANY), max(days, default=None))


def load(visit: Visit, wish: Wish, now: datetime) -> list[Proposal]:
    """What is promised now is none of them. Empty for a home not found."""
    if not visit.address.located:
        return []
    first = wish.since or seoul_day(now)
    days = working_days(first, settings().booking_days) if first <= last_day(now) else []
    if not days:
        return []
    (horizon, names), job = view(days, but=visit), needs.job_of_visit(visit, None)
    offers = horizon.windows(
        job,
        *open_spans(days, suiting_spans(wish.suits), now),
        limit=SHOWN + 1,
        eject=False,
    )
    others = [each for each in offers if (each.day, each.window) != (visit.day, needs.promise(visit))]
    found = [_of_whom_it_asks(visit, job, each, horizon.day(each.day), now) for each in others]
    return [worded(told(each, seoul_day(now)), names) for each in found if each][:SHOWN]


def _of_whom_it_asks(
    visit: Visit, job: Job, best: Offer, days: Sequence[MemberDay], now: datetime
) -> Offer | None:
    """The window with whoever a move into it would ask, who need not be the cheapest, and their reasons."""
    team = move.find_team(visit, job, best.day, best.window, days, now).team
    if team is None:
        return None
    of_window = {ReasonCode.SOONEST}
    if {each.member_id for each in team.members} == {each.member_id for each in best.team}:
        of_window.add(ReasonCode.LEAST_TRAVEL)
    reasons = [one for one in best.reasons if one.code in of_window]
    return replace(
        best,
        team=team.members,
        start=team.start,
        added_travel=team.added_travel,
        slack=team.slack,
        reasons=(*reasons, *find_team_reasons(team.members)),
    )
