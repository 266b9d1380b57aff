"""Coordinators word the texts: every kind, one kind with its versions, how it would come out."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from handyman.accounts.guard import COORDINATORS, actor, needs, reads
from handyman.extensions import now, transaction
from handyman.messages import fill, templates
from handyman.messages.composer import desk, say
from handyman.messages.texts import PLAINER
from handyman.messages.wordings import OFFERS
from handyman.models import TextKind, TextLanguage

bp = Blueprint("texts", __name__)
ONE = f"/texts/<any({', '.join(TextKind)}):kind>/<any({', '.join(TextLanguage)}):language>"


@bp.get("/texts")
@needs(COORDINATORS)
def show() -> ResponseReturnValue:
    """Every text as it is worded now."""
    newest = templates.all_newest()
    return render_template(
        "messages/texts.html",
        groups=[
            (whose, [(kind, [(each, newest[kind, each]) for each in TextLanguage]) for kind in kinds])
            for whose, kinds in _groups()
        ],
        too_long={key for key, text in newest.items() if desk.is_too_long(*key, text.body)},
        say=say,
    )


@bp.get(ONE)
@needs(COORDINATORS)
def edit(kind: str, language: str) -> ResponseReturnValue:
    """One text."""
    return _page(TextKind(kind), TextLanguage(language))


@bp.post(ONE)
@needs(COORDINATORS)
def save(kind: str, language: str) -> ResponseReturnValue:
    """Keep a new version; going back to an old one is a new version too."""
    key, typed = (TextKind(kind), TextLanguage(language)), _typed()
    body, seen = fill.tidy(typed), request.form.get("seen", 0, type=int)
    if found := desk.problems(*key, body):
        return _page(*key, typed, {"body": " ".join(say.problem(each) for each in found)}, seen), 422
    try:
        with transaction():
            version = templates.save(*key, body, seen, actor(), now())
    except templates.ChangedMeanwhileError:
        others = templates.since(*key, seen)
        return _page(*key, typed, {"body": _meanwhile(others)}, others=others), 409
    if version == seen:
        flash(_("지금 쓰는 문구와 같습니다. 바뀐 것이 없습니다."), "info")
    else:
        flash(_("저장했습니다. 이제부터 쓰는 문자는 이 문구로 나갑니다."), "success")
    return redirect(url_for("texts.edit", kind=kind, language=language), 303)


@bp.post(f"{ONE}/look")
@needs(COORDINATORS)
@reads
def look(kind: str, language: str) -> ResponseReturnValue:
    """How the typed words would come out: a fragment while somebody types, else the whole page."""
    key, typed = (TextKind(kind), TextLanguage(language)), _typed()
    if "HX-Request" in request.headers:
        return render_template("messages/_look.html", look=desk.look(*key, typed, now()), say=say)
    return _page(*key, typed, seen=request.form.get("seen", 0, type=int))


def _page(
    kind: TextKind,
    language: TextLanguage,
    typed: str | None = None,
    problems: dict[str, str] | None = None,
    seen: int | None = None,
    others: Sequence[templates.Kept] = (),
) -> str:
    newest = templates.newest(kind, language)
    body = newest.body if typed is None else typed
    return render_template(
        "messages/text.html",
        kind=kind,
        is_offer=kind in OFFERS,
        language=language,
        languages=list(TextLanguage),
        newest=newest,
        first=templates.first(kind, language),
        history=templates.history(kind, language),
        typed=body,
        seen=newest.version if seen is None else seen,
        problems=problems or {},
        others=others,
        look=desk.look(kind, language, body, now()),
        legend=desk.legend(kind, language, now()),
        examples=desk.example_words(kind, language, now()),
        plainer={chr(letter): words for letter, words in PLAINER.items()},
        say=say,
    )


def _typed() -> str:
    return request.form.get("body", "").replace("\0", "")[: desk.LONGEST * 2]


def _groups() -> list[tuple[str, list[TextKind]]]:
    """Residents' and members'."""
    to_residents = [kind for kind in TextKind if kind.startswith("resident")]
    to_members = [kind for kind in TextKind if kind.startswith("member")]
    return [(_("어르신께 가는 문자"), to_residents), (_("조합원에게 가는 문자"), to_members)]


def _meanwhile(others: Sequence[templates.Kept]) -> str:
    return str(
        _(
            "그 사이에 %(who)s 님이 이 문구를 고쳤습니다. 무엇을 고쳤는지 아래에서 보고, "
            "그래도 바꾸려면 다시 저장해 주십시오.",
            who=", ".join(dict.fromkeys(each.by for each in others)),
        )
    )
