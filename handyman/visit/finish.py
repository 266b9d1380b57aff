"""The end of a visit: one report, what was done, and what is left for the next time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from handyman.extensions import db
from handyman.models import (
    Actor,
    ActorKind,
    CancelReason,
    CompletionReport,
    ItemState,
    Material,
    MaterialUse,
    Outcome,
    Refusal,
    RequestItem,
    RequestState,
    ServiceRequest,
    StateError,
    TeamRole,
    Visit,
    VisitItem,
    VisitState,
)
from handyman.visit.progress import REPORTED, hold

DONE_SOMETHING = frozenset({Outcome.DONE, Outcome.PARTLY})


@dataclass(frozen=True, slots=True)
class WorkReport:
    """What the member says of the visit: pieces by visit item, pieces by material."""

    outcome: Outcome
    done: Mapping[int, int]
    materials: Mapping[int, int]
    minutes: int
    note: str = ""
    left_why: Mapping[int, str] = field(default_factory=dict)  # by visit item
    why: str = ""  # nobody was let in, or it was unsafe
    waited_minutes: int | None = None
    calls_tried: int | None = None
    parts: str = ""  # to bring next time
    resident_share: int = 0
    no_signature: str = ""

    @property
    def not_wanted(self) -> bool:
        """The resident needs it no more: the request is closed, and nobody comes again."""
        return self.outcome is Outcome.REFUSED and self.why == Refusal.NO_NEED


def hold_all(visit_id: int, by: Actor, now: datetime) -> None:
    """What a report changes, before it is put together: no part of it is said in between."""
    lock_requests(visit_id)
    hold(visit_id, by, now)


def finish(visit_id: int, work: WorkReport, by: Actor, now: datetime) -> Visit | None:
    """The visit, now ended; None when a report was there already."""
    requests = lock_requests(visit_id)
    visit = hold(visit_id, by, now)
    if visit.state in REPORTED:
        return None
    _end(visit, work, by, now)
    _report(visit, work, by, now)
    _settle(visit, requests, work, by, now)
    db.session.flush()
    return visit


def _end(visit: Visit, work: WorkReport, by: Actor, now: datetime) -> None:
    worked = work.outcome in DONE_SOMETHING
    visit.move_to(VisitState.FINISHED if worked else VisitState.FAILED, by, now, why=work.outcome)
    visit.finished_at = visit.ended_at or now


def _report(visit: Visit, work: WorkReport, by: Actor, now: datetime) -> None:
    rows = db.session.scalars(select(Material).where(Material.id.in_(work.materials))).all()
    uses = [
        MaterialUse(material_id=row.id, quantity=work.materials[row.id], unit_price=row.unit_price)
        for row in rows
        if work.materials[row.id] > 0
    ]
    whole = work.outcome is Outcome.PARTLY and all(
        work.done.get(item.id, 0) >= item.quantity for item in visit.items
    )
    db.session.add(
        CompletionReport(
            visit=visit,
            member_id=member_of(visit, by),
            outcome=Outcome.DONE if whole else work.outcome,
            minutes=work.minutes,
            note=work.note,
            why=work.why,
            waited_minutes=work.waited_minutes,
            calls_tried=work.calls_tried,
            parts=work.parts,
            resident_share=work.resident_share,
            no_signature=work.no_signature,
            submitted_at=now,
            materials=uses,
        )
    )


def member_of(visit: Visit, by: Actor) -> int:
    """Whose report it is: the member's own, or the lead's when the office writes it down for them."""
    own = by.id if by.kind is ActorKind.MEMBER else None
    lead = next((place.member_id for place in visit.assignments if place.role is TeamRole.LEAD), None)
    member_id = own or lead
    if member_id is None:
        raise StateError(f"visit {visit.id}: a report needs its member")
    return member_id


def _settle(
    visit: Visit, requests: Sequence[ServiceRequest], work: WorkReport, by: Actor, now: datetime
) -> None:
    """Count what was done; what is left goes back to the work list."""
    for item in visit.items:
        pieces = work.done.get(item.id, 0) if work.outcome in DONE_SOMETHING else 0
        item.done_quantity = min(max(pieces, 0), item.quantity)
        item.left_why = work.left_why.get(item.id, "") if item.left else ""
        _settle_item(item.request_item, item.done_quantity, work, by, now)
    for request in requests:
        _settle_request(request, work, by, now)


def _settle_item(item: RequestItem, pieces: int, work: WorkReport, by: Actor, now: datetime) -> None:
    item.done_quantity = min(item.done_quantity + pieces, item.quantity)
    state = ItemState.OPEN if item.left else ItemState.DONE
    if work.not_wanted:
        state = ItemState.CANCELLED
    if item.state is not state and item.may_move_to(state):
        item.move_to(state, by, now, why="left_over" if pieces and item.left else work.outcome)


def _settle_request(request: ServiceRequest, work: WorkReport, by: Actor, now: datetime) -> None:
    states = {item.state for item in request.items}
    if ItemState.OPEN in states:
        if request.state is RequestState.BOOKED:
            request.move_to(RequestState.LOGGED, by, now, why="left_over")
    elif work.not_wanted and states == {ItemState.CANCELLED}:
        request.move_to(RequestState.CANCELLED, by, now, why=CancelReason.RESIDENT_CANCELLED)
        request.cancel_reason, request.closed_at = CancelReason.RESIDENT_CANCELLED, now
    elif ItemState.PLANNED not in states and request.may_move_to(RequestState.DONE):
        request.move_to(RequestState.DONE, by, now)
        request.closed_at = now


def lock_requests(visit_id: int) -> Sequence[ServiceRequest]:
    """The visit's requests, locked before its day as everywhere: another of their visits may end too."""
    ids = db.session.scalars(
        select(RequestItem.request_id)
        .join(VisitItem, VisitItem.request_item_id == RequestItem.id)
        .where(VisitItem.visit_id == visit_id)
    ).all()
    fresh = {"populate_existing": True}
    requests = db.session.scalars(
        select(ServiceRequest)
        .where(ServiceRequest.id.in_(ids))
        .order_by(ServiceRequest.id)
        .with_for_update(key_share=True)
        .execution_options(**fresh)
    ).all()
    db.session.scalars(
        select(RequestItem).where(RequestItem.request_id.in_(ids)).execution_options(**fresh)
    ).all()
    return requests


def left_over(visit: Visit) -> list[VisitItem]:
    """Items of an ended visit that are not all done."""
    return [item for item in visit.items if (item.done_quantity or 0) < item.quantity]
