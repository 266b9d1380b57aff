"""What to bring: the usual materials of the items, what was missing the last time, and the gear."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from handyman.extensions import db
from handyman.ladder import needed
from handyman.models import (
    CompletionReport,
    Gear,
    Material,
    Visit,
    VisitItem,
    service_item_materials,
)

BROUGHT = (Gear.HELMET, Gear.HARNESS)


@dataclass(frozen=True, slots=True)
class BringList:
    materials: list[Material]
    gear: list[Gear]
    missing: list[str]  # the last time, in the words of whoever was there

    @property
    def empty(self) -> bool:
        return not (self.materials or self.gear or self.missing)


def bring_list(visits: Sequence[Visit], harness_from_cm: int) -> BringList:
    """For one visit, or for all of a day."""
    if not visits:
        return BringList([], [], [])
    items = {item.request_item.service_item_id for visit in visits for item in visit.items}
    wanted = select(service_item_materials.c.material_id).where(
        service_item_materials.c.service_item_id.in_(items)
    )
    found = select(Material).where(Material.active, Material.id.in_(wanted)).order_by(Material.id)
    gear = {each for visit in visits for each in needed(visit, harness_from_cm)}
    return BringList(
        materials=list(db.session.scalars(found)),
        gear=[each for each in BROUGHT if each in gear],
        missing=_missing(visits),
    )


def _missing(visits: Sequence[Visit]) -> list[str]:
    """What somebody wrote down who was there for the same items before."""
    asked = [item.request_item_id for visit in visits for item in visit.items]
    query = (
        select(CompletionReport.visit_id, CompletionReport.parts)
        .join(VisitItem, VisitItem.visit_id == CompletionReport.visit_id)
        .where(
            VisitItem.request_item_id.in_(asked),
            CompletionReport.visit_id.not_in([visit.id for visit in visits]),
            CompletionReport.parts != "",
        )
        .distinct()
        .order_by(CompletionReport.visit_id)
    )
    return [row.parts for row in db.session.execute(query)]
