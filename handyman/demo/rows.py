"""Planned calls and visits become rows, as they stood before anything happened to them."""

import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from handyman.demo.calls import Call, Piece
from handyman.demo.days import Planned
from handyman.models import (
    Assignment,
    AssignmentState,
    Member,
    Offer,
    OfferState,
    Person,
    Relation,
    RequestItem,
    Resident,
    ServiceItem,
    ServiceRequest,
    Suits,
    TeamRole,
    User,
    Visit,
    VisitItem,
)
from handyman.words import at_minute, seoul_day

ROLES = (TeamRole.LEAD, TeamRole.SECOND)
RELATIONS = (*(Relation.SELF,) * 6, Relation.FAMILY, Relation.COMMUNITY_CENTRE, Relation.NEIGHBOUR)


@dataclass(slots=True)
class Office:
    """What the rows lean on."""

    now: datetime
    workdays: Sequence[date]  # up to today, oldest first
    residents: Sequence[Resident]
    carers: Mapping[str, Person]  # by number
    members: Mapping[int, Member]
    items: Mapping[str, ServiceItem]
    operator: User
    coordinator: User
    chance: Random
    expires: Callable[[datetime, datetime], datetime]  # of an offer made at, for a start at

    @property
    def today(self) -> date:
        return seoul_day(self.now)


@dataclass(slots=True)
class Story:
    """One call with its request, and the visits made of it, each with its plan."""

    call: Call
    request: ServiceRequest
    items: dict[int, RequestItem]  # by the identity of the piece
    visits: list[tuple[Planned, Visit]] = field(default_factory=list)


def tell(calls: Sequence[Call], office: Office) -> list[Story]:
    """A story for each call, numbered in the order in which they came in."""
    for call in calls:
        call.logged_at = call.logged_at or _logged_at(call, office)
    counts: dict[date, int] = {}
    stories = []
    for call in sorted(calls, key=lambda call: (call.logged_at or office.now, call.resident)):
        day = seoul_day(call.logged_at or office.now)
        counts[day] = counts.get(day, 0) + 1
        story = _story(call, day, counts[day], office)
        story.visits = [(planned, _visit(planned, story, office)) for planned in call.visits]
        stories.append(story)
    return stories


def _logged_at(call: Call, office: Office) -> datetime:
    """In office hours of one of the last working days before the visit, and before now."""
    before = call.visits[0].day if call.visits else office.today + timedelta(days=1)
    near = [day for day in office.workdays if day < before][-4:]
    minute = office.chance.randint(545, 1060)
    moments = [at_minute(day, minute) for day in near]
    past = [moment for moment in moments if moment < office.now - timedelta(minutes=40)]
    return office.chance.choice(past) if past else moments[0] - timedelta(days=1)


def _story(call: Call, day: date, sequence: int, office: Office) -> Story:
    resident = office.residents[call.resident]
    carer = office.carers.get(resident.person.phones[0].number)
    request = ServiceRequest(
        number=f"{day:%m%d}-{sequence:02d}",
        logged_on=day,
        sequence=sequence,
        submission_key=str(uuid.UUID(int=office.chance.getrandbits(128), version=4)),
        resident=resident,
        address=resident.household.address,
        caller=carer,
        relation=Relation.CARE_WORKER if carer else office.chance.choice(RELATIONS),
        suits=office.chance.choice((Suits.ANY, Suits.ANY, Suits.ANY, Suits.MORNING, Suits.AFTERNOON)),
        notes=office.chance.choice(
            ("", "", "", "", "도착 전에 전화해 달라고 하십니다.", "주차할 곳이 없습니다.")
        ),
        logged_at=call.logged_at or office.now,
        logged_by=office.operator,
    )
    items = {id(piece): _item(piece, request, office) for piece in call.pieces}
    return Story(call, request, items)


def _item(piece: Piece, request: ServiceRequest, office: Office) -> RequestItem:
    return RequestItem(
        request=request,
        service_item=office.items[piece.code],
        quantity=piece.quantity,
        answers=piece.answers,
        team_size=piece.team_size,
    )


def _visit(planned: Planned, story: Story, office: Office) -> Visit:
    visit = Visit(
        number=f"{office.chance.randrange(10_000):04d}",
        resident=story.request.resident,
        address=story.request.address,
        day=planned.day,
        window_start=at_minute(planned.day, planned.window.start),
        window_end=at_minute(planned.day, planned.window.end),
        start=at_minute(planned.day, planned.start),
        service_minutes=planned.minutes,
        team_size=len(planned.team),
        booked_at=booked_at(planned, story, office),
        booked_by_id=office.operator.id,
    )
    visit.items = [
        VisitItem(request_item=story.items[id(take.piece)], quantity=take.quantity) for take in planned.takes
    ]
    visit.assignments = [
        _assignment(visit, role, *place, office) for role, place in zip(ROLES, planned.team, strict=False)
    ]
    return visit


def booked_at(planned: Planned, story: Story, office: Office) -> datetime:
    """During the call; a visit for what was left over on the next morning."""
    logged = story.request.logged_at
    if planned is story.call.visits[0]:
        return logged + timedelta(minutes=4)
    first = story.call.visits[story.call.visits.index(planned) - 1]
    return min(at_minute(first.day + timedelta(days=1), 570), office.now - timedelta(minutes=35))


def _assignment(
    visit: Visit, role: TeamRole, member_id: int, reasons: list[object], office: Office
) -> Assignment:
    """Offered to the first in rank. Now and then somebody else had been asked before and said no."""
    member = office.members[member_id]
    asked = _asked_before(visit, member, office) if office.chance.random() < 0.08 else []
    at = visit.booked_at + timedelta(minutes=6 * len(asked))
    offer = Offer(
        member=member,
        rank=len(asked) + 1,
        reasons=reasons,
        state=OfferState.OFFERED,
        offered_at=at,
        expires_at=max(office.expires(at, visit.start), at),
    )
    return Assignment(role=role, member=member, state=AssignmentState.OFFERED, offers=[*asked, offer])


def _asked_before(visit: Visit, member: Member, office: Office) -> list[Offer]:
    other = office.chance.choice([each for each in office.members.values() if each is not member])
    return [declined(other, visit.booked_at, office.expires(visit.booked_at, visit.start), 1, office.chance)]


def declined(member: Member, at: datetime, expires: datetime, rank: int, chance: Random) -> Offer:
    from handyman.models import DeclineReason

    return Offer(
        member=member,
        rank=rank,
        reasons=[],
        state=OfferState.DECLINED,
        offered_at=at,
        expires_at=max(expires, at),
        answered_at=at + timedelta(minutes=5),
        decline_reason=chance.choice((DeclineReason.OTHER_WORK, DeclineReason.TOO_FAR)),
    )


def skilled(members: Collection[Member], codes: frozenset[str]) -> list[Member]:
    return [member for member in members if codes <= {held.skill.code for held in member.skills}]
