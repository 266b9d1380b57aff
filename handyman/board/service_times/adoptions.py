"""What a coordinator has taken over before, as the audit entries tell it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from handyman.extensions import rows
from handyman.models import AuditEntry, Member, ServiceItem

LEARNED, TAKEN_BACK = "learned", "taken_back"  # why an entry was written
ITEMS, MEMBERS = ServiceItem.__tablename__, Member.__tablename__
Key = tuple[str, int]  # table and row


@dataclass(frozen=True, slots=True)
class Adoption:
    """From which value to which, and since when."""

    before: str
    after: str
    at: datetime


def standing() -> Mapping[Key, Sequence[Adoption]]:
    """For each row, the steps that were not taken back, in their order: the last one goes back first."""
    found: dict[Key, list[Adoption]] = defaultdict(list)
    query = (
        select(
            AuditEntry.entity,
            AuditEntry.entity_id,
            AuditEntry.moved_from,
            AuditEntry.moved_to,
            AuditEntry.at,
            AuditEntry.why,
        )
        .where(AuditEntry.entity.in_((ITEMS, MEMBERS)), AuditEntry.why.in_((LEARNED, TAKEN_BACK)))
        .order_by(AuditEntry.id)
    )
    for entry in rows(query):
        steps = found[entry.entity, entry.entity_id]
        if entry.why == LEARNED:
            steps.append(Adoption(entry.moved_from, entry.moved_to, entry.at))
        elif steps:
            steps.pop()
    return found
