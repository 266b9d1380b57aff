"""Which page of the telephone a member gets, with what on it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from flask import abort, render_template, request
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from handyman.errors import sentence
from handyman.extensions import db, settings
from handyman.models import ENDED, AssignmentState, CompletionReport, Link, Photo, PhotoKind, VisitState
from handyman.photos import show
from handyman.report_words import GEAR_WORDS, WHY, WHY_WORDS, WORRY_WORDS
from handyman.set_out import announced
from handyman.visit import departure, promise
from handyman.visit.again import first_of, which_again
from handyman.visit.bring import bring_list
from handyman.visit.departure import News
from handyman.visit.finish import left_over
from handyman.visit.forgotten import missing
from handyman.visit.open import Job
from handyman.visit.progress import UNDO_WITHIN, joins, own_last_step
from handyman.visit.questions import Question, first_open, gear_of
from handyman.visit.report_form import Problems
from handyman.visit.reporting.noticing import noticed_at
from handyman.visit.safety import check_of
from handyman.visit.taps import Step, standing, steps_of
from handyman.visit.way import Door, MapApp, address
from handyman.visit.wording import (
    DECLINE_WORDS,
    MAP_WORDS,
    OUTCOME_WORDS,
    QUESTION_WORDS,
    answers_of,
    gone_words,
    what_follows,
)
from handyman.words import day_words, seoul_day, window_words

LAST_STEP = {VisitState.ON_THE_WAY: Step.TRAVEL, VisitState.ARRIVED: Step.ARRIVE}
OVER = "over"  # what an open page is told when it is another one by now


@dataclass(frozen=True, slots=True)
class Undo:
    """A step that may be taken back, and for how many seconds more; None: the telephone knows."""

    step: Step
    seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked without signal before the report, unless a press to one of the addresses waits."""

    question: Question
    href: str
    unless: str


class GoneError(Exception):
    """Nothing is left for this member to do here; `why` is a code of `gone_words`."""

    def __init__(self, why: str, status: int = 410) -> None:
        super().__init__(why)
        self.why = why
        self.status = status


def day(token: str, link: Link, jobs: Sequence[Job], today: date) -> str:
    going = [found.visit for found in jobs if found.ahead]
    return render_template(
        "visit/day.html",
        token=token,
        link=link,
        jobs=jobs,
        today=today,
        bring=bring_list(going, settings().harness_from_cm),
        gear_words=GEAR_WORDS,
        again=which_again(found.visit for found in jobs),
    )


def offer(token: str, found: Job, *, answered: bool = False, problems: Problems | None = None) -> str:
    """`answered`: on the telephone, and the office does not know yet."""
    return render_template(
        "visit/offer.html",
        token=token,
        job=found,
        answered=answered,
        problems=problems,
        shown=_shown(found),
        **_of_work(found),
    )


def moved_problem(found: Job) -> Problems:
    """What was answered is no longer what is asked."""
    visit = found.visit
    day, window = (
        day_words(visit.day, seoul_day(found.seen_at)),
        window_words(visit.window_start, visit.window_end),
    )
    return {
        "when": _(
            "그사이 이 일이 바뀌어 지금은 %(when)s이니, 가실 수 있는지 다시 알려 주십시오.",
            when=f"{day} {window}",
        )
    }


def _shown(found: Job) -> dict[str, str]:
    return {promise.SHOWN: promise.of_offer(found.offer, found.visit)} if found.offer else {}


def job(token: str, found: Job) -> str:
    """An offer, a job to go to, or what was done."""
    if found.visit.state in ENDED:
        report = found.visit.report
        return render_template(
            "visit/done.html",
            token=token,
            job=found,
            outcomes=OUTCOME_WORDS,
            why=_why(report) if report else "",
            left=left_over(found.visit),
            follows=what_follows(report) if report else "",
            photos=_photo_counts(found),
            question=first_open(found),
            questions=QUESTION_WORDS,
            worries=_worries(found),
        )
    if not found.accepted:
        return offer(token, found)
    shown = _standing(found)
    comes = shown["joins"] or found.visit.state is VisitState.ON_THE_WAY
    renews = found.is_due and not found.past and comes
    return at_work(token, found, **shown, version=_version(found, shown) if renews else "")


