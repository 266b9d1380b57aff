"""The demo's office: who signs in, who repairs, who lives where. All made up, at real addresses."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from argon2 import PasswordHasher
from sqlalchemy import select

from handyman.demo import invented
from handyman.dispatch.problem import MemberDay, Point, Span
from handyman.dispatch.problem import TravelMode as Mode
from handyman.extensions import db
from handyman.geocode.finding.answers import road_key
from handyman.geocode.gazetteer import AddressPoint, Gazetteer
from handyman.intake import script
from handyman.models import (
    Absence,
    AbsenceReason,
    Address,
    Consent,
    ConsentKind,
    Contact,
    Grade,
    Household,
    Member,
    MemberSkill,
    Person,
    PersonPhone,
    PhoneKind,
    Relation,
    Resident,
    Role,
    Skill,
    TravelMode,
    User,
    WorkingHours,
)

RESIDENTS = 150
OPENS_PAGES = 6  # every sixth is at home with a telephone that opens addresses
SIGN_INS = (  # the same in every demo, printed at the start: never for a real office
    (Role.OPERATOR, "operator", "demo-operator", "전화받"),
    (Role.COORDINATOR, "coordinator", "demo-coordinator", "나눔이"),
    (Role.ADMINISTRATOR, "admin", "demo-admin", "지킴이"),
)
FULL = tuple((day, 540, 1080) for day in range(5))
MORNINGS = tuple((day, 540, 780) for day in range(5))
AFTERNOONS = tuple((day, 780, 1080) for day in range(5))
THREE_DAYS = tuple((day, 540, 1080) for day in (0, 2, 4))
OTHER_DAYS = tuple((day, 540, 1080) for day in (1, 3))


@dataclass(frozen=True, slots=True)
class Profile:
    name: str
    skills: str
    hours: tuple[tuple[int, int, int], ...]
    mode: TravelMode
    daily_hours: int
    wished_hours: int
    smartphone: bool = True


CAR, BIKE, TRANSIT, WALK = TravelMode.CAR, TravelMode.CARGO_BIKE, TravelMode.TRANSIT, TravelMode.WALK
MEMBERS = (
    Profile("김하나", "lamp drill coating screen", FULL, CAR, 6, 50),
    Profile("이두리", "lamp drill screen", FULL, BIKE, 6, 45),
    Profile("박세모", "lamp coating", MORNINGS, TRANSIT, 3, 30),
    Profile("최네모", "drill coating screen", FULL, CAR, 6, 50),
    Profile("정다섯", "lamp screen", AFTERNOONS, WALK, 3, 30),
    Profile("강여섯", "lamp drill", THREE_DAYS, TRANSIT, 6, 30),
    Profile("조일곱", "coating screen", THREE_DAYS, BIKE, 6, 30),
    Profile("윤여덟", "lamp drill coating", FULL, TRANSIT, 5, 40),
    Profile("장아홉", "lamp coating screen", OTHER_DAYS, TRANSIT, 6, 25, smartphone=False),
    Profile("임여름", "drill screen", OTHER_DAYS, CAR, 6, 25),
    Profile("한가을", "lamp drill coating screen", AFTERNOONS, TRANSIT, 4, 35),
)


def make_users(now: datetime) -> dict[Role, User]:
    hasher = PasswordHasher()
    users = {
        role: User(
            login=login,
            name=name,
            role=role,
            password_hash=hasher.hash(password),
            created_at=now - timedelta(days=60),
        )
        for role, login, password, name in SIGN_INS
    }
    db.session.add_all(users.values())
    return users


def make_members(homes: Sequence[AddressPoint], skills: dict[str, Skill], today: date) -> list[Member]:
    members = [
        _member(place, profile, home, skills)
        for place, (profile, home) in enumerate(zip(MEMBERS, homes, strict=False))
    ]
    _be_away(members, today)
    _run_out(members, today)
    db.session.add_all(members)
    return members


def days_of(members: Sequence[Member]) -> Callable[[date], list[MemberDay]]:
    """The members' days as the planner reads them, without visits."""
    return lambda day: [_member_day(member, day) for member in members]


