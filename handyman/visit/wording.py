"""The codes of the member's page in words."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from handyman.models import CompletionReport, DeclineReason, Outcome, Part, RequestItem
from handyman.visit.questions import Question
from handyman.visit.way import MapApp
from handyman.words import is_korean, unit_words

DECLINE_WORDS = {
    DeclineReason.OTHER_WORK: _l("다른 일이 있습니다"),
    DeclineReason.ILL: _l("몸이 아픕니다"),
    DeclineReason.TOO_FAR: _l("너무 멉니다"),
    DeclineReason.CANNOT_DO: _l("제가 할 수 없는 일입니다"),
    DeclineReason.OTHER: _l("다른 까닭이 있습니다"),
}
OUTCOME_WORDS = {
    Outcome.DONE: _l("모두 했습니다"),
    Outcome.PARTLY: _l("일부만 했습니다"),
    Outcome.PARTS_MISSING: _l("부품이 없어 못 했습니다"),
    Outcome.NOBODY_HOME: _l("아무도 안 계셨습니다"),
    Outcome.REFUSED: _l("하지 말라고 하셨습니다"),
    Outcome.UNSAFE: _l("위험해서 못 했습니다"),
}
LEFT_FOR_NEXT_TIME = _l("남은 것은 다음 방문에서 하도록 사무실에 전합니다.")
OFFICE_RINGS = _l("사무실에서 어르신께 전화드립니다.")
AFTER_WORDS = {  # what follows a report, as its form says it before
    Outcome.PARTLY: LEFT_FOR_NEXT_TIME,
    Outcome.PARTS_MISSING: LEFT_FOR_NEXT_TIME,
    Outcome.NOBODY_HOME: OFFICE_RINGS,
    Outcome.REFUSED: _l("필요 없다고 하시면 신청을 닫고, 다른 까닭이면 사무실에서 전화드립니다."),
    Outcome.UNSAFE: _l("어떻게 할지 사무실에서 정합니다."),
}
QUESTION_WORDS = {
    Question.ARRIVE: _l("언제 도착하셨습니까?"),
    Question.TRAVEL: _l("언제 출발하셨습니까?"),
    Question.SAFETY: _l("일하실 때 갖추셨습니까?"),
}
PART_WORDS = {
    Part.WORK: _l("한 일"),
    Part.PHOTOS: _l("사진"),
    Part.MATERIALS: _l("쓴 자재"),
    Part.SIGNATURE: _l("서명"),
}
MAP_WORDS = {
    MapApp.KAKAO: _l("카카오맵"),
    MapApp.NAVER: _l("네이버 지도"),
    MapApp.TMAP: _l("티맵"),
    MapApp.PHONE: _l("전화기에 있는 지도"),
}


def gone_words(why: str) -> tuple[str, str]:
    """Heading and sentence of a page where nothing is left to do."""
    known = {
        "unknown": (
            _("열 수 없는 주소입니다"),
            _("문자에 있는 주소를 처음부터 끝까지 눌러 주십시오. 그래도 안 되면 사무실로 전화해 주십시오."),
        ),
        "over": (
            _("기간이 지난 주소입니다"),
            _("이 문자의 주소는 이제 열리지 않습니다. 궁금하신 것은 사무실로 전화해 주십시오."),
        ),
        "declined": (
            _("못 가신다고 전했습니다"),
            _("알려 주셔서 고맙습니다. 다른 조합원께 부탁드리겠습니다. 마음이 바뀌시면 전화해 주십시오."),
        ),
        "expired": (
            _("대답할 시간이 지났습니다"),
            _("이 일은 다른 조합원께 부탁드리고 있습니다. 가실 수 있으면 사무실로 전화해 주십시오."),
        ),
        "withdrawn": (
            _("이 일은 가지 않으셔도 됩니다"),
            _("다른 조합원이 가시거나 일정이 바뀌었습니다. 궁금하신 것은 사무실로 전화해 주십시오."),
        ),
        "cancelled": (
            _("이 방문은 취소되었습니다"),
            _("아직 안 가셨으면 가지 않으셔도 됩니다. 이미 다녀오셨으면 사무실로 전화해 주십시오."),
        ),
    }
    return known[why]


def what_follows(report: CompletionReport) -> str:
    """Of what a visit has left, once its report is in: the form named both ways of a refusal."""
    words = OFFICE_RINGS if report.outcome is Outcome.REFUSED else AFTER_WORDS.get(report.outcome, "")
    return str(words)


def answers_of(item: RequestItem) -> list[str]:
    """What the resident said of an item: 천장 높이 240cm; Ceiling height: 240cm in English."""
    said = []
    for question in item.service_item.questions:
        value = item.answers.get(question.key)
        if value in (None, ""):
            continue
        label = question.label_ko if is_korean() else f"{question.label_en}:"
        said.append(f"{label} {_answer(value, question.choices)}{unit_words(question.unit)}")
    return said


def _answer(value: object, choices: list[list[str]]) -> str:
    if isinstance(value, bool):
        return str(_("예") if value else _("아니요"))
    for choice in choices:
        if choice[0] == value:
            return choice[1] if is_korean() else choice[-1]
    return str({"yes": _("예"), "no": _("아니요")}.get(str(value), value))
