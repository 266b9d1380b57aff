"""Requests by number, by telephone number or by name."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import or_, select

from handyman.extensions import db
from handyman.models import Address, Person, PersonPhone, ServiceRequest

MOST_FOUND = 50


def find(text: str, people: Callable[[str], Sequence[int]]) -> Sequence[Any]:
    """By number, by telephone number or by name, the newest first; `people` finds who may be meant."""
    query = (
        select(
            ServiceRequest.number,
            ServiceRequest.logged_on,
            ServiceRequest.logged_at,
            ServiceRequest.state,
            Person.name,
            Address.label,
            Address.said,
            Address.unit,
        )
        .join(Person, Person.id == ServiceRequest.resident_id)
        .join(Address, Address.id == ServiceRequest.address_id)
        .order_by(ServiceRequest.id.desc())
        .limit(MOST_FOUND + 1)
    )
    digits = "".join(letter for letter in text if letter.isascii() and letter.isdigit())
    if not text:
        return db.session.execute(query).all()
    if digits and len(digits) >= len(text.replace("-", "").replace(" ", "").replace("+", "")):
        return db.session.execute(query.where(_numbered(text.strip(), digits))).all()
    named = select(Person.id).where(Person.name.startswith(text, autoescape=True))
    wanted = or_(ServiceRequest.resident_id.in_(named), ServiceRequest.resident_id.in_(people(text)))
    return db.session.execute(query.where(wanted)).all()


def _numbered(text: str, digits: str) -> Any:
    """A request number, or a telephone number as it is kept (E.164, of Korea)."""
    national = digits.removeprefix("82") if digits.startswith("82") else digits.removeprefix("0")
    callers = select(PersonPhone.person_id).where(PersonPhone.number == f"+82{national}")
    numbered = select(ServiceRequest.id).where(
        ServiceRequest.number.in_((text, f"{digits[:4]}-{digits[4:]}"))
    )
    of_resident = select(ServiceRequest.id).where(ServiceRequest.resident_id.in_(callers))
    of_caller = select(ServiceRequest.id).where(ServiceRequest.caller_id.in_(callers))
    return ServiceRequest.id.in_(numbered.union(of_resident, of_caller))
