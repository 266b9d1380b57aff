"""The pages that ask for what nobody pressed, and for what was there on the ladder."""

from collections.abc import Sequence

from flask import render_template, request
from flask_babel import gettext as _

from handyman.ladder import climbs
from handyman.models import Danger, Gear
from handyman.report_words import GEAR_WORDS, GROUND_WORDS
from handyman.visit.forgotten import choices, for_telephone
from handyman.visit.open import Job
from handyman.visit.report_form import Problems
from handyman.visit.safety import is_late
from handyman.visit.taps import Step
from handyman.words import clock_words, seoul_day

NOT_KNOWN = "unknown"  # nobody remembers


def forgotten(
    token: str, found: Job, step: Step, problems: Problems, *, typed: str = "", kept: str = ""
) -> str:
    """`kept`: the page after it, on a telephone without signal, which finds the choices itself."""
    return render_template(
        "visit/forgotten.html",
        token=token,
        job=found,
        step=step,
        choices=[] if kept else choices(found.visit, step),
        kept=kept,
        times=for_telephone(found.visit, step),
        bounded=_bounded(step, "{n}"),
        until=_until("{n}"),
        passed=_passed(),
        typed=typed,
        not_known=NOT_KNOWN,
        problems=problems,
    )


def clock_problem(found: Job, step: Step) -> Problems:
    visit = found.visit
    bound = visit.arrived_at if step is Step.TRAVEL else visit.on_the_way_at
    if bound:
        return {"clock": _bounded(step, clock_words(bound))}
    ended = visit.ended_at
    same_day = ended is not None and seoul_day(ended) == visit.day
    return {"clock": _until(clock_words(ended)) if ended and same_day else _passed()}


def _bounded(step: Step, time: str) -> str:
    """By the other of the two steps."""
    if step is Step.TRAVEL:
        return str(_("도착하신 %(time)s보다 늦지 않은 시각을 골라 주십시오.", time=time))
    return str(_("출발하신 %(time)s부터 마치신 때까지 가운데에서 시각을 골라 주십시오.", time=time))


def _until(time: str) -> str:
    """By the end, where nobody knows when the other was."""
    return str(_("마치신 %(time)s보다 늦지 않은 시각을 골라 주십시오.", time=time))


def _passed() -> str:
    return str(_("그날 지나간 시각을 골라 주십시오."))


def safety(token: str, found: Job, gear: Sequence[Gear], problems: Problems) -> str:
    return render_template(
        "visit/safety.html",
        token=token,
        job=found,
        gear=gear,
        climbs=climbs(gear),
        late=is_late(found.visit),
        words=GEAR_WORDS if climbs(gear) else GROUND_WORDS,
        there=request.form.getlist("there"),
        alone=Danger.NO_GEAR,
        problems=problems,
    )


def gear_problem(gear: Sequence[Gear]) -> Problems:
    if not climbs(gear):
        return {"there": _("두 사람이 함께해야 하는 일입니다. 혼자 시작하지 마십시오.")}
    return {"there": _("모두 갖추어야 올라갈 수 있습니다. 하나라도 없으면 일을 시작하지 마십시오.")}
