"""How it was, asked by a call: three questions with three keys each, one after the other."""

from datetime import datetime

from sqlalchemy import select

from handyman.extensions import db, transaction
from handyman.messages import kill_points, reach, spoken
from handyman.messages.texts import Office
from handyman.models import Channel, KeyPress, Message, MessageKind, Rating

RATINGS = {"1": Rating.GOOD, "2": Rating.FAIR, "3": Rating.POOR}
LATER_QUESTIONS = (
    "조합원이 친절했으면 일 번, 보통이면 이 번, 아쉬웠으면 삼 번을 눌러 주십시오.",
    "다음에도 부르시겠으면 일 번, 잘 모르시겠으면 이 번, 아니면 삼 번을 눌러 주십시오.",
)
MOST = 1 + len(LATER_QUESTIONS)
HEARD = "알겠습니다."
THANKS = "답해 주셔서 고맙습니다. 안녕히 계십시오."
AGAIN = "다시 고치러 가겠습니다. 사무실에서 전화드려 때를 여쭙겠습니다. 고맙습니다."


def first_question(office: Office, visited: datetime) -> str:
    return (
        f"안녕하십니까. {office.name}입니다. {spoken.day(visited)} 방문에 대해 세 가지만 여쭙겠습니다. "
        "고친 곳이 잘 되면 일 번, 조금 아쉬우면 이 번, 안 되면 삼 번을 눌러 주십시오."
    )


def is_survey(message: Message) -> bool:
    return message.kind is MessageKind.RESIDENT_SURVEY and message.channel is Channel.VOICE


def asks(outbox_id: int, attempt: int) -> bool:
    """Whether the call is one of these."""
    with transaction():
        message = reach.call(outbox_id, attempt)
        return message is not None and is_survey(message)


def question(outbox_id: int, attempt: int) -> str:
    """What is asked next; nothing where all is answered, or the call asks something else."""
    with transaction():
        message = reach.call(outbox_id, attempt)
        if message is None or not is_survey(message):
            return ""
        given = len(answers(outbox_id))
        return message.body if not given else LATER_QUESTIONS[given - 1] if given < MOST else ""


def answers(outbox_id: int) -> list[Rating]:
    """The keys so far: whoever has hung up in between and is rung again goes on where they were."""
    pressed = select(KeyPress.digits).where(KeyPress.outbox_id == outbox_id).order_by(KeyPress.id).limit(MOST)
    return [RATINGS[digits] for digits in db.session.scalars(pressed)]


def take(press: reach.Press, now: datetime) -> tuple[Message, list[Rating]] | None:
    """Keep a key in the caller's transaction: the call and its answers; None where the key means nothing."""
    message = reach.call(press.outbox_id, press.attempt, lock=True)
    if message is None or not is_survey(message) or press.digits not in RATINGS:
        return None
    if len(answers(message.id)) < MOST:
        reach.keep(press, now)
    said = answers(message.id)
    if len(said) == MOST:
        reach.note_heard(message, press.provider, press.call_id, now)
    db.session.flush()
    kill_points.reach("key")
    return message, said


def thanks(said: list[Rating]) -> str:
    """What is said to a key that counted."""
    if len(said) < MOST:
        return HEARD
    return AGAIN if said[0] is Rating.POOR else THANKS
