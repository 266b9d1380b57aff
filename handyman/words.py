"""How times, money and telephone numbers are said on a page: Korean first, Asia/Seoul always."""

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import phonenumbers
from flask import Flask
from markupsafe import Markup, escape

from handyman.extensions import now
from handyman.languages import gettext as _
from handyman.languages import language

SEOUL = ZoneInfo("Asia/Seoul")
WHOLE = re.compile(r"\S*(?:\d[^\w\s&;]\d|[가-힣]\d+[가-힣]*길)\S*")  # 14-2, 동작대로35길
NUMBER = re.compile(r"(?<=[가-힣])(?=\d+[가-힣]*길)|(?<=[*-])(?=\d)")
BEFORE_THE_END = re.compile(r"(?<=[~–])")
LONGEST_HALF = 8  # letters that stand in one line where they are largest: 오전 10시~, 오후 12시
_IN_A_CLOCK = re.compile(r"(?<=오전|오후) (?=\d)|(?<=\d시) (?=\d)|(?<=\d) (?=[AP]M)")
HANGUL = re.compile("[가-힣]")
ORDINALS_KO = ("첫", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열", "열한", "열두")
WEEKDAYS_KO = "월화수목금토일"
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def local(moment: datetime) -> datetime:
    """The same moment on the office's wall clock."""
    return moment.astimezone(SEOUL)


def seoul_day(moment: datetime) -> date:
    return local(moment).date()


def at_minute(day: date, minute: int) -> datetime:
    """A minute after midnight of a day in Seoul, as aware UTC."""
    midnight = datetime.combine(day, time(), SEOUL)
    return (midnight + timedelta(minutes=minute)).astimezone(UTC)


def minute_of_day(moment: datetime, day: date) -> int:
    """Minutes after midnight of `day` in Seoul."""
    return int((moment - datetime.combine(day, time(), SEOUL)).total_seconds() // 60)


def is_korean() -> bool:
    return language() == "ko"


def weekday(day: date) -> str:
    return WEEKDAYS_KO[day.weekday()] if is_korean() else WEEKDAYS_EN[day.weekday()]


def day_words(day: date, today: date | None = None) -> str:
    """11/24(화), after 오늘 or 내일 when it is, after the year when it is another; Tue 24 Nov in English."""
    other = str(day.year) if today and day.year != today.year else ""
    if is_korean():
        said = f"{other and f'{other}년 '}{day.month}/{day.day}({WEEKDAYS_KO[day.weekday()]})"
    else:
        said = f"{WEEKDAYS_EN[day.weekday()]} {day.day} {MONTHS_EN[day.month - 1]} {other}".rstrip()
    ahead = (day - today).days if today else -1
    near = ""
    if ahead == 0:
        near = _("오늘")
    elif ahead == 1:
        near = _("내일")
    elif ahead == 2:
        near = _("모레")
    return f"{near} {said}" if near else said


def near_day(day: date) -> str:
    """The same, counted from the office's own day; in English a line has no room for that."""
    return day_words(day, seoul_day(now())) if is_korean() else day_words(day)


def clock_words(moment: datetime) -> str:
    """오전 9시, 오후 1시 30분; 9 AM, 1:30 PM in English."""
    at = local(moment)
    return _clock(at.hour * 60 + at.minute, is_korean())


def minute_words(minute: int) -> str:
    """The same of a minute after midnight."""
    return _clock(minute, is_korean())


def short_clock(minute: int) -> str:
    """9시, 1시 30분: for a place that itself says which half of the day. English keeps AM and PM."""
    said = minute_words(minute)
    return said.partition(" ")[2] if is_korean() else said


@cache
def _clock(minute: int, korean: bool) -> str:
    hour, rest = divmod(minute, 60)
    late = 12 <= hour < 24
    if not korean:
        return f"{hour % 12 or 12}{f':{rest:02d}' if rest else ''} {'PM' if late else 'AM'}"
    hour = hour % 12 or (12 if late else 0)
    return f"{'오후' if late else '오전'} {hour}시" + (f" {rest}분" if rest else "")


def whole_clocks(words: str) -> str:
    """A time of the day in it stands in one line: 오후 12시 47분, 12:47 PM."""
    return _IN_A_CLOCK.sub("\N{NO-BREAK SPACE}", words)


def window_words(start: datetime, end: datetime) -> str:
    """오전 9시~11시, 9–11 AM: the half of the day is said again only when it changes."""
    return _span(clock_words(start), clock_words(end))


def span_words(start: int, end: int) -> str:
    """The same of minutes after midnight."""
    return _span(minute_words(start), minute_words(end))


def in_halves(span: str) -> Markup:
    """A span of time stands in one line, or breaks before its end: 오전 11시~ and 오후 1시.

    Its sign never stands alone. With half hours, 오전 10시 30분~, both halves are marked as long.
    """
    halves = BEFORE_THE_END.split(span)
    kind = "ph-word is-long" if any(len(half) > LONGEST_HALF for half in halves) else "ph-word"
    return Markup("").join(_half(half, kind) for half in halves)


def _half(half: str, kind: str) -> Markup:
    first, space, last = half.rpartition(" ")
    if half[-1:] in "~–":
        last = Markup('<span class="ph-whole">{}</span>').format(last)
    return Markup('<span class="{}">{}{}{}</span>').format(kind, first, space, last)


def _span(first: str, last: str) -> str:
    if not is_korean():
        return f"{first[:-3] if first[-2:] == last[-2:] else first}–{last}"
    return f"{first}~{last[3:] if first[:2] == last[:2] else last}"


def moment_words(moment: datetime, today: date | None = None) -> str:
    at = local(moment)
    return f"{day_words(at.date(), today)} {clock_words(moment)}"


def hhmm(moment: datetime) -> str:
    """09:05, as a field and a stored entry have it; people read `clock_words`."""
    return f"{local(moment):%H:%M}"


def won(amount: int) -> str:
    return f"{amount:,}원" if is_korean() else f"₩{amount:,}"


def hours_words(minutes: int) -> str:
    """1시간 30분; 45분; 1 h 30 min in English."""
    hours, rest = divmod(minutes, 60)
    hour, minute = ("시간", "분") if is_korean() else (" h", " min")
    parts = (f"{hours}{hour}" if hours else "", f"{rest}{minute}" if rest or not hours else "")
    return " ".join(part for part in parts if part)


def unit_words(unit: str) -> str:
    """cm, ㎡; Korean counting words (개, 짝) are said in Korean alone."""
    return "" if not is_korean() and HANGUL.search(unit) else unit


def counted(quantity: int, unit: str) -> str:
    """2개; × 2 in English."""
    return f"{quantity}{unit}" if is_korean() else f"× {quantity}{unit_words(unit)}"


def ordinal(number: int) -> str:
    """첫 번째, 열두 번째, 13번째; 1 in English."""
    if not is_korean():
        return str(number)
    return f"{ORDINALS_KO[number - 1]} 번째" if number <= len(ORDINALS_KO) else f"{number}번째"


def phone_words(number: str) -> str:
    """+82 10 0000 0001 as 010-0000-0001."""
    try:
        parsed = phonenumbers.parse(number, "KR")
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)


def name_of(row: object) -> str:
    """The name of a catalogue row in the reader's language."""
    return str(getattr(row, "name_ko" if is_korean() else "name_en"))


def unbroken(text: str) -> Markup:
    """A house number or a lane stays on one line; one that is wider than a line breaks before a number."""
    return Markup(WHOLE.sub(_whole, str(escape(text))))  # noqa: S704  # escaped


def _whole(found: re.Match[str]) -> str:
    return f'<span class="ph-word">{NUMBER.sub("<wbr>", found[0])}</span>'


def register(app: Flask) -> None:
    """Make the words known to the templates."""
    app.jinja_env.filters.update(
        day=day_words,
        near_day=near_day,
        clock=clock_words,
        moment=moment_words,
        hhmm=hhmm,
        won=won,
        hours=hours_words,
        phone=phone_words,
        called=name_of,
        unit=unit_words,
        counted=counted,
        seoul_day=seoul_day,
        in_halves=in_halves,
        ordinal=ordinal,
        unbroken=unbroken,
        whole_clocks=whole_clocks,
    )
    app.jinja_env.globals.update(window_words=window_words)
