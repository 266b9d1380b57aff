"""What a telephone's queue is answered: that a press counts, or in a sentence why it does not."""

from typing import Any

from flask import jsonify, request
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from handyman import links
from handyman.extensions import db, now
from handyman.models import Assignment, Link, Offer, OfferState, Visit
from handyman.visit.offline import late
from handyman.visit.offline.late import Passed
from handyman.visit.progress import REPORTED
from handyman.visit.taps import KEY, SEND, steps_of, was_kept
from handyman.words import day_words, seoul_day

QUEUED = "X-From-Queue"  # the key of the form, which may have broken off
ANSWERED = "X-Answered"  # no wireless network's own sign-in page says this
PASSED_ON = "X-Passed-On"  # refused, and all of it read by the office


def answer(response: Response) -> Response:
    """Instead of a redirect: counted, and where to go; or not counted, and why."""
    token, visit_id = _asked()
    key = request.headers.get(QUEUED, "") if request.method == "POST" else ""
    if visit_id is None or not KEY.fullmatch(key):
        return response
    link = links.find(token)
    refused = response.status_code in (303, 404, 410)
    if refused and link is not None and _counts(link, visit_id, key):
        kept: Response = jsonify(kept=key, next=response.headers.get("Location", ""))
        response, refused = kept, False
    passed = late.pass_on(link, visit_id) if refused and link is not None else Passed.NOTHING
    moved = passed is not Passed.NOTHING and response.status_code == 404  # off the link's day
    if response.status_code == 303 or moved:
        title, why = why_not(visit_id)
        response = jsonify(title=title, sentences=[why])
        response.status_code = 409
    if passed is Passed.ALL:
        response.headers[PASSED_ON] = key
    response.headers[ANSWERED] = key
    return response


def why_not(visit_id: int) -> tuple[str, str]:
    """Why a press that a page offered has changed nothing."""
    visit = db.session.get(Visit, visit_id)
    name = (request.endpoint or "").rpartition(".")[2]
    title = _("사무실에 적히지 않았습니다")
    if visit is not None and visit.state in REPORTED:
        return title, _("이 방문의 보고가 이미 들어와 있습니다. 다르면 사무실에 전화해 주십시오.")
    sentences = {
        "undo": _("누르신 지 5분이 지났거나 그 뒤에 다른 것을 누르셔서 되돌리지 못했습니다."),
        "send": _("보고에 아직 빠진 단계가 있습니다. 보고를 열어 이어서 써 주십시오."),
    }
    if name not in sentences and visit is not None and visit.day > seoul_day(now()):
        return title, _("그사이 이 방문이 %(day)s로 옮겨졌습니다.", day=day_words(visit.day))
    return title, sentences.get(name, _("그사이 이 방문이 바뀌었습니다. 사무실에 전화해 주십시오."))


def _asked() -> tuple[str, int | None]:
    asked: dict[str, Any] = request.view_args or {}
    return str(asked.get("token", "")), asked.get("visit_id")


def _counts(link: Link, visit_id: int, key: str) -> bool:
    """Asked by whoever holds the link, also when the link is over by now: a repeat is no second press."""
    if was_kept(visit_id, key):
        return True
    if request.endpoint == "reporting.send":  # it holds nothing of its own, and the steps are in the report
        return SEND in steps_of(visit_id) and late.goes(link, visit_id)
    if request.endpoint == "visit.decline":
        return _has_said_no(link, visit_id)
    return request.endpoint == "visit.accept" and late.goes(link, visit_id)


def _has_said_no(link: Link, visit_id: int) -> bool:
    """To the last time they were asked: a no that is pressed again is the same no."""
    of_member = select(Offer.state).join(Offer.assignment).where(Offer.member_id == link.member_id)
    last = of_member.where(Assignment.visit_id == visit_id).order_by(Offer.id.desc()).limit(1)
    return db.session.scalar(last) is OfferState.DECLINED
