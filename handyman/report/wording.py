"""The codes of the report in words, and what is counted as what."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from handyman.models import CancelReason, Outcome
from handyman.report.monthly import Opinions

OUTCOMES = {
    Outcome.DONE: _l("모두 마침"),
    Outcome.PARTLY: _l("일부 마침"),
    Outcome.PARTS_MISSING: _l("부품 없음"),
    Outcome.NOBODY_HOME: _l("아무도 없음"),
    Outcome.REFUSED: _l("거절"),
    Outcome.UNSAFE: _l("위험"),
}
CANCEL_REASONS = {
    CancelReason.RESIDENT_CANCELLED: _l("어르신이 취소"),
    CancelReason.RESIDENT_AWAY: _l("어르신 부재"),
    CancelReason.REPAIRED_ALREADY: _l("이미 고침"),
    CancelReason.NOT_ELIGIBLE: _l("대상 아님"),
    CancelReason.NO_MEMBER: _l("갈 조합원 없음"),
    CancelReason.UNSAFE: _l("위험"),
    CancelReason.DUPLICATE: _l("중복 신청"),
    CancelReason.OTHER: _l("그 밖"),
}


def reason_words(code: str) -> str:
    """A coded reason: of a visit that failed, or of something cancelled."""
    if code in set(Outcome):
        return str(OUTCOMES[Outcome(code)])
    return str(CANCEL_REASONS[CancelReason(code)])


def definitions() -> list[str]:
    return [
        _("가구: 마친 방문이 한 번이라도 있는 가구. 여러 번 가도 하나로 셉니다."),
        _("건: 마친 방문이 있는 신청. 방문을 나누어 해도 한 건입니다."),
        _("품목: 방문에서 하나라도 한 품목 줄. 수량은 그 품목에서 한 개수를 모두 더한 것입니다."),
        _("방문: 방문한 날이 그 달이고 마친 것. 못 마친 방문과 취소한 방문은 따로 셉니다."),
        _("다시 고친 일: 고친 것이 안 된다고 하셔서 다시 간 일은 건과 품목과 수량에 두 번 세지 않습니다."),
        _("시간과 자재비: 못 마친 방문까지 보고된 것을 모두 더합니다. 시간은 함께 간 조합원마다 셉니다."),
    ]


def opinion_rows(found: Opinions) -> list[tuple[str, int]]:
    """What was said, in words, with how often."""
    return [
        (_("만족도에 답함"), found.answered),
        (_("고친 곳이 잘 됨"), found.works),
        (_("고친 곳이 안 됨"), found.works_not),
        (_("조합원이 친절했음"), found.manner),
        (_("다음에도 부르겠음"), found.again),
        (_("다시 고치게 됨"), found.reopened),
    ]


def dong_words(dong: str) -> str:
    return dong or str(_("주소 확인 필요"))
