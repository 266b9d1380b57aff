"""The board's pages, shown as they stand or with a sentence beside what was refused."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask import abort, flash, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup, escape

from handyman.board import (
    day_page,
    forms,
    free_windows,
    labels,
    member_page,
    needs,
    request_page,
    road_times,
    visit_page,
    wording,
)
from handyman.board.assign import CHANGEABLE
from handyman.board.mending import undo_of_move as undo
from handyman.board.mending.lift import refused
from handyman.board.mending.put import UNDO_TIME
from handyman.board.propose import Proposal, last_day, too_long_for
from handyman.board.refusals import (
    BoardError,
    ChangedMeanwhileError,
    ClosedError,
    GuardError,
    NotBookableError,
    Unexplained,
    UnexplainedError,
)
from handyman.board.seen import seen_of_visit
from handyman.board.waiting_list import entries
from handyman.board.wishes import Wish, Written
from handyman.dispatch.problem import Point
from handyman.extensions import db, now, settings
from handyman.meanwhile import who_changed
from handyman.models import (
    AbsenceReason,
    CancelReason,
    Outcome,
    OverrideReason,
    Rating,
    RequestState,
    Role,
    ServiceRequest,
    Visit,
    VisitState,
    WaitingEntry,
    WaitReason,
    WishedBy,
    WishKind,
)
from handyman.report_words import WORRY_WORDS
from handyman.words import seoul_day, span_words, window_words

DAYS_A_NUMBER_IS_PLAIN = 180  # numbers begin with month and day, and so come back each year


def find_request(number: str) -> request_page.RequestPage:
    found = request_page.load(plain(number), forms.read_day(request.args.get("on", "")))
    return found or abort(404)


def find_visit(visit_id: int) -> visit_page.VisitPage:
    return visit_page.load(visit_id, now()) or abort(404)


def show_request(number: str, problems: dict[str, str] | None = None) -> str:
    return render_template(
        "board/request.html",
        page=find_request(number),
        problems=problems or {},
        typed=request.form,
        reasons=labels.choices(CancelReason),
        today=seoul_day(now()),
        here=address_of,
    )


def show_windows(
    page: request_page.RequestPage,
    problems: dict[str, str] | None = None,
    proposals: list[Proposal] | None = None,
    wait_was: str | None = None,
) -> str:
    """The windows that can be promised now, or the sentence why there are none.

    `wait_was`: how the list stood where an unread form was opened.
    """
    problems, at = problems or {}, now()
    row = db.session.get_one(ServiceRequest, page.head.id)
    waiting = db.session.get(WaitingEntry, row.id)
    bookable, minutes, too_long = row.state is RequestState.LOGGED, 0, 0
    if proposals is None:
        try:
            need = needs.need_of(row, needs.open_items(row.id))
            road_times.prefetch([Point(need.lat, need.lon)], seoul_day(at), last_day(at))
            proposals = entries.choices(waiting, need, row, at)
            minutes, too_long = need.service_minutes, 0 if proposals else too_long_for(need, at)
        except NotBookableError as error:
            proposals, problems, bookable = [], {"choice": sentence(error), **problems}, False
    return render_template(
        "board/book.html",
        page=page,
        proposals=proposals,
        problems=problems,
        today=seoul_day(at),
        back=address_of(page.head),
        waiting=waiting,
        wait_was=entries.said_of(waiting) if wait_was is None else wait_was,
        may_wait=bookable and not too_long,
        minutes=minutes,
        too_long_for=too_long,
        wait_reasons=labels.choices(WaitReason),
        typed=request.form,
    )


def day_parts(shown: date) -> dict[str, Any]:
    """What the day board draws, on its page and when it is drawn anew."""
    return {
        "board": day_page.load(shown, now()),
        "shown": shown,
        "hours": day_page.hours(),
        "state_names": labels.texts(VisitState),
        "absence_names": labels.texts(AbsenceReason),
        "told_names": {day_page.UNTOLD: _("알리지 못함"), day_page.WAITS_FOR_CALL: _("전화 기다림")},
        "away": _("조합원이 쉼"),
        "may_change": may_change(),
        "may_call": may_change() and shown >= seoul_day(now()),
    }


def show_visit(
    visit_id: int, problems: Any = None, sum_was: str | None = None, wishes_seen: str | None = None
) -> str:
    """`sum_was`, `wishes_seen`: with what an unread form opened, where nobody has been told of more since."""
    page, at = find_visit(visit_id), now()
    return render_template(
        "board/visit.html",
        page=page,
        problems=problems or {},
        typed=forms.typed_move(page.visit, fixed=page.start_fixed) | request.form.to_dict(),
        sum_was=page.visit.agreed_won or "" if sum_was is None else sum_was,
        wishes_seen=" ".join(each.mark for each in page.wishes) if wishes_seen is None else wishes_seen,
        windows=_windows(page),
        undo=undo.left(visit_id, at),
        undo_seconds=UNDO_TIME.seconds,
        reasons=labels.choices(CancelReason),
        outcomes=labels.choices(Outcome),
        override_reasons=labels.choices(OverrideReason),
        members=[(str(member_id), name) for member_id, name in page.members],
        ratings=labels.choices(Rating),
        wish_kinds=labels.choices(WishKind),
        wished_by=labels.choices(WishedBy),
        worry_words=WORRY_WORDS,
        may_change=may_change(),
        today=seoul_day(at),
        here=address_of,
    )


def show_free_windows(visit_id: int) -> str:
    """A fragment of the visit's page: it looks through many days, and the page need not wait for it."""
    at, visit = now(), db.session.get(Visit, visit_id) or abort(404)
    if visit.address.lat is not None and visit.address.lon is not None:
        home = Point(visit.address.lat, visit.address.lon)
        road_times.prefetch([home], seoul_day(at), last_day(at))
    wish, every = free_windows.wish_of(visit, at), "every" in request.args
    asked = free_windows.Wish() if every else wish
    return render_template(
        "board/_free_windows.html",
        free=free_windows.load(visit, asked, at) if visit.state in CHANGEABLE else [],
        wish=wish,
        every=every,
        seen=seen_of_visit(visit),
        visit_id=visit_id,
        today=seoul_day(at),
    )