def version(found: Job) -> str:
    """Another one when the page of a job at work would show something else; OVER when it is no such page."""
    if not found.accepted or found.visit.state in ENDED:
        return OVER
    return _version(found, _standing(found))


def _standing(found: Job) -> dict[str, Any]:
    """What a job at work stands at, as `at_work` shows it."""
    partner, second = _pressed_by_other(found), not found.past and joins(found.visit, found.actor)
    return {
        "unsafe": not second and _unsafe(found),
        "undo": _undoable(found),
        "told": not found.past and _turned_back(found) and departure.may_be_known(found.visit),
        "news": None if found.past else departure.news(found.visit, found.seen_at),
        "partner": partner,
        "beside": "" if partner else other_there(found),
        "joins": second,
        "unsaid": dict.fromkeys(missing(found.visit, steps_of(found.visit.id)), "") if found.working else {},
    }


def _version(found: Job, shown: dict[str, Any]) -> str:
    visit, undo = found.visit, shown["undo"]
    times = visit.window_start, visit.start, visit.on_the_way_at, visit.arrived_at, visit.ended_at
    team = [(place.member_id, place.state) for place in visit.assignments]
    told = (
        shown["unsafe"],
        undo and undo.step,
        shown["told"],
        shown["news"],
        shown["partner"],
        shown["beside"],
        shown["unsaid"],
    )
    said = repr((visit.state, times, visit.address_id, visit.agreed_won, team, told, found.opened))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def at_work(
    token: str,
    found: Job,
    *,
    unsafe: bool,
    undo: Undo | None,
    told: bool,
    news: News | None = None,
    partner: str = "",
    beside: str = "",
    joins: bool = False,
    end_known: bool = True,
    asks: Sequence[Ask] = (),
    unsaid: Mapping[Step, str] = MappingProxyType({}),
    version: str = "",
) -> str:
    """`unsafe`: nobody may climb yet; `undo`: what may be taken back; `told`: of one who turned back.

    `news`: whether the resident knows of one who is on the way; `partner`: who has pressed the last step
    where this member has not; `beside`: who is there as well; `joins`: the other is inside already, and this
    one has yet to come; `end_known`: when the work ended; `asks`: without signal; `unsaid`: steps that
    nobody has pressed or answered for, with the addresses at which a telephone may have; `version`: of what
    is shown, where the page renews itself.
    """
    return render_template(
        "visit/job.html",
        token=token,
        job=found,
        map=_map(found),
        unsafe=unsafe,
        undo=undo,
        told=told,
        news=news,
        partner=partner,
        beside=beside,
        joins=joins,
        end_known=end_known,
        asks=asks,
        unsaid=unsaid,
        questions=QUESTION_WORDS,
        version=version,
        worries=_worries(found) if found.working else [],
        **_of_work(found),
    )


def other_there(found: Job) -> str:
    """Of a team at work: the name of the other, where they have said that they are there."""
    visit = found.visit
    if visit.state is not VisitState.ARRIVED or visit.ended_at is not None or len(visit.assignments) < 2:
        return ""
    pressed = standing(visit.id, Step.ARRIVE)
    there = [each for each in found.others if each.state is AssignmentState.ACCEPTED]
    return next((each.member.name for each in there if each.member and each.member_id in pressed), "")


def decline(token: str, found: Job, problems: Problems, *, anew: bool = False) -> str:
    """`anew`: what it had shown is no longer so."""
    shown = _shown(found) | ({} if anew else promise.said(request.form))
    if found.may_give_back:
        shown[promise.GIVES_BACK] = "yes"
    return render_template(
        "visit/decline.html",
        token=token,
        job=found,
        reasons=DECLINE_WORDS,
        shown=shown,
        typed=request.form,
        problems=problems,
    )


