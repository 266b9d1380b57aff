"""Rows for tests. Each factory builds what it is not given, adds it to the session and flushes.

They need an application context (the `session` fixture). Times follow the office's clock.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache
from itertools import count
from typing import Any, TypeVar

from argon2 import PasswordHasher
from sqlalchemy import func, select

from handyman import links, words
from handyman.extensions import db, now
from handyman.models import (
    Absence,
    AbsenceReason,
    Address,
    Assignment,
    AssignmentState,
    Channel,
    CheckRule,
    CheckRuleItem,
    Contact,
    Grade,
    Household,
    ItemQuestion,
    ItemState,
    Link,
    Material,
    Member,
    MemberSkill,
    Message,
    MessageKind,
    Offer,
    OfferState,
    Person,
    PersonPhone,
    PhoneKind,
    QuestionKind,
    RecipientKind,
    Relation,
    RequestItem,
    RequestState,
    Resident,
    Role,
    ServiceItem,
    ServiceRequest,
    Skill,
    Suits,
    TeamRole,
    TravelMode,
    User,
    Visit,
    VisitingWish,
    VisitItem,
    VisitState,
    WishedBy,
    WishKind,
    WorkingHours,
)

Row = TypeVar("Row")
PASSWORD = "바다와 하늘 42"  # of every user made here
OFFICE_POINT = (37.5124, 126.9393)  # Dongjak-gu office, about
_numbers = count(1)


def add(row: Row) -> Row:
    db.session.add(row)
    db.session.flush()
    return row


def make_user(role: Role | str = Role.OPERATOR, login: str | None = None, **values: Any) -> User:
    role = Role(role)
    row = User(
        login=login or f"{role.value}{next(_numbers)}",
        name=values.pop("name", "김상담"),
        password_hash=values.pop("password_hash", None) or _hash(values.pop("password", PASSWORD)),
        role=role,
        created_at=now(),
        **values,
    )
    return add(row)


@cache
def _hash(password: str) -> str:
    return PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(password)


def make_skill(code: str = "electric", **values: Any) -> Skill:
    """The skill of this code: the same row when it is there already."""
    found = db.session.scalar(select(Skill).where(Skill.code == code))
    return found or add(Skill(code=code, name_ko=values.pop("name_ko", code), name_en=code, **values))


def make_material(code: str = "led", unit_price: int = 12_000, **values: Any) -> Material:
    found = db.session.scalar(select(Material).where(Material.code == code))
    names = {"name_ko": code, "name_en": code, "unit": "개"}
    return found or add(Material(code=code, unit_price=unit_price, **{**names, **values}))


def make_item(code: str = "lamp", skills: Sequence[str] = ("electric",), **values: Any) -> ServiceItem:
    """A catalogue entry: the same row when its code is there already."""
    if found := db.session.scalar(select(ServiceItem).where(ServiceItem.code == code)):
        return found
    base: dict[str, Any] = {
        "name_ko": "전등 교체" if code == "lamp" else code,
        "name_en": "Lamp" if code == "lamp" else code,
        "short_ko": "전등" if code == "lamp" else code[:10],
        "unit": "개",
        "base_minutes": 20,
        "minutes_per_piece": 20,
        "team_size": 1,
        "two_person_from_cm": 270 if code == "lamp" else None,
    }
    return add(ServiceItem(code=code, skills=[make_skill(skill) for skill in skills], **{**base, **values}))


def make_question(item: ServiceItem | None = None, key: str = "ceiling_cm", **values: Any) -> ItemQuestion:
    base: dict[str, Any] = {
        "label_ko": "천장 높이",
        "label_en": "Ceiling height",
        "kind": QuestionKind.NUMBER,
        "unit": "cm",
        "least": 150,
        "most": 600,
    }
    return add(ItemQuestion(service_item=item or make_item(), key=key, **{**base, **values}))


def make_address(
    label: str = "서울특별시 동작구 상도로 369",
    point: tuple[float, float] | None = OFFICE_POINT,
    **values: Any,
) -> Address:
    """`point=None` is an address that was not found."""
    base: dict[str, Any] = {
        "said": label,
        "place_key": label.replace(" ", ""),
        "lat": point[0] if point else None,
        "lon": point[1] if point else None,
        "grade": Grade.BUILDING if point else Grade.NONE,
        "beopjeong_dong": "상도동" if point else "",
        "haengjeong_dong": "상도1동" if point else "",
        "located_at": now() if point else None,
    }
    return add(Address(label=label, **{**base, **values}))


def make_person(name: str = "김보기", phone: str | None = "", **values: Any) -> Person:
    """Somebody with a mobile number; `phone=None` is somebody without one."""
    row = add(Person(name=name, created_at=now(), **values))
    if phone is not None:
        make_phone(row, phone or f"+8210{next(_numbers):08d}")
    return row


def make_phone(person: Person, number: str, kind: PhoneKind | None = None) -> PersonPhone:
    guess = PhoneKind.MOBILE if number.startswith("+8210") else PhoneKind.LANDLINE
    return add(PersonPhone(person=person, number=number, kind=kind or guess))


def make_household(address: Address | None = None) -> Household:
    return add(Household(address=address or make_address(), created_at=now()))


def make_resident(
    name: str = "김보기",
    phone: str | None = "",
    address: Address | None = None,
    household: Household | None = None,
    **values: Any,
) -> Resident:
    household = household or make_household(address)
    return add(Resident(person=make_person(name, phone), household=household, **values))


def make_contact(resident: Resident, person: Person, **values: Any) -> Contact:
    """Somebody who stands by a resident, at the end of the list."""
    base: dict[str, Any] = {"relation": Relation.FAMILY, "may_be_told": True, "added_at": now()}
    row = Contact(person=person, position=len(resident.contacts) + 1, **{**base, **values})
    resident.contacts.append(row)
    db.session.flush()
    return row


def make_member(
    name: str = "박수리", skills: Sequence[str] = ("electric",), hours: bool = True, **values: Any
) -> Member:
    """Works 09:00 to 18:00 on weekdays, unless `hours=False`."""
    point: tuple[float, float] = values.pop("home", OFFICE_POINT)
    base: dict[str, Any] = {
        "phone": f"+8210{next(_numbers):08d}",
        "home_label": "서울특별시 동작구 장승배기로 161",
        "home_lat": point[0],
        "home_lon": point[1],
        "travel_mode": TravelMode.TRANSIT,
        "joined_on": date(2021, 6, 1),
    }
    row = add(Member(name=name, **{**base, **values}))
    for code in skills:
        add(MemberSkill(member=row, skill=make_skill(code)))
    for weekday in range(5) if hours else ():
        row.hours.append(WorkingHours(weekday=weekday, start_minute=540, end_minute=1080))
    db.session.flush()
    return row


def make_absence(
    member: Member, first_day: date, last_day: date | None = None, reason: AbsenceReason = AbsenceReason.ILL
) -> Absence:
    row = Absence(first_day=first_day, last_day=last_day or first_day, reason=reason, logged_at=now())
    member.absences.append(row)
    db.session.flush()
    return row


def make_request(
    resident: Resident | None = None,
    items: Sequence[ServiceItem | tuple[ServiceItem, int]] | None = None,
    **values: Any,
) -> ServiceRequest:
    """A call logged today for one lamp, unless `items=[(item, quantity)]` says otherwise."""
    resident = resident or make_resident()
    today = words.seoul_day(now())
    sequence = 1 + (
        db.session.scalar(select(func.max(ServiceRequest.sequence)).where(ServiceRequest.logged_on == today))
        or 0
    )
    base: dict[str, Any] = {
        "number": f"{today:%m%d}-{sequence:02d}",
        "logged_on": today,
        "sequence": sequence,
        "submission_key": f"test-{next(_numbers)}",
        "address": resident.household.address,
        "relation": Relation.SELF,
        "suits": Suits.ANY,
        "logged_at": now(),
    }
    base["logged_by"] = values.pop("logged_by", None) or make_user()
    row = add(ServiceRequest(resident=resident, **{**base, **values}))
    for entry in items if items is not None else [make_item()]:
        item, quantity = entry if isinstance(entry, tuple) else (entry, 1)
        make_request_item(row, item, quantity)
    return row


def make_request_item(
    request: ServiceRequest, item: ServiceItem | None = None, quantity: int = 1, **values: Any
) -> RequestItem:
    item = item or make_item()
    row = RequestItem(service_item=item, quantity=quantity, **{"team_size": item.team_size, **values})
    request.items.append(row)
    db.session.flush()
    return row


def make_visit(
    request: ServiceRequest | None = None,
    start: datetime | None = None,
    window: tuple[datetime, datetime] | None = None,
    members: Sequence[Member] = (),
    accepted: bool = True,
    **values: Any,
) -> Visit:
    """A promised visit for all open items of a request: tomorrow at ten, unless told otherwise.

    With `members` it has a team (lead first); they have accepted unless `accepted=False`.
    """
    request = request or make_request()
    start = start or now() + timedelta(days=1)
    window = window or (start, start + timedelta(hours=2))
    size = max([1, len(members), *(item.team_size for item in request.items)])
    state = VisitState.ASSIGNED if members and accepted else VisitState.BOOKED
    base: dict[str, Any] = {
        "number": f"{next(_numbers) % 10_000:04d}",
        "resident": request.resident,
        "address": request.address,
        "day": words.seoul_day(start),
        "window_start": window[0],
        "window_end": window[1],
        "start": start,
        "service_minutes": 40,
        "team_size": size,
        "state": state,
        "booked_at": now(),
    }
    visit = add(Visit(**{**base, **values}))
    _plan_items(visit, request)
    for place in range(visit.team_size):
        role = (TeamRole.LEAD, TeamRole.SECOND)[place]
        make_assignment(visit, members[place] if place < len(members) else None, role, accepted)
    return visit


def _plan_items(visit: Visit, request: ServiceRequest) -> None:
    for item in request.items:
        if item.state is ItemState.OPEN:
            visit.items.append(VisitItem(request_item=item, quantity=item.left))
            item.state = ItemState.PLANNED
    if request.state is RequestState.LOGGED:
        request.state = RequestState.BOOKED
    db.session.flush()


def make_assignment(
    visit: Visit, member: Member | None, role: TeamRole = TeamRole.LEAD, accepted: bool = True
) -> Assignment:
    """A place in the team: accepted or offered, with its offer; open when nobody is left to ask."""
    if member is None:
        return add(Assignment(visit=visit, role=role, member=None, state=AssignmentState.OPEN))
    state = AssignmentState.ACCEPTED if accepted else AssignmentState.OFFERED
    row = add(Assignment(visit=visit, role=role, member=member, state=state))
    make_offer(row, member, state=OfferState.ACCEPTED if accepted else OfferState.OFFERED)
    return row


def make_wish(
    visit: Visit, member: Member, wish: WishKind = WishKind.MUST_NOT, by: WishedBy = WishedBy.RESIDENT
) -> VisitingWish:
    """Of the visit's resident and a member, about each other."""
    return add(
        VisitingWish(
            resident_id=visit.resident_id, member_id=member.id, wish=wish, wished_by=by, logged_at=now()
        )
    )


