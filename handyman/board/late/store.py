"""Presses of a visit that came too late, in words, and that they were read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from handyman.board import labels
from handyman.extensions import db
from handyman.models import (
    Actor,
    DeclineReason,
    LeftWhy,
    Material,
    Outcome,
    PhotoKind,
    RefusedPress,
    Visit,
    record,
)
from handyman.report_words import LEFT_WORDS, UNSIGNED_WORDS, WHY_WORDS, WORRY_WORDS
from handyman.words import name_of, won

STEP_WORDS = {
    "decline": _l("못 갑니다"),
    "travel": _l("출발했습니다"),
    "arrive": _l("도착했습니다"),
    "end": _l("마쳤습니다"),
    "fill_in": _l("지난 시각"),
    "tick_safety": _l("안전 확인"),
    "work": _l("한 일"),
    "add_photos": _l("사진"),
    "materials": _l("쓴 자재"),
    "signature": _l("서명"),
    "worry": _l("어르신이 걱정됩니다"),
}


@dataclass(frozen=True, slots=True)
class Photograph:
    """One that came with a press, by its place in the row."""

    number: int
    kind: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Late:
    """One press as the office reads it."""

    row: RefusedPress
    step: str
    said: Sequence[str]
    photographs: Sequence[Photograph]


def of_visit(visit: Visit) -> list[Late]:
    query = select(RefusedPress).where(RefusedPress.visit_id == visit.id)
    found = db.session.scalars(query.options(joinedload(RefusedPress.member)).order_by(RefusedPress.id)).all()
    return [_late(visit, row) for row in found]


def _late(visit: Visit, row: RefusedPress) -> Late:
    return Late(row, step_words(row.step), list(_said(visit, row.said)), list(_photographs(row)))


def picture_name(visit_id: int, press_id: int, number: int) -> str:
    """The file of a photograph that came with a press, or ""."""
    row = db.session.get(RefusedPress, press_id)
    kept = row.photographs if row is not None and row.visit_id == visit_id else []
    return str(kept[number]["name"]) if number < len(kept) else ""


def step_words(step: str) -> str:
    return str(STEP_WORDS.get(step, step))


def see_to(visit_id: int, by: Actor, now: datetime) -> int:
    """All that is there by now; gives how many."""
    query = select(RefusedPress).where(RefusedPress.visit_id == visit_id, RefusedPress.handled_at.is_(None))
    found = db.session.scalars(query.with_for_update()).all()
    for row in found:
        row.handled_at, row.handled_by_id = now, by.id
        record(row, by, now, moved_to="handled")
    return len(found)


def _photographs(row: RefusedPress) -> Iterator[Photograph]:
    for number, each in enumerate(row.photographs):
        kind = labels.label(PhotoKind(each["kind"]))
        yield Photograph(number, kind, each["width"], each["height"])


def _said(visit: Visit, said: dict[str, Any]) -> Iterator[str]:
    if said.get("outcome") in set(Outcome):
        yield labels.label(Outcome(said["outcome"]))
    for item in visit.items:
        name = name_of(item.request_item.service_item)
        if pieces := said.get(f"done_{item.id}"):
            yield f"{name} {pieces}"
        if (why := said.get(f"why_{item.id}")) in set(LeftWhy):
            yield f"{name}: {LEFT_WORDS[LeftWhy(why)]}"
    yield from _coded(said)
    used = {
        int(name[9:]): each for name, each in said.items() if name[9:].isdecimal() and name[:9] == "material_"
    }
    for row in db.session.scalars(select(Material).where(Material.id.in_(used))) if used else ():
        yield f"{name_of(row)} {used[row.id]}"
    left = said.get("pictures", 0) - len(said.get("photographs", ()))
    for name, words in (
        ("minutes", _("%(n)s분", n=said.get("minutes"))),
        ("waited", _("%(minutes)s분 기다림", minutes=said.get("waited"))),
        ("calls", _("전화 %(calls)s번", calls=said.get("calls"))),
        ("clock", said.get("clock")),
        ("parts", said.get("parts")),
        ("share", _("어르신이 내실 돈 %(won)s", won=_won(said.get("share")))),
        ("note", said.get("note")),
    ):
        if said.get(name):
            yield str(words)
    if left > 0:
        yield _("사진 %(n)s장: 조합원 전화기에 있습니다", n=left)


def _coded(said: dict[str, Any]) -> Iterator[str]:
    """What was chosen from a list."""
    if said.get("reason") in set(DeclineReason):
        yield labels.label(DeclineReason(said["reason"]))
    for name, words in (("why", WHY_WORDS), ("none", UNSIGNED_WORDS), ("worry", WORRY_WORDS)):
        yield from (str(text) for code, text in words.items() if said.get(name) == code)


def _won(typed: Any) -> str:
    return won(int(typed)) if str(typed).isdecimal() else str(typed)
