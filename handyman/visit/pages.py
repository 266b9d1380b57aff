"""Which page of the telephone a member gets, with what on it."""

import re
from collections.abc import Mapping, Sequence

from flask import render_template, request
from flask_babel import gettext as _

from handyman.errors import sentence
from handyman.extensions import now
from handyman.models import ENDED, Link, Outcome, PhotoKind
from handyman.visit.finish import left_over
from handyman.visit.materials import cupboard_of
from handyman.visit.open import Job
from handyman.visit.photo_form import chosen
from handyman.visit.report_form import Problems
from handyman.visit.wording import DECLINE_WORDS, OUTCOME_WORDS, answers_of, gone_words
from handyman.words import seoul_day


class GoneError(Exception):
    """Nothing is left for this member to do here; `why` is a code of `gone_words`."""

    def __init__(self, why: str, status: int = 410) -> None:
        super().__init__(why)
        self.why = why
        self.status = status


def day(token: str, link: Link, jobs: Sequence[Job]) -> str:
    return render_template("visit/day.html", token=token, link=link, jobs=jobs, today=seoul_day(now()))


def job(token: str, found: Job) -> str:
    """An offer, a job to go to, or what was done."""
    if found.visit.state in ENDED:
        return render_template(
            "visit/done.html",
            token=token,
            job=found,
            outcomes=OUTCOME_WORDS,
            left=left_over(found.visit),
            photos=_photo_counts(found),
        )
    template = "visit/job.html" if found.accepted else "visit/offer.html"
    return render_template(template, token=token, job=found, answers_of=answers_of)


def decline(token: str, found: Job, problems: Problems) -> str:
    return render_template(
        "visit/decline.html",
        token=token,
        job=found,
        reasons=DECLINE_WORDS,
        typed=request.form,
        problems=problems,
    )


def outcome(token: str, found: Job, *, unanswered: bool = False) -> str:
    return render_template(
        "visit/outcome.html", token=token, job=found, outcomes=OUTCOME_WORDS, unanswered=unanswered
    )


def finish(token: str, found: Job, outcome: Outcome, typed: Mapping[str, str], problems: Problems) -> str:
    return render_template(
        "visit/finish.html",
        token=token,
        job=found,
        outcome=outcome,
        outcomes=OUTCOME_WORDS,
        cupboard=cupboard_of(found.visit),
        typed_materials=[
            int(name.removeprefix("material_"))
            for name, value in typed.items()
            if value and re.fullmatch(r"material_\d{1,9}", name, re.ASCII)
        ],
        typed=typed,
        problems=problems,
        photos_lost=bool(problems) and chosen(request.files),
    )


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


def _photo_counts(found: Job) -> dict[str, int]:
    return {kind: sum(1 for photo in found.visit.photos if photo.kind is kind) for kind in PhotoKind}
