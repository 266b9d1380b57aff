"""The words of the board's forms, read into plain values; what cannot be read is said in a sentence."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from flask_babel import gettext as _

from handyman.board.propose import Choice
from handyman.board.refusals import ChoiceError
from handyman.board.wishes import LONGEST_NOTE, Wish
from handyman.models import (
    AbsenceReason,
    CancelReason,
    OverrideReason,
    TeamRole,
    Visit,
    WishedBy,
    WishKind,
)
from handyman.words import day_words, local, minute_of_day

CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)
LARGEST_ID = 2**31 - 1
KEEP = "keep"  # the window as it was promised
LONGEST_ABSENCE = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class AssignForm:
    role: TeamRole
    member_id: int
    agreed: bool
    seen: str
    reason: OverrideReason | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class MoveForm:
    choice: Choice | None
    start: int | None
    problems: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AbsenceForm:
    first_day: date | None
    last_day: date | None
    reason: AbsenceReason | None
    problems: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WishForm:
    wish: Wish | None
    problems: Mapping[str, str] = field(default_factory=dict)


def read_wish(form: Mapping[str, str]) -> WishForm:
    problems = {}
    member = form.get("wish_member", "")
    if not re.fullmatch(r"[0-9]{1,10}", member) or int(member) > LARGEST_ID:
        problems["wish_member"] = _("조합원을 골라 주십시오.")
    kind, wished_by = form.get("wish", ""), form.get("wished_by", "")
    if kind not in list(WishKind):
        problems["wish"] = _("갈지 말지를 골라 주십시오.")
    if wished_by not in list(WishedBy):
        problems["wished_by"] = _("누구의 바람인지 골라 주십시오.")
    note = _in_one_line(form.get("wish_note", ""))
    if len(note) > LONGEST_NOTE:
        problems["wish_note"] = _("200자까지 적을 수 있습니다.")
    if problems:
        return WishForm(None, problems)
    return WishForm(Wish(int(member), WishKind(kind), WishedBy(wished_by), note))


def read_day(text: str) -> date | None:
    """A day of our century, or None."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return day if 2000 <= day.year < 2100 else None


def read_reason(form: Mapping[str, str]) -> CancelReason | None:
    try:
        return CancelReason(form.get("reason", ""))
    except ValueError:
        return None


def read_assign(form: Mapping[str, str]) -> AssignForm | None:
    """Whom to put where; None when nobody was chosen."""
    member = form.get("member", "")
    try:
        role = TeamRole(form.get("role", ""))
    except ValueError:
        return None
    if not re.fullmatch(r"[0-9]{1,10}", member) or int(member) > LARGEST_ID:
        return None
    return AssignForm(
        role,
        int(member),
        agreed=form.get("agreed") == "1",
        seen=form.get("seen", ""),
        reason=_read_override(form.get("override_reason", "")),
        note=_in_one_line(form.get("override_note", "")),
    )


def _read_override(text: str) -> OverrideReason | None:
    try:
        return OverrideReason(text)
    except ValueError:
        return None


def _in_one_line(text: str) -> str:
    """What was typed, without line ends and without what no database takes."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def read_move(form: Mapping[str, str], visit: Visit) -> MoveForm:
    """To which window, of those that were offered or another one, and perhaps to which minute of it."""
    if "offered" in form:
        return _read_offered(form.get("choice", ""))
    problems: dict[str, str] = {}
    day, window, typed = (
        read_day(form.get("day", "")),
        form.get("window", KEEP),
        form.get("start", "").strip(),
    )
    if day is None:
        problems["day"] = _("날짜를 2026-11-24처럼 적어 주십시오.")
    clock = CLOCK.fullmatch(typed)
    if typed and clock is None:
        problems["start"] = _("시작 시각을 09:30처럼 적거나 비워 두십시오.")
    start = int(clock[1]) * 60 + int(clock[2]) if clock else None
    choice = _choice(day, window, visit) if day else None
    if day and choice is None:
        problems["window"] = _("약속 시간을 골라 주십시오.")
    outside = choice and start is not None and not choice.start <= start <= choice.end
    if outside and typed == form.get("start_shown"):
        start = None  # as the page had filled it in, for another window
    return MoveForm(choice, start, problems)


def _read_offered(key: str) -> MoveForm:
    try:
        return MoveForm(Choice.parse(key), None)
    except ChoiceError:
        return MoveForm(None, None, {"choice": _("옮길 시간을 골라 주십시오.")})


def read_absence(form: Mapping[str, str], today: date) -> AbsenceForm:
    problems: dict[str, str] = {}
    first = read_day(form.get("first_day", ""))
    typed_last = form.get("last_day", "").strip()
    last = read_day(typed_last) if typed_last else first
    if first is None:
        problems["first_day"] = _("쉬는 첫날을 골라 주십시오.")
    if typed_last and last is None:
        problems["last_day"] = _("쉬는 마지막 날을 골라 주십시오.")
    if first and last and last < first:
        problems["last_day"] = _("마지막 날은 첫날보다 앞설 수 없습니다.")
    elif last and last < today:
        problems["last_day"] = _("이미 지난 날입니다. 오늘이나 앞으로의 날짜를 적어 주십시오.")
    elif first and last and last - first > LONGEST_ABSENCE:
        problems["last_day"] = _("한 번에 1년까지 적을 수 있습니다.")
    try:
        reason = AbsenceReason(form.get("reason", ""))
    except ValueError:
        reason = None
        problems["reason"] = _("쉬는 까닭을 골라 주십시오.")
    return AbsenceForm(first, last, reason, problems)


def already_off(first: date, last: date, today: date) -> dict[str, str]:
    """A member takes days off that are written down."""
    days = day_words(first, today) + (f" ~ {day_words(last, today)}" if last != first else "")
    sentence = _(
        "이미 쉬는 날로 적혀 있습니다: %(days)s. 바꾸시려면 위에서 지우고 다시 적어 주십시오.", days=days
    )
    return {"first_day": sentence}


def typed_move(visit: Visit, *, fixed: bool) -> dict[str, str]:
    """The move form as it opens; `fixed`: somebody has chosen the minute, and only then it goes along."""
    start = f"{local(visit.start):%H:%M}" if fixed else ""
    return {"day": visit.day.isoformat(), "window": KEEP, "start": start, "start_shown": start}


def _choice(day: date, window: str, visit: Visit) -> Choice | None:
    if window == KEEP:
        return Choice(
            day, minute_of_day(visit.window_start, visit.day), minute_of_day(visit.window_end, visit.day)
        )
    try:
        return Choice.parse(f"{day:%Y%m%d}-{window}")
    except ChoiceError:
        return None
