"""All pages of a job at once, for a telephone that will have no signal."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import current_app, render_template, url_for

from handyman.models import ENDED, Danger, Outcome, Part, Worry
from handyman.telephone_script import TELEPHONE, telephone_script
from handyman.visit import pages, question_pages
from handyman.visit.minutes import reckoned
from handyman.visit.offline.supposed import LAST, STATES, As, suppose
from handyman.visit.open import Job, Standing
from handyman.visit.pages import Ask
from handyman.visit.questions import Question, gear_of, open_of
from handyman.visit.reporting import pages as report_pages
from handyman.visit.reporting import parts
from handyman.visit.reporting.said import is_worked
from handyman.visit.taps import Step
from handyman.words import at_minute

SCRIPT = "text/javascript; charset=utf-8"
FILES = {
    "phone.css": "text/css; charset=utf-8",
    "sign.js": SCRIPT,
}
WORKED, TURNED = "worked", "turned"  # something was done, or nothing
THERE = "travel_there"  # asked of whoever is there, and not only of whoever is done
BEFORE = {  # steps of which nobody may have pressed a button
    As.ARRIVED: (Step.TRAVEL,),
    As.SAFE: (Step.TRAVEL,),
    As.ENDED: (Step.TRAVEL, Step.ARRIVE),
}
Pages = dict[str, str]


def files() -> dict[str, tuple[str, str]]:
    """What the pages are drawn with: kind and text by address. Sent along to spare requests."""
    asset: Any = current_app.jinja_env.globals["asset"]
    static = Path(str(current_app.static_folder))
    found = {asset(name): (kind, (static / name).read_text()) for name, kind in FILES.items()}
    found[asset(TELEPHONE)] = SCRIPT, telephone_script(static)
    no_signal = "text/html; charset=utf-8", render_template("visit/no_signal.html")
    return found | {url_for("offline.no_signal"): no_signal}


def of_job(token: str, job: Job) -> Pages:
    """What may be needed until the report is sent."""
    here = url_for("visit.job", token=token, visit_id=job.visit.id)
    kit = {here: pages.job(token, job)}
    if job.standing is Standing.ASKED:
        decline = url_for("visit.decline_form", token=token, visit_id=job.visit.id)
        return kit | {
            decline: pages.decline(token, job, {}),
            _as(here, As.WAITING): _waiting(token, job),
            _as(here, As.ASKED): pages.offer(token, job, answered=True),
        }
    kit |= _giving_back(token, job, here)
    if pages.has_way(job):
        kit[f"{here}/way"] = pages.way(token, job, at_once=True)
    job = on_the_day(job) or job
    if not (job.is_due and job.team_complete) or job.visit.state in ENDED:
        return kit
    kit[_as(here, As.WAITING)] = _waiting(token, job)
    return kit | _steps(token, job, here) | _report(token, job, f"{here}/report")


def on_the_day(job: Job) -> Job | None:
    """The same on the morning of its day, where it was opened the evening before."""
    if not job.opened or job.is_due or job.visit.state in ENDED:
        return None
    return replace(job, seen_at=at_minute(job.visit.day, 0))


def of_the_day(token: str, job: Job) -> Pages:
    """What stands in the place of the job's page when its day has come."""
    later = on_the_day(job)
    here = url_for("visit.job", token=token, visit_id=job.visit.id)
    return {here: pages.job(token, later)} if later else {}


def _as(path: str, stage: str) -> str:
    return f"{path}?as={stage}"


def _waiting(token: str, job: Job, *, gives_back: bool = False) -> str:
    return render_template("visit/waiting.html", token=token, job=job, gives_back=gives_back)


def _giving_back(token: str, job: Job, here: str) -> Pages:
    """Also of whoever takes back that they have set out."""
    home = suppose(job, As.ASSIGNED)
    if job.visit.state in ENDED or not home.may_give_back:
        return {}
    return {
        f"{here}/decline": pages.decline(token, home, {}),
        _as(here, As.GIVEN_BACK): _waiting(token, job, gives_back=True),
    }