def way(token: str, found: Job, *, at_once: bool = False) -> str:
    """`at_once`: where there is no signal to choose one for good, each map opens by its own address."""
    ways = {app: _way_in(app, found) for app in MAP_WORDS} if at_once else {}
    return render_template("visit/way.html", token=token, job=found, apps=MAP_WORDS, ways=ways)


def picture(visit_id: int, photo_id: int, *, small: bool) -> Response:
    """A photograph of this visit, or its stamp; whoever asks has been let in before."""
    name = db.session.scalar(select(Photo.file_name).where(Photo.id == photo_id, Photo.visit_id == visit_id))
    if name is None:
        abort(404)
    return show(name, small=small)


def gone(why: str) -> str:
    title, advice = gone_words(why)
    return render_template("visit/gone.html", title=title, advice=advice, thanks=why == "declined")


def refused(code: int, *, stale: bool = False) -> str:
    """A form that grew old, files that are too large, too many tries."""
    title, advice = sentence(code)
    if stale:
        title = _("화면이 오래되어 저장하지 못했습니다")
        advice = _("문자에 있는 주소를 다시 눌러 주십시오.")
    return render_template("visit/gone.html", title=title, advice=advice, thanks=False)


def _why(report: CompletionReport) -> str:
    """In words, where the outcome asks for it."""
    kinds = WHY.get(report.outcome)
    return str(WHY_WORDS[kinds(report.why)]) if kinds and report.why in set(kinds) else ""


def _of_work(found: Job) -> dict[str, Any]:
    """What is to be done, with what, what was left the last time, and whether it is repaired once more."""
    return {
        "first": first_of(found.visit),
        "answers_of": answers_of,
        "bring": bring_list([found.visit], settings().harness_from_cm),
        "gear_words": GEAR_WORDS,
    }


def _map(found: Job) -> dict[str, str] | None:
    """The way in the map that the member has chosen; None before that, and where the door is not open yet."""
    app = found.member.map_app
    if not has_way(found):
        return None
    if app not in set(MapApp):
        return {"name": "", "href": ""}
    return {"name": str(MAP_WORDS[MapApp(app)]), "href": _way_in(MapApp(app), found)}


def has_way(found: Job) -> bool:
    """Whether the door is open yet, and known on the map."""
    door = found.visit.address
    return found.opened and door.lat is not None and door.lon is not None


def _way_in(app: MapApp, found: Job) -> str:
    door = found.visit.address
    return address(
        app,
        Door(door.lat or 0, door.lon or 0, door.label),
        found.member.travel_mode,
        settings().public_base_url,
        iphone="iPhone" in request.user_agent.string,
    )


def _unsafe(found: Job) -> bool:
    """The ladder asks for something, and nobody has looked; of a past visit that is asked afterwards."""
    return found.working and not found.past and bool(gear_of(found)) and check_of(found.visit.id) is None


def _undoable(found: Job) -> Undo | None:
    last = own_last_step(found.visit, found.actor)
    left = last[1] + UNDO_WITHIN - found.seen_at if last else timedelta(-1)
    return Undo(last[0], int(left.total_seconds())) if last and left >= timedelta(0) else None


def _turned_back(found: Job) -> bool:
    return found.visit.state is VisitState.ASSIGNED and announced(found.visit) is not None


def _pressed_by_other(found: Job) -> str:
    """Of a team: the name of whoever set out, arrived or finished alone."""
    visit = found.visit
    last = Step.END if visit.ended_at else LAST_STEP.get(visit.state)
    if last is None or len(visit.assignments) < 2:
        return ""
    pressed = standing(visit.id, last)
    if found.member_id in pressed:
        return ""
    names = (place.member.name for place in visit.assignments if place.member and place.member_id in pressed)
    return next(names, "")


def _worries(found: Job) -> list[str]:
    """What the office has been told of the home, in words."""
    known = noticed_at(found.visit.id)
    return [str(words) for worry, words in WORRY_WORDS.items() if worry in known]


def _photo_counts(found: Job) -> dict[str, int]:
    return {kind: sum(1 for photo in found.visit.photos if photo.kind is kind) for kind in PhotoKind}