def said_of_wish(written: Written, wish: Wish) -> Iterable[tuple[str, str]]:
    """What came of it, and what is left to do; each with its tone."""
    yield _("적어 두었습니다. 앞으로 사람을 정할 때 따릅니다."), "success"
    if written.before is not None and written.before is not wish.kind:
        before = labels.label(written.before)
        yield _("전에 적은 ‘%(before)s’ 대신입니다.", before=before), "information"
    if written.passed_on:
        yield (
            _("이 조합원에게 물어본 방문 %(count)s건은 다음 사람에게 묻습니다.", count=written.passed_on),
            "information",
        )
    if written.given_up:
        yield (
            _(
                "이 조합원에게 물어본 방문 %(count)s건은 더 물어볼 사람이 없습니다. 할 일에서 정해 주십시오.",
                count=written.given_up,
            ),
            "warning",
        )
    if written.held:
        yield (
            _(
                "이 조합원이 이 댁에서 이미 맡은 방문이 %(count)s건 있습니다. 다른 사람에게 맡겨 주십시오.",
                count=written.held,
            ),
            "warning",
        )


def _windows(page: visit_page.VisitPage) -> list[tuple[str, str]]:
    visit = page.visit
    kept = window_words(visit.window_start, visit.window_end)
    spans = settings().promise_windows
    return [
        (forms.KEEP, _("그대로 (%(window)s)", window=kept)),
        *((f"{_digits(span.start)}-{_digits(span.end)}", span_words(span.start, span.end)) for span in spans),
    ]


def _digits(minute: int) -> str:
    return f"{minute // 60:02d}{minute % 60:02d}"


def show_members(member_id: int | None = None, problems: Any = None) -> str:
    today = seoul_day(now())
    return render_template(
        "board/members.html",
        members=member_page.load(today),
        failed=member_id,
        problems=problems or {},
        typed=request.form,
        reasons=labels.choices(AbsenceReason),
        weekdays=labels.WEEKDAYS,
        may_change=may_change(),
        today=today,
    )


def address_of(row: Any, action: str = "") -> str:
    """A request's page; the day of the call is named when the number may mean this year's."""
    old = abs((seoul_day(now()) - row.logged_on).days) > DAYS_A_NUMBER_IS_PLAIN
    return f"/requests/{row.number}{action}" + (f"?on={row.logged_on}" if old else "")


def sentence(error: BoardError) -> str:
    if isinstance(error, GuardError):
        return refused(error.grounds)
    if isinstance(error, NotBookableError):
        return wording.unbookable(error.code)
    if isinstance(error, ClosedError):
        return wording.closed(error.code)
    changed = error if isinstance(error, ChangedMeanwhileError) else ChangedMeanwhileError()
    who = who_changed(changed.rows, changed.why, changed.reader)
    again = _("바뀐 내용을 확인한 뒤 다시 해 주십시오.")
    return f"{who} {again}"


def refused_undo(error: BoardError, first: Visit | None) -> Iterable[str]:
    """`first`: whose move is to be undone before."""
    if first is None or isinstance(error, GuardError):
        yield sentence(error)
    if first is not None:
        yield _to_undo_first(first)


def _to_undo_first(visit: Visit) -> Markup:
    """With the way to its page, where that is done."""
    link = Markup('<a href="{}">{}</a>').format(f"/visits/{visit.id}", visit.number)
    said = _("이 방문 뒤에 %(visit)s 방문을 옮겼습니다. 먼저 %(visit)s 방문을 되돌려 주십시오.")
    return escape(said) % {"visit": link}


def unexplained(error: UnexplainedError) -> dict[str, str]:
    """Beside the field that is to be filled in."""
    if error.code is Unexplained.NO_REASON:
        return {"override_reason": _("직접 고르는 까닭을 골라 주십시오.")}
    return {"override_note": _("그 밖의 까닭이 무엇인지 짧게 적어 주십시오.")}


def code(error: BoardError) -> int:
    return 409 if isinstance(error, ChangedMeanwhileError) else 422


def asked_day(today: date) -> date:
    """The day that the address of the page names; today, and a sentence, where it names none."""
    typed = request.args.get("day", "").strip()
    day = forms.read_day(typed)
    if typed and day is None:
        flash(_("날짜를 알아볼 수 없어 오늘을 보여 드립니다. 날짜를 다시 골라 주십시오."), "warning")
    return day or today


def plain(text: str, most: int = 100) -> str:
    """What was typed, without what no database takes."""
    return "".join(letter for letter in text if letter.isprintable()).strip()[:most]


def may_change() -> bool:
    """Whether whoever looks may plan; the routes themselves ask again."""
    return current_user.role in (Role.COORDINATOR, Role.ADMINISTRATOR)
