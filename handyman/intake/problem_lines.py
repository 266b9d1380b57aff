"""What is still to ask, line by line: each names its field, and leads there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from handyman.intake import script
from handyman.intake.catalogue import ShownItem
from handyman.languages import gettext as _
from handyman.models import ConsentKind

FIELDS: dict[str, Any] = {
    "phone": _l("전화번호"),
    "name": _l("어르신 성함"),
    "birth_year": _l("출생 연도"),
    "address": _l("주소"),
    "unit": _l("동·호"),
    "entrance": _l("들어가는 곳"),
    "items": _l("무엇을"),
    "danger": _l("가스·연기·불꽃·물 넘침·넘어짐"),
    "danger_over": _l("119"),
    "relation": _l("전화하신 분"),
    "caller_name": _l("그분 성함"),
    "resident_phone": _l("어르신 전화 (따로 있으면)"),
    "notes": _l("말씀하신 내용"),
    "care_note": _l("찾아갈 때 알아 둘 것"),
    "suits": _l("편하신 때"),
    "order": _l("보여 드릴 순서"),
    "suits_from": _l("이 날짜부터"),
    "windows": _l("방문 약속"),
    "wait_reason": _l("대기 명단"),
    "wait_note": _l("바라시는 때"),
    "shown": _l("진행 중인 신청"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """`field` is the id of what it is about."""

    field: str
    label: str
    sentence: str


def lines(problems: Mapping[str, str], catalogue: Sequence[ShownItem]) -> list[Line]:
    """In the order in which they were found."""
    names = _names(catalogue)
    return [_line(field, names.get(field, ""), sentence) for field, sentence in problems.items()]


def _line(field: str, label: str, sentence: str) -> Line:
    """A sentence that begins with its field does not name it twice."""
    own, mark, rest = sentence.partition(": ")
    return Line(field, label, rest if mark and label.endswith(own) else sentence)


def _names(catalogue: Sequence[ShownItem]) -> dict[str, str]:
    names = {field: str(label) for field, label in FIELDS.items()}
    for kind in ConsentKind:
        names[f"consent_{kind.value}"] = _("동의: %(title)s", title=script.TITLES[kind])
    for item in catalogue:
        names[item.name] = item.label
        names |= {asked.name: f"{item.label}, {asked.label}" for asked in item.questions}
    return names