def make_residents(
    places: Sequence[AddressPoint], gazetteer: Gazetteer, reader: User, now: datetime, chance: Random
) -> list[Resident]:
    """One household in ten has two people and one telephone; one person in twelve has a care worker's."""
    names, carers = invented.names(chance), _care_workers(now)
    db.session.add_all(carers)
    residents: list[Resident] = []
    household: Household | None = None
    for place, name in zip(places, names, strict=False):
        joins = household is not None and place is not places[0] and chance.random() < 0.1
        if not joins or household is None:
            household = Household(address=_address(place, gazetteer, now, chance), created_at=now)
        person = Person(name=name, created_at=now - timedelta(days=chance.randint(30, 300)))
        person.phones = _phones(residents[-1] if joins else None, len(residents) + 1, carers, chance)
        note = chance.choice(invented.CARE_NOTES) if chance.random() < 0.15 else ""
        year = chance.randint(1934, 1957)
        residents.append(Resident(person=person, household=household, birth_year=year, care_note=note))
    db.session.add_all(residents)
    db.session.flush()
    db.session.add_all(_consents(residents, reader, chance))
    db.session.add_all(_contacts(residents, carers, now))
    for resident in residents[::OPENS_PAGES]:
        resident.person.opens_pages = True
    return residents


def care_workers() -> list[Person]:
    return list(db.session.scalars(select(Person).where(Person.organisation != "")))


def sample_places(gazetteer: Gazetteer, count: int, chance: Random) -> list[AddressPoint]:
    """Addresses all over the district."""
    named = [point for point in gazetteer.points() if point.road_name and point.number]
    return chance.sample(named, count)


def label_of(place: AddressPoint) -> str:
    return f"동작구 {place.road_name} {place.number}"


def _member(place: int, profile: Profile, home: AddressPoint, skills: dict[str, Skill]) -> Member:
    return Member(
        name=profile.name,
        phone=(invented.mobile if profile.smartphone else invented.landline)(9000 + place),
        phone_kind=PhoneKind.MOBILE if profile.smartphone else PhoneKind.LANDLINE,
        smartphone=profile.smartphone,
        home_label=label_of(home),
        home_lat=home.lat,
        home_lon=home.lon,
        travel_mode=profile.mode,
        daily_cap_minutes=profile.daily_hours * 60,
        monthly_cap_minutes=57 * 60,  # DOMAIN: 서울 가치동행일자리 2026
        wished_minutes=profile.wished_hours * 60,
        joined_on=date(2021, 6, 1),
        skills=[MemberSkill(skill=skills[code]) for code in profile.skills.split()],
        hours=[
            WorkingHours(weekday=day, start_minute=start, end_minute=end) for day, start, end in profile.hours
        ],
    )


def _be_away(members: Sequence[Member], today: date) -> None:
    def away(member: Member, first: int, last: int, reason: AbsenceReason) -> None:
        begin, end = today + timedelta(days=first), today + timedelta(days=last)
        at = datetime.fromisoformat(f"{begin - timedelta(days=2)}T01:00:00+00:00")
        member.absences.append(Absence(first_day=begin, last_day=end, reason=reason, logged_at=at))

    away(members[3], -12, -10, AbsenceReason.ILL)
    away(members[6], 6, 9, AbsenceReason.HOLIDAY)
    away(members[9], 2, 2, AbsenceReason.TRAINING)


def _run_out(members: Sequence[Member], today: date) -> None:
    """Insured to the end of the year's policy; one has to renew soon, and one skill's training ends."""
    for member in members:
        member.insured_until = today + timedelta(days=200)
    members[7].insured_until = today + timedelta(days=26)
    members[2].skills[0].valid_until = today + timedelta(days=23)


