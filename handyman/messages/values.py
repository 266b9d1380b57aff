"""What the placeholders of a text stand for, in Korean or English, each with its shorter forms: a rule."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from handyman.messages.fill import Slot, Step, Value, value
from handyman.messages.texts import Ask, Job, Office, Promise, clean

NAME, ITEM, ITEM_EN, DONG = 5, 5, 8, 5  # letters of what is cut
LAST_NAME, LAST_ITEM, LAST_ITEM_EN, LAST_DONG = 3, 2, 4, 2
WEEKDAYS = ("월화수목금토일", ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))
EN = "en"


@dataclass(frozen=True, slots=True)
class Work:
    """A job as a member reads of it: who goes with them, and the number that is said at the door."""

    job: Job
    number: str
    partners: tuple[str, ...] = ()
    once_more: bool = False  # it repairs what an earlier visit did not


def for_resident(
    office: Office, promise: Promise, dong: str, items: Sequence[tuple[str, int]], lang: str
) -> dict[Slot, Value]:
    """The window as it was promised, at the resident's own dong."""
    return {
        **_office(office),
        Slot.WHEN: _promised(promise.start, promise.end, lang),
        Slot.WHERE: where(dong, lang),
        Slot.WHO: _who(promise.names, lang),
        Slot.WHAT: _what(items, lang),
        Slot.NUMBER: value(promise.number),
        Slot.SUM: _sum(promise.won, lang),
    }


def at_home_of(name: str, lang: str) -> Value:
    """Where it is, to whoever stands by the resident."""
    cut, last = clean(name)[:NAME], clean(name)[:LAST_NAME]
    if not cut:
        return where("", lang)
    if lang == EN:
        return value(f"at {name}'s", (Step.WHERE, f"at {cut}'s"), (Step.LAST_WHERE, last), (Step.NOWHERE, ""))
    return value(
        f"{name}님 댁", (Step.WHERE, f"{cut} 댁"), (Step.LAST_WHERE, f"{last}댁"), (Step.NOWHERE, "")
    )


def on_day(at: datetime, lang: str) -> Value:
    """Of what is over: the day is enough."""
    return value(_day(at, lang), (Step.WEEKDAY, _date(at)))


def beside_link(start: datetime, end: datetime, lang: str) -> Value:
    """The window of a visit in a text that has to leave room for an address."""
    clock, date = _clock(start, lang), _date(start)
    month = f"{_ordinal(start.day)}{_hour(start)}" if lang == EN else f"{start.day}일{clock}"
    return value(
        f"{date} {_span(start, end, lang)}", (Step.WINDOW_END, f"{date} {clock}"), (Step.MONTH, month)
    )


def today(start: datetime, end: datetime, lang: str) -> Value:
    """The window of a visit that begins now."""
    span = _span(start, end, lang)
    return value(f"{'today' if lang == EN else '오늘'} {span}", (Step.HOURS, span))


def arriving(at: datetime, lang: str) -> Value:
    """About when somebody who is on the way will be there."""
    clock = _clock(at, lang)
    about = f"about {clock}" if lang == EN else f"{clock}쯤 도착"
    return value(about, (Step.HOURS, clock if lang == EN else f"{clock}쯤"))


def for_member(office: Office, work: Work, lang: str, ask: Ask | None = None) -> dict[Slot, Value]:
    """The window begins the text; in which month is known, and how it ends says the least of it."""
    job = work.job
    span = _span(job.start, job.end, lang)
    start = f"{_ordinal(job.start.day)}{_hour(job.start)}" if lang == EN else _clock(job.start, lang)
    when = value(
        f"{_day(job.start, lang)} {span}",
        (Step.WEEKDAY, f"{_date(job.start)} {span}"),
        (Step.MONTH, f"{_ordinal(job.start.day)} {span}" if lang == EN else f"{job.start.day}일{span}"),
        (Step.WINDOW_END, start if lang == EN else f"{job.start.day}일{start}"),
    )
    found = {
        **_office(office, link=True),
        Slot.WHEN: when,
        Slot.WHERE: where(job.dong, lang),
        Slot.WHO: _with(work.partners, job.people, lang),
        Slot.WHAT: _what(job.items, lang),
        Slot.LONG: _long(job.minutes, lang),
        Slot.NUMBER: value(work.number, (Step.NO_NUMBER, "")),
    }
    if ask is None:
        return found
    if work.once_more:
        found[Slot.WHAT] = _once_more(found[Slot.WHAT], lang)
    again = ("New" if lang == EN else "변경") if ask.changed else ""
    return {**found, Slot.UNTIL: _until(ask, lang), Slot.AGAIN: value(again, (Step.NO_AGAIN, ""))}


