"""What the page of one visit shows: the team, and everybody who could go instead, with the reason."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload, selectinload

from handyman.board import days as member_days
from handyman.board import needs, offers, report_lines, road_times, wishes, wording
from handyman.board.assign import CHANGEABLE, UNDER_WAY
from handyman.board.late import store as late
from handyman.board.noticed import store as noticed
from handyman.board.request_page import load_moves, load_offers
from handyman.board.seen import seen_of_visit
from handyman.board.work.queries import MEMBER_WHO_WROTE
from handyman.dispatch import day_plan
from handyman.dispatch.ranking import Ranking, rank
from handyman.extensions import db, rows
from handyman.message_log import RELATION, Logged, Received, of_visit
from handyman.models import (
    ENDED,
    MOVED,
    ActorKind,
    Assignment,
    AuditEntry,
    CompletionReport,
    InboundMessage,
    MaterialUse,
    Member,
    Message,
    Noticing,
    Person,
    ReachAnswer,
    RecipientKind,
    Reopening,
    RequestItem,
    Resident,
    Satisfaction,
    ServiceRequest,
    TeamRole,
    User,
    Visit,
    VisitingWish,
    VisitItem,
    VisitState,
)
from handyman.words import at_minute, seoul_day

ANSWER = (
    select(
        ReachAnswer.answer,
        ReachAnswer.at,
        Message.channel,
        Person.name,
        RELATION.label("relation"),
        User.name.label("told_by"),
    )
    .join(Message, Message.id == ReachAnswer.outbox_id)
    .join(Person, Person.id == Message.recipient_id)
    .join(Visit, Visit.id == ReachAnswer.visit_id)
    .outerjoin(User, User.id == ReachAnswer.told_by_id)
    .where(
        ReachAnswer.visit_id == bindparam("visit"),
        ReachAnswer.of_window(Visit.window_start, Visit.window_end),
    )
    .order_by(ReachAnswer.id.desc())
    .limit(1)
)
RUNG_BY_HAND = (
    select(AuditEntry.at, AuditEntry.moved_to, User.name.label("told_by"), Person.name)
    .join(Message, Message.id == AuditEntry.entity_id)
    .join(User, User.id == AuditEntry.actor_id)
    .outerjoin(Person, (Message.recipient_kind == RecipientKind.PERSON) & (Person.id == Message.recipient_id))
    .where(Message.visit_id == bindparam("visit"), AuditEntry.entity == Message.__tablename__)
    .where(AuditEntry.actor_kind == ActorKind.USER)
    .where(AuditEntry.moved_to.in_(("told", "good", "another_time", "not_reached")))
    .order_by(AuditEntry.id.desc())
)


WISHED_OFF = (
    select(InboundMessage.id, InboundMessage.received_at, InboundMessage.from_number, MEMBER_WHO_WROTE)
    .where(InboundMessage.handled_at.is_(None), InboundMessage.visit_id == bindparam("visit"))
    .order_by(InboundMessage.id)
)


FIRST_VISIT = (
    select(Visit.id, Visit.day)
    .join(Reopening, Reopening.visit_id == Visit.id)
    .where(Reopening.request_id.in_(bindparam("requests", expanding=True)))
    .limit(1)
)
AFTERWARDS = (  # how it was, and the request that repairs it once more
    select(
        Satisfaction.works,
        Satisfaction.manner,
        Satisfaction.again,
        Satisfaction.at,
        User.name,
        ServiceRequest.number,
        ServiceRequest.logged_on,
    )
    .select_from(Visit)
    .outerjoin(Satisfaction, Satisfaction.visit_id == Visit.id)
    .outerjoin(User, User.id == Satisfaction.heard_by_id)
    .outerjoin(Reopening, Reopening.visit_id == Visit.id)
    .outerjoin(ServiceRequest, ServiceRequest.id == Reopening.request_id)
    .where(Visit.id == bindparam("visit"))
)


@dataclass(frozen=True, slots=True)
class Standing:
    """One member, and why they stand where they stand: a place in rank, or the rule that keeps them out."""

    member_id: int
    name: str
    place: int | None
    start: datetime | None
    sentences: Sequence[str]
    asked: bool


@dataclass(frozen=True, slots=True)
class VisitPage:
    visit: Visit
    requests: Sequence[ServiceRequest]
    ranked: Mapping[TeamRole, Sequence[Standing]]
    offers: Sequence[Any]
    moves: Sequence[Any]
    seen: str
    changeable: bool
    under_way: bool  # somebody set out, and has not reported
    reportable: bool  # its day has come: the office may report for the member
    texts: Sequence[Logged | Received]  # about this visit: whom, what, when, and what became of it
    answer: Any  # what was said of this very promise, by whom, and who heard it
    rung: Sequence[Any]  # by somebody of the office, and what came of it
    wished_off: Sequence[Any]  # texts that ask to call it off, and wait for a person
    wishes: Sequence[VisitingWish]
    barred: frozenset[int]  # who must not go there, and so must not stay in the team
    members: Sequence[tuple[int, str]]  # whom a wish may be about
    told: Sequence[report_lines.Line]  # of the report, and of the ladder
    late: Sequence[late.Late]  # what came from a telephone and no longer fitted
    noticed: Sequence[Noticing]  # with the resident's consent
    rated: Any  # how it was, and who of the office has asked
    reopened: Any  # the request that repairs it once more
    first: Any  # the visit that this one repairs

    @property
    def start_fixed(self) -> bool:
        """Whether the start is as somebody has chosen it, and not as it was planned."""
        of_start = (offers.PLACED, offers.SHIFTED, needs.UNDONE)
        last = next((row for row in self.moves if row.why in of_start or row.moved_to == MOVED), None)
        return last is not None and last.why == offers.PLACED


def load(visit_id: int, now: datetime) -> VisitPage | None:
    query = (
        select(Visit)
        .where(Visit.id == visit_id)
        .options(
            joinedload(Visit.resident).joinedload(Resident.person).joinedload(Person.phones),
            joinedload(Visit.address),
            selectinload(Visit.assignments).joinedload(Assignment.member),
            selectinload(Visit.items)
            .joinedload(VisitItem.request_item)
            .options(
                joinedload(RequestItem.service_item),
                joinedload(RequestItem.request).joinedload(ServiceRequest.caller).joinedload(Person.phones),
            ),
            joinedload(Visit.report).options(
                joinedload(CompletionReport.member),
                selectinload(CompletionReport.materials).joinedload(MaterialUse.material),
            ),
            selectinload(Visit.photos),
        )
    )
    visit = db.session.scalars(query).unique().one_or_none()
    if visit is None:
        return None
    requests = {item.request_item.request_id: item.request_item.request for item in visit.items}
    changeable = visit.state in CHANGEABLE
    after = rows(AFTERWARDS, visit=visit.id).one() if visit.report else None
    wished = wishes.listed(visit.resident_id)
    return VisitPage(
        visit=visit,
        requests=list(requests.values()),
        ranked=_rank(visit, now) if changeable and visit.address.located else {},
        offers=load_offers([visit.id]),
        moves=load_moves([], [visit.id]),
        seen=seen_of_visit(visit),
        changeable=changeable,
        under_way=visit.state in UNDER_WAY,
        reportable=visit.state in (VisitState.ASSIGNED, *UNDER_WAY) and visit.day <= seoul_day(now),
        texts=of_visit(visit.id, now),
        answer=rows(ANSWER, visit=visit.id).one_or_none(),
        rung=rows(RUNG_BY_HAND, visit=visit.id).all(),
        wished_off=rows(WISHED_OFF, visit=visit.id).all(),
        wishes=wished,
        barred=wishes.barred(wished) if visit.state not in ENDED else frozenset(),
        told=report_lines.lines(visit),
        late=late.of_visit(visit),
        noticed=noticed.of_visit(visit.id),
        rated=after if after and after.works else None,
        reopened=after if after and after.number else None,
        first=rows(FIRST_VISIT, requests=list(requests)).one_or_none() if requests else None,
        members=[
            (row.id, row.name)
            for row in db.session.execute(
                select(Member.id, Member.name).where(Member.active).order_by(Member.name, Member.id)
            )
        ],
    )


def _rank(visit: Visit, now: datetime) -> dict[TeamRole, list[Standing]]:
    """For each place in the team: everybody who is not in it already."""
    roster = member_days.load([visit.day])
    days = [day_plan.without(day, visit.id) for day in roster.days[visit.day]]
    held = {place.member_id for place in visit.assignments}
    asked, skills = needs.asked_members(visit), wording.skill_names()
    earliest = needs.earliest_minute(visit.start, now, lead=0)
    ranked = {}
    job = needs.job_of_visit(visit, TeamRole.LEAD)
    for place in visit.assignments:
        wanted = job if place.role is TeamRole.LEAD else replace(job, skills=frozenset())
        others = [day for day in days if day.member_id not in held]
        ranking = rank(wanted, others, offers.span_of(visit), road_times.travel().minutes, earliest)
        ranked[place.role] = list(_standings(visit, ranking, roster.names, asked, skills))
    return ranked


def _standings(
    visit: Visit,
    ranking: Ranking,
    names: Mapping[int, str],
    asked: frozenset[int],
    skills: Mapping[str, str],
) -> Iterable[Standing]:
    for place, candidate in enumerate(ranking.candidates, start=1):
        yield Standing(
            member_id=candidate.member_id,
            name=names[candidate.member_id],
            place=place,
            start=at_minute(visit.day, candidate.insertion.start),
            sentences=wording.sentences(candidate.reasons),
            asked=candidate.member_id in asked,
        )
    for other in ranking.excluded:
        yield Standing(
            member_id=other.member_id,
            name=names[other.member_id],
            place=None,
            start=None,
            sentences=[wording.exclusion(other.exclusion, skills)],
            asked=other.member_id in asked,
        )
