"""What the operator reads out once the call is stored."""

import re
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from handyman.extensions import db
from handyman.intake import page
from handyman.intake.log_call import find_numbered
from handyman.models import (
    ENDED,
    Contact,
    ItemState,
    Relation,
    RequestItem,
    RequestState,
    ServiceRequest,
    Visit,
    VisitItem,
    WaitingEntry,
)

NUMBER = re.compile(r"\d{4}-\d{2,6}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Receipt:
    """The request, its visit if one is promised, and the sentence to read."""

    request: ServiceRequest
    visit: Visit | None
    sentence: str
    waits: bool = False  # on the waiting list
    offers_caller: bool = False  # family or a care worker called, and does not stand by the resident yet

    @property
    def closed(self) -> bool:
        """Nothing of it is ours to do."""
        return self.request.state is RequestState.REFERRED

    @property
    def referred(self) -> list[RequestItem]:
        return [item for item in self.request.items if not item.service_item.permitted]

    @property
    def waiting(self) -> list[RequestItem]:
        return [item for item in self.request.items if item.waits and item.state is ItemState.OPEN]


def load_receipt(number: str) -> Receipt | None:
    request = find_request(number)
    if request is None:
        return None
    visit = _promised(request)
    waits = db.session.get(WaitingEntry, request.id) is not None
    promised = f"{page.said_of_visit(visit)} {page.said_of_rest(request)}".strip() if visit else ""
    sentence = promised or page.said_of_request(request)
    return Receipt(request, visit, sentence, waits, _offers_caller(request))


def find_request(number: str, on: date | None = None) -> ServiceRequest | None:
    """The request of a number that somebody typed or clicked."""
    return find_numbered(number, on) if NUMBER.fullmatch(number) else None


def _offers_caller(request: ServiceRequest) -> bool:
    if request.relation not in (Relation.FAMILY, Relation.CARE_WORKER) or request.caller_id is None:
        return False
    known = select(Contact.id).where(
        Contact.resident_id == request.resident_id, Contact.person_id == request.caller_id
    )
    return db.session.scalar(known) is None


def _promised(request: ServiceRequest) -> Visit | None:
    return db.session.scalar(
        select(Visit)
        .join(VisitItem, VisitItem.visit_id == Visit.id)
        .join(RequestItem, RequestItem.id == VisitItem.request_item_id)
        .where(RequestItem.request_id == request.id, Visit.state.not_in(ENDED))
        .order_by(Visit.window_start)
        .limit(1)
    )
