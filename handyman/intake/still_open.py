"""The same fault of the same person, logged while this call was being taken."""

from collections.abc import Collection

from sqlalchemy import select

from handyman.extensions import db
from handyman.intake.call import Call
from handyman.models import RequestItem, RequestState, Resident, ServiceRequest

OPEN = (RequestState.LOGGED, RequestState.BOOKED)


class StillOpenError(Exception):
    """Somebody has asked for the same already, and the page did not show it."""

    def __init__(self, resident_id: int) -> None:
        super().__init__(f"resident {resident_id}")
        self.resident_id = resident_id


def refuse_twice(call: Call, resident: Resident, shown: Collection[int]) -> None:
    """Two operators who take one call at one moment take turns; what was shown beside the form is meant."""
    db.session.scalar(select(Resident.id).where(Resident.id == resident.id).with_for_update(key_share=True))
    items = [asked.item.id for asked in call.items if asked.item.permitted]
    same = (
        select(ServiceRequest.id)
        .join(RequestItem, RequestItem.request_id == ServiceRequest.id)
        .where(
            ServiceRequest.resident_id == resident.id,
            ServiceRequest.state.in_(OPEN),
            ServiceRequest.id.not_in(shown),
            RequestItem.service_item_id.in_(items),
        )
        .limit(1)
    )
    if db.session.scalar(same) is not None:
        raise StillOpenError(resident.id)
