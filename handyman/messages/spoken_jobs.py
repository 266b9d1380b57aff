"""What a telephone says to a member without a smartphone: a rule, like `spoken`, and nothing to tap.

Where a home stands in a call is filled when it is spoken (`homes`), so that it is the address of that moment.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from handyman.messages.spoken import ASK_HEARD, ASK_JOB, ASK_TO_LISTEN, clock, day, digits, span
from handyman.messages.texts import Ask, Job, Office

MOST = 480  # characters: what a row of the outbox holds, and more than anybody listens to


class Standing(StrEnum):
    """How an offer stands in the moment in which somebody answers it by a key."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TAKEN = "taken"  # by somebody else
    LATE = "late"
    MOVED = "moved"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"


OUTCOMES = {
    Standing.ACCEPTED: "고맙습니다. 맡으신 것으로 적었습니다. 주소는 가시기 전에 전화로 알려 드립니다.",
    Standing.DECLINED: "알겠습니다. 못 가시는 것으로 적었습니다.",
    Standing.TAKEN: "이미 다른 분이 맡으셨습니다. 고맙습니다.",
    Standing.LATE: "답하실 시간이 지나 다른 분께 여쭙고 있습니다. 고맙습니다.",
    Standing.MOVED: "그사이 방문 시간이 바뀌었습니다. 바뀐 시간으로 다시 전화드리겠습니다.",
    Standing.CANCELLED: "이 방문은 취소되었습니다. 고맙습니다.",
    Standing.WITHDRAWN: "이 방문은 더 맡지 않으셔도 됩니다. 고맙습니다.",
}
CHANGED_MIND = "이미 맡기로 하신 방문입니다. 사무실에서 곧 전화드리겠습니다."
DECLINED_BEFORE = "이미 못 가신다고 답하셨습니다. 사무실에서 곧 전화드리겠습니다."


@dataclass(frozen=True, slots=True)
class Task:
    """A job as it is spoken of: with whom, and the number that is said at the door."""

    job: Job
    number: str
    partners: tuple[str, ...] = ()


def opening(office: Office) -> str:
    """Who rings, and what for: all that is said to a receiver that a machine may have taken up."""
    return f"{_hello(office)} 맡으신 방문의 시간과 주소를 알려 드립니다. {ASK_TO_LISTEN}"


def offer(office: Office, task: Task, ask: Ask) -> str:
    head = "그사이 바뀐 방문을 맡으실 수 있는지" if ask.changed else "방문을 맡으실 수 있는지"
    until = f"{_by(ask)}까지 답해 주십시오."
    return f"{_hello(office)} {head} 여쭙니다. {_gist(task)} {_long(task)} {_number(task)} {until} {ASK_JOB}"


def moved(office: Office, task: Task, home: str = "") -> str:
    """`home` stands for the address, for whoever may know it already."""
    said = "맡으신 방문의 시간이 바뀌었습니다. 이제"
    return f"{_hello(office)} {said} {_gist(task, home)} {_number(task)} {ASK_HEARD}"


def once_more(office: Office, task: Task, home: str = "") -> str:
    said = "맡으신 방문을 다시 알려 드립니다."
    return f"{_hello(office)} {said} {_gist(task, home)} {_number(task)} {ASK_HEARD}"


def widened(office: Office, task: Task, home: str = "") -> str:
    return (
        f"{_hello(office)} 맡으신 방문에 할 일이 늘었습니다. {_gist(task, home)} {_number(task)} {ASK_HEARD}"
    )


def elsewhere(office: Office, task: Task, home: str = "") -> str:
    return (
        f"{_hello(office)} 맡으신 방문의 장소가 바뀌었습니다. {_gist(task, home)} {_number(task)} {ASK_HEARD}"
    )


def withdrawn(office: Office, task: Task) -> str:
    when = f"{day(task.job.start)} {span(task.job.start, task.job.end)}"
    return f"{_hello(office)} {when}, {task.job.dong} 방문이 취소되었습니다. 가지 마십시오. {ASK_HEARD}"


def partner(office: Office, task: Task, said: str) -> str:
    """What the other of a team has said or done, and of which visit."""
    when = f"{day(task.job.start)} {span(task.job.start, task.job.end)}"
    return f"{_hello(office)} {when}, {task.job.dong} 방문에 {said} {_number(task)} {ASK_HEARD}"


def reminder(office: Office, task: Task, start: datetime, home: str) -> str:
    """`home` stands for the address and whose home it is."""
    return (
        f"{_hello(office)} 오늘 {clock(start)}에 시작하시는 방문입니다. {home}입니다. {_what(task)} "
        f"{_number(task)} {ASK_HEARD}"
    )


def day_list(office: Office, on: datetime, visits: Sequence[tuple[datetime, str, Task]]) -> str:
    """All visits of a day; where there are too many to be listened to, only when and where."""
    head = f"{_hello(office)} {day(on)} 방문이 {len(visits)}건 있습니다."
    for whole in (True, False):
        each = [
            f"{clock(start)}, {home}." + (f" {_what(task)} {_number(task)}" if whole else "")
            for start, home, task in visits
        ]
        said = " ".join([head, *each, ASK_HEARD])
        if len(said) <= MOST:
            return said
    first = visits[0]
    rest = "나머지는 사무실에 전화하시면 알려 드립니다."
    return f"{head} 첫 방문은 {clock(first[0])}, {first[1]}. {rest} {ASK_HEARD}"


def _hello(office: Office) -> str:
    return f"안녕하십니까. {office.name}입니다."


def _gist(task: Task, home: str = "") -> str:
    """When, where, what and with whom."""
    job = task.job
    return (
        f"{day(job.start)} {span(job.start, job.end)}, {home or job.dong}입니다. {_what(task)} {_with(task)}"
    )


def _what(task: Task) -> str:
    said = [name + (f" {quantity}개" if quantity > 1 else "") for name, quantity in task.job.items[:3]]
    others = len(task.job.items) - len(said)
    return f"일은 {', '.join(said)}{f' 외 {others}건' if others else ''}입니다." if said else ""


def _long(task: Task) -> str:
    hours, minutes = divmod(task.job.minutes, 60)
    said = [f"{hours}시간"] * bool(hours) + [f"{minutes}분"] * bool(minutes)
    return f"약 {' '.join(said)} 걸립니다."


def _with(task: Task) -> str:
    if task.partners:
        return f"{', '.join(task.partners)} 님과 함께 갑니다."
    return f"{task.job.people}명이 함께 갑니다." if task.job.people > 1 else "혼자 갑니다."


def _number(task: Task) -> str:
    return f"방문 번호는 {digits(task.number)}입니다."


def _by(ask: Ask) -> str:
    days = (ask.answer_by.date() - ask.sent.date()).days
    return f"{ {0: '오늘', 1: '내일'}.get(days) or day(ask.answer_by) } {clock(ask.answer_by)}"
