"""Which texts leave now, taken so that no other sender takes them too; the try is noted before it is made."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    bindparam,
    func,
    insert,
    literal,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import joinedload

from handyman.extensions import UtcDateTime, db, transaction
from handyman.messages import hours, ladder, trouble, truth
from handyman.messages.gateways import Outgoing
from handyman.messages.kill_points import reach
from handyman.messages.leaving import filled
from handyman.models import (
    SYSTEM,
    Attempt,
    Channel,
    Message,
    MessageState,
    NumberFact,
    RecipientKind,
    record_all,
)
from handyman.patience import looks_first

LEASE = timedelta(seconds=90)  # longer than the gateway's own patience
GATEWAY_NEEDS = timedelta(seconds=25)  # at the most, from connecting to its answer
TURN = timedelta(seconds=5)  # until it is looked at again whether the text before it is through
LOOK_FURTHER, MOST_LOOKS = 4, 20  # candidates more than are wanted, and how often for more, as some must wait

Lane = tuple[RecipientKind, int] | str  # a person or member, or a telephone
Candidates = Sequence[tuple[Message, NumberFact | None]]  # with what is known of the number


def claim(
    now: datetime, message_id: int | None = None, provider: str = "", *, at_any_hour: bool = False
) -> Outgoing | None:
    """Take the next text that is due, or a given one."""
    taken = claim_due(now, provider, 1, message_id, at_any_hour=at_any_hour)
    return taken[0] if taken else None


@looks_first
def claim_due(
    now: datetime, provider: str, most: int, message_id: int | None = None, *, at_any_hour: bool = False
) -> list[Outgoing]:
    """Take up to `most` texts that are due, one for a recipient, and commit before any of them leaves."""
    if most < 1:
        return []
    with transaction():
        seen: set[int] = set()
        for _ in range(MOST_LOOKS):
            candidates = _candidates(now, provider, most, message_id, seen)
            told = _still_to_tell(candidates, now)
            awake = [each for each in told if at_any_hour or not _put_off(each, now)]
            started = _start(_ours(awake, now)[:most], now)
            db.session.flush()
            if started or not candidates:
                reach("claiming")
                return started
            seen.update(each.id for each, _fact in candidates)
        return []


def _candidates(
    now: datetime, provider: str, most: int, message_id: int | None, seen: set[int]
) -> Candidates:
    """The next that are due and that no other sender looks at; none while the provider is left alone."""
    wanted = select(Message, NumberFact).outerjoin(NumberFact, NumberFact.number == Message.to_number)
    wanted = wanted.where(*_claimable(now), ~trouble.is_paused(provider, now))
    wanted = wanted.order_by(Message.next_at, Message.id)
    if seen:
        wanted = wanted.where(Message.id.not_in(seen))
    if message_id is not None:
        wanted = wanted.where(Message.id == message_id)
    read = joinedload(Message.link), joinedload(Message.visit)
    held = wanted.options(*read).limit(most + LOOK_FURTHER)
    found = db.session.execute(held.with_for_update(of=Message, skip_locked=True))
    return [(message, fact) for message, fact in found]


def _claimable(now: datetime) -> list[ColumnElement[bool]]:
    """Written with literals, so that the partial index serves it on both databases."""
    return [
        Message.state == literal_column("'pending'"),
        Message.next_at <= now,
        Message.due_at <= now,
        Message.not_after > now,
    ]


def _still_to_tell(candidates: Candidates, now: datetime) -> list[Message]:
    """Without what is no longer true, and what was written before its number took no more texts."""
    truth.read_ahead(each for each, _fact in candidates)
    for each, fact in candidates:
        refused = trouble.refusal(fact, now) if each.channel is Channel.SMS else ""
        if not truth.is_wanted(each):
            each.move_to(MessageState.CANCELED, SYSTEM, now, why=truth.SUPERSEDED)
        elif refused:
            each.last_error = refused
            opted_out = refused == trouble.OPTED_OUT
            ends = MessageState.SUPPRESSED if opted_out else MessageState.NEEDS_PERSON
            each.move_to(ends, SYSTEM, now, why=refused)
            ladder.climb(each, now)
    return [each for each, _fact in candidates if each.state is MessageState.PENDING]


def _put_off(message: Message, now: datetime) -> bool:
    """What was held up until people sleep waits for the morning; too late for that, the next step is made."""
    at = hours.next_leave(message.kind, message.channel, now, message.not_after)
    if at is None:
        message.last_error = hours.AT_NIGHT
        message.move_to(MessageState.NEEDS_PERSON, SYSTEM, now, why=hours.AT_NIGHT)
        ladder.climb(message, now)
        return True
    if at > now:
        message.next_at = at
    return at > now


def _ours(candidates: Sequence[Message], now: datetime) -> list[Message]:
    """One for a person and a telephone: while a text is under way or in doubt there, the next waits its turn.

    Two people may share a telephone, and the provider's list does not tell two calls to it apart.
    """
    first: list[Message] = []
    lanes: set[Lane] = set()
    for each in candidates:
        if not lanes & _lanes(each):
            first.append(each)
        lanes |= _lanes(each)
    locked = _locked(first)
    busy = _busy(candidates)  # asked after the lock: its last holder may have just committed
    for each in candidates:  # a doubt lasts for minutes: those behind it need not be looked at each time
        if MessageState.UNKNOWN in {busy.get(lane) for lane in _lanes(each)}:
            each.next_at = now + TURN
    return [each for each in first if each.id in locked and not busy.keys() & _lanes(each)]


def _lanes(message: Message) -> frozenset[Lane]:
    return frozenset({(message.recipient_kind, message.recipient_id), message.to_number})


def _locked(messages: Sequence[Message]) -> set[int]:
    """On PostgreSQL two senders may look at two texts to one person: the locks let one of them go on."""
    if not messages or db.session.get_bind().dialect.name != "postgresql":
        return {each.id for each in messages}  # SQLite's writers stand in one line
    kinds = list(RecipientKind)
    asked = (
        func.unnest(
            bindparam("ids", [each.id for each in messages], ARRAY(Integer)),
            bindparam("kinds", [kinds.index(each.recipient_kind) for each in messages], ARRAY(Integer)),
            bindparam("whos", [each.recipient_id for each in messages], ARRAY(Integer)),
            bindparam("numbers", [each.to_number for each in messages], ARRAY(String)),
        )
        .table_valued("id", "kind", "who", "number")
        .render_derived()
    )
    person = func.pg_try_advisory_xact_lock(asked.c.kind, asked.c.who)
    number = func.pg_try_advisory_xact_lock(len(kinds), func.hashtext(asked.c.number))
    found = db.session.execute(select(asked.c.id, person, number))
    return {row for row, one, other in found if one and other}


def _busy(messages: Sequence[Message]) -> dict[Lane, MessageState]:
    """Persons and telephones that a text is on its way to, or perhaps."""
    if not messages:
        return {}
    asked = under_way([each.recipient_id for each in messages], [each.to_number for each in messages])
    found = list(db.session.execute(asked))
    return {lane: state for kind, who, number, state in found for lane in ((kind, who), number)}


def under_way(
    recipients: Sequence[int], numbers: Sequence[str]
) -> Select[RecipientKind, int, str, MessageState]:
    """To any of these; written with literals, so that a partial index serves it."""
    return select(Message.recipient_kind, Message.recipient_id, Message.to_number, Message.state).where(
        Message.state.in_([literal_column("'sending'"), literal_column("'unknown'")]),
        Message.recipient_id.in_(recipients) | Message.to_number.in_(numbers),
    )


def _start(messages: Sequence[Message], now: datetime) -> list[Outgoing]:
    """Three statements, however many they are."""
    if not messages:
        return []
    lease_until, these = now + LEASE, Message.id.in_([each.id for each in messages])
    db.session.execute(
        update(Message)
        .where(these)
        .values(state=MessageState.SENDING, attempt=Message.attempt + 1, lease_until=lease_until)
        .execution_options(synchronize_session=False)
    )
    tries = select(Message.id, Message.attempt, literal(now, UtcDateTime), literal(""), literal("")).where(
        these
    )
    columns = [Attempt.outbox_id, Attempt.number, Attempt.started_at, Attempt.outcome, Attempt.error_code]
    db.session.execute(insert(Attempt).from_select(columns, tries, include_defaults=False))
    record_all(
        messages, SYSTEM, now, moved_from=MessageState.PENDING, moved_to=MessageState.SENDING, why="due"
    )
    return [
        Outgoing(
            each.id,
            each.attempt + 1,
            each.to_number,
            filled(each),
            int((each.not_after - now).total_seconds()),
            min(lease_until - GATEWAY_NEEDS, each.not_after),
            each.channel,
        )
        for each in messages
    ]
