"""What a template is tried with: an example, the longest on file, the longest there can be. A rule."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from handyman.messages import values
from handyman.messages.fill import Slot, Values
from handyman.messages.texts import Ask, Job, Office, Promise
from handyman.messages.wordings import OPENS, WORDINGS, of_visit, of_work
from handyman.models import TextKind, TextLanguage

K = TextKind
BY_THE_PLAN = (K.MEMBER_REMINDER, K.MEMBER_DAY_LIST)  # they say when it is planned, not what is promised
LONG = "가나다라마바사아자차카타파하"
MOST_WON = 8_888_888
LATE = datetime(2026, 12, 23, 10, tzinfo=UTC)  # a Wednesday with two digits everywhere


@dataclass(frozen=True, slots=True)
class Sample:
    """Who and what a text might be about."""

    start: datetime
    number: str
    dong: str
    names: tuple[str, ...]  # who comes; a text to a member is one to the first of them
    items: tuple[tuple[str, int], ...]
    home_of: str = ""  # said to whoever stands by this resident
    visits: int = 2  # of the day
    minutes: int = 40
    won: int | None = None  # agreed with the resident

    @property
    def end(self) -> datetime:
        return self.start + timedelta(hours=2)


def values_of(kind: TextKind, language: TextLanguage, office: Office, sample: Sample) -> Values:
    """As a text of this kind would be filled."""
    if kind.startswith("resident"):
        promise = Promise(sample.start, sample.end, sample.number, sample.names, won=sample.won)
        found = of_visit(kind, office, promise, sample.dong, sample.items, language)
        if sample.home_of and kind not in OPENS:  # the page itself says whose home it is
            found[Slot.WHERE] = values.at_home_of(sample.home_of, language)
        return found
    people = max(1, len(sample.names))
    job = Job(sample.start, sample.end, sample.dong, sample.items, people, sample.minutes)
    work = values.Work(job, sample.number, sample.names[1:])
    if kind is K.MEMBER_DAY_LIST:
        return values.for_day(office, sample.start, [work] * sample.visits, language)
    changed = kind is K.MEMBER_OFFER_CHANGED
    ask = Ask(sample.start - timedelta(hours=3), sample.start - timedelta(hours=4), changed=changed)
    return of_work(kind, office, work, sample.start, ask, language)


def worst(kind: TextKind, language: TextLanguage, office: Office, *, whole_hours: bool) -> list[Values]:
    """The longest that everything can be, one way or another. Plans may begin a visit at any minute."""
    exact = not whole_hours or kind in BY_THE_PLAN
    start = LATE.replace(minute=30) if exact else LATE
    items = tuple((LONG[:10], 99) for _ in range(9))
    many = (LONG, LONG)
    return [
        values_of(kind, language, office, Sample(start, "8888", dong, who, items, home_of, 9, won=won))
        for won in ((None, MOST_WON) if Slot.SUM in WORDINGS[kind].allowed else (None,))
        for who in ((), (LONG,), many)
        for dong, home_of in ((LONG, ""), ("", ""), (LONG, LONG))
    ]
