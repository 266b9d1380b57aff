"""What to bring: the usual materials of the items, what was missing the last time, and the gear."""

from dataclasses import dataclass

from sqlalchemy import select

from handyman.extensions import db
from handyman.models import (
    CompletionReport,
    Gear,
    Material,
    Visit,
    VisitItem,
    service_item_materials,
)
from handyman.visit.safety import needed

BROUGHT = (Gear.HELMET, Gear.HARNESS)


@dataclass(frozen=True, slots=True)
class BringList:
    materials: list[Material]
    gear: list[Gear]
    missing: list[str]  # the last time, in the words of whoever was there
    again: bool  # something of it is left from an earlier visit

    @property
    def empty(self) -> bool:
        return not (self.materials or self.gear or self.missing)


def bring_list(visit: Visit, harness_from_cm: int) -> BringList:
    items = {item.request_item.service_item_id for item in visit.items}
    wanted = select(service_item_materials.c.material_id).where(
        service_item_materials.c.service_item_id.in_(items)
    )
    found = select(Material).where(Material.active, Material.id.in_(wanted)).order_by(Material.id)
    earlier = _earlier(visit)
    return BringList(
        materials=list(db.session.scalars(found)),
        gear=[each for each in needed(visit, harness_from_cm) if each in BROUGHT],
        missing=[parts for parts in earlier if parts],
        again=bool(earlier),
    )


def _earlier(visit: Visit) -> list[str]:
    """Of each ended visit for the same items, what somebody wrote down as missing."""
    asked = [item.request_item_id for item in visit.items]
    query = (
        select(CompletionReport.visit_id, CompletionReport.parts)
        .join(VisitItem, VisitItem.visit_id == CompletionReport.visit_id)
        .where(VisitItem.request_item_id.in_(asked), CompletionReport.visit_id != visit.id)
        .distinct()
        .order_by(CompletionReport.visit_id)
    )
    return [row.parts for row in db.session.execute(query)]
