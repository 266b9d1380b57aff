"""The telephones on screen, what did not arrive, and what came in."""

from datetime import datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup

from handyman import flow, merged
from handyman.accounts.guard import COORDINATORS, OFFICE, actor, needs
from handyman.extensions import now, settings, transaction
from handyman.messages import (
    call_task,
    gateways,
    health,
    inbox,
    outbox,
    pages,
    reach,
    receipts,
    surveyed,
    trouble,
)
from handyman.models import RecipientKind
from handyman.reasons import became, set_right
from handyman.silence import texts_stay_here
from handyman.words import moment_words, seoul_day

bp = Blueprint("messages", __name__)

TABS = {"member": RecipientKind.MEMBER, "person": RecipientKind.PERSON}
NOBODY = "-"  # the telephone on screen rang in vain


@bp.get("/phones")
@needs(OFFICE)
def phones() -> ResponseReturnValue:
    """Every telephone; the newest is open."""
    if settings().sms_gateway != "screen":
        return _no_phones()
    listed = pages.phones(TABS.get(request.args.get("whose", "")))
    return _phone_page(listed[0] if listed else None, listed)


@bp.get("/phones/<any(member, person):kind>/<int(max=2147483647):who>")
@needs(OFFICE)
def phone(kind: str, who: int) -> ResponseReturnValue:
    """One telephone with its texts."""
    if settings().sms_gateway != "screen":
        return _no_phones()
    found = pages.phone(TABS[kind], who) or abort(404)
    return _phone_page(found, pages.phones(TABS.get(request.args.get("whose", ""))))


@bp.post("/phones/<any(member, person):kind>/<int(max=2147483647):who>/<int(max=2147483647):message_id>/now")
@needs(OFFICE)
def receive_now(kind: str, who: int, message_id: int) -> ResponseReturnValue:
    """Let a text arrive before its time, so that all parts can be played at any hour."""
    if settings().sms_gateway != "screen":
        return _no_phones()
    if not outbox.send_one(gateways.ScreenGateway(), message_id, now()):
        flash(_("이 문자는 이미 도착했거나 더는 보낼 수 없습니다."), "warning")
    whose = request.args.get("whose") if request.args.get("whose") in TABS else None
    return redirect(url_for("messages.phone", kind=kind, who=who, whose=whose), 303)


@bp.post("/phones/<any(member, person):kind>/<int(max=2147483647):who>/<int(max=2147483647):message_id>/key")
@needs(OFFICE)
def press_key(kind: str, who: int, message_id: int) -> ResponseReturnValue:
    """A key of the telephone on screen, while its call lasts."""
    if settings().sms_gateway != "screen":
        return _no_phones()
    digits, attempt = request.form.get("digits", ""), request.form.get("attempt", 0, type=int)
    call_id = gateways.screen_id(message_id, attempt)
    if digits == NOBODY:
        receipts.take_receipt(
            receipts.Receipt("screen", call_id, "no-answer", "", message_id, attempt), now()
        )
    elif said := flow.take_key(
        reach.Press("screen", call_id, message_id, attempt, _step(message_id, attempt), digits), now()
    ):
        more = surveyed.question(message_id, attempt)
        flash(_("전화에서 들린 말: %(words)s", words=f"{said} {more}".strip()), "info")
    else:
        flash(_("이 전화는 이미 끝났습니다."), "warning")
    whose = request.args.get("whose") if request.args.get("whose") in TABS else None
    return redirect(url_for("messages.phone", kind=kind, who=who, whose=whose), 303)


@bp.get("/messages")
@needs(OFFICE)
def log() -> ResponseReturnValue:
    """What did not arrive, and what came in."""
    return _log()


def _log(changed: int = 0) -> str:
    """`changed`: of which row somebody has told what is not so any more."""
    gateway = gateways.choose(settings())
    refuses_demo = outbox.refuses_demo(gateway)
    waiting, inbound_total = inbox.waiting()
    inbound = [*waiting, *inbox.handled(inbox.SHOWN - len(waiting))]
    missed = pages.missed(now())
    stopped = health.stopped(gateway.name)
    return render_template(
        "messages/log.html",
        missed=missed,
        changed=changed,
        changed_is_there=any(each.id == changed for each in missed),
        missed_total=len(missed) if len(missed) < pages.LIST_SHOWN else pages.count_missed(now()),
        inbound=inbound,
        inbound_left=inbound_total - len(waiting),
        became=became,
        owners=inbox.owners(row.from_number for row in inbound),
        refuses_demo=refuses_demo,
        stays_here=texts_stay_here(),
        stopped=stopped,
        stopped_set_right=set_right(stopped.code) if stopped else "",
        misconfigured=health.misconfigured(now()),
        health=health.check(now()),
        may_see_operations=current_user.role in COORDINATORS,
    )


@bp.post("/messages/<int(max=2147483647):message_id>/told")
@needs(OFFICE)
def told(message_id: int) -> ResponseReturnValue:
    """Somebody of the office has rung: what came of it. Another time is looked for at once."""
    try:
        outcome = call_task.Outcome(request.form.get("outcome", call_task.Outcome.TOLD))
    except ValueError:
        abort(400)
    try:
        with transaction():
            noted = call_task.note(message_id, outcome, actor(), now(), shown=request.form.get("seen", ""))
            visit_id = noted.visit_id if noted else None
    except call_task.ChangedMeanwhileError:
        return _log(changed=message_id), 409
    if noted is None:
        flash(_not_noted(message_id), "warning")
    elif outcome is call_task.Outcome.ANOTHER_TIME:
        flash(_("다른 때를 바라신다고 적었습니다. 언제가 좋으신지 여쭙고 방문을 옮겨 주십시오."), "success")
        return redirect(url_for("board.visit_page_of", visit_id=visit_id, _anchor="move"), 303)
    elif outcome is call_task.Outcome.NOT_REACHED:
        flash(_("닿지 못한 것으로 적었습니다. 목록에 남겨 둡니다."), "success")
    else:
        flash(_("전달한 것으로 적었습니다."), "success")
    return _to_next(message_id, done=True)


