"""The catalogue in words: how a question is answered, and what a change was about."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from handyman.models import QuestionKind

KINDS = {
    QuestionKind.CHOICE: _l("보기에서 고름"),
    QuestionKind.NUMBER: _l("수"),
    QuestionKind.YES_NO: _l("예·아니요"),
    QuestionKind.TEXT: _l("글"),
}
FIELDS = {
    "name_ko": _l("이름"),
    "name_en": _l("영어 이름"),
    "short_ko": _l("짧은 이름"),
    "unit": _l("세는 말"),
    "permitted": _l("맡는 일인지"),
    "refer_out": _l("안내할 곳"),
    "base_minutes": _l("기본 시간"),
    "minutes_per_piece": _l("하나에 드는 시간"),
    "team_size": _l("사람 수"),
    "two_person_from_cm": _l("두 사람이 가는 높이"),
    "fall_risk": _l("먼저 가는 일"),
    "active": _l("쓰는 품목인지"),
    "position": _l("순서"),
    "skills": _l("기능"),
    "materials": _l("자재"),
    "questions": _l("여쭐 것"),
    "added": _l("더함"),
    "learned": _l("보고에서 배운 시간"),
    "taken_back": _l("되돌림"),
    "marked": _l("먼저 가는 일"),
}
STANDINGS = {
    "retired": _l("쓰지 않음"),
    "refer_out": _l("다른 곳 안내"),
    "active": _l("씀"),
    "fall_risk": _l("먼저 감"),
    "usual": _l("보통"),
}


def field_words(why: str) -> str:
    """name_ko,unit as 이름, 세는 말."""
    return ", ".join(str(FIELDS.get(name, name)) for name in why.split(","))


def moved_words(moved: str) -> str:
    """20+15 as 기본 20분 + 하나에 15분."""
    base, plus, piece = moved.partition("+")
    if plus:
        return str(_("기본 %(base)s분 + 하나에 %(piece)s분", base=base, piece=piece))
    return str(STANDINGS.get(moved, moved))