def starting(start: datetime, lang: str) -> Value:
    """When a member sets out today."""
    clock = _clock(start, lang)
    return value(f"{'today' if lang == EN else '오늘'} {clock}", (Step.WINDOW_END, clock))


def for_day(office: Office, first: datetime, works: Sequence[Work], lang: str) -> dict[Slot, Value]:
    """Today's visits of one member: how many, when the first begins, where they lie."""
    clock, count = _clock(first, lang), len(works)
    partners = tuple(dict.fromkeys(name for work in works for name in work.partners))
    return {
        **_office(office, link=True),
        Slot.WHEN: value(
            f"today from {clock}" if lang == EN else f"오늘 {clock}부터",
            (Step.WEEKDAY, f"from {clock}" if lang == EN else f"{clock}부터"),
            (Step.WINDOW_END, clock),
        ),
        Slot.WHERE: _places([work.job.dong for work in works], lang),
        Slot.WHO: _with(partners, max(work.job.people for work in works), lang),
        Slot.NUMBER: _numbers([work.number for work in works], lang),
        Slot.COUNT: value(
            (f"{count} visits" if count > 1 else "1 visit") if lang == EN else f"방문 {count}건",
            (Step.SHORT_ITEM, f"x{count}" if lang == EN else f"{count}건"),
            (Step.NO_ITEMS, ""),
        ),
    }


def where(dong: str, lang: str) -> Value:
    """상도1동; 상도1; 상도."""
    if not clean(dong):
        return value("home" if lang == EN else "댁", (Step.LAST_WHERE, "hm"), (Step.NOWHERE, ""))
    known = clean(dong)
    return value(
        known,
        (Step.DONG, known.removesuffix("동") if len(known) > LAST_DONG else known),
        (Step.WHERE, known[:DONG]),
        (Step.LAST_WHERE, known[:LAST_DONG]),
        (Step.NOWHERE, ""),
    )


def _office(office: Office, *, link: bool = False) -> dict[Slot, Value]:
    """Where a link opens a page, the number stands there, too."""
    digits = office.phone.replace("-", "")
    gone = ((Step.NO_PHONE, ""),) * link
    return {
        Slot.OFFICE: value(office.name, (Step.OFFICE, clean(office.name)[:NAME])),
        Slot.PHONE: value(office.phone, (Step.HYPHENS, digits), *gone),
    }


def _promised(start: datetime, end: datetime, lang: str) -> Value:
    span, day = _span(start, end, lang), _day(start, lang)
    full = span if lang == EN else _as_said(start, end)
    return value(f"{day} {full}", (Step.HOURS, f"{day} {span}"), (Step.WEEKDAY, f"{_date(start)} {span}"))


def _who(names: Sequence[str], lang: str) -> Value:
    """가람·나래; 가람 외1명; the first name cut to what a badge holds; 조합원 before anybody has accepted."""
    listed = _sayable(names)
    if not listed:
        if lang == EN:
            return value("a member", (Step.OTHERS, "member"), (Step.LAST_NAME, "we"), (Step.NOBODY, ""))
        return value("조합원", (Step.LAST_NAME, "저희"), (Step.NOBODY, ""))
    first, others = listed[0], _others(len(listed) - 1, "명", lang)
    return value(
        "·".join(listed),
        (Step.SECOND_NAME, f"{first}{others}"),
        (Step.FIRST_NAME, f"{first[:NAME]}{others}"),
        (Step.OTHERS, first[:NAME]),
        (Step.LAST_NAME, first[:LAST_NAME]),
        (Step.NOBODY, ""),
    )


