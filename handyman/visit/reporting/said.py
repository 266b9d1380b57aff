"""The forms of the four steps, read and checked: what was said, and a sentence for what cannot be read."""

import base64
import binascii
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _

from handyman.models import LeftWhy, Material, NoSignature, Outcome, VisitItem
from handyman.report_words import WHY
from handyman.visit.finish import DONE_SOMETHING
from handyman.visit.report_form import (
    MOST_MATERIAL,
    NOTE_LENGTH,
    Problems,
    read_minutes,
    read_note,
    read_pieces,
    read_whole,
    read_won,
)

PARTS_LENGTH = 200
MOST_SHARE = 9_999_999
MOST_WAITED = 180
MOST_CALLS = 9
DRAWN_LENGTH = 400_000  # letters of a drawing on the glass: many times a signature
DRAWN = "data:image/png;base64,"
Said = dict[str, Any]


def read_work(form: Mapping[str, str], outcome: Outcome, items: Iterable[VisitItem]) -> tuple[Said, Problems]:
    problems: Problems = {}
    said: Said = {"outcome": str(outcome), "done": {}, "left_why": {}}
    for item in items:
        pieces = read_pieces(form, outcome, item, problems)
        said["done"][str(item.id)] = pieces
        if outcome is Outcome.PARTLY and pieces < item.quantity:
            said["left_why"][str(item.id)] = _one_of(form, f"why_{item.id}", LeftWhy, problems)
        elif outcome is Outcome.PARTLY and form.get(f"why_{item.id}"):
            problems.setdefault(f"done_{item.id}", unfitting()["fewer"])
    if outcome is Outcome.PARTLY and not problems and not any(said["done"].values()):
        first = min(said["done"], key=int)
        problems[f"done_{first}"] = unfitting()["none"]
    if outcome in WHY:
        said["why"] = _one_of(form, "why", WHY[outcome], problems)
    if outcome is Outcome.NOBODY_HOME:
        waited = _("몇 분 기다리셨는지 적어 주십시오. 안 기다리셨으면 0입니다.")
        calls = _("전화를 몇 번 거셨는지 적어 주십시오. 안 거셨으면 0입니다.")
        said["waited"] = _number(form, "waited", MOST_WAITED, problems, needed=waited)
        said["calls"] = _number(form, "calls", MOST_CALLS, problems, needed=calls)
    if outcome in (Outcome.PARTLY, Outcome.PARTS_MISSING):
        said["parts"] = _parts(form, problems, needed=outcome is Outcome.PARTS_MISSING)
    if outcome is Outcome.PARTLY and not said["left_why"] and not problems:
        problems[f"done_{min(said['done'], key=int)}"] = unfitting()["fewer"]
    said["minutes"], said["note"] = read_minutes(form, problems), read_note(form)
    if len(said["note"]) > NOTE_LENGTH:
        problems["note"] = _("메모는 %(most)s자까지 적을 수 있습니다.", most=NOTE_LENGTH)
    return said, problems


def read_materials(form: Mapping[str, str], materials: Iterable[Material]) -> tuple[Said, Problems]:
    problems: Problems = {}
    used = {str(row.id): _number(form, f"material_{row.id}", MOST_MATERIAL, problems) for row in materials}
    share = _share(form, problems)
    return {"used": {key: pieces for key, pieces in used.items() if pieces}, "share": share}, problems


def read_signature(form: Mapping[str, str]) -> tuple[bytes | None, Said, Problems]:
    """A drawing, or why there is none."""
    drawn, none = form.get("drawn", ""), form.get("none", "")
    if drawn.startswith(DRAWN) and len(drawn) <= DRAWN_LENGTH:
        try:
            return base64.b64decode(drawn.removeprefix(DRAWN), validate=True), {"none": ""}, {}
        except binascii.Error:
            return None, {}, {"none": _("서명을 읽지 못했습니다. 다시 받아 주십시오.")}
    if none in set(NoSignature):
        return None, {"none": none}, {}
    return None, {}, {"none": _("서명을 받으시거나, 못 받은 까닭을 하나 골라 주십시오.")}


def typed_again(said: Mapping[str, Any]) -> dict[str, str]:
    """What was kept of a step, as its form would hold it."""
    typed = {
        name: str(said[name])
        for name in ("why", "waited", "calls", "parts", "minutes", "note", "share")
        if said.get(name) not in (None, "")
    }
    typed |= {f"done_{key}": str(value) for key, value in said.get("done", {}).items()}
    typed |= {f"why_{key}": str(value) for key, value in said.get("left_why", {}).items()}
    typed |= {f"material_{key}": str(value) for key, value in said.get("used", {}).items()}
    return typed


def is_worked(outcome: Outcome) -> bool:
    return outcome in DONE_SOMETHING


def unfitting() -> dict[str, str]:
    """Where something was left, its count, its reason and the parts have to fit; a telephone asks at once.

    The form opens with everything done, and whoever says that something is left has overlooked it.
    """
    return {
        "fewer": _(
            "남은 것이 있으면 실제로 한 개수로 고쳐 주십시오. 다 하셨으면 위에서 다른 답으로 바꿔 주십시오."
        ),
        "none": _("하나도 못 하셨으면 앞 화면으로 돌아가 그 까닭을 골라 주십시오."),
        "choose": _("까닭을 하나 골라 주십시오."),
    }


def sum_asked() -> str:
    """Where a sum cannot be read; a telephone says so at once."""
    return str(_("얼마인지 숫자로 적어 주십시오. 예: 5000"))


def _one_of(form: Mapping[str, str], field: str, kind: type[StrEnum], problems: Problems) -> str:
    value = form.get(field, "")
    if value in set(kind):
        return value
    problems[field] = unfitting()["choose"]
    return ""


def _number(form: Mapping[str, str], field: str, most: int, problems: Problems, *, needed: str = "") -> int:
    """`needed`: the sentence for a field that was left empty."""
    typed = form.get(field, "").strip()
    if needed and not typed:
        problems[field] = needed
        return 0
    number = read_whole(typed.replace(",", "")) if typed else 0
    if number is None or number > most:
        problems[field] = _("0부터 %(most)s까지 숫자로 적어 주십시오.", most=most)
        return 0
    return number


def _share(form: Mapping[str, str], problems: Problems) -> int:
    typed = form.get("share", "").strip()
    won = read_won(typed) if typed else 0
    if won is None or won > MOST_SHARE:
        problems["share"] = sum_asked()
        return 0
    return won


def _parts(form: Mapping[str, str], problems: Problems, *, needed: bool) -> str:
    parts = form.get("parts", "").replace("\0", "").strip()
    if needed and not parts:
        problems["parts"] = _("다음에 가져갈 부품을 적어 주십시오.")
    elif len(parts) > PARTS_LENGTH:
        problems["parts"] = _("부품은 %(most)s자까지 적을 수 있습니다.", most=PARTS_LENGTH)
    return parts