def _steps(token: str, job: Job, here: str) -> Pages:
    ended = suppose(job, As.ENDED)
    asks = [_ask(question, here) for question in open_of(ended)]
    unsaid = {Step(ask.question): ask.unless for ask in asks if ask.question is not Question.SAFETY}
    unsafe = Question.SAFETY in open_of(ended) and not job.past
    other = pages.other_there(job)
    set_out = [_ask(Question.TRAVEL, here, THERE)] if Step.TRAVEL in unsaid else []
    asked = {As.ARRIVED: set_out, As.ENDED: asks}
    kit = {
        _as(here, stage): pages.at_work(
            token,
            suppose(job, stage),
            unsafe=unsafe and stage is As.ARRIVED,
            undo=pages.Undo(LAST[stage]) if stage in LAST else None,
            told=False,
            beside=other if stage in (As.ARRIVED, As.SAFE) else "",
            end_known=job.visit.ended_at is not None,
            asks=asked.get(stage, ()),
            unsaid={step: where for step, where in unsaid.items() if step in BEFORE.get(stage, ())},
        )
        for stage in STATES
    }
    if other:
        kit |= dict.fromkeys(
            (_as(here, each) for each in (As.ASSIGNED, As.ON_THE_WAY)), _joining(token, job, other)
        )
    arrived = suppose(job, As.ARRIVED)
    if gear := gear_of(job):
        kit[f"{here}/safety"] = question_pages.safety(token, arrived, gear, {})
    for stage, questions in asked.items():
        for ask in questions:
            if ask.question is Question.SAFETY:
                kit[ask.href] = question_pages.safety(token, ended, gear, {})
            else:
                kit[ask.href] = question_pages.forgotten(token, job, Step(ask.question), {}, kept=stage)
    kit[f"{here}/worry"] = report_pages.worries(token, arrived)
    for worry in Worry:
        kit[f"{here}/worry?worry={worry}"] = report_pages.consent(token, arrived, worry)
    return kit


def _joining(token: str, job: Job, other: str) -> str:
    """Where this one comes after all, or again: the other is inside."""
    there = suppose(job, As.ARRIVED)
    return pages.at_work(token, there, unsafe=False, undo=None, told=False, partner=other, joins=True)


def _ask(question: Question, here: str, name: str = "") -> Ask:
    """`name`: of its page, where that is not the one at the end."""
    if question is Question.SAFETY:
        return Ask(question, _as(f"{here}/safety", As.ENDED), f"{here}/safety")
    return Ask(
        question, _as(f"{here}/forgotten", name or question), f"{here}/{question} {here}/forgotten#{question}"
    )


def _report(token: str, known: Job, here: str) -> Pages:
    job, said = suppose(known, As.ARRIVED), parts.load(known.visit.id)
    kept = parts.outcome_of(said)
    kit = {
        here: report_pages.overview(token, job, said) if kept else report_pages.outcome(token, job),
        f"{here}/outcome": report_pages.outcome(token, job),
        f"{here}/materials": report_pages.materials(token, job, report_pages.used_of(job, said), {}),
        f"{here}/signature": report_pages.signature(token, job, said.get(Part.SIGNATURE, {}), {}),
        f"{here}/photos": report_pages.photos(token, job, kept, {}),
    }
    for outcome in Outcome:
        kit[f"{here}/work?outcome={outcome}"] = _work(token, known, outcome, said)
    for name, outcome in ((WORKED, Outcome.DONE), (TURNED, Outcome.NOBODY_HOME)):
        kit[_as(f"{here}/photos", name)] = report_pages.photos(token, job, outcome, {})
        kit[_as(here, name)] = report_pages.on_the_telephone(token, job, said, worked=is_worked(outcome))
    alone = f"{here}/work?outcome={Outcome.UNSAFE}&why={Danger.NO_GEAR}"
    kit[alone] = _work(token, known, Outcome.UNSAFE, said, {"why": Danger.NO_GEAR})
    if kept:
        kit[f"{here}/work"] = kit[f"{here}/work?outcome={kept}"]
    return kit


def _work(
    token: str, known: Job, outcome: Outcome, said: parts.Parts, chosen: Mapping[str, str] | None = None
) -> str:
    """`chosen`: on the page that leads there."""
    kept = report_pages.work_of(known, said, outcome)
    typed, by = {**kept, **(chosen or {})}, reckoned(known.visit, outcome)
    return report_pages.work(token, suppose(known, As.ARRIVED), outcome, typed, {}, by)