def _not_noted(message_id: int) -> str:
    changed = call_task.changed_since(message_id)
    if changed is None:
        return str(_("이 문자는 목록에 없습니다. 다른 분이 먼저 전달했을 수 있습니다."))
    said = _("그사이 방문이 바뀌어, 들으신 답을 적지 않았습니다. 방문을 열어 보고 지금 대로 말씀해 주십시오.")
    href = url_for("board.visit_page_of", visit_id=changed)
    return Markup('{} <a href="{}">{}</a>').format(said, href, _("방문 보기"))


@bp.post("/messages/<int(max=2147483647):message_id>/again")
@needs(OFFICE)
def again(message_id: int) -> ResponseReturnValue:
    """Try a text or a call once more that certainly did not arrive."""
    with transaction():
        rings = pages.is_call(message_id)
        at = pages.send_again(message_id, actor(), now())
    return _tried_again(message_id, at, rings=rings)


@bp.post("/messages/<int(max=2147483647):message_id>/ring")
@needs(OFFICE)
def ring(message_id: int) -> ResponseReturnValue:
    """Let the telephone ring for a text that did not arrive."""
    with transaction():
        at = pages.ring(message_id, actor(), now())
    return _tried_again(message_id, at, rings=True)


@bp.post("/messages/inbound/<int(max=2147483647):inbound_id>/read")
@needs(OFFICE)
def read(inbound_id: int) -> ResponseReturnValue:
    """Somebody has seen to a text that came in."""
    with transaction():
        noted = inbox.mark_read(inbound_id, actor(), now())
    if noted:
        flash(_("처리한 것으로 적었습니다."), "success")
    else:
        flash(_("이 문자는 다른 분이 먼저 처리했습니다."), "warning")
    return redirect(url_for("messages.log"), 303)


@bp.post("/phones/<any(member, person):kind>/<int(max=2147483647):who>/texts")
@needs(OFFICE)
def wish(kind: str, who: int) -> ResponseReturnValue:
    """Whoever has a number has told us that they want no more texts on it, or texts again."""
    number, wants_texts = request.form.get("number", ""), request.form.get("texts") == "again"
    if kind == "person" and (told := merged.who_merged(who)):
        flash(told, "warning")
        who = merged.into(who)
    with transaction():
        whose = pages.owner(TABS[kind], who, number) or abort(404)
        trouble.mind_wish(number, whose, wants_texts=wants_texts, by=actor(), now=now())
        if wants_texts:
            inbox.takes_texts_again(number, now())
    flash(
        _("문자를 다시 보냅니다.") if wants_texts else _("이 번호로는 문자를 보내지 않고 전화로 알립니다."),
        "success",
    )
    if kind == "member":
        return redirect(url_for("members.edit", member_id=who), 303)
    return redirect(url_for("residents.person", person_id=who), 303)


def _tried_again(message_id: int, at: datetime | None, *, rings: bool) -> ResponseReturnValue:
    """When it leaves, or that it cannot."""
    later = _when(at) if at is not None and at > now() else ""
    if at is None and rings:
        said = _("자동 전화를 걸 수 없습니다. 그사이 처리되었거나 때가 지났습니다. 직접 전화해 주십시오.")
    elif at is None:
        said = _("다시 보낼 수 없습니다. 그사이 도착했거나 때가 지났습니다. 전화로 알려 주십시오.")
    elif rings and later:
        said = _(
            "지금은 전화를 걸지 않는 때라 %(when)s에 자동 전화를 겁니다. 급하면 직접 전화해 주십시오.",
            when=later,
        )
    elif rings:
        said = _("자동 전화를 겁니다. 누른 답은 방문 화면에 남습니다.")
    elif later:
        said = _("지금은 문자를 보내지 않는 때라 %(when)s에 보냅니다. 급하면 전화해 주십시오.", when=later)
    else:
        said = _("다시 보냅니다.")
    flash(said, "warning" if at is None else "success")
    return _to_next(message_id, done=at is not None)


def _when(at: datetime) -> str:
    return moment_words(at, seoul_day(now()))


def _step(message_id: int, attempt: int) -> int:
    """Which key of the call on screen it is: only a call with several questions asks for more than one."""
    return len(surveyed.answers(message_id)) + 1 if surveyed.question(message_id, attempt) else 1


def _to_next(message_id: int, *, done: bool) -> ResponseReturnValue:
    """Back to the list, at the row below the one that is done with for now, else at the row itself."""
    row = request.form.get("next", 0, type=int) if done else message_id
    return redirect(url_for("messages.log", _anchor=f"missed-{row}" if row > 0 else "missed"), 303)


def _phone_page(opened: pages.Phone | None, listed: list[pages.Phone]) -> ResponseReturnValue:
    arrived, coming = pages.texts_on(opened.kind, opened.id) if opened else ([], [])
    return render_template(
        "messages/phones.html",
        phones=listed,
        opened=opened,
        coming=coming,
        arrived=arrived,
        whose=request.args.get("whose", ""),
        today=now(),
    )


def _no_phones() -> ResponseReturnValue:
    return render_template("messages/no_phones.html"), 404
