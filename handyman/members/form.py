"""The member's form, read into plain values; what cannot be read is said beside its field."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from flask_babel import gettext as _

from handyman.members.details import Details, Home, HomeFinding, Line, Shift
from handyman.members.opened import MOST_SPANS, tail_of
from handyman.members.reading import read_clock, read_day, read_hours
from handyman.models import TextLanguage, TravelMode
from handyman.words import WEEKDAYS_EN, WEEKDAYS_KO, is_korean

Words = Mapping[str, str]
Problems = dict[str, str]

LONGEST_NAME, LONGEST_ADDRESS = 60, 200  # what the columns hold
LONGEST_BREAK = 3 * 60
PLACES = ("home", "start", "end")  # the fields that hold an address
HOURS_OF_A_DAY, HOURS_OF_A_MONTH = 24, 31 * 24


@dataclass(frozen=True, slots=True)
class MemberForm:
    details: Details | None
    problems: Mapping[str, str] = field(default_factory=dict)


def read(
    words: Words, skills: Sequence[int], phone: Line | None, places: Mapping[str, HomeFinding], today: date
) -> MemberForm:
    """`phone` and `places` are what became of the typed number and addresses."""
    problems: Problems = {}
    name = _name(words, problems)
    if phone is None and has_smartphone(words):
        problems["phone"] = _("문자를 받을 휴대전화 번호를 010-1234-5678처럼 적어 주십시오.")
    elif phone is None:
        problems["phone"] = _("전화를 받을 번호를 010-1234-5678이나 02-123-4567처럼 적어 주십시오.")
    home, start, end = (_place(words, key, places[key], problems) for key in PLACES)
    travel_mode = _travel_mode(words, problems)
    language = _language(words, problems)
    joined_on = _joined_on(words, problems, today)
    held = _skills(words, skills, problems)
    insured_until = _until(words, "insured_until", problems)
    shifts = _shifts(words, problems)
    pause = _pause(words, problems)
    daily, monthly, wished = _limits(words, problems)
    if problems or not (phone and home and travel_mode and joined_on):
        return MemberForm(None, problems)
    return MemberForm(
        Details(
            name=name,
            phone=phone,
            home=home,
            travel_mode=travel_mode,
            joined_on=joined_on,
            active=words.get("active") == "1",
            smartphone=has_smartphone(words),
            language=language,
            skills=held,
            shifts=shifts,
            daily_cap=daily,
            monthly_cap=monthly,
            wished=wished,
            start=start,
            end=end,
            insured_until=insured_until,
            pause=pause,
        )
    )


def has_smartphone(words: Words) -> bool:
    return words.get("no_smartphone") != "1"


def _name(words: Words, problems: Problems) -> str:
    name = " ".join(unicodedata.normalize("NFC", words.get("name", "")).split())
    if not name:
        problems["name"] = _("이름을 적어 주십시오.")
    elif len(name) > LONGEST_NAME:
        problems["name"] = _("이름은 60자까지 적을 수 있습니다.")
    return name


def _place(words: Words, key: str, found: HomeFinding, problems: Problems) -> Home | None:
    """Only the home must be told; a day that begins or ends elsewhere says so."""
    if found.home is None and (key == "home" or words.get(key, "").strip()):
        problems[key] = _place_problem(words.get(key, "").strip(), found)
    return found.home


def _pause(words: Words, problems: Problems) -> tuple[int, int] | None:
    typed = {key: words.get(key, "").strip() for key in ("break_from", "break_to")}
    if not any(typed.values()):
        return None
    times = {key: read_clock(text) for key, text in typed.items()}
    for key, minute in times.items():
        if not typed[key]:
            problems[key] = _("쉬는 시간의 시작과 끝을 모두 적거나 모두 비워 주십시오.")
        elif minute is None:
            problems[key] = _("시각을 12:00이나 12:30처럼 적어 주십시오.")
    start, end = times.values()
    if start is None or end is None:
        return None
    if end <= start:
        problems["break_to"] = _("쉬는 시간의 끝은 시작보다 늦어야 합니다.")
        return None
    if end - start > LONGEST_BREAK:
        problems["break_to"] = _(
            "쉬는 시간은 세 시간까지 적을 수 있습니다. 더 길면 일하는 시간을 나누어 주십시오."
        )
        return None
    return start, end


def _place_problem(typed: str, found: HomeFinding) -> str:
    if not typed:
        return str(_("집 주소를 적어 주십시오. 이동 시간을 재는 데 씁니다."))
    if len(typed) > LONGEST_ADDRESS:
        return str(_("주소가 너무 깁니다. 상도로 369처럼 길 이름과 건물 번호만 적어 주십시오."))
    if found.choices:
        listed = " / ".join(found.choices)
        return str(
            _("같은 이름이 여러 곳입니다. 이 가운데 하나를 그대로 적어 주십시오: %(listed)s", listed=listed)
        )
    if found.elsewhere:
        return str(
            _(
                "이 지역 밖의 주소입니다 (%(where)s). 일을 나설 때 떠나는 이 지역 안의 주소를 적어 주십시오. "
                "사무실 주소도 됩니다.",
                where=found.elsewhere[:60],
            )
        )
    return str(_("주소를 찾지 못했습니다. 상도로 369처럼 길 이름과 건물 번호를 적어 주십시오."))


def _travel_mode(words: Words, problems: Problems) -> TravelMode | None:
    try:
        return TravelMode(words.get("travel_mode", ""))
    except ValueError:
        problems["travel_mode"] = _("다니는 방법을 골라 주십시오.")
        return None


def _language(words: Words, problems: Problems) -> TextLanguage:
    """Korean where nothing is said."""
    try:
        return TextLanguage(words.get("language") or TextLanguage.KO)
    except ValueError:
        problems["language"] = _("문자를 받을 언어를 골라 주십시오.")
        return TextLanguage.KO


def _joined_on(words: Words, problems: Problems, today: date) -> date | None:
    day = read_day(words.get("joined_on", ""))
    if day is None:
        problems["joined_on"] = _("가입한 날을 2026-11-24처럼 적어 주십시오.")
    elif day > today:
        problems["joined_on"] = _("아직 오지 않은 날입니다. 오늘이나 지난 날을 적어 주십시오.")
    return day


def _skills(words: Words, skills: Sequence[int], problems: Problems) -> dict[int, date | None]:
    held: dict[int, date | None] = {}
    for skill in skills:
        typed = words.get(f"until-{skill}", "").strip()
        until = _until(words, f"until-{skill}", problems)
        if words.get(f"skill-{skill}") == "1":
            held[skill] = until
        elif typed:
            problems.setdefault(f"until-{skill}", _("기능에 표시하거나 날짜를 지워 주십시오."))
    return held


def _until(words: Words, key: str, problems: Problems) -> date | None:
    typed = words.get(key, "").strip()
    until = read_day(typed) if typed else None
    if typed and until is None:
        problems[key] = _("날짜를 2026-11-24처럼 적거나 비워 두십시오.")
    return until


def _shifts(words: Words, problems: Problems) -> tuple[Shift, ...]:
    shifts: list[Shift] = []
    for weekday in range(7):
        today: list[Shift] = []
        for place in range(MOST_SPANS):
            tail = tail_of(weekday, place)
            shift = _shift(words, weekday, tail, problems)
            if shift is None:
                continue
            if any(shift.start < other.end and other.start < shift.end for other in today):
                problems[f"from-{tail}"] = _("%(day)s: 같은 요일의 다른 시간과 겹칩니다.", day=_day(weekday))
            today.append(shift)
        shifts += sorted(today)
    return tuple(shifts)


def _shift(words: Words, weekday: int, tail: str, problems: Problems) -> Shift | None:
    typed = {key: words.get(key, "").strip() for key in (f"from-{tail}", f"to-{tail}")}
    if not any(typed.values()):
        return None
    times = {key: read_clock(text) for key, text in typed.items()}
    for key, minute in times.items():
        if not typed[key]:
            problems[key] = _("%(day)s: 시작과 끝을 모두 적거나 모두 비워 주십시오.", day=_day(weekday))
        elif minute is None:
            problems[key] = _("%(day)s: 시각을 9:00이나 18:30처럼 적어 주십시오.", day=_day(weekday))
    start, end = times.values()
    if start is None or end is None:
        return None
    if end <= start:
        problems[f"to-{tail}"] = _("%(day)s: 끝은 시작보다 늦어야 합니다.", day=_day(weekday))
        return None
    return Shift(weekday, start, end)


def _limits(words: Words, problems: Problems) -> tuple[int | None, int | None, int | None]:
    daily = _hours(words, "daily_cap", HOURS_OF_A_DAY, problems)
    monthly = _hours(words, "monthly_cap", HOURS_OF_A_MONTH, problems)
    wished = _hours(words, "wished", HOURS_OF_A_MONTH, problems)
    if monthly and wished and wished > monthly:
        problems["wished"] = _("희망 시간이 한 달 한도보다 큽니다. 한도 안에서 적어 주십시오.")
    return daily, monthly, wished


def _hours(words: Words, key: str, most: int, problems: Problems) -> int | None:
    typed = words.get(key, "").strip()
    if not typed:
        return None
    minutes = read_hours(typed)
    if not minutes:
        problems[key] = _("시간을 8이나 7.5처럼 적거나 비워 두십시오.")
    elif minutes > most * 60:
        problems[key] = _("%(most)s시간까지 적을 수 있습니다.", most=most)
    return minutes


def _day(weekday: int) -> str:
    return WEEKDAYS_KO[weekday] if is_korean() else WEEKDAYS_EN[weekday]
