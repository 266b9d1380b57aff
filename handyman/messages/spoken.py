"""What a telephone says: whole sentences, with dates and digits as people say them."""

from datetime import date, datetime

from handyman.messages.texts import Office, Promise
from handyman.models import MessageKind, Outcome

K = MessageKind
WEEKDAYS = ("월요일", "화요일", "수요일", "목요일", "금요일", "토요일", "일요일")
DIGITS = dict(zip("0123456789", ["공", "일", "이", "삼", "사", "오", "육", "칠", "팔", "구"], strict=True))
ASK = "좋으시면 일 번, 다른 때가 좋으시면 이 번, 사람과 이야기하시려면 공 번을 눌러 주십시오."
ASK_NOTED = "알겠으면 일 번, 사람과 이야기하시려면 공 번을 눌러 주십시오."
THANKS = {
    "1": "고맙습니다. 그때 뵙겠습니다.",
    "2": "알겠습니다. 사무실에서 전화드려 다른 때를 여쭙겠습니다.",
    "0": "알겠습니다. 사무실에서 곧 전화드리겠습니다.",
}
ASK_JOB = "맡으시려면 일 번, 못 가시면 이 번, 사람과 이야기하시려면 공 번을 눌러 주십시오."
ASK_HEARD = "들으셨으면 일 번, 사람과 이야기하시려면 공 번을 눌러 주십시오."
ASK_TO_LISTEN = "들으시려면 일 번, 사람과 이야기하시려면 공 번을 눌러 주십시오."
GO_ON = "1"  # the key for it
NOTED = "알겠습니다. 고맙습니다."
CHANGED = "그사이 방문이 바뀌었습니다. 다시 연락드리겠습니다. 안녕히 계십시오."
ARRIVED = "조합원이 댁에 도착했습니다. 고맙습니다. 안녕히 계십시오."
NOT_UNDERSTOOD = "잘못 누르셨습니다. 다시 말씀드리겠습니다."
GOODBYE = "답을 듣지 못했습니다. 다시 연락드리겠습니다. 안녕히 계십시오."
ASKS = frozenset({K.RESIDENT_BOOKED, K.RESIDENT_MOVED, K.RESIDENT_DAY_BEFORE})  # whether the promise is good
TELLS = frozenset({K.RESIDENT_CANCELLED, K.RESIDENT_ON_THE_WAY, K.RESIDENT_DONE})  # nothing to choose
CLIMBS = ASKS | TELLS


def words(kind: MessageKind, office: Office, promise: Promise, of: str = "", on: date | None = None) -> str:
    """Of a notice that may be told by telephone; `of` is whose home it is, to whoever stands by them.

    `on`: the day on which a person says it. A reminder rings by itself on the day before.
    """
    when = f"{day(promise.start)} {span(promise.start, promise.end)}"
    whose = f"{of} 님 댁" if of else "댁"
    said = {
        K.RESIDENT_BOOKED: f"{when}에 {whose}으로 방문하기로 약속되었습니다. {_who(promise)}",
        K.RESIDENT_MOVED: f"방문 시간이 바뀌었습니다. {when}에 {whose}으로 방문합니다. {_who(promise)}",
        K.RESIDENT_DAY_BEFORE: f"{_soon(promise, on)}{when}에 {whose}으로 방문합니다. {_who(promise)}",
        K.RESIDENT_CANCELLED: f"{f'{whose}의 ' if of else ''}{when} 방문이 취소되었습니다.",
        K.RESIDENT_ON_THE_WAY: f"지금 {whose}으로 가고 있습니다. {_arrival(promise)}{_who(promise)}",
    }[kind]
    return f"안녕하십니까. {office.name}입니다. {said} {ASK if kind in ASKS else ASK_NOTED}"


def ended(office: Office, promise: Promise, ending: Outcome | None, of: str = "") -> str:
    """How it went, as a member has reported."""
    whose = f"{of} 님 댁" if of else "댁"
    said = f"{day(promise.start)} {whose} 방문을 알려 드립니다. {_ended(ending, office, promise)}"
    return f"안녕하십니까. {office.name}입니다. {said} {ASK_NOTED}"


def _who(promise: Promise) -> str:
    """Who stands at the door, and the number that they say there."""
    names = f"{', '.join(promise.names)} 조합원이 갑니다. " if promise.names else ""
    return f"{names}방문 번호는 {digits(promise.number)}입니다."


def _soon(promise: Promise, on: date | None) -> str:
    days = (promise.start.date() - on).days if on else 1
    return {0: "오늘 ", 1: "내일 "}.get(days, "")


def _arrival(promise: Promise) -> str:
    return f"{clock(promise.arriving)}쯤 도착합니다. " if promise.arriving else ""


def _ended(ending: Outcome | None, office: Office, promise: Promise) -> str:
    """Who was there, and the number that the office asks for. Of any other end a person speaks."""
    who = f"{', '.join(promise.names)} 조합원이 " if promise.names else ""
    number = f"방문 번호는 {digits(promise.number)}입니다."
    call = f"{digits(office.phone)}번으로 전화해 주십시오. {number}"
    if ending is Outcome.DONE:
        return f"{who}일을 모두 마쳤습니다. 다시 손볼 곳이 있으면 {call}"
    if ending is Outcome.PARTLY:
        return f"{who}일을 일부 마쳤고, 남은 일은 사무실에서 전화드리겠습니다. {number}"
    if ending is Outcome.NOBODY_HOME:
        return f"{who}찾아갔으나 뵙지 못했습니다. {call}"
    return f"방문이 끝났습니다. 궁금하신 것은 {call}"


def without_keys(said: str) -> str:
    """For whoever reads it out, or reads it."""
    for ask in (ASK, ASK_NOTED, ASK_JOB, ASK_HEARD):
        said = said.replace(ask, "")
    return said.strip()


def day(at: datetime) -> str:
    return f"{at.month}월 {at.day}일 {WEEKDAYS[at.weekday()]}"


def span(start: datetime, end: datetime) -> str:
    """오후 한 시에서 세 시 사이; the half of the day again where it changes."""
    last = clock(end) if half(start) != half(end) else hour(end)
    return f"{clock(start)}에서 {last} 사이"


def clock(at: datetime) -> str:
    return f"{half(at)} {hour(at)}"


def half(at: datetime) -> str:
    return "오전" if at.hour < 12 else "오후"


def hour(at: datetime) -> str:
    minutes = f" {at.minute}분" if at.minute else ""
    return f"{at.hour % 12 or 12}시{minutes}"


def digits(number: str) -> str:
    """One by one. A voice would read a hyphen out: where it stands, the voice rests."""
    parts = (" ".join(DIGITS.get(each, each) for each in part) for part in number.split("-") if part)
    return ", ".join(parts)
