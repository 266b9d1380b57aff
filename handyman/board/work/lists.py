"""The lists of what has to be done, the most urgent first, each row in words with the way to do it."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from handyman import expiry
from handyman.board import labels, pages
from handyman.board.calendar import is_working_day
from handyman.board.press_keys import LIST_KEYS, code_of
from handyman.board.propose import Choice
from handyman.board.work import queries
from handyman.extensions import ask_at_once, rows
from handyman.report_words import WORRY_WORDS
from handyman.words import day_words, moment_words, phone_words, seoul_day, window_words

FURTHEST = 14  # days to the next one on which the office works
Row = Any


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that somebody has to do."""

    what: str
    more: str
    href: str  # where it is done
    number: str = ""  # said with the way to do it, so that no two ways sound alike
    about: str = ""  # where to read of it, when that is another page


@dataclass(frozen=True, slots=True)
class WorkList:
    """The oldest thirty, and how many there are."""

    key: str
    title: str
    do: str  # what each row's way says
    tasks: Sequence[Task]
    total: int
    press: str = ""  # the key that leads there; none to what is empty

    @property
    def code(self) -> str:
        return code_of(self.press)


@dataclass(frozen=True, slots=True)
class Kind:
    title: Any
    do: Any
    words: Callable[[Row, date], Task]
    always: bool = True  # shown when it is empty, too


def load(now: datetime) -> list[WorkList]:
    """Thirteen queries, each through an index of what is open; what is empty and seldom is left out."""
    today, found, keys = seoul_day(now), _asked(now), iter(LIST_KEYS)
    return [
        WorkList(
            key,
            str(kind.title),
            str(kind.do),
            [kind.words(row, today) for row in found.get(key, ())][: queries.MOST],
            _total(found.get(key, ())),
            next(keys) if found.get(key) else "",
        )
        for key, kind in KINDS.items()
        if kind.always or found.get(key)
    ]


def next_working_day(today: date) -> date:
    """The next one after today; today, where the office does not work for long."""
    days = (today + timedelta(days=ahead) for ahead in range(1, FURTHEST))
    return next((day for day in days if is_working_day(day)), today)


def _asked(now: datetime) -> Mapping[str, Sequence[Row]]:
    today = seoul_day(now)
    ask_at_once()
    return {
        **_parted(rows(queries.REQUESTS).all()),
        **_parted(rows(queries.SILENT, **queries.silence(now)).all()),
        **_parted(rows(queries.not_arrived(now, next_working_day(today))).all()),
        "nobody": rows(queries.NOBODY).all(),
        "member-rests": rows(queries.MEMBER_RESTS, today=today).all(),
        "waiting": rows(queries.WAITING).all(),
        "wished-off": rows(queries.WISHED_OFF).all(),
        "noticed": rows(queries.NOTICED).all(),
        "late": rows(queries.LATE).all(),
        "unanswered": rows(queries.UNANSWERED).all(),
        "against-wish": _against_wish(now),
        "running-out": rows(
            expiry.SOON.limit(queries.MOST), warned_until=expiry.warned_until(seoul_day(now))
        ).all(),
    }


def _parted(found: Sequence[Row]) -> dict[str, list[Row]]:
    parts: dict[str, list[Row]] = defaultdict(list)
    for row in found:
        parts[row.list].append(row)
    return parts


def _total(found: Sequence[Row]) -> int:
    """As the database has counted them; those against a wish are all here."""
    return getattr(found[0], "total", len(found)) if found else 0


def _against_wish(now: datetime) -> Sequence[Row]:
    """Visits that a member holds who must not go there: few wishes, and by them few visits to come."""
    barred = {tuple(row)[:2] for row in rows(queries.MUST_NOT)}  # resident and member
    if not barred:
        return []
    residents = sorted({resident_id for resident_id, _member_id in barred})
    held = rows(queries.HELD_THERE, late=now - queries.LATE_START, residents=residents)
    return [row for row in held if (row.resident_id, row.member_id) in barred]


def _of_visit(more: Callable[[Row, date], str]) -> Callable[[Row, date], Task]:
    def words(row: Row, today: date) -> Task:
        what = f"{moment_words(row.start, today)} {row.name}"
        return Task(what, more(row, today), url_for("board.visit_page_of", visit_id=row.id), row.number)

    return words


def _of_request(action: str) -> Callable[[Row, date], Task]:
    def words(row: Row, today: date) -> Task:
        where = row.haengjeong_dong or row.beopjeong_dong or row.label or row.said
        more = f"{where} · {moment_words(row.logged_at, today)}"
        href, about = pages.address_of(row, action), pages.address_of(row)
        return Task(row.name, more, href, row.number, about)

    return words


def _opened(row: Row, today: date) -> Task:
    """Whom to call, and with what."""
    choice = Choice.parse(row.opened)
    when = f"{day_words(choice.day, today)} {window_words(choice.window_start, choice.window_end)}"
    return Task(row.name, when, pages.address_of(row, "/book"), row.number, pages.address_of(row))


def _for_place(row: Row, today: date) -> Task:
    days = (today - seoul_day(row.since)).days
    waited = _("%(days)s일째", days=days + 1)
    more = f"{labels.label(row.reason)} · {waited}"
    return Task(row.name, more, pages.address_of(row, "/book"), row.number, pages.address_of(row))