def cut_name(name: str) -> str:
    """As short as a text says it."""
    return clean(name)[:NAME]


def _sayable(names: Sequence[str]) -> list[str]:
    """As telephones show them; whose name has no such letter is counted as somebody."""
    return [name for each in names if (name := clean(each))]


def _with(partners: Sequence[str], people: int, lang: str) -> Value:
    """+이나래; +1명 while nobody has accepted; 혼자."""
    listed = _sayable(partners)
    if not partners and people < 2:
        alone = value("alone", (Step.OTHERS, "solo"), (Step.TINY_ITEM, "x1"), (Step.NOBODY, ""))
        return alone if lang == EN else value("혼자", (Step.NOBODY, ""))
    count = max(len(partners), people - 1)
    if not listed:
        return value(
            f"+{count}" if lang == EN else f"+{count}명", (Step.LAST_NAME, f"+{count}"), (Step.NOBODY, "")
        )
    first, others = listed[0], _others(len(listed) - 1, "명", lang)
    return value(
        f"+{'·'.join(listed)}",
        (Step.SECOND_NAME, f"+{first}{others}"),
        (Step.FIRST_NAME, f"+{first[:NAME]}{others}"),
        (Step.OTHERS, f"+{first[:NAME]}"),
        (Step.LAST_NAME, f"+{count}"),
        (Step.NOBODY, ""),
    )


def _sum(won: int | None, lang: str) -> Value:
    """내실 돈 30,000원; 돈 30,000원; 30000원; that nobody takes any where none was agreed."""
    if not won:
        return value("Do not pay" if lang == EN else "돈 안 받음")
    if lang == EN:
        return value(f"Pay {won:,} won", (Step.HYPHENS, f"Pay {won} won"), (Step.TINY_ITEM, f"{won} won"))
    return value(
        f"내실 돈 {won:,}원",
        (Step.SHORT_ITEM, f"돈 {won:,}원"),
        (Step.HYPHENS, f"돈 {won}원"),
        (Step.TINY_ITEM, f"{won}원"),
    )


def _what(items: Sequence[tuple[str, int]], lang: str) -> Value:
    """전등 2개, 방충망, 손잡이; 전등 2개 외 2건; 전등+2; 미끄+2; 미끄+."""
    piece, cut, last = ("{} x{}", ITEM_EN, LAST_ITEM_EN) if lang == EN else ("{} {}개", ITEM, LAST_ITEM)
    listed = [piece.format(clean(name), count) if count > 1 else clean(name) for name, count in items]
    if not listed:
        return value("")
    more, short = len(listed) - 1, clean(items[0][0])[:cut]
    rest = (f" +{more}" if lang == EN else f" 외 {more}건") if more else ""
    return value(
        ", ".join(listed),
        (Step.MORE_ITEMS, f"{listed[0]}{rest}"),
        (Step.SHORT_ITEM, f"{short}+{more}" if more else short),
        (Step.TINY_ITEM, f"{short[:last]}+{more}" if more else short[:last]),
        (Step.LAST_ITEM, f"{short[:last]}+" if more else short[:last]),
        (Step.NO_ITEMS, ""),
    )


def _once_more(what: Value, lang: str) -> Value:
    """다시 고칠 전등 2개; 다시 전등; 전등, which goes on getting shorter as ever."""
    mark, short = ("redo", "redo") if lang == EN else ("다시 고칠", "다시")
    later = dict(what.shorter)
    longest = later.pop(Step.MORE_ITEMS, what.full)
    shortest = later.pop(Step.SHORT_ITEM, longest)
    marked = (Step.MORE_ITEMS, f"{mark} {longest}"), (Step.SHORT_ITEM, f"{short} {shortest}")
    return value(f"{mark} {what.full}", *marked, (Step.NO_ONCE_MORE, shortest), *later.items())