def make_check_rule(resident: Resident, item: ServiceItem | None = None, **values: Any) -> CheckRule:
    """Once a year one lamp, due in two months."""
    due = words.seoul_day(now()) + timedelta(days=60)
    base: dict[str, Any] = {"every_months": 12, "starts_on": due, "next_due": due, "written_at": now()}
    row = CheckRule(resident_id=resident.id, written_by_id=make_user().id, **{**base, **values})
    row.items.append(CheckRuleItem(service_item_id=(item or make_item()).id, quantity=1))
    return add(row)


def make_offer(
    assignment: Assignment | None = None,
    member: Member | None = None,
    state: OfferState = OfferState.OFFERED,
    **values: Any,
) -> Offer:
    """An offer made now, good for thirty minutes. Without an assignment: of a new visit."""
    if assignment is None:
        member = member or make_member()
        visit = make_visit(members=[member], accepted=state is OfferState.ACCEPTED)
        return visit.assignments[0].offers[0]
    at = now()
    base: dict[str, Any] = {
        "rank": 1,
        "reasons": [],
        "offered_at": at,
        "expires_at": at + timedelta(minutes=30),
        "answered_at": None if state is OfferState.OFFERED else at,
    }
    member = member or assignment.member or make_member()
    return add(Offer(assignment=assignment, member=member, state=state, **{**base, **values}))


