"""A member who has come in with a code by text: today, this month, the calendar, days off and wishes."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from functools import wraps

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from handyman import flow
from handyman.accounts.guard import needs_member, needs_token, public
from handyman.errors import sentence
from handyman.extensions import limiter, now, settings, transaction
from handyman.languages import read_in
from handyman.links import LinkError, LinkOverError
from handyman.models import AbsenceReason, Actor, ActorKind, Member, WishKind
from handyman.photo_words import read_face
from handyman.photos import show as show_photo
from handyman.visit.again import which_again
from handyman.visit.bring import bring_list
from handyman.visit.door import limited
from handyman.visit.mine import calendar, entry, today
from handyman.words import seoul_day

bp = Blueprint("mine", __name__)
MOST_HOURS = 300  # of a month
WORDS_KEPT_FOR = 6 * 3600  # seconds that a member's own telephone keeps what was not sent
ASKS, TRIES = "10 per hour", "20 per hour"  # of one address: a team may share one
REASONS = {
    AbsenceReason.HOLIDAY: _l("쉽니다"),
    AbsenceReason.ILL: _l("몸이 아픕니다"),
    AbsenceReason.FAMILY: _l("집안일이 있습니다"),
    AbsenceReason.TRAINING: _l("교육을 받습니다"),
    AbsenceReason.OTHER: _l("다른 까닭이 있습니다"),
}
WISHES = {WishKind.RATHER: _l("또 가고 싶습니다"), WishKind.RATHER_NOT: _l("되도록 안 가고 싶습니다")}
Page = Callable[..., ResponseReturnValue]


def for_member(view: Page) -> Page:
    """With the member of this telephone; whoever has not come in is asked for their number."""

    @wraps(view)
    def asked(**values: object) -> ResponseReturnValue:
        member = entry.whoever()
        if member is None:
            return redirect(url_for("mine.sign_in"), 303)
        read_in(member.language)
        return view(member, **values)

    return needs_member(asked)


# Coming in


@bp.get("/my/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    if entry.whoever() is not None:
        return redirect(url_for("mine.show"), 303)
    return render_template("mine/number.html", typed="", problems={})


@bp.post("/my/code")
@limiter.limit(ASKS)
@public
def send_code() -> ResponseReturnValue:
    """The same answer, whether or not there is a member with this number."""
    typed = request.form.get("phone", "").replace("\0", "").strip()[:40]
    if flow.member_number(typed, smartphone=True) is None:
        problem = _("휴대전화 번호를 010-1234-5678처럼 적어 주십시오.")
        return render_template("mine/number.html", typed=typed, problems={"phone": problem}), 422
    flow.send_code(typed, now())
    return render_template("mine/code.html", phone=typed, problems={})


@bp.get("/my/code")
@public
def code_reopened() -> ResponseReturnValue:
    """The address where the code is typed, opened anew: nobody knows there whose code it would be."""
    return redirect(url_for("mine.sign_in"), 303)


@bp.post("/my/sign-in")
@limiter.limit(TRIES)
@public
def come_in() -> ResponseReturnValue:
    phone = request.form.get("phone", "").replace("\0", "").strip()[:40]
    code = re.sub(r"\D", "", unicodedata.normalize("NFKC", request.form.get("code", "")))[:12]
    member = flow.come_in(phone, code, now())
    if member is None:
        problem = _("번호가 맞지 않거나 시간이 지났습니다. 문자를 다시 보시거나 새로 받아 주십시오.")
        return render_template("mine/code.html", phone=phone, problems={"code": problem}), 422
    answer = redirect(url_for("mine.show"), 303)
    entry.let_in(answer, member)
    return answer


@bp.post("/my/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    answer = redirect(url_for("mine.sign_in"), 303)
    entry.let_out(answer, now())
    return answer


# The day and the month


@bp.get("/my")
@for_member
def show(member: Member) -> ResponseReturnValue:
    at = now()
    present, day = seoul_day(at), _day(request.args.get("day", ""))
    shown = day or present
    stops = today.stops(member, shown, at)
    own, group = flow.share_of(member.id, shown)
    going = [stop.visit for stop in stops if stop.ahead]
    return render_template(
        "mine/today.html",
        member=member,
        day=shown,
        today=present,
        before=date.fromordinal(shown.toordinal() - 1),
        after=date.fromordinal(shown.toordinal() + 1),
        stops=stops,
        ways=flow.travel_minutes(today.ways(member, stops), member.travel_mode),
        bring=today.bring_list(stops),
        again=which_again(stop.visit for stop in stops),
        also=bring_list(going, settings().harness_from_cm),
        own=own,
        group=group,
    )


@bp.post("/my/jobs/<int:visit_id>")
@for_member
def job(member: Member, visit_id: int) -> ResponseReturnValue:
    """To the page of one job, by a link that opens this one only."""
    address = flow.job_link(member.id, visit_id, now())
    return redirect(address, 303) if address else abort(404)


# The calendar


@bp.get("/my/calendar")
@for_member
def calendar_page(member: Member) -> ResponseReturnValue:
    found = calendar.feed_of(member, now())
    address = calendar.address(found) if found else ""
    return render_template("mine/calendar.html", feed=found, address=address)


@bp.post("/my/calendar")
@for_member
def new_calendar(member: Member) -> ResponseReturnValue:
    with transaction():
        calendar.renew(member, now())
    return redirect(url_for("mine.calendar_page"), 303)


@bp.get("/c/<token>.ics")
@limited
@needs_token
def feed(token: str) -> ResponseReturnValue:
    """What the telephone's calendar fetches by itself."""
    at = now()
    try:
        member = calendar.open_feed(token, at)
    except LinkOverError:
        abort(410)
    except LinkError:
        abort(404)
    read_in(member.language)
    return Response(calendar.written(member, at), content_type="text/calendar; charset=utf-8")


