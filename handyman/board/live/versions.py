"""A number that is another one as soon as something has changed: what an open page asks for again and again.

Of a day it is the version that everybody raises who plans on the day or reports from it; of the whole
office the last audit entry. Either is one look at an index.
"""

from datetime import date

from sqlalchemy import bindparam, func, select

from handyman.extensions import rows
from handyman.models import AuditEntry, ServiceDay

OF_DAY = select(ServiceDay.version).where(ServiceDay.day == bindparam("day"))
OF_OFFICE = select(func.max(AuditEntry.id))


def of_day(day: date) -> int:
    return rows(OF_DAY, day=day).scalar() or 0


def of_office() -> int:
    return rows(OF_OFFICE).scalar() or 0
