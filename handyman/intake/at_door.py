"""What is open at the door that a call speaks of, and whether somebody of this name lives there already."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import select

from handyman.extensions import db
from handyman.intake import callers
from handyman.intake.cards import Card, KnownCaller, OpenRequest
from handyman.models import Address, Person, Relation, RequestState, ServiceRequest, same_name

MOST_READ = 24  # a house with many flats under one number: the newest
MOST_SHOWN, MOST_ALIKE = 3, 2


@dataclass(frozen=True, slots=True)
class OpenHere:
    """One request, and whether saving the same once more is asked about first."""

    name: str
    request: OpenRequest
    asked_about: bool = False


@dataclass(frozen=True, slots=True)
class Door:
    on_file: str = ""  # whoever lives here under the name that was typed, and has another number
    alike: tuple[Card, ...] = ()  # who may be the one that calls, misheard or without their flat
    open_here: tuple[OpenHere, ...] = ()
    more: int = 0  # that are open, too, and not shown


def find_door(
    place_key: str,
    resident: Any,
    alike: Sequence[int],
    caller: KnownCaller | None,
    name: str,
    chosen: int | None,
    faults: set[str],
) -> Door:
    """What stands on a card of the caller's number is not said again.

    `resident`: who lives here under the name; `alike`: who may be the same, otherwise;
    `chosen`: whose card is open; `faults`: the items asked for.
    Theirs come first, then the same fault, then the newest.
    """
    known = resident is not None and not _has_card(caller, resident.id, name)
    own = resident.id if known else None
    cards = _cards(alike, caller) if resident is None and chosen is None else ()
    known_cards = (*caller.cards, *cards) if caller else cards
    told = {row.id for card in known_cards for row in card.open_requests}
    found = [row for row in _open_at(place_key) if row[2].id not in told]
    found.sort(
        key=lambda row: (row[0] != own, not same_name(row[1], name), not row[2].codes & faults, -row[2].id)
    )
    shown = tuple(
        OpenHere(called, request, resident_id == own and own != chosen)
        for resident_id, called, request in found[:MOST_SHOWN]
    )
    return Door(resident.name if known else "", cards, shown, len(found) - len(shown))


def _cards(alike: Sequence[int], caller: KnownCaller | None) -> tuple[Card, ...]:
    """Of those who have none beside the form yet."""
    on_line = {card.home.id for card in caller.cards} if caller else set()
    found = (callers.find_card(each, "") for each in alike if each not in on_line)
    return tuple(card for card in islice(found, MOST_ALIKE) if card is not None)


def _has_card(caller: KnownCaller | None, resident_id: int, name: str) -> bool:
    """Or somebody of the name has this number as their own, and will be taken for the one who calls."""
    return caller is not None and any(
        card.home.id == resident_id or (card.relation is Relation.SELF and same_name(card.home.name, name))
        for card in caller.cards
    )


def _open_at(place_key: str) -> list[tuple[int, str, OpenRequest]]:
    """Two queries: whose requests are open here, and what they ask for."""
    here = db.session.execute(
        select(ServiceRequest.id, ServiceRequest.resident_id, Person.name)
        .join(Person, Person.id == ServiceRequest.resident_id)
        .join(Address, Address.id == ServiceRequest.address_id)
        .where(
            Address.place_key == place_key,
            ServiceRequest.state.in_((RequestState.LOGGED, RequestState.BOOKED)),
        )
        .order_by(ServiceRequest.id.desc())
        .limit(MOST_READ)
    ).all()
    names = {row.resident_id: row.name for row in here}
    ids: Collection[int] = {row.id for row in here}
    requests = callers.open_of(list(names))
    return [(who, names[who], each) for who, rows in requests.items() for each in rows if each.id in ids]
