"""Who has changed a record since a form was opened: its second writer is told, and overwrites nothing."""

from collections.abc import Collection, Mapping

from sqlalchemy import and_, or_, select

from handyman.extensions import now, rows
from handyman.languages import gettext as _
from handyman.models import Actor, ActorKind, AuditEntry, Member, Person, ServiceRequest, User, Visit
from handyman.words import moment_words, seoul_day

Rows = Mapping[str, Collection[int]]  # ids by the name of their table


def of_visit(visit: Visit) -> Rows:
    """A visit with its team, and whoever was asked."""
    return {
        "visits": [visit.id],
        "assignments": [place.id for place in visit.assignments],
        "offers": [offer.id for place in visit.assignments for offer in place.offers],
    }


def of_request(request: ServiceRequest) -> Rows:
    return {"service_requests": [request.id], "request_items": [item.id for item in request.items]}


def puts_back(was: str | None, stands: str, wanted: str) -> bool:
    """Whether a form that opened with `was` would overwrite unseen what somebody has stored since."""
    return was is not None and stands not in (was, wanted)


def who_changed(places: Rows, why: str = "", reader: Actor | None = None) -> str:
    """A sentence: who changed one of these last, and when. `why`: only what was noted for that reason.

    A reader is not named to themselves: it may have been on another page of theirs.
    """
    of_these = [
        and_(AuditEntry.entity == name, AuditEntry.entity_id.in_(ids)) for name, ids in places.items()
    ]
    last = rows(
        select(
            AuditEntry.at,
            AuditEntry.actor_kind,
            AuditEntry.actor_id,
            User.name.label("user"),
            Member.name.label("member"),
            Person.name.label("person"),
        )
        .outerjoin(Person, and_(AuditEntry.actor_kind == ActorKind.PERSON, Person.id == AuditEntry.actor_id))
        .outerjoin(User, and_(AuditEntry.actor_kind == ActorKind.USER, User.id == AuditEntry.actor_id))
        .outerjoin(Member, and_(AuditEntry.actor_kind == ActorKind.MEMBER, Member.id == AuditEntry.actor_id))
        .where(or_(False, *of_these), *([AuditEntry.why == why] if why else []))
        .order_by(AuditEntry.id.desc())
        .limit(1)
    ).first()
    who = last and (last.user or last.member or last.person)
    if last is None or not who or (reader and (last.actor_kind, last.actor_id) == (reader.kind, reader.id)):
        return _("그 사이에 바뀌었습니다.")
    when = moment_words(last.at, seoul_day(now()))
    return _("그 사이에 %(who)s 님이 바꾸었습니다(%(when)s).", who=who, when=when)
