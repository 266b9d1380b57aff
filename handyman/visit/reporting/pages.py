"""Which step of the report a member gets, with what on it."""

import re
from collections.abc import Mapping
from typing import Any

from flask import render_template
from flask_babel import gettext as _

from handyman.models import LeftWhy, Outcome, Part, Photo, PhotoKind, Worry
from handyman.photos import MOST_PHOTOS
from handyman.report_words import LEFT_WORDS, UNSIGNED_WORDS, WHY, WHY_WORDS, WORRY_WORDS
from handyman.visit.materials import cupboard_of
from handyman.visit.minutes import reckoned
from handyman.visit.open import Job
from handyman.visit.report_form import Problems
from handyman.visit.reporting.noticing import noticed_at
from handyman.visit.reporting.parts import Parts, next_step, outcome_of, steps_of
from handyman.visit.reporting.said import is_worked, sum_asked, typed_again, unfitting
from handyman.visit.wording import AFTER_WORDS, OUTCOME_WORDS, PART_WORDS

Said = dict[str, Any]
MATERIAL = re.compile(r"material_(\d{1,9})", re.ASCII)
SHARED = ("minutes", "note", "parts")  # a field in the forms of several outcomes
ALBUM = (PhotoKind.BEFORE, PhotoKind.AFTER)


def outcome(token: str, found: Job, *, unanswered: bool = False) -> str:
    return _page("outcome", token, found, outcomes=OUTCOME_WORDS, unanswered=unanswered)


def overview(token: str, found: Job, parts: Parts) -> str:
    """What was said, step by step, and the button that sends it."""
    said = outcome_of(parts)
    steps = steps_of(said) if said else tuple(Part)
    return _page(
        "overview",
        token,
        found,
        parts=parts,
        steps=[(part, PART_WORDS[part], part in parts) for part in steps],
        next=next_step(parts),
        outcome=said,
        outcomes=OUTCOME_WORDS,
        pictures=len(pictures(found, ALBUM)),
    )


def on_the_telephone(token: str, found: Job, parts: Parts, *, worked: bool) -> str:
    """The same without signal: the telephone knows what was said, the office does not yet."""
    steps = tuple(Part) if worked else steps_of(Outcome.NOBODY_HOME)
    return _page(
        "unsent",
        token,
        found,
        steps=[(part, PART_WORDS[part], part in parts) for part in steps],
        worked=worked,
    )


def work(
    token: str,
    found: Job,
    outcome: Outcome,
    typed: Mapping[str, str],
    problems: Problems,
    by: Mapping[str, int | str] | None = None,
) -> str:
    """`by`: what a telephone without signal reckons from how long it took."""
    return _page(
        "work",
        token,
        found,
        outcome=outcome,
        outcomes=OUTCOME_WORDS,
        left_words=LEFT_WORDS,
        parts_why=LeftWhy.PARTS,
        unfitting=unfitting() if outcome is Outcome.PARTLY else {},
        reckoned=by or {},
        after=AFTER_WORDS.get(outcome, ""),
        why_words={code: WHY_WORDS[code] for code in WHY.get(outcome, ())},
        typed=typed,
        problems=problems,
        place=_place(outcome, Part.WORK),
    )


def photos(token: str, found: Job, outcome: Outcome | None, problems: Problems) -> str:
    worked = outcome is None or is_worked(outcome)
    shown = pictures(found, ALBUM)
    return _page(
        "photos",
        token,
        found,
        kinds=[
            (kind, words, [photo for photo in shown if photo.kind is kind]) for kind, words in _kinds(worked)
        ],
        visible=found.opened or found.is_due,
        room=MOST_PHOTOS - len(shown),
        problems=problems,
        place=_place(outcome, Part.PHOTOS),
        outcome=outcome,
        reported=found.reported,
    )


def materials(token: str, found: Job, typed: Mapping[str, str], problems: Problems) -> str:
    return _page(
        "materials",
        token,
        found,
        cupboard=cupboard_of(found.visit),
        typed=typed,
        typed_materials=typed_materials(typed),
        receipts=pictures(found, (PhotoKind.RECEIPT,)),
        sum_asked=sum_asked(),
        problems=problems,
        place=_place(Outcome.DONE, Part.MATERIALS),
    )


def signature(token: str, found: Job, said: Mapping[str, Any], problems: Problems) -> str:
    drawn = pictures(found, (PhotoKind.SIGNATURE,))
    return _page(
        "signature",
        token,
        found,
        reasons=UNSIGNED_WORDS,
        why_none=said.get("none", ""),
        drawn=drawn[0] if drawn else None,
        problems=problems,
        place=_place(Outcome.DONE, Part.SIGNATURE),
    )


def worries(token: str, found: Job) -> str:
    return _page("worries", token, found, worries=WORRY_WORDS, known=noticed_at(found.visit.id))


def consent(token: str, found: Job, worry: Worry) -> str:
    return _page("consent", token, found, worry=worry, words=WORRY_WORDS[worry])


def pictures(found: Job, kinds: tuple[PhotoKind, ...]) -> list[Photo]:
    return [photo for photo in found.visit.photos if photo.kind in kinds]


def typed_of(parts: Parts, part: Part) -> dict[str, str]:
    return typed_again(parts.get(part, {}))


def work_of(found: Job, parts: Parts, outcome: Outcome) -> dict[str, str]:
    """How it went, as it was kept: of another outcome what this one asks for, too, and no reasons."""
    typed = typed_of(parts, Part.WORK)
    if outcome is outcome_of(parts):
        return typed
    shared = {name: typed[name] for name in SHARED if name in typed}
    if shared.get("minutes") == str(reckoned(found.visit, outcome)["otherwise"]):
        del shared["minutes"]
    return shared


def used_of(found: Job, parts: Parts) -> dict[str, str]:
    """The share begins at what the resident has agreed to."""
    agreed = found.visit.agreed_won
    if Part.MATERIALS not in parts and agreed:
        return {"share": str(agreed)}
    return typed_of(parts, Part.MATERIALS)


def typed_materials(typed: Mapping[str, str]) -> list[int]:
    """Of which something was written down."""
    found = (MATERIAL.fullmatch(name) for name, value in typed.items() if value)
    return [int(each[1]) for each in found if each]


def no_room() -> str:
    return str(_("사진은 모두 %(most)s장까지 보낼 수 있습니다.", most=MOST_PHOTOS))


def _page(name: str, token: str, found: Job, **more: Any) -> str:
    return render_template(f"visit/report/{name}.html", token=token, job=found, **more)


def _place(outcome: Outcome | None, part: Part) -> tuple[int, int] | None:
    """Which step of how many."""
    steps = steps_of(outcome) if outcome else ()
    return (steps.index(part) + 1, len(steps)) if part in steps else None


def _kinds(worked: bool) -> list[tuple[PhotoKind, str]]:
    if not worked:
        return [(PhotoKind.BEFORE, _("현장 사진"))]
    return [(PhotoKind.BEFORE, _("일하기 전 사진")), (PhotoKind.AFTER, _("일한 뒤 사진"))]
