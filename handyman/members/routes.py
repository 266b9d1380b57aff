"""Adding a member, and changing one."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from handyman import expiry, flow
from handyman.accounts.guard import COORDINATORS, actor, needs
from handyman.extensions import now
from handyman.form_before import merge, pack, unpack
from handyman.meanwhile import who_changed
from handyman.members import form, moved, opened, roster
from handyman.members.details import Details, HomeFinding
from handyman.message_log import of_recipient
from handyman.models import Member, RecipientKind, Skill, TravelMode
from handyman.no_texts import opted_out
from handyman.words import WEEKDAYS_EN, WEEKDAYS_KO, is_korean, name_of, phone_words, seoul_day

bp = Blueprint("members", __name__)


@bp.get("/members/new")
@needs(COORDINATORS)
def new() -> ResponseReturnValue:
    return _page(None, opened.blank(seoul_day(now())), {})


@bp.post("/members/new")
@needs(COORDINATORS)
def add() -> ResponseReturnValue:
    typed = _typed()
    read = _read(typed, None)
    if read.details is None:
        return _page(None, typed, read.problems), 422
    try:
        member = flow.add_member(read.details, actor(), now())
    except roster.PhoneTakenError as error:
        return _page(None, typed, {"phone": _taken(error)}), 422
    flash(_("%(name)s 님을 조합원으로 추가했습니다.", name=member.name), "success")
    return _done(member, read.details)


@bp.get("/members/<int:member_id>/edit")
@needs(COORDINATORS)
def edit(member_id: int) -> ResponseReturnValue:
    member = _find(member_id)
    return _page(member, _words_of(member), {})


@bp.post("/members/<int:member_id>/edit")
@needs(COORDINATORS)
def change(member_id: int) -> ResponseReturnValue:
    typed, member = _typed(), _find(member_id)
    read = _read(typed, member)
    if read.details is None:
        return _page(member, typed, read.problems, seen=typed.get("seen")), 422
    try:
        member = flow.change_member(member_id, read.details, actor(), now(), seen=typed.get("seen", ""))
    except roster.NoSuchMemberError:
        abort(404)
    except roster.PhoneTakenError as error:
        return _page(_find(member_id), typed, {"phone": _taken(error)}, seen=typed.get("seen")), 422
    except roster.ChangedMeanwhileError:
        return _changed_meanwhile(_find(member_id), typed), 409
    flash(_("%(name)s 님의 내용을 저장했습니다.", name=member.name), "success")
    return _done(member, read.details)


def _words_of(member: Member) -> dict[str, str]:
    words = opened.words_of(member)
    return {**words, "phone": phone_words(words["phone"])}


def _changed_meanwhile(member: Member, typed: Mapping[str, str]) -> str:
    """The form again: with what somebody else stored, wherever nothing was typed over it."""
    before, stored = unpack(typed.get("was", "")), _words_of(member)
    problems = {"form": _meanwhile(member.id)}
    if not before:
        return _page(member, typed, problems)
    merged = merge(typed, before, stored)
    changes = moved.changes(merged, before, stored, _named(roster.skills()), _weekdays())
    return _page(member, merged.words, problems, changes=changes, moved_fields=merged.changed)


def _named(skills: Sequence[Skill]) -> list[tuple[str, str]]:
    return [(str(skill.id), name_of(skill)) for skill in skills]


def _typed() -> dict[str, str]:
    """The first of each field, without null bytes, which PostgreSQL refuses."""
    return {name: text.replace("\0", "") for name, text in request.form.items()}


def _read(typed: Mapping[str, str], member: Member | None) -> form.MemberForm:
    places = {key: _place(typed.get(key, "").strip(), member, key) for key in form.PLACES}
    phone = flow.member_number(typed.get("phone", ""), smartphone=form.has_smartphone(typed))
    return form.read(typed, [skill.id for skill in roster.skills()], phone, places, seoul_day(now()))


def _place(text: str, member: Member | None, key: str) -> HomeFinding:
    """An address that was left as it is keeps its point."""
    known = roster.place_of(member, key)
    if known is not None and text == known.label:
        return HomeFinding(known)
    if not 0 < len(text) <= form.LONGEST_ADDRESS:
        return HomeFinding()
    return flow.locate_home(text)


def _find(member_id: int) -> Member:
    member = roster.find(member_id)
    if member is None:
        abort(404)
    return member


def _taken(error: roster.PhoneTakenError) -> str:
    if error.name:
        return str(_("이미 %(name)s 님의 번호입니다. 번호를 다시 보아 주십시오.", name=error.name))
    return str(_("이미 다른 조합원의 번호입니다. 번호를 다시 보아 주십시오."))


def _meanwhile(member_id: int) -> str:
    who = who_changed({Member.__tablename__: [member_id]})
    again = _("아래 내용을 살펴보십시오. 다시 저장하면 이 내용으로 바뀝니다.")
    return f"{who} {again}"


def _done(member: Member, details: Details) -> ResponseReturnValue:
    """Back to the list; to the member's page where visits wait for somebody else."""
    named = (
        (details.home, _("집")),
        (details.start, _("하루를 시작하는 곳")),
        (details.end, _("하루를 마치는 곳")),
    )
    for place, name in named:
        if place is None or not place.rough:
            continue
        flash(
            _(
                "정확히 찾지 못해 %(label)s의 가운데로 적었습니다(%(place)s). 건물 번호까지 적으면 "
                "이동 시간이 더 정확해집니다.",
                label=place.label,
                place=name,
            ),
            "warning",
        )
    if count := roster.in_break(member):
        flash(
            _(
                "쉬는 시간에 이미 약속된 방문이 %(count)s건 있습니다. "
                "배정판에서 옮기거나 다른 사람에게 맡겨 주십시오.",
                count=count,
            ),
            "warning",
        )
    if not member.active and roster.coming_visits(member.id):
        return redirect(url_for("members.edit", member_id=member.id), 303)
    return redirect(url_for("board.members", _anchor=f"member-{member.id}"), 303)


