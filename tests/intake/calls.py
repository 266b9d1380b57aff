"""A whole call as a browser sends it."""

from typing import Any

from sqlalchemy import select

from handyman.extensions import db
from handyman.models import ReferOutPlace, ServiceItem
from tests import factories

ADDRESS = "상도로 369"


def make_catalogue() -> ServiceItem:
    """A lamp with its ceiling, and wiring that goes elsewhere."""
    lamp = factories.make_item("lamp")
    factories.make_question(lamp)
    factories.make_item(
        "wiring",
        skills=(),
        name_ko="배선 공사",
        short_ko="배선",
        permitted=False,
        refer_out_places=[
            ReferOutPlace(name="전기공사업 등록업체", phone="02-000-0119", hours="평일 9–18시")
        ],
    )
    return lamp


def call_form(**typed: str) -> dict[str, str]:
    """Everything that must be said; `name=""` leaves something out."""
    base = {
        "submission_key": "0123456789abcdef",
        "phone": "010-0000-7777",
        "name": "김가람",
        "birth_year": "1944",
        "address": ADDRESS,
        "item-lamp-quantity": "2",
        "item-lamp-ceiling_cm": "240",
        "relation": "self",
        "suits": "any",
        "consent_processing": "yes",
    }
    return {**base, **typed}


def call_again(**typed: str) -> dict[str, Any]:
    """The same after the page has shown the open requests of the day."""
    return {**call_form(**typed), "shown": [str(number) for number in range(1, 10)]}


def lamp() -> ServiceItem:
    return db.session.scalars(select(ServiceItem).where(ServiceItem.code == "lamp")).one()
