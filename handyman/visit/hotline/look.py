"""Who is expected where, for whoever asks because somebody stands at a door.

Anybody may ask with the number that was said and the house where it was said: one without the other tells
nothing, so that whoever guesses numbers learns of no home. The office asks by the number alone.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from handyman.extensions import db
from handyman.models import Address, Person, Resident, Visit, VisitState
from handyman.visit.home.open import visits
from handyman.words import seoul_day

NUMBER = re.compile(r"[0-9]{4}")
HOUSE = re.compile(r"[0-9]+(?:-[0-9]+)?")
LANE = r"\s*(?:번?[가-하]?길|가(?![가-힣])|-?[a-z]{0,3}-?gil)"  # after its number: 35가길, 35ga-gil
ON_A_ROAD = re.compile(rf"(?:로|길|ro|gil)\s*((?>{HOUSE.pattern}))(?!{LANE})", re.IGNORECASE)
INSIDE = r"\s*(?:동|층|호실?|차|F)(?![가-힣A-Za-z])"  # a building, a floor or a flat of the house, or a dong
ALONE = re.compile(rf"(?<![#A-Za-z0-9-])((?>{HOUSE.pattern}))(?!{LANE}|{INSIDE})", re.IGNORECASE)
MOST = 5


def read_number(typed: str) -> str:
    """Four digits, however they were typed; nothing when they are none."""
    plain = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", typed))
    return plain if NUMBER.fullmatch(plain) else ""


def read_house(typed: str) -> str:
    """369 of 상도로 369, 22-5 of 산 22-5번지, 83 of 동작대로35가길 83, 2층 201호."""
    plain = re.sub(r"(?<=\d)\s*-\s*(?=\d)", "-", unicodedata.normalize("NFKC", typed))
    found = ON_A_ROAD.search(plain) or ALONE.search(plain)
    return found[1] if found else ""


def at_house(number: str, house: str, now: datetime) -> Visit | None:
    """The visit of today with this number at this house."""
    today = visits().where(
        Visit.day == seoul_day(now), Visit.number == number, Visit.state != VisitState.CANCELLED
    )
    return next((visit for visit in db.session.scalars(today) if house in houses(visit.address)), None)


def of_number(number: str, now: datetime) -> Sequence[Visit]:
    """For the office: today's and those to come, also what was called off."""
    home = joinedload(Visit.resident).joinedload(Resident.person).selectinload(Person.phones)
    wanted = select(Visit.id).where(Visit.number == number, Visit.day >= seoul_day(now))
    first = wanted.order_by(Visit.day, Visit.start).limit(MOST)
    return db.session.scalars(
        visits().options(home).where(Visit.id.in_(first)).order_by(Visit.day, Visit.start)
    ).all()


def houses(address: Address) -> set[str]:
    """By road and by lot; of what was only said, each number in it."""
    written = {address.building_number, address.jibun} - {""}
    known = {read_house(each) for each in written}
    return known or {*HOUSE.findall(address.label or address.said)}
