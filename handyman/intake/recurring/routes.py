"""Check visits that come again: all rules, and the form of one."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from handyman import flow, merged
from handyman.accounts.guard import OFFICE, actor, needs
from handyman.extensions import now, settings
from handyman.form_before import merge, pack, unpack
from handyman.intake.page import suits_words
from handyman.intake.recurring import moved, page, rules
from handyman.meanwhile import who_changed
from handyman.models import CheckRule, Resident
from handyman.words import day_words, seoul_day

bp = Blueprint("recurring", __name__)
RULE = "/recurring/<int:rule_id>"
Problems = Mapping[str, str]


@bp.get("/recurring")
@needs(OFFICE)
def show() -> ResponseReturnValue:
    return render_template(
        "recurring/list.html",
        lines=page.load(),
        lead=settings().check_visit_days,
        most=page.MOST,
        suits_words=dict(suits_words()),
        today=seoul_day(now()),
    )


@bp.get("/recurring/new/<int:resident_id>")
@needs(OFFICE)
@merged.follows("resident_id")
def new(resident_id: int) -> ResponseReturnValue:
    return _form(_resident(resident_id), None, {"every_months": "12", "suits": "any"}, {})


@bp.post("/recurring/new/<int:resident_id>")
@needs(OFFICE)
@merged.follows("resident_id")
def add(resident_id: int) -> ResponseReturnValue:
    who, typed = _resident(resident_id), _typed()
    details, problems = rules.read(typed, rules.items(), seoul_day(now()))
    if details is None:
        return _form(who, None, typed, problems), 422
    rule = flow.add_check_rule(resident_id, details, actor(), now())
    flash(_("정기 방문을 적었습니다. 다음은 %(day)s입니다.", day=day_words(rule.next_due)), "success")
    return redirect(url_for("recurring.show", _anchor=f"rule-{rule.id}"), 303)


@bp.get(RULE)
@needs(OFFICE)
def edit(rule_id: int) -> ResponseReturnValue:
    rule = _rule(rule_id)
    return _form(rule.resident, rule, rules.words_of(rule), {})


@bp.post(RULE)
@needs(OFFICE)
def change(rule_id: int) -> ResponseReturnValue:
    rule, typed, seen = _rule(rule_id), _typed(), request.form.get("seen", "")
    details, problems = rules.read(typed, rules.items(), min(seoul_day(now()), rule.next_due))
    if details is None:
        return _form(rule.resident, rule, typed, problems, seen), 422
    try:
        flow.change_check_rule(rule_id, details, actor(), now(), seen=seen)
    except rules.RuleChangedError:
        return _changed_meanwhile(_rule(rule_id), typed), 409
    flash(_("정기 방문을 고쳤습니다."), "success")
    return redirect(url_for("recurring.show", _anchor=f"rule-{rule_id}"), 303)


def _changed_meanwhile(rule: CheckRule, typed: Mapping[str, str]) -> str:
    """The form again: with what somebody else stored, wherever nothing was typed over it."""
    told = _("아래 내용을 살펴보십시오. 다시 저장하면 이 내용으로 바뀝니다.")
    problems = {"form": f"{who_changed({CheckRule.__tablename__: [rule.id]})} {told}"}
    before, stored = unpack(typed.get("was", "")), rules.words_of(rule)
    if not before:
        return _form(rule.resident, rule, {**typed, "was": ""}, problems)
    merged = merge(typed, before, stored)
    changes = moved.changes(merged, before, stored, rules.items(), seoul_day(now()))
    return _form(rule.resident, rule, {**merged.words, "was": pack(stored)}, problems, changes=changes)


def _typed() -> dict[str, str]:
    """The first of each field, without null bytes, which PostgreSQL refuses."""
    return {name: text.replace("\0", "") for name, text in request.form.items()}


def _resident(resident_id: int) -> Resident:
    return rules.resident(resident_id) or abort(404)


def _rule(rule_id: int) -> CheckRule:
    return rules.find(rule_id) or abort(404)


def _form(
    resident: Resident,
    rule: CheckRule | None,
    typed: Mapping[str, str],
    problems: Problems,
    seen: str = "",
    changes: Sequence[str] = (),
) -> str:
    return render_template(
        "recurring/form.html",
        resident=resident,
        rule=rule,
        typed=typed,
        problems=problems,
        seen=seen or (rules.mark(rule) if rule else ""),
        was=typed.get("was") or (pack(rules.words_of(rule)) if rule else ""),
        changes=changes,
        items=rules.items(),
        suits=suits_words(),
        lead=settings().check_visit_days,
    )