# Days off and wishes


@bp.get("/my/days-off")
@for_member
def days_off(member: Member) -> ResponseReturnValue:
    return _days_off(member, {}, {})


@bp.post("/my/days-off")
@for_member
def take_days_off(member: Member) -> ResponseReturnValue:
    problems, held = flow.take_days_off(member.id, request.form, _by(member), now())
    if problems:
        return _days_off(member, request.form.to_dict(), dict(problems)), 422
    flash(_("쉬는 날을 적었습니다."), "success")
    if held:
        flash(_("그날 맡으신 방문이 있습니다. 사무실에서 보고 다른 분께 부탁드립니다."), "warning")
    return redirect(url_for("mine.days_off"), 303)


@bp.post("/my/days-off/<int:absence_id>/remove")
@for_member
def remove_day_off(member: Member, absence_id: int) -> ResponseReturnValue:
    flow.remove_absence(member.id, absence_id, _by(member), now())
    flash(_("쉬는 날을 지웠습니다."), "success")
    return redirect(url_for("mine.days_off"), 303)


@bp.get("/my/photo")
@for_member
def photo(member: Member) -> ResponseReturnValue:
    return render_template("mine/photo.html", member=member, problems={})


@bp.get("/my/photo/file")
@for_member
def photo_file(member: Member) -> ResponseReturnValue:
    return show_photo(member.photo)


@bp.post("/my/photo")
@for_member
def put_photo(member: Member) -> ResponseReturnValue:
    """What the residents see who wait for this member."""
    face, problem = read_face(request.files)
    if face is None:
        return render_template("mine/photo.html", member=member, problems={"photo": problem}), 422
    flow.put_face(member.id, face, _by(member), now())
    flash(_("사진을 저장했습니다."), "success")
    return redirect(url_for("mine.photo"), 303)


@bp.post("/my/photo/remove")
@for_member
def remove_photo(member: Member) -> ResponseReturnValue:
    flow.remove_face(member.id, _by(member), now())
    flash(_("사진을 지웠습니다."), "success")
    return redirect(url_for("mine.photo"), 303)


@bp.get("/my/wishes")
@for_member
def wishes(member: Member) -> ResponseReturnValue:
    return _wishes(member, {}, {})


@bp.post("/my/wishes/hours")
@for_member
def wish_hours(member: Member) -> ResponseReturnValue:
    typed = unicodedata.normalize("NFKC", request.form.get("hours", "")).strip()
    if not re.fullmatch(r"[0-9]{0,3}", typed, re.ASCII) or int(typed or 0) > MOST_HOURS:
        problem = _("한 달에 몇 시간인지 0부터 %(most)s까지 숫자로 적어 주십시오.", most=MOST_HOURS)
        return _wishes(member, request.form.to_dict(), {"hours": problem}), 422
    flow.wish_hours(member.id, int(typed) * 60 if typed else None, _by(member), now())
    flash(_("바라는 시간을 적었습니다."), "success")
    return redirect(url_for("mine.wishes"), 303)


@bp.post("/my/wishes/<int:visit_id>")
@for_member
def wish_of_home(member: Member, visit_id: int) -> ResponseReturnValue:
    kind = request.form.get("wish", "")
    if kind not in set(WISHES):
        return _wishes(member, {}, {f"wish-{visit_id}": _("둘 가운데 하나를 골라 주십시오.")}), 422
    if not flow.wish_of_home(member.id, visit_id, WishKind(kind), _by(member), now()):
        abort(404)
    flash(_("적어 두었습니다. 사람을 정할 때 봅니다."), "success")
    return redirect(url_for("mine.wishes"), 303)


@bp.get("/my/wishes/hours")
@bp.get("/my/wishes/<int:visit_id>")
@for_member
def wishes_reopened(member: Member, visit_id: int = 0) -> ResponseReturnValue:
    """The address of a refused form, opened anew: by another browser, or after the page was killed."""
    return redirect(url_for("mine.wishes"), 303)


def _days_off(member: Member, typed: dict[str, str], problems: dict[str, str]) -> str:
    present = seoul_day(now())
    coming = [each for each in member.absences if each.last_day >= present]
    return render_template(
        "mine/days_off.html",
        absences=coming,
        reasons=REASONS,
        typed=typed,
        problems=problems,
        today=present,
    )


def _wishes(member: Member, typed: dict[str, str], problems: dict[str, str]) -> str:
    return render_template(
        "mine/wishes.html",
        member=member,
        homes=today.homes_of(member, now()),
        kinds=WISHES,
        typed=typed,
        problems=problems,
        today=seoul_day(now()),
    )


def _by(member: Member) -> Actor:
    return Actor(ActorKind.MEMBER, member.id)


def _day(typed: str) -> date | None:
    try:
        found = date.fromisoformat(typed)
    except ValueError:
        return None
    return found if 2000 <= found.year < 2100 else None


@bp.context_processor
def _kept_for() -> dict[str, int]:
    return {"words_kept_for": WORDS_KEPT_FOR}


@bp.errorhandler(400)
@bp.errorhandler(404)
@bp.errorhandler(405)
@bp.errorhandler(410)
@bp.errorhandler(413)
@bp.errorhandler(429)
def _refused(error: HTTPException) -> ResponseReturnValue:
    """Refusals of these pages in their own clothes."""
    code = error.code or 400
    title, advice = sentence(code)
    if isinstance(error, CSRFError):
        title, advice = _("화면이 오래되어 저장하지 못했습니다"), _("앞 화면으로 돌아가 다시 해 주십시오.")
    return render_template("mine/gone.html", title=title, advice=advice), code


@bp.after_request
def _keep_private(response: Response) -> Response:
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = "private, no-cache"
    return response
