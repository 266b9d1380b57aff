"""What the page of one request shows, and how requests are found."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import gettext as _

from handyman.board.request_rows import HEAD, ITEMS, MOVES, OFFERS, PLACES, VISITS
from handyman.board.seen import mark_of_request
from handyman.extensions import rows
from handyman.models import VAGUE, ItemState, RequestState, waits
from handyman.words import is_korean


@dataclass(frozen=True, slots=True)
class Waiting:
    """A question that is to be answered otherwise before the item can be promised."""

    key: str
    label: str
    choices: Sequence[tuple[str, str]]


@dataclass(slots=True)
class Item:
    row: Any
    name: str
    answers: list[tuple[str, str]] = field(default_factory=list)
    refer_out: Sequence[Any] = ()  # where people are sent with what is not ours
    waits_for: Waiting | None = None  # the question whose answer keeps it from being promised

    @property
    def left(self) -> int:
        return int(self.row.quantity - self.row.done_quantity)


@dataclass(slots=True)
class PlannedVisit:
    row: Any
    team: list[Any] = field(default_factory=list)
    offers: list[Any] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class RequestPage:
    head: Any
    namesakes: Sequence[Any]  # requests of other years with the same number
    items: Sequence[Item]
    visits: Sequence[PlannedVisit]
    moves: Sequence[Any]
    seen: str

    @property
    def vague(self) -> bool:
        """Whether somebody is still to go, and nobody could find the door yet."""
        return self.head.grade in VAGUE and self.head.state in (RequestState.LOGGED, RequestState.BOOKED)

    @property
    def bookable(self) -> bool:
        return any(
            item.row.state == "open" and item.row.permitted and item.waits_for is None for item in self.items
        )


def load(number: str, on: date | None) -> RequestPage | None:
    """Six queries at most. A number comes back every year: the newest, or the one of that day."""
    heads = rows(HEAD, number=number).all()
    head = next((row for row in heads if on is None or row.logged_on == on), None)
    if head is None:
        return None
    items = _items(rows(ITEMS, request_id=head.id))
    visits = _visits(head.id)
    return RequestPage(
        head=head,
        namesakes=[row for row in heads if row.id != head.id],
        items=items,
        visits=visits,
        moves=load_moves([head.id], [visit.row.id for visit in visits]),
        seen=mark_of_request(head.state.value, ((item.row.id, item.row.state.value) for item in items)),
    )


def load_moves(request_ids: Sequence[int], visit_ids: Sequence[int]) -> Sequence[Any]:
    """What happened, the newest first."""
    return rows(MOVES, request_ids=request_ids, visit_ids=visit_ids).all()


def load_offers(visit_ids: Sequence[int]) -> Sequence[Any]:
    return rows(OFFERS, visit_ids=visit_ids).all()


def _items(found: Iterable[Any]) -> list[Item]:
    korean = is_korean()
    items: dict[int, Item] = {}
    for row in found:
        item = items.setdefault(row.id, Item(row, row.name_ko if korean else row.name_en))
        if row.key is not None and row.answers.get(row.key) not in (None, ""):
            label = row.label_ko if korean else row.label_en
            item.answers.append((label, _answer(row, row.answers[row.key], korean)))
            if waits([row], row.answers) and row.state == ItemState.OPEN:
                item.waits_for = Waiting(
                    row.key, label, [(c[0], c[1] if korean else c[2]) for c in row.choices]
                )
    _add_places([item for item in items.values() if not item.row.permitted])
    return list(items.values())


def _add_places(elsewhere: Sequence[Item]) -> None:
    if not elsewhere:
        return
    places = rows(PLACES, items=[item.row.service_item_id for item in elsewhere]).all()
    for item in elsewhere:
        item.refer_out = [row for row in places if row.service_item_id == item.row.service_item_id]


def _answer(row: Any, given: Any, korean: bool) -> str:
    if row.kind == "yes_no":
        yes = given in (True, "yes", "true", "1", 1)
        return str(_("예") if yes else _("아니요"))
    for choice in row.choices or []:
        if str(choice[0]) == str(given):
            return str(choice[1] if korean else choice[2])
    return f"{given}{row.answer_unit}"


def _visits(request_id: int) -> list[PlannedVisit]:
    visits: dict[int, PlannedVisit] = {}
    for row in rows(VISITS, request_id=request_id):
        visit = visits.setdefault(row.id, PlannedVisit(row))
        if row.assignment_id is not None:
            visit.team.append(row)
    if visits:
        for offer in load_offers(list(visits)):
            visits[offer.visit_id].offers.append(offer)
    return list(visits.values())
