"""A member's visits for the calendar of their telephone. It holds no name, door or number of a home."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event
from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload, selectinload

from handyman.extensions import db, settings
from handyman.languages import gettext as _
from handyman.links import LinkError, LinkOverError, derive, hash_of
from handyman.models import (
    Assignment,
    AssignmentState,
    CalendarFeed,
    Member,
    RequestItem,
    Visit,
    VisitItem,
    VisitState,
)
from handyman.words import counted, name_of, seoul_day

GOOD_FOR = timedelta(days=180)  # then it is set up anew: a lost telephone does not look on for years
BACK = timedelta(days=31)
PURPOSE = "calendar"


def renew(member: Member, now: datetime) -> CalendarFeed:
    """A new address; the one before opens nothing any more."""
    db.session.execute(delete(CalendarFeed).where(CalendarFeed.member_id == member.id))
    nonce = secrets.token_hex(16)
    feed = CalendarFeed(
        member_id=member.id,
        nonce=nonce,
        token_hash=hash_of(derive(PURPOSE, nonce)),
        created_at=now,
        expires_at=now + GOOD_FOR,
    )
    db.session.add(feed)
    db.session.flush()
    return feed


def feed_of(member: Member, now: datetime) -> CalendarFeed | None:
    feed = db.session.get(CalendarFeed, member.id)
    return feed if feed is not None and feed.expires_at > now else None


def address(feed: CalendarFeed) -> str:
    return f"{settings().public_base_url}/c/{derive(PURPOSE, feed.nonce)}.ics"


def open_feed(token: str, now: datetime) -> Member:
    feed = db.session.scalar(
        select(CalendarFeed)
        .where(CalendarFeed.token_hash == hash_of(token))
        .options(joinedload(CalendarFeed.member))
    )
    if feed is None:
        raise LinkError
    if feed.expires_at <= now or not feed.member.active:
        raise LinkOverError(feed.member.language)
    return feed.member


def written(member: Member, now: datetime) -> bytes:
    """The last month and all that is promised."""
    calendar = Calendar()
    calendar.add("prodid", f"-//{settings().office_name}//handyman//KO")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("%(office)s 방문", office=settings().office_name))
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"value": "DURATION"})
    for visit in _visits(member, now):
        calendar.add_component(_event(visit, member, now))
    return bytes(calendar.to_ical())


def _visits(member: Member, now: datetime) -> Sequence[Visit]:
    return db.session.scalars(
        select(Visit)
        .join(Assignment, Assignment.visit_id == Visit.id)
        .where(Assignment.member_id == member.id, Assignment.state == AssignmentState.ACCEPTED)
        .where(Visit.day >= seoul_day(now - BACK), Visit.state != VisitState.CANCELLED)
        .options(
            joinedload(Visit.address),
            selectinload(Visit.assignments).joinedload(Assignment.member),
            selectinload(Visit.items).joinedload(VisitItem.request_item).joinedload(RequestItem.service_item),
        )
        .order_by(Visit.start, Visit.id)
    ).all()


def _event(visit: Visit, member: Member, now: datetime) -> Event:
    work = ", ".join(
        f"{name_of(item.request_item.service_item)} "
        f"{counted(item.quantity, item.request_item.service_item.unit)}"
        for item in visit.items
    )
    others = [
        place.member.name
        for place in visit.assignments
        if place.member is not None
        and place.member_id != member.id
        and place.state is AssignmentState.ACCEPTED
    ]
    event = Event()
    event.add("uid", f"visit-{visit.id}@handyman")
    event.add("dtstamp", now)
    event.add("dtstart", visit.start.astimezone(UTC))  # a zone by name would have to be told as well
    event.add("dtend", visit.start.astimezone(UTC) + timedelta(minutes=visit.service_minutes))
    where = visit.address.dong or _("방문")
    event.add("summary", f"{where}: {work}")
    event.add("location", visit.address.dong)
    said = [_("방문 번호 %(number)s", number=visit.number)]
    if others:
        said.append(_("함께: %(names)s", names=", ".join(others)))
    event.add("description", "\n".join(said))
    return event