def _page(
    member: Member | None,
    typed: Mapping[str, str],
    problems: Mapping[str, str],
    seen: str | None = None,
    changes: Sequence[str] = (),
    moved_fields: Sequence[str] = (),
) -> str:
    """`seen` is of the form as it was opened; without it the form opens now, on what is stored."""
    was = typed.get("was", "") if seen is not None else pack(_words_of(member)) if member else ""
    return render_template(
        "members/form.html",
        **_shown(member, typed),
        problems=problems,
        lines=moved.lines(problems, _named(roster.skills()), _weekdays()) if problems else {},
        seen=seen,
        was=was,
        changes=changes,
        moved_fields=moved_fields,
    )


def _shown(member: Member | None, typed: Mapping[str, str]) -> dict[str, Any]:
    held = roster.skills()
    return {
        "member": member,
        "mark": roster.mark(member) if member else "",
        "coming": roster.coming_visits(member.id) if member else [],
        "wishes": roster.wishes_of(member.id) if member else [],
        "skills": held,
        "until_fields": [f"until-{skill.id}" for skill in held],
        "hour_fields": ["break_from", "break_to", *opened.hour_fields()],
        "endings": expiry.endings(member, seoul_day(now())) if member and member.active else [],
        "said": opened.said(typed, _named(held), _weekdays()),
        "travel_modes": list(TravelMode),
        "week": list(zip(_weekdays(), opened.week(typed), strict=True)),
        "typed": typed,
        "today": seoul_day(now()),
        "texts": of_recipient(RecipientKind.MEMBER, member.id, now()) if member else [],
        "opted_out": opted_out([member.phone]).get(member.phone) if member else None,
    }


def _weekdays() -> list[str]:
    return list(WEEKDAYS_KO if is_korean() else WEEKDAYS_EN)
