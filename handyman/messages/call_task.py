"""A person rings where nothing else has reached: what to say, and what came of it."""

import hashlib
from datetime import datetime
from enum import StrEnum

from flask_babel import gettext as _

from handyman.extensions import db
from handyman.messages import codes, daily, homes, ladder, questions, reach, spoken, trouble, truth, wording
from handyman.messages.calling_off import window_off
from handyman.messages.moments import stamped
from handyman.messages.rows import LAST_WORDS, STILL_OURS, Recipient, of_visit, take_back
from handyman.models import (
    ENDED,
    Actor,
    Answer,
    Heard,
    Message,
    MessageKind,
    MessageState,
    ReachAnswer,
    RecipientKind,
    Visit,
    VisitState,
    is_to_pass_on,
    record,
)
from handyman.reasons import QUESTIONS
from handyman.words import seoul_day

S = MessageState


class ChangedMeanwhileError(Exception):
    """What somebody has told them is not what there is to tell any more: nothing is noted."""


class Outcome(StrEnum):
    """What came of an operator's own call."""

    TOLD = "told"
    GOOD = "good"
    ANOTHER_TIME = "another_time"
    NOT_REACHED = "not_reached"


ANSWERS = {Outcome.GOOD: Answer.GOOD, Outcome.ANOTHER_TIME: Answer.ANOTHER_TIME}


def asks(message: Message) -> bool:
    """Whether the notice asks for an answer: a promise that still stands as it was told."""
    visit = message.visit
    return (
        visit is not None
        and message.recipient_kind is RecipientKind.PERSON
        and message.kind in spoken.ASKS
        and visit.state not in ENDED
        and stamped(message.dedupe_key) == visit.window_start
    )


def words(message: Message, now: datetime) -> str:
    """What to say now: whole sentences, as a call would say them, and without its keys."""
    if message.kind is MessageKind.MEMBER_CODE:
        return codes.TO_SAY
    body = homes.fill(daily.words_now(message, now))
    if not body:
        return str(_("그날 맡으신 방문이 이제 없어 전하실 말씀이 없습니다. [전달했음]을 눌러 주십시오."))
    visit, kind = message.visit, MessageKind(message.kind)
    if visit is not None and not truth.still_true(message):
        if message.recipient_kind is RecipientKind.MEMBER:
            return str(_("그사이 방문이 바뀌었습니다. 방문을 열어 보고 지금 대로 말씀해 주십시오."))
        kind = _news_of(message, visit)
    start = window_off(message, now) if kind is MessageKind.RESIDENT_CANCELLED else None
    is_news = kind is not message.kind or (start is not None and start != stamped(message.dedupe_key))
    if visit is not None and (asks(message) or is_news):
        of_resident = message.recipient_id == visit.resident_id
        say = wording.spoken_to_resident if of_resident else wording.spoken_to_standby
        body = say(visit, kind, seoul_day(now), start)
    return spoken.without_keys(body)


def seen(message: Message, said: str) -> str:
    """A mark of what the list showed: what to say, of which promise, and which number to ring."""
    promise = message.visit.window_start.isoformat() if message.visit is not None else ""
    shown = (trouble.number_now(message), promise, said)
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:16]


def _news_of(message: Message, visit: Visit) -> MessageKind:
    """What it has come to since; while somebody is there, what was written stands."""
    if visit.state in ENDED:
        called_off = visit.state is VisitState.CANCELLED
        return MessageKind.RESIDENT_CANCELLED if called_off else MessageKind.RESIDENT_DONE
    moved = visit.state is not VisitState.ARRIVED and message.kind in spoken.ASKS
    return MessageKind.RESIDENT_MOVED if moved else message.kind


def note(
    message_id: int, outcome: Outcome, by: Actor, now: datetime, *, shown: str | None = None
) -> Message | None:
    """Write down what came of it; None when the row is nobody's work any more, or asks nothing like it.

    Whoever wants another time stays on the list until the visit has moved; so does who was not reached.
    Where the next way was gone while somebody was speaking, what they heard counts, and that way is left;
    an answer counts as well where it has ended well by then.

    `shown`: what stood on the list, ChangedMeanwhileError where another thing is to be told by now.
    """
    message = db.session.get(Message, message_id, with_for_update=True, populate_existing=True)
    if message is None:
        return None
    open_still = is_to_pass_on(message, now) or ladder.goes_on(message)
    if open_still and outcome is not Outcome.NOT_REACHED and _told_as_it_was(message, shown, now):
        raise ChangedMeanwhileError
    answer = ANSWERS.get(outcome)
    if answer is not None and not asks(message):
        return None
    if not open_still and (answer is None or message.heard is Heard.TOLD):
        return None
    if answer is not None:
        _keep(message, answer, by, now)
    if outcome is not Outcome.NOT_REACHED and daily.reword(message, now):
        message.heard = Heard.TOLD
        ladder.take_back_after(message, now)
        _ring_no_more(message, now)
    if outcome in (Outcome.TOLD, Outcome.GOOD):
        _told(message, by, now)
    record(message, by, now, moved_from=message.state, moved_to=outcome.value)
    if outcome is Outcome.ANOTHER_TIME:
        reach.ask_for_person(message, now, Answer.ANOTHER_TIME)
    elif outcome is Outcome.NOT_REACHED and message.last_error not in {*Answer, *QUESTIONS}:
        message.last_error = outcome.value  # what they have answered, or are to be asked, stands
    db.session.flush()
    return message


def changed_since(message_id: int) -> int | None:
    """The visit of a row that is nobody's work any more because what it said is not so any more."""
    message = db.session.get(Message, message_id)
    if message is None or (message.told_at is None and message.state is not S.CANCELED):
        return None
    return None if truth.still_true(message) else message.visit_id


def _told_as_it_was(message: Message, shown: str | None, now: datetime) -> bool:
    """Whether a page was open since before it changed; one that does not tell may be an old one."""
    if shown is None:
        return False
    return shown != seen(message, words(message, now)) if shown else not truth.still_true(message)


def _ring_no_more(message: Message, now: datetime) -> None:
    """What waits to tell them of the promise is of no use: a person has said how it stands now.

    So they know of it, whichever row stood on the screen: they hear when that is undone.
    """
    promises, _jobs = LAST_WORDS
    if message.visit is None or message.kind not in (*promises, MessageKind.RESIDENT_DAY_BEFORE):
        return
    to = Recipient(message.recipient_kind, message.recipient_id, message.to_number, shows_texts=False)
    same = [each for each in of_visit(message.visit, promises, to) if each is not message]
    for each in same:
        if each.state in STILL_OURS and truth.still_true(each):
            each.heard = each.heard or Heard.TOLD
    take_back([each for each in same if _only_tells(each)], now, why="told")


def _only_tells(message: Message) -> bool:
    """A call to come, or to be made by a person for no other reason."""
    by_person = message.state is S.NEEDS_PERSON and message.last_error not in ladder.WISHES
    return message.state is S.PENDING or by_person


def _told(message: Message, by: Actor, now: datetime) -> None:
    if message.state is S.PENDING:  # somebody has told them: the text is of no use any more
        message.move_to(S.CANCELED, by, now, why="told")
    message.told_at = message.told_at or now
    db.session.flush()
    questions.link_after(message, now)


def _keep(message: Message, answer: Answer, by: Actor, now: datetime) -> None:
    db.session.add(
        ReachAnswer(
            visit_id=message.visit_id,
            window_start=stamped(message.dedupe_key),
            window_end=truth.end_told(message),
            outbox_id=message.id,
            answer=answer,
            told_by_id=by.id,
            at=now,
        )
    )
