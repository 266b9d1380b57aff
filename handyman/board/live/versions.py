"""A number that is another one as soon as something has changed: what an open page asks for again and again.

Of a day it is the version that everybody raises who plans on the day or reports from it, with the number of
places kept there for callers, which are free by themselves; of the whole office the last audit entry.
Either is one question of the indexes.
"""

from datetime import date

from sqlalchemy import Date, bindparam, func, select

from handyman.extensions import now, rows
from handyman.models import AuditEntry, HeldPlace, ServiceDay

DAY = bindparam("day", type_=Date())
OF_DAY = select(
    select(ServiceDay.version).where(ServiceDay.day == DAY).scalar_subquery(),
    select(func.count(HeldPlace.id))
    .where(HeldPlace.day == DAY, HeldPlace.expires_at > bindparam("at"))
    .scalar_subquery(),
)
OF_OFFICE = select(func.max(AuditEntry.id))


def of_day(day: date) -> str:
    version, held = rows(OF_DAY, day=day, at=now()).one()
    return f"{version or 0}-{held}"


def of_office() -> int:
    return rows(OF_OFFICE).scalar() or 0