def _member_day(member: Member, day: date) -> MemberDay:
    today = [hours for hours in member.hours if hours.weekday == day.weekday()]
    return MemberDay(
        member_id=member.id,
        home=Point(member.home_lat, member.home_lon),
        mode=Mode(member.travel_mode.value),
        skills=frozenset(held.skill.code for held in member.skills),
        shifts=tuple(Span(hours.start_minute, hours.end_minute) for hours in today),
        daily_cap=member.daily_cap_minutes,
        monthly_cap=member.monthly_cap_minutes,
        wished_minutes=member.wished_minutes,
        absent=any(away.first_day <= day <= away.last_day for away in member.absences),
    )


def _care_workers(now: datetime) -> list[Person]:
    return [
        Person(
            name=name,
            organisation="가상복지관",
            created_at=now - timedelta(days=300),
            phones=[PersonPhone(number=invented.mobile(8000 + place), kind=PhoneKind.MOBILE)],
        )
        for place, name in enumerate(invented.CARE_WORKERS)
    ]


def _phones(
    partner: Resident | None, number: int, carers: Sequence[Person], chance: Random
) -> list[PersonPhone]:
    if partner is not None:
        return [PersonPhone(number=each.number, kind=each.kind) for each in partner.person.phones]
    mobile = PersonPhone(number=invented.mobile(number), kind=PhoneKind.MOBILE)
    landline = PersonPhone(number=invented.landline(number), kind=PhoneKind.LANDLINE)
    draw = chance.random()
    if draw < 0.08:
        carer = chance.choice(carers)
        return [PersonPhone(number=carer.phones[0].number, kind=PhoneKind.MOBILE)]
    if draw < 0.3:
        return [landline]
    return [mobile, landline] if draw < 0.45 else [mobile]


def _address(place: AddressPoint, gazetteer: Gazetteer, now: datetime, chance: Random) -> Address:
    unit = chance.choice(invented.UNITS) if chance.random() < 0.7 else ""
    said = f"{place.road_name} {place.number} {unit}".strip()
    return Address(
        said=said,
        label=label_of(place),
        unit=unit,
        entrance=chance.choice(invented.ENTRANCES) if chance.random() < 0.2 else "",
        place_key=road_key(place.gu, place.road_name, place.number, unit),
        road_name=place.road_name,
        building_number=place.number,
        beopjeong_dong=place.beopjeong_dong,
        haengjeong_dong=gazetteer.haengjeong_dong(place.lat, place.lon),
        jibun=place.jibun,
        building_name=place.names[0][:100] if place.names else "",
        lat=place.lat,
        lon=place.lon,
        grade=Grade.BUILDING,
        error_m=30,
        source="embedded",
        located_at=now - timedelta(days=30),
    )


def _consents(residents: Sequence[Resident], reader: User, chance: Random) -> list[Consent]:
    consents = []
    for resident in residents:
        at = resident.person.created_at
        consents.append(_consent(resident, ConsentKind.PROCESSING, True, reader, at))
        consents.append(_consent(resident, ConsentKind.DISTRICT, chance.random() < 0.8, reader, at))
        if resident.care_note:
            consents.append(_consent(resident, ConsentKind.HEALTH, True, reader, at))
    return consents


def _contacts(residents: Sequence[Resident], carers: Sequence[Person], now: datetime) -> list[Contact]:
    """Who has only a landline has a care worker to be told; every other one of them has said so."""
    alone = [row for row in residents if all(each.kind is PhoneKind.LANDLINE for each in row.person.phones)]
    return [
        Contact(
            resident=resident,
            person=carers[place % len(carers)],
            relation=Relation.CARE_WORKER,
            position=1,
            may_be_told=place % 2 == 0,
            added_at=now - timedelta(days=20),
        )
        for place, resident in enumerate(alone)
    ]


def _consent(resident: Resident, kind: ConsentKind, given: bool, reader: User, at: datetime) -> Consent:
    return Consent(
        person_id=resident.id,
        kind=kind,
        script_version=script.VERSION,
        given=given,
        read_by_id=reader.id,
        at=at,
    )
