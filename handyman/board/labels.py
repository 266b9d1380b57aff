"""States, reasons and moves as people say them."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Any

from flask_babel import lazy_gettext as _l

from handyman.languages import gettext as _
from handyman.models import (
    AbsenceReason,
    Answer,
    AssignmentState,
    CancelReason,
    DeclineReason,
    Grade,
    ItemState,
    MessageKind,
    MessageState,
    OfferState,
    Outcome,
    OverrideReason,
    PhotoKind,
    Rating,
    Relation,
    RequestState,
    Suits,
    TeamRole,
    TravelMode,
    VisitState,
    WaitReason,
    WishedBy,
    WishKind,
)
from handyman.words import is_korean, minute_words, won

LABELS: dict[type[StrEnum], dict[str, Any]] = {
    AbsenceReason: {
        "ill": _l("아픔"),
        "holiday": _l("휴가"),
        "family": _l("집안일"),
        "training": _l("교육"),
        "other": _l("그 밖의 까닭"),
    },
    AssignmentState: {
        "open": _l("맡을 사람 없음"),
        "offered": _l("답을 기다림"),
        "accepted": _l("수락함"),
        "closed": _l("취소됨"),
    },
    CancelReason: {
        "resident_cancelled": _l("어르신이 취소함"),
        "resident_away": _l("어르신이 집을 비움"),
        "repaired_already": _l("이미 고침"),
        "not_eligible": _l("대상이 아님"),
        "no_member": _l("갈 사람이 없음"),
        "unsafe": _l("안전하지 않음"),
        "duplicate": _l("중복 신청"),
        "other": _l("그 밖의 까닭"),
    },
    DeclineReason: {
        "other_work": _l("다른 일이 있음"),
        "ill": _l("아픔"),
        "too_far": _l("너무 멂"),
        "cannot_do": _l("할 수 없는 일"),
        "other": _l("그 밖의 까닭"),
    },
    Grade: {
        "placed": _l("직접 찍은 위치"),
        "building": _l("건물"),
        "lot": _l("지번"),
        "interpolated": _l("길을 따라 어림"),
        "road": _l("길의 가운데"),
        "dong": _l("동의 가운데"),
        "none": _l("위치 모름"),
    },
    ItemState: {
        "open": _l("방문 미정"),
        "planned": _l("방문 예정"),
        "done": _l("마침"),
        "cancelled": _l("취소"),
        "referred": _l("다른 곳 안내"),
    },
    MessageKind: {
        "resident_booked": _l("예약 알림"),
        "resident_moved": _l("시간 변경 알림"),
        "resident_cancelled": _l("취소 알림"),
        "resident_day_before": _l("전날 알림"),
        "resident_on_the_way": _l("출발 알림"),
        "resident_done": _l("완료 알림"),
        "resident_page": _l("확인 화면"),
        "resident_survey": _l("만족도 물음"),
        "member_offer": _l("방문 제안"),
        "member_withdrawn": _l("제안 취소"),
        "member_moved": _l("시간 변경"),
        "member_day_list": _l("오늘의 방문"),
        "member_reminder": _l("방문 전 알림"),
        "member_partner": _l("함께 갈 사람 소식"),
        "member_code": _l("로그인 번호"),
    },
    Answer: {
        "good": _l("전화로 확인하심"),
        "another_time": _l("다른 때를 바라심"),
        "call_me": _l("통화를 바라심"),
    },
    MessageState: {
        "failed": _l("보내지 못함"),
        "undelivered": _l("닿지 않음"),
        "expired": _l("때가 지남"),
        "needs_person": _l("사람이 알려야 함"),
        "suppressed": _l("수신을 거부함"),
        "pending": _l("아직 보내지 못함"),
        "sending": _l("보내는 중"),
        "unknown": _l("보냈는지 모름"),
        "accepted": _l("도착 확인 안 됨"),
        "sent": _l("도착 확인 안 됨"),
        "delivered": _l("도착함"),
        "canceled": _l("보내지 않음"),
    },
    Outcome: {
        "done": _l("모두 함"),
        "partly": _l("일부만 함"),
        "parts_missing": _l("부품이 없어 못 함"),
        "nobody_home": _l("집에 아무도 없음"),
        "refused": _l("하지 말라고 하심"),
        "unsafe": _l("위험해서 못 함"),
    },
    OverrideReason: {
        "resident_wish": _l("어르신이 원함"),
        "member_wish": _l("조합원이 원함"),
        "knows_home": _l("그 집을 잘 앎"),
        "shares_hours": _l("일을 고루 나눔"),
        "training": _l("일을 배우거나 가르침"),
        "nobody_left": _l("더 물어볼 사람이 없음"),
        "other": _l("그 밖의 까닭"),
    },
    Rating: {"good": _l("좋음"), "fair": _l("보통"), "poor": _l("나쁨")},
    WaitReason: {
        "nothing_free": _l("빈 시간이 없음"),
        "does_not_suit": _l("맞는 시간이 없으심"),
    },
    WishKind: {
        "must_not": _l("가면 안 됨"),
        "rather_not": _l("되도록 안 감"),
        "rather": _l("되도록 감"),
    },
    WishedBy: {"resident": _l("어르신 쪽이 원함"), "member": _l("조합원이 원함")},
    PhotoKind: {
        "before": _l("일하기 전"),
        "after": _l("일한 뒤"),
        "receipt": _l("영수증"),
        "signature": _l("서명"),
    },
    OfferState: {
        "offered": _l("답을 기다림"),
        "accepted": _l("수락"),
        "declined": _l("거절"),
        "expired": _l("답 없이 지남"),
        "withdrawn": _l("거두어들임"),
    },
    Relation: {
        "self": _l("본인"),
        "family": _l("가족"),
        "care_worker": _l("생활지원사"),
        "community_centre": _l("동주민센터"),
        "welfare_centre": _l("복지관"),
        "neighbour": _l("이웃"),
        "other": _l("그 밖의 사람"),
    },
    RequestState: {
        "logged": _l("방문 미정"),
        "booked": _l("방문 예정"),
        "done": _l("완료"),
        "cancelled": _l("취소"),
        "referred": _l("다른 곳 안내"),
    },
    Suits: {"any": _l("언제든지"), "morning": _l("오전"), "afternoon": _l("오후")},
    TeamRole: {"lead": _l("담당"), "second": _l("함께")},
    TravelMode: {
        "walk": _l("걸어서"),
        "transit": _l("대중교통"),
        "car": _l("자동차"),
        "cargo_bike": _l("짐 자전거"),
    },
    VisitState: {
        "booked": _l("수락 대기"),
        "assigned": _l("배정 완료"),
        "on_the_way": _l("이동 중"),
        "arrived": _l("작업 중"),
        "finished": _l("마침"),
        "failed": _l("못 마침"),
        "cancelled": _l("취소"),
    },
}
HAPPENED = {  # what an audit entry tells that is no state
    "moved": _l("약속 시간 바뀜"),
    "unmoved": _l("옮긴 것을 되돌림"),
    "address_corrected": _l("주소를 고침"),
    "waiting": _l("대기 명단에 올림"),
    "items_added": _l("품목을 더함"),
}
SHAPES = {
    "booked": "○",
    "assigned": "●",
    "on_the_way": "▶",
    "arrived": "◆",
    "finished": "■",
    "failed": "✕",
}
WEEKDAYS = (_l("월"), _l("화"), _l("수"), _l("목"), _l("금"), _l("토"), _l("일"))


def label(value: StrEnum) -> str:
    """The state or reason in words."""
    return texts(type(value)).get(value.value, value.value)


def texts(kind: type[StrEnum]) -> Mapping[str, str]:
    """All of a kind at once."""
    return _texts(kind, is_korean())


@cache
def _texts(kind: type[StrEnum], _korean: bool) -> Mapping[str, str]:
    """Looked up once for each language: a page asks for hundreds of them."""
    return {value: str(text) for value, text in LABELS[kind].items()}


def choices(kind: type[StrEnum]) -> list[tuple[str, str]]:
    """For a select field."""
    return list(texts(kind).items())


def move_words(row: Any) -> str:
    """One audit entry of a request or a visit."""
    kind: type[StrEnum] = VisitState if row.entity == "visits" else RequestState
    thing: str = _("방문") if kind is VisitState else _("신청")
    if row.why == "placed" and not row.moved_from:
        return f"{thing}: {_clock(row.moved_to)}" + _in_brackets(_("시작을 직접 정함"))
    if row.why in ("shifted", "placed") or (row.why == "undone" and ":" in row.moved_to):
        what = _("약속 안에서 시작 바뀜")
        return f"{thing}: {_clock(row.moved_from)} → {_clock(row.moved_to)} ({what})"
    if row.why == "agreed_sum":
        before, after = (_won(stored) for stored in (row.moved_from, row.moved_to))
        return f"{thing}: {before} → {after}" + _in_brackets(_("어르신이 내실 금액"))
    if row.moved_to in HAPPENED:
        return f"{thing}: {HAPPENED[row.moved_to]}" + _in_brackets(texts(WaitReason).get(row.why))
    states, why = texts(kind), texts(CancelReason).get(row.why)
    if row.why == "ejected":
        why = _("다른 약속을 위해 다른 조합원에게 부탁함")
    elif row.why == "given_back":
        why = _("맡았던 조합원이 못 가게 됨")
    before = f"{states.get(row.moved_from, row.moved_from)} → " if row.moved_from else ""
    after = states.get(row.moved_to, row.moved_to)
    return f"{thing}: {before}{after}" + _in_brackets(why)


def _clock(stored: str) -> str:
    """09:05, as the entry keeps it, as people say it."""
    hour, _colon, minute = stored.partition(":")
    return minute_words(int(hour) * 60 + int(minute))


def _won(stored: str) -> str:
    return won(int(stored)) if stored.isdigit() else str(_("없음"))


def _in_brackets(why: str | None) -> str:
    return f" ({why})" if why else ""
