"""What a report tells besides pieces and minutes, in words, line by line."""

from collections.abc import Iterator

from flask_babel import gettext as _

from handyman.extensions import db, settings
from handyman.ladder import needed
from handyman.models import (
    CompletionReport,
    Gear,
    LeftWhy,
    NoSignature,
    Outcome,
    PhotoKind,
    SafetyCheck,
    Visit,
    VisitState,
)
from handyman.report_words import GEAR_WORDS, GROUND_WORDS, LEFT_WORDS, UNSIGNED_WORDS, WHY, WHY_WORDS
from handyman.words import name_of, won

Line = tuple[str, str]
BEFORE_THE_DOOR = (VisitState.BOOKED, VisitState.ASSIGNED, VisitState.ON_THE_WAY)  # nobody has climbed


def lines(visit: Visit) -> list[Line]:
    """Only what there is something to say of."""
    report = visit.report
    before = visit.state in BEFORE_THE_DOOR
    safety = [] if before else list(_safety(visit, db.session.get(SafetyCheck, visit.id)))
    return (
        safety if report is None else [*_why(report), *_left(visit), *_paid(report), *_signed(visit), *safety]
    )


def _why(report: CompletionReport) -> Iterator[Line]:
    if report.outcome in WHY and report.why in set(WHY[report.outcome]):
        yield _("까닭"), str(WHY_WORDS[WHY[report.outcome](report.why)])
    if report.outcome is Outcome.NOBODY_HOME and report.waited_minutes is not None:
        waited = _("%(minutes)s분 기다림", minutes=report.waited_minutes)
        called = _("전화 %(calls)s번", calls=report.calls_tried or 0)
        yield _("문 앞에서"), f"{waited}, {called}"
    if report.parts:
        yield _("다음에 가져갈 부품"), report.parts


def _left(visit: Visit) -> Iterator[Line]:
    for item in visit.items:
        if item.left_why in set(LeftWhy):
            yield name_of(item.request_item.service_item), str(LEFT_WORDS[LeftWhy(item.left_why)])


def _paid(report: CompletionReport) -> Iterator[Line]:
    if report.resident_share:
        yield _("어르신이 내실 돈"), won(report.resident_share)


def _signed(visit: Visit) -> Iterator[Line]:
    if any(photo.kind is PhotoKind.SIGNATURE for photo in visit.photos):
        yield _("서명"), _("받음")
    elif visit.report is not None and visit.report.no_signature in set(NoSignature):
        yield _("서명"), str(UNSIGNED_WORDS[NoSignature(visit.report.no_signature)])


def _safety(visit: Visit, check: SafetyCheck | None) -> Iterator[Line]:
    """Also that nobody checked, where something was done that asks for it."""
    if check is None:
        if visit.state is VisitState.FINISHED and needed(visit, settings().harness_from_cm):
            yield _("안전 확인"), _("없음")
        return
    words = GEAR_WORDS if Gear.HELMET in check.needed else GROUND_WORDS
    there = ", ".join(str(words[Gear(each)]) for each in check.there) or _("갖추지 않음")
    missing = "" if check.complete else _("모자람: ")
    yield _("안전 확인"), f"{missing}{there}"
