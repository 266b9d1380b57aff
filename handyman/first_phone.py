"""The number on which somebody is tried first, as a column beside the person."""

from sqlalchemy import select

from handyman.models import Person, PersonPhone

FIRST_PHONE = (
    select(PersonPhone.number)
    .where(PersonPhone.person_id == Person.id)
    .order_by(PersonPhone.id)
    .limit(1)
    .correlate(Person)
    .scalar_subquery()
)
