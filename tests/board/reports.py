"""Finished visits for tests of what is counted and learned from them."""

from datetime import datetime, timedelta

from handyman.extensions import db
from handyman.models import CompletionReport, ItemState, Member, Outcome, ServiceItem, Visit, VisitState
from tests.factories import make_request, make_visit


def make_done(
    member: Member,
    minutes: int,
    start: datetime,
    items: list[tuple[ServiceItem, int]] | None = None,
    outcome: Outcome = Outcome.DONE,
    arrived: bool = True,
    second: Member | None = None,
) -> Visit:
    """A visit that was reported; everything of it done unless the outcome says otherwise."""
    team = [member] if second is None else [member, second]
    visit = make_visit(make_request(items=items), start=start, members=team, team_size=len(team))
    worked = outcome in (Outcome.DONE, Outcome.PARTLY)
    visit.state = VisitState.FINISHED if worked else VisitState.FAILED
    visit.arrived_at = start if arrived else None
    visit.finished_at = start + timedelta(minutes=minutes)
    for item in visit.items:
        item.done_quantity = item.quantity if outcome is Outcome.DONE else 0
        item.request_item.done_quantity = item.done_quantity
        item.request_item.state = ItemState.DONE if outcome is Outcome.DONE else ItemState.OPEN
    db.session.add(
        CompletionReport(visit=visit, member=member, outcome=outcome, minutes=minutes, submitted_at=start)
    )
    db.session.flush()
    return visit