def _long(minutes: int, lang: str) -> Value:
    """40분, 2시간."""
    hours, rest = divmod(minutes, 60)
    if rest:
        short = f"{minutes}m" if lang == EN else f"{minutes}분"
        said = f"{minutes}min" if lang == EN else short
        return value(said, (Step.SHORT_ITEM, short), (Step.NO_LENGTH, ""))
    return value(f"{hours}h" if lang == EN else f"{hours}시간", (Step.NO_LENGTH, ""))


def _places(dongs: Sequence[str], lang: str) -> Value:
    listed = list(dict.fromkeys(clean(dong) for dong in dongs if clean(dong)))
    if len(listed) < 2:
        return where(listed[0] if listed else "", lang)
    others = _others(len(listed) - 1, "곳", lang)
    first = listed[0]
    return value(
        ", ".join(listed),
        (Step.SECOND_NAME, f"{first}{others}"),
        (Step.WHERE, f"{first[:DONG]}{others}"),
        (Step.OTHERS, first[:DONG]),
        (Step.LAST_WHERE, first[:LAST_DONG]),
        (Step.NOWHERE, ""),
    )


def _numbers(numbers: Sequence[str], lang: str) -> Value:
    others = _others(len(numbers) - 1, "건", lang)
    return value(
        "·".join(numbers),
        (Step.SECOND_NAME, f"{numbers[0]}{others}"),
        (Step.OTHERS, numbers[0]),
        (Step.NO_NUMBER, ""),
    )


def _until(ask: Ask, lang: str) -> Value:
    days = (ask.answer_by.date() - ask.sent.date()).days
    clock = _clock(ask.answer_by, lang)
    if lang == EN:
        by = {0: clock, 1: f"{clock} tomorrow"}.get(days, f"{clock} {_date(ask.answer_by)}")
        return value(f"by {by}", (Step.SHORT_UNTIL, f"by {clock}"), (Step.NO_UNTIL, ""))
    by = {0: clock, 1: f"내일 {clock}"}.get(days, f"{_date(ask.answer_by)} {clock}")
    return value(f"{by}까지", (Step.SHORT_UNTIL, f"~{by}"), (Step.NO_UNTIL, ""))


def _others(count: int, of: str, lang: str) -> str:
    if not count:
        return ""
    return f" +{count}" if lang == EN else f" 외{count}{of}"


def _date(at: datetime) -> str:
    return f"{at.month}/{at.day}"


def _day(at: datetime, lang: str) -> str:
    return f"{_date(at)}({WEEKDAYS[lang == EN][at.weekday()]})"


def _clock(at: datetime, lang: str) -> str:
    if at.minute:
        return f"{at:%H:%M}"
    return f"{at.hour % 12 or 12}{_half(at)}" if lang == EN else f"{at.hour}시"


def _hour(at: datetime) -> str:
    return f"{at:%H:%M}" if at.minute else f"{at.hour}h"


def _span(start: datetime, end: datetime, lang: str) -> str:
    """13-15시; 1-3pm; 10:30-12:00 when minutes matter."""
    if start.minute or end.minute:
        return f"{start:%H:%M}-{end:%H:%M}"
    if lang != EN:
        return f"{start.hour}-{end.hour}시"
    half = "" if _half(start) == _half(end) else _half(start)
    return f"{start.hour % 12 or 12}{half}-{_clock(end, lang)}"


def _as_said(start: datetime, end: datetime) -> str:
    """오후 1-3시, as older people say it; a span across noon keeps the short form."""
    if start.minute or end.minute or start.hour < 12 <= end.hour - (end.hour == 12):
        return _span(start, end, "ko")
    half = "오전" if start.hour < 12 else "오후"
    return f"{half} {start.hour % 12 or 12}-{end.hour % 12 or 12}시"


def _half(at: datetime) -> str:
    return "am" if at.hour < 12 else "pm"


def _ordinal(day: int) -> str:
    suffix = "th" if 10 < day % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{suffix}"
