"""What a member may have used up: first what belongs to the job, then the rest of the catalogue."""

from dataclasses import dataclass

from sqlalchemy import select

from handyman.extensions import db
from handyman.models import Material, Visit, service_item_materials


@dataclass(frozen=True, slots=True)
class Cupboard:
    usual: list[Material]
    others: list[Material]

    @property
    def all(self) -> list[Material]:
        return self.usual + self.others


def cupboard_of(visit: Visit) -> Cupboard:
    """The materials of the visit's items, and the others in use."""
    service_items = {item.request_item.service_item_id for item in visit.items}
    usual_ids = set(
        db.session.scalars(
            select(service_item_materials.c.material_id).where(
                service_item_materials.c.service_item_id.in_(service_items)
            )
        )
    )
    rows = db.session.scalars(select(Material).where(Material.active).order_by(Material.id)).all()
    return Cupboard(
        usual=[row for row in rows if row.id in usual_ids],
        others=[row for row in rows if row.id not in usual_ids],
    )
