"""The texts that are due: read with all that is asked of them before one may leave, and taken.

A sender asks this every few seconds, and all day when many wait: the questions are written once, and no more
columns travel than are looked at.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import (
    ARRAY,
    BindParameter,
    Boolean,
    ColumnElement,
    CompoundSelect,
    FromClause,
    Integer,
    Row,
    Select,
    String,
    UpdateBase,
    and_,
    any_,
    bindparam,
    func,
    insert,
    literal,
    literal_column,
    select,
    true,
    union_all,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute

from handyman.extensions import UtcDateTime, db, rows
from handyman.messages import trouble
from handyman.models import (
    SYSTEM,
    Assignment,
    AssignmentState,
    Attempt,
    Channel,
    Link,
    Message,
    MessageKind,
    MessageState,
    NumberFact,
    Offer,
    OfferState,
    RecipientKind,
    Visit,
    VisitState,
    entries_of,
)

S = MessageState
Value = TypeVar("Value", int, str)
Lane = tuple[RecipientKind, int] | str  # a person or member, or a telephone

KINDS = [each.value for each in RecipientKind]  # where one stands is the first half of its lock
NOW: BindParameter[datetime] = bindparam("now", type_=UtcDateTime)
LEASE: BindParameter[datetime] = bindparam("lease", type_=UtcDateTime)
WANTED = (  # as `Due` has them, with what is known of the number and of the visit behind
    Message.id,
    Message.kind,
    Message.channel,
    Message.recipient_kind,
    Message.recipient_id,
    Message.to_number,
    Message.body,
    Message.dedupe_key,
    Message.attempt,
    Message.not_after,
    Message.told_at,
    Message.visit_id,
    Message.link_id,
    Link.nonce,
    NumberFact.opted_out_at,
    NumberFact.bad_at,
    Visit.state.label("visit_state"),
    Visit.window_start,
    Visit.start,
)


class Asked(NamedTuple):
    """An offer."""

    id: int
    state: OfferState


class Held(NamedTuple):
    """A place in a visit's team."""

    member_id: int | None
    state: AssignmentState
    offers: list[Asked]


class Promised(NamedTuple):
    """A visit; its team is read where a text to a member speaks of it."""

    state: VisitState
    window_start: datetime
    start: datetime
    assignments: list[Held]


class Kept(NamedTuple):
    """A link."""

    nonce: str


class Due(NamedTuple):
    """A text, what is known of its number, and what it speaks of."""

    id: int
    kind: MessageKind
    channel: Channel
    recipient_kind: RecipientKind
    recipient_id: int
    to_number: str
    body: str
    dedupe_key: str
    attempt: int
    not_after: datetime
    told_at: datetime | None
    visit_id: int | None
    link_id: int | None
    link: Kept | None
    opted_out_at: datetime | None
    bad_at: datetime | None
    visit: Promised | None
    is_ours: bool  # no other sender takes a text to this person or this telephone just now

    @property
    def lanes(self) -> frozenset[Lane]:
        return frozenset({(self.recipient_kind, self.recipient_id), self.to_number})


def read(
    now: datetime, provider: str, most: int, message_id: int | None = None, seen: Collection[int] = ()
) -> list[Due]:
    """The next that are due and that no other sender looks at; none while the provider is left alone."""
    query = _next(on_postgres(), message_id is not None, bool(seen))
    found = rows(query, now=now, provider=provider, most=most, message_id=message_id, seen=list(seen)).all()
    told = (row.visit_id for row in found if row.recipient_kind is RecipientKind.MEMBER)
    teams = _teams({each for each in told if each is not None})
    return [_due(row, teams) for row in found]


def _due(row: Row[*tuple[Any, ...]], teams: Mapping[int, list[Held]]) -> Due:
    *plain, nonce, opted_out_at, bad_at, state, window_start, start, is_ours = row
    visit = Promised(state, window_start, start, teams.get(row.visit_id, [])) if state is not None else None
    link = Kept(nonce) if nonce is not None else None
    return Due._make((*plain, link, opted_out_at, bad_at, visit, is_ours))


def under_way(found: Sequence[Due]) -> dict[Lane, MessageState]:
    """Persons and telephones that a text is on its way to, or perhaps."""
    if not found:
        return {}
    whos, numbers = [each.recipient_id for each in found], [each.to_number for each in found]
    busy = rows(is_under_way(on_postgres()), whos=whos, numbers=numbers)
    return {lane: state for kind, who, number, state in busy for lane in ((kind, who), number)}


def take(found: Sequence[Due], now: datetime, lease_until: datetime) -> None:
    """They are being sent from here on, and their tries are noted."""
    ids = [each.id for each in found]
    for statement in _taking(on_postgres()):
        db.session.connection().execute(statement, {"ids": ids, "now": now, "lease": lease_until})


def on_postgres() -> bool:
    return db.session.get_bind().dialect.name == "postgresql"


