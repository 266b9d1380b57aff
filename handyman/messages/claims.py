"""Which texts leave now, taken so that no other sender takes them too; the try is noted before it is made."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from handyman.extensions import db, transaction
from handyman.messages import calling_off, daily, due, hours, ladder, trouble, truth
from handyman.messages.due import Due, Lane
from handyman.messages.gateways import Outgoing
from handyman.messages.kill_points import reach
from handyman.messages.leaving import filled
from handyman.models import SYSTEM, Channel, Message, MessageKind, MessageState
from handyman.patience import looks_first

LEASE = timedelta(seconds=90)  # longer than the gateway's own patience
GATEWAY_NEEDS = timedelta(seconds=25)  # at the most, from connecting to its answer
TURN = timedelta(seconds=5)  # until it is looked at again whether what it waits for is through
LOOK_FURTHER, MOST_LOOKS = 4, 20  # candidates more than are wanted, and how often for more, as some must wait


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
        db.session.flush()  # what this session has changed counts
        seen: set[int] = set()
        for _ in range(MOST_LOOKS):
            candidates = due.read(now, provider, most + LOOK_FURTHER, message_id, seen)
            settled = [each for each in candidates if at_any_hour or not _is_being_changed(each, now)]
            told = [each for each in settled if _is_still_to_tell(each, now)]
            awake = [each for each in told if at_any_hour or not _is_put_off(each, now)]
            started = _start([_as_known(each, now) for each in _ours(awake, now)[:most]], now)
            db.session.flush()
            if started or not candidates:
                reach("claiming")
                return started
            seen.update(each.id for each in candidates)
        return []


def _is_being_changed(text: Due, now: datetime) -> bool:
    """The call of the evening waits while somebody changes one of its visits, for that may be undone yet."""
    if text.kind is not MessageKind.MEMBER_DAY_LIST or not daily.is_being_changed(_row(text), now):
        return False
    _row(text).next_at = now + TURN
    return True


def _is_still_to_tell(text: Due, now: datetime) -> bool:
    """Not what is no longer true, and not what was written before its number took no more texts."""
    refused = trouble.refusal(text.opted_out_at, text.bad_at, now) if text.channel is Channel.SMS else ""
    if not truth.is_wanted(text) or not _has_words(text, now):
        _row(text).move_to(MessageState.CANCELED, SYSTEM, now, why=truth.SUPERSEDED)
        return False
    if text.attempt and (number := trouble.other_number(_row(text))) is not None:
        _readdress(text, number, now)
        return False
    if refused:
        opted_out = refused == trouble.OPTED_OUT
        _give_up(text, MessageState.SUPPRESSED if opted_out else MessageState.NEEDS_PERSON, refused, now)
    return not refused


def _has_words(text: Due, now: datetime) -> bool:
    """The call of the evening is about the day as it stands, and about nothing where none of it is left."""
    return text.kind is not MessageKind.MEMBER_DAY_LIST or daily.reword(_row(text), now)


def _as_known(text: Due, now: datetime) -> Due:
    """That a visit is off is said of the hours that they know."""
    if text.kind is not MessageKind.RESIDENT_CANCELLED:
        return text
    return text._replace(body=calling_off.reword(_row(text), now))


def _readdress(text: Due, number: str, now: datetime) -> None:
    """Their number was put right while it was under way: the next look takes it there."""
    if number:
        trouble.readdress(_row(text), number, now)
    else:
        _give_up(text, MessageState.NEEDS_PERSON, "no_texts", now)


def _is_put_off(text: Due, now: datetime) -> bool:
    """What was held up until people sleep waits for the morning; too late for that, the next step is made."""
    at = hours.next_leave(text.kind, text.channel, now, text.not_after)
    if at is None:
        _give_up(text, MessageState.NEEDS_PERSON, hours.AT_NIGHT, now)
        return True
    if at > now:
        _row(text).next_at = at
    return at > now


def _give_up(text: Due, state: MessageState, why: str, now: datetime) -> None:
    """They are told another way."""
    row = _row(text)
    row.last_error = why
    row.move_to(state, SYSTEM, now, why=why)
    ladder.climb(row, now)


def _row(text: Due) -> Message:
    return db.session.get_one(Message, text.id)


def _ours(texts: Sequence[Due], now: datetime) -> list[Due]:
    """One for a person and a telephone: while a text is under way or in doubt there, the next waits its turn.

    Two people may share a telephone, and the provider's list does not tell two calls to it apart.
    """
    first: list[Due] = []
    lanes: set[Lane] = set()
    for each in texts:
        if each.is_ours and not lanes & each.lanes:
            first.append(each)
        lanes |= each.lanes
    busy = due.under_way(texts)  # asked after the lock: its last holder may have just committed
    for each in texts:  # a doubt lasts for minutes: those behind it need not be looked at each time
        if MessageState.UNKNOWN in {busy.get(lane) for lane in each.lanes}:
            _row(each).next_at = now + TURN
    return [each for each in first if not busy.keys() & each.lanes]


def _start(texts: Sequence[Due], now: datetime) -> list[Outgoing]:
    if not texts:
        return []
    lease_until = now + LEASE
    due.take(texts, now, lease_until)
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
        for each in texts
    ]
