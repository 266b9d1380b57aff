"""Finished visits as the rule of service times reads them."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import or_, select

from handyman.dispatch.service_times import FinishedVisit, Work
from handyman.extensions import rows
from handyman.models import (
    CompletionReport,
    Outcome,
    RequestItem,
    ServiceItem,
    Visit,
    VisitItem,
    VisitState,
)

LOOK_BACK = timedelta(days=365)  # tools, people and houses change: what is older says little of today
MOST_VISITS = 20_000  # the newest; more of them would change no figure that anybody reads


def load(today: date, learned_at: Mapping[int, datetime]) -> list[FinishedVisit]:
    """The visits of a year that were done in full.

    Left out are visits done in part (nobody knows what the rest would have taken) and reports that merely
    repeat the plan because nobody noted an arrival. `learned_at` says since when an item has the minutes that
    it has: an earlier visit has been learned from already, and twice would go beyond what was reported.
    """
    found: dict[int, FinishedVisit] = {}
    for row in rows(_query(today)):
        known = found.get(row.id)
        since = learned_at.get(row.item_id)
        planned = row.base_minutes + row.minutes_per_piece * row.done_quantity
        work = Work(row.item_id, row.done_quantity, planned, counts=since is None or row.finished_at > since)
        works = (*known.works, work) if known else (work,)
        found[row.id] = FinishedVisit(row.minutes, works, row.member_id if row.team_size == 1 else None)
    return list(found.values())


def _query(today: date) -> Any:
    told = or_(Visit.arrived_at.is_not(None), CompletionReport.minutes != Visit.service_minutes)
    newest = (
        select(Visit.id)
        .join(CompletionReport, CompletionReport.visit_id == Visit.id)
        .where(
            Visit.day > today - LOOK_BACK,
            Visit.state == VisitState.FINISHED,
            CompletionReport.outcome == Outcome.DONE,
            told,
        )
        .order_by(Visit.day.desc(), Visit.id.desc())
        .limit(MOST_VISITS)
    )
    return (
        select(
            Visit.id,
            Visit.team_size,
            Visit.finished_at,
            CompletionReport.minutes,
            CompletionReport.member_id,
            ServiceItem.id.label("item_id"),
            ServiceItem.base_minutes,
            ServiceItem.minutes_per_piece,
            VisitItem.done_quantity,
        )
        .join(CompletionReport, CompletionReport.visit_id == Visit.id)
        .join(VisitItem, VisitItem.visit_id == Visit.id)
        .join(RequestItem, RequestItem.id == VisitItem.request_item_id)
        .join(ServiceItem, ServiceItem.id == RequestItem.service_item_id)
        .where(Visit.id.in_(newest), VisitItem.done_quantity > 0)
        .order_by(Visit.id, VisitItem.id)
    )