def make_link(visit: Visit, member: Member, expires_at: datetime | None = None) -> tuple[Link, str]:
    """A link to a visit, and the path it opens: `link, path = make_link(visit, member)`."""
    link = links.issue(member.id, now(), expires_at or now() + timedelta(days=3), visit_id=visit.id)
    return link, path_of(link)


def path_of(link: Link) -> str:
    """Where the pages behind a link stand; a text has a shorter way to the first of them."""
    return f"/v/{links.url(link)[-links.TOKEN_LENGTH :]}"


def make_message(
    recipient: Member | Person,
    kind: MessageKind = MessageKind.RESIDENT_BOOKED,
    visit: Visit | None = None,
    body: str = "[동작핸디맨] 11/25(수) 오전 10시 방문합니다",
    due_at: datetime | None = None,
    **values: Any,
) -> Message:
    due_at = due_at or now()
    to_member = isinstance(recipient, Member)
    number = recipient.phone if isinstance(recipient, Member) else recipient.phones[0].number
    base: dict[str, Any] = {
        "dedupe_key": f"test-{next(_numbers)}",
        "recipient_kind": RecipientKind.MEMBER if to_member else RecipientKind.PERSON,
        "recipient_id": recipient.id,
        "channel": Channel.SMS,
        "to_number": number,
        "not_after": due_at + timedelta(hours=12),
        "next_at": due_at,
        "created_at": now(),
    }
    return add(Message(kind=kind, visit=visit, body=body, due_at=due_at, **{**base, **values}))