def _of_text(row: Row, today: date) -> Task:
    said = [labels.label(row.kind), labels.label(row.state)]
    if row.start is not None and row.list == "untold":
        said.insert(0, moment_words(row.start, today))
    else:
        said.append(moment_words(row.due_at, today))
    href = url_for("messages.log", _anchor=f"missed-{row.id}")
    return Task(row.name, " · ".join(said), href, row.name)


def _of_inbound(row: Row, today: date) -> Task:
    number = phone_words(row.from_number)
    return Task(
        row.body[:40],
        f"{number} · {moment_words(row.received_at, today)}",
        url_for("messages.log", _anchor="inbox"),
        number,
    )


def _of_noticing(row: Row, today: date) -> Task:
    more = f"{WORRY_WORDS[row.worry]} · {row.member} · {moment_words(row.noticed_at, today)}"
    href = url_for("board.visit_page_of", visit_id=row.id, _anchor="noticed")
    return Task(row.name, more, href, row.number)


def _of_late(row: Row, today: date) -> Task:
    presses = _("%(n)s건", n=row.presses)
    more = f"{moment_words(row.start, today)} · {row.member} · {presses}"
    href = url_for("board.visit_page_of", visit_id=row.id, _anchor="late")
    return Task(row.name, more, href, row.number)


def _of_member(row: Row, today: date) -> Task:
    href = url_for("board.members", _anchor=f"member-{row.id}")
    return Task(row.name, expiry.ending_of(row, today).words, href, row.name)


def _state(row: Row, _today: date) -> str:
    return labels.label(row.state)


def _under_way(row: Row, today: date) -> str:
    """Whoever has said that the work is over is safe: only the report is missing."""
    return str(_("일은 마쳤다고 함")) if row.ended_at is not None else _state(row, today)


def _role(row: Row, _today: date) -> str:
    return labels.label(row.role)


def _member(row: Row, _today: date) -> str:
    return str(row.member)


def _wished(row: Row, today: date) -> str:
    when = _("%(when)s에 문자로", when=moment_words(row.received_at, today))
    who = _("%(name)s 조합원이 못 간다고", name=row.member)
    return f"{who} {when}" if row.member else str(when)


def _until(row: Row, today: date) -> str:
    until = _("%(clock)s까지", clock=moment_words(row.expires_at, today))
    return f"{row.member} · {until}"


KINDS: Mapping[str, Kind] = {
    "wished-off": Kind(_l("취소를 바라심"), _l("전화로 여쭙기"), _of_visit(_wished), always=False),
    "not_begun": Kind(_l("출발 소식이 없음"), _l("확인하기"), _of_visit(_state)),
    "not_reported": Kind(_l("마침 보고가 없음"), _l("확인하기"), _of_visit(_under_way)),
    "nobody": Kind(_l("맡을 사람이 없음"), _l("배정하기"), _of_visit(_role)),
    "member-rests": Kind(_l("쉬는 조합원이 맡은 방문"), _l("바꾸기"), _of_visit(_member), always=False),
    "untold": Kind(_l("곧 있을 방문을 알리지 못함"), _l("알리기"), _of_text),
    "against-wish": Kind(_l("가면 안 되는 조합원이 맡음"), _l("바꾸기"), _of_visit(_member), always=False),
    "late": Kind(_l("늦게 온 조합원 기록"), _l("읽기"), _of_late, always=False),
    "noticed": Kind(_l("조합원이 걱정하는 분"), _l("살피기"), _of_noticing, always=False),
    "unanswered": Kind(_l("답하지 않은 문자"), _l("읽기"), _of_inbound),
    "place_opened": Kind(_l("자리가 났습니다"), _l("전화하고 잡기"), _opened, always=False),
    "reopened": Kind(_l("다시 고치러 갈 곳"), _l("시간 고르기"), _of_request("/book"), always=False),
    "not_located": Kind(_l("주소 위치를 모름"), _l("위치 정하기"), _of_request("/place")),
    "no_visit": Kind(_l("방문을 정하지 않음"), _l("방문 잡기"), _of_request("/book")),
    "call_home": Kind(_l("전화로 다시 여쭐 분"), _l("전화하기"), _of_request(""), always=False),
    "unsafe": Kind(_l("위험해서 못 한 일"), _l("정하기"), _of_request(""), always=False),
    "parts": Kind(_l("부품이 없어 못 한 일"), _l("다시 잡기"), _of_request("/book"), always=False),
    "left_over": Kind(_l("남은 품목"), _l("다시 잡기"), _of_request("/book")),
    "check_visit": Kind(_l("정기 방문 잡기"), _l("시간 고르기"), _of_request("/book"), always=False),
    "for_place": Kind(_l("자리를 기다리는 신청"), _l("보기"), _for_place, always=False),
    "waiting": Kind(_l("답을 기다리는 제안"), _l("보기"), _of_visit(_until)),
    "running-out": Kind(_l("보험이나 교육이 곧 끝남"), _l("보기"), _of_member, always=False),
    "not_arrived": Kind(_l("닿지 않은 연락"), _l("알리기"), _of_text),
}