def claimable(now: ColumnElement[datetime]) -> list[ColumnElement[bool]]:
    """Written with literals, so that the partial index serves it on both databases."""
    return [
        Message.state == literal_column("'pending'"),
        Message.next_at <= now,
        Message.due_at <= now,
        Message.not_after > now,
    ]


@lru_cache
def _next(on_postgres: bool, one: bool, again: bool) -> Select[*tuple[Any, ...]]:
    """On PostgreSQL two senders may look at two texts to one person: the locks let one of them go on."""
    wanted = (
        select(*WANTED)
        .outerjoin(Link, Link.id == Message.link_id)
        .outerjoin(NumberFact, NumberFact.number == Message.to_number)
        .outerjoin(Visit, Visit.id == Message.visit_id)
        .where(*claimable(NOW), ~trouble.is_paused(bindparam("provider", type_=String), NOW))
    )
    if one:
        wanted = wanted.where(Message.id == bindparam("message_id", type_=Integer))
    if again:
        wanted = wanted.where(Message.id.not_in(bindparam("seen", expanding=True)))
    wanted = wanted.order_by(Message.next_at, Message.id)
    wanted = wanted.limit(bindparam("most", type_=Integer, literal_execute=True))
    if not on_postgres:
        return wanted.add_columns(true())  # SQLite's writers stand in one line
    due = wanted.with_for_update(of=Message, skip_locked=True).cte("due")
    kind = func.array_position(literal(KINDS, ARRAY(String)), due.c.recipient_kind) - 1
    person = func.pg_try_advisory_xact_lock(kind, due.c.recipient_id, type_=Boolean)
    number = func.pg_try_advisory_xact_lock(len(KINDS), func.hashtext(due.c.to_number), type_=Boolean)
    return select(*due.c, and_(person, number))


def _teams(visits: Collection[int]) -> dict[int, list[Held]]:
    """Of these visits, with all who were asked."""
    places: dict[int, Held] = {}
    teams: dict[int, list[Held]] = {}
    if not visits:
        return teams
    for visit_id, place_id, member_id, state, offer_id, offered in rows(
        _teams_of(on_postgres()), visits=list(visits)
    ):
        if place_id not in places:
            places[place_id] = Held(member_id, state, [])
            teams.setdefault(visit_id, []).append(places[place_id])
        if offer_id is not None:
            places[place_id].offers.append(Asked(offer_id, offered))
    return teams


@lru_cache
def _teams_of(on_postgres: bool) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Assignment.visit_id, Assignment.id, Assignment.member_id, Assignment.state, Offer.id, Offer.state
        )
        .outerjoin(Offer, Offer.assignment_id == Assignment.id)
        .where(_among(Assignment.visit_id, "visits", on_postgres))
    )


@lru_cache
def is_under_way(on_postgres: bool) -> CompoundSelect[RecipientKind, int, str, MessageState]:
    """To any of `whos` or `numbers`; written with literals, so that partial indexes serve it."""
    columns = (Message.recipient_kind, Message.recipient_id, Message.to_number, Message.state)
    taken = select(*columns).where(
        Message.state.in_([literal_column("'sending'"), literal_column("'unknown'")])
    )
    kinds = Message.recipient_kind.in_([literal_column(f"'{kind}'") for kind in RecipientKind])
    return union_all(
        taken.where(kinds, _among(Message.recipient_id, "whos", on_postgres)),
        taken.where(_among(Message.to_number, "numbers", on_postgres)),
    )


@lru_cache
def _taking(on_postgres: bool) -> list[UpdateBase]:
    """One statement where one can hold them all, however many texts they are."""
    these = _among(Message.id, "ids", on_postgres)
    moves = update(Message).where(these)
    moves = moves.values(state=S.SENDING, attempt=Message.attempt + 1, lease_until=LEASE)
    moved: FromClause = select(Message.id, Message.attempt).where(these).subquery("moved")
    if on_postgres:
        moved = moves.returning(Message.id, Message.attempt).cte("moved")
    columns = [Attempt.outbox_id, Attempt.number, Attempt.started_at, Attempt.outcome, Attempt.error_code]
    noted = select(
        moved.c.id, moved.c.attempt, NOW.label("at"), literal("").label("a"), literal("").label("b")
    )
    tries = insert(Attempt).from_select(columns, noted, include_defaults=False)
    entries = entries_of(
        moved.c.id, Message.__tablename__, SYSTEM, NOW, moved_from=S.PENDING, moved_to=S.SENDING, why="due"
    )
    return [entries.add_cte(tries.cte("tries"))] if on_postgres else [moves, tries, entries]


def _among(column: InstrumentedAttribute[Value], name: str, on_postgres: bool) -> ColumnElement[bool]:
    """Any of a list: PostgreSQL is asked in the same words however long it is, and need not plan anew."""
    if on_postgres:
        return column == any_(bindparam(name, type_=ARRAY(column.type)))
    return column.in_(bindparam(name, expanding=True))
