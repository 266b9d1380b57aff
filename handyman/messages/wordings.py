"""The texts of the house as they are worded from the start, and what each of them has to say. A rule.

Every text says where, when, who, the visit's number and the office's. A text to a member leaves 40 characters
beside its link, so it says these first, and the rest where there is room. An offer says all that a member
decides by as well (`fill.OF_AN_OFFER`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from handyman.messages import values
from handyman.messages.fill import Slot, Value
from handyman.messages.texts import Ask, Office, Promise
from handyman.models import TextKind, TextLanguage

K, S = TextKind, Slot
ALWAYS = (S.WHEN, S.WHERE, S.WHO, S.NUMBER, S.PHONE)
FIRST = 1  # the version that stands here
OVER = frozenset({K.RESIDENT_DONE, K.RESIDENT_PARTLY, K.RESIDENT_NOBODY_HOME, K.RESIDENT_SURVEY})
OFFERS = frozenset({K.MEMBER_OFFER, K.MEMBER_OFFER_CHANGED})  # a member decides by the text alone
OPENS = frozenset({K.RESIDENT_PAGE, K.RESIDENT_SURVEY})  # the visit's page, that shows everything large


@dataclass(frozen=True, slots=True)
class Wording:
    """`needed` must stand in every version, `allowed` may."""

    ko: str
    en: str
    needed: tuple[Slot, ...]
    allowed: tuple[Slot, ...]

    def first(self, language: TextLanguage) -> str:
        return self.ko if language is TextLanguage.KO else self.en

    @property
    def has_link(self) -> bool:
        return S.LINK in self.needed


def _resident(ko: str, en: str, *also: Slot) -> Wording:
    needed = (S.OFFICE, *ALWAYS, *also)
    return Wording(f"[{{사무실}}] {ko} {{전화}}", f"[{{사무실}}] {en} {{전화}}", needed, (*needed, S.WHAT))


def _member(ko: str, en: str, *also: Slot, link: bool = True) -> Wording:
    needed = (*ALWAYS, S.LINK) if link else ALWAYS
    tail = "{번호} {전화} {링크}" if link else "{전화}"
    return Wording(f"{ko} {tail}", f"{en} {tail}", needed, (*needed, S.OFFICE, *also))


def _offer(*also: Slot) -> Wording:
    """All that a member decides by has to stand in it."""
    needed = (*ALWAYS, S.WHAT, S.LONG, S.LINK)
    first = "".join(f"{{{slot}}} " for slot in also)
    asked = f"{first}{ASKED}? {{까지}} {{번호}} {{전화}} {{링크}}"
    return Wording(asked, asked, needed, (*needed, S.OFFICE, S.UNTIL, *also))


def _page(ko: str, en: str, en_after: str = "") -> Wording:
    """Beside a notice that names the office: whoever opens no addresses has lost nothing."""
    needed = (*ALWAYS, S.LINK)
    tail = " {곳} {누가} {번호} {전화} {링크}"
    words = f"{ko}{{때}}{tail}", f"{en}{{때}}{en_after}{tail}"
    return Wording(*words, needed, (*needed, S.OFFICE, S.WHAT))


def _partner(ko: str, en: str) -> Wording:
    needed = (*ALWAYS,)
    tail = "{때} {곳} {무엇} {번호} {전화}"
    return Wording(f"{{누가}} {ko} {tail}", f"{{누가}} {en} {tail}", needed, (*needed, S.OFFICE, S.WHAT))


JOB = "{때} {곳} {누가} {무엇}"
ASKED = f"{JOB} {{얼마나}}"  # all that a member decides by
WORDINGS = {
    K.RESIDENT_BOOKED: _resident("{때} {곳} {누가} 방문. 번호 {번호}", "{때} {곳}: {누가} visits. No.{번호}"),
    K.RESIDENT_DAY_BEFORE: _resident(
        "내일 {때} {곳} {누가} 방문. 번호 {번호}", "Tomorrow {때} {곳}: {누가}. No.{번호}"
    ),
    K.RESIDENT_MOVED: _resident(
        "시간변경 {때} {곳} {누가} 방문. 번호 {번호}", "New time {때} {곳}: {누가}. No.{번호}"
    ),
    K.RESIDENT_CANCELLED: _resident(
        "{때} {곳} {누가} 방문이 취소됐습니다. 번호 {번호}", "Cancelled: {때} {곳} {누가}. No.{번호}"
    ),
    K.RESIDENT_ON_THE_WAY: _resident(
        "지금 {누가} 갑니다. {때} {곳} 번호 {번호}. {돈}",
        "Coming: {누가} {때} {곳} No.{번호}. {돈}",
        S.SUM,
    ),
    K.RESIDENT_DONE: _resident(
        "{때} {곳} {누가} 일을 마쳤습니다. 번호 {번호}", "{때} {곳} {누가}: work done. No.{번호}"
    ),
    K.RESIDENT_PARTLY: _resident(
        "{때} {곳} {누가} 일부 마침. 남은 일은 연락드립니다. {번호}",
        "{때} {곳} {누가}: partly done, we call. No.{번호}",
    ),
    K.RESIDENT_NOBODY_HOME: _resident(
        "{때} {곳} {누가} 갔으나 못 뵈었습니다. 전화 주십시오. {번호}",
        "{때} {곳} {누가} came, nobody home. Call. No.{번호}",
    ),
    K.RESIDENT_PAGE: _page("확인 ", ""),
    K.RESIDENT_SURVEY: _page("만족도 ", "", en_after="?"),
    K.MEMBER_OFFER: _offer(),
    K.MEMBER_OFFER_CHANGED: _offer(S.AGAIN),
    K.MEMBER_TAKEN: _member(f"배정 {ASKED}", f"OK {ASKED}", S.WHAT, S.LONG),
    K.MEMBER_MOVED: _member(f"변경 {JOB}", f"Now {JOB}", S.WHAT, S.LONG),
    K.MEMBER_ELSEWHERE: _member("새곳 {곳} {때} {누가} {무엇}", "At {곳} {때} {누가} {무엇}", S.WHAT, S.LONG),
    K.MEMBER_REMINDER: _member("{때} 시작 {곳} {누가} {무엇}", JOB, S.WHAT, S.LONG),
    K.MEMBER_DAY_LIST: _member("{때} {건수} {곳} {누가}", "{때} {건수} {곳} {누가}", S.COUNT),
    K.MEMBER_WITHDRAWN: _member(
        "{때} {곳} {누가} {무엇} 번호 {번호} 취소되었습니다. 가지 마십시오",
        "Cancelled, do not go: {때} {곳} {누가} {무엇} No.{번호}",
        S.WHAT,
        link=False,
    ),
    K.MEMBER_PARTNER_ACCEPTED: _partner("님이 함께 갑니다.", "goes with you."),
    K.MEMBER_PARTNER_DECLINED: _partner(
        "님은 못 갑니다. 다른 분을 찾습니다.", "cannot go. We ask somebody else."
    ),
    K.MEMBER_PARTNER_ARRIVED: _partner("님이 도착했습니다.", "has arrived."),
}


def of_visit(
    kind: TextKind,
    office: Office,
    promise: Promise,
    dong: str,
    items: Sequence[tuple[str, int]],
    language: TextLanguage,
) -> dict[Slot, Value]:
    """What fills a text about a visit to its resident."""
    found = values.for_resident(office, promise, dong, items, language)
    if kind is K.RESIDENT_PAGE:
        found[Slot.WHEN] = values.beside_link(promise.start, promise.end, language)
    elif kind in OVER:
        found[Slot.WHEN] = values.on_day(promise.start, language)
    elif kind is K.RESIDENT_ON_THE_WAY:
        found[Slot.WHEN] = (
            values.arriving(promise.arriving, language)
            if promise.arriving
            else values.today(promise.start, promise.end, language)
        )
    return found


def of_work(
    kind: TextKind,
    office: Office,
    work: values.Work,
    start: datetime,
    ask: Ask | None,
    language: TextLanguage,
) -> dict[Slot, Value]:
    """What fills a text about a visit to one of its members; `start` is when the member should be there."""
    found = values.for_member(office, work, language, ask)
    if kind is K.MEMBER_REMINDER:
        found[Slot.WHEN] = values.starting(start, language)
    return found
