"""Three questions about a visit that is over."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from handyman.extensions import db, write_new
from handyman.models import Rating, Satisfaction, Visit, VisitState

QUESTIONS: Mapping[str, tuple[Any, Mapping[Rating, Any]]] = {
    "works": (
        _l("고친 곳이 지금 잘 됩니까?"),
        {
            Rating.GOOD: _l("잘 됩니다"),
            Rating.FAIR: _l("조금 아쉽습니다"),
            Rating.POOR: _l("안 됩니다. 다시 와 주십시오"),
        },
    ),
    "manner": (
        _l("찾아간 조합원은 어떠했습니까?"),
        {
            Rating.GOOD: _l("친절했습니다"),
            Rating.FAIR: _l("보통입니다"),
            Rating.POOR: _l("아쉬웠습니다"),
        },
    ),
    "again": (
        _l("다음에도 저희를 부르시겠습니까?"),
        {
            Rating.GOOD: _l("예"),
            Rating.FAIR: _l("잘 모르겠습니다"),
            Rating.POOR: _l("아니요"),
        },
    ),
}


@dataclass(frozen=True, slots=True)
class Said:
    """All three answers."""

    works: Rating
    manner: Rating
    again: Rating


def read(form: Mapping[str, str]) -> tuple[Said | None, dict[str, str]]:
    """What was chosen, or a sentence for each question that is still open."""
    chosen = {name: form.get(name, "") for name in QUESTIONS}
    problems = {
        name: _("%(number)s번에서 하나를 골라 주십시오.", number=number)
        for number, (name, value) in enumerate(chosen.items(), start=1)
        if value not in set(Rating)
    }
    if problems:
        return None, problems
    return Said(**{name: Rating(value) for name, value in chosen.items()}), {}


def keep(visit_id: int, said: Said, heard_by_id: int | None, now: datetime) -> bool:
    """Store the answers once; False when there are some, or when the visit is not finished."""
    held = select(Visit).where(Visit.id == visit_id).with_for_update(key_share=True)
    visit = db.session.scalar(held.execution_options(populate_existing=True))
    if visit is None or visit.state is not VisitState.FINISHED or of(visit_id):
        return False
    answers = {"works": said.works, "manner": said.manner, "again": said.again}
    write_new(Satisfaction, [{"visit_id": visit_id, **answers, "heard_by_id": heard_by_id, "at": now}])
    return True


def of(visit_id: int) -> Satisfaction | None:
    return db.session.scalar(select(Satisfaction).where(Satisfaction.visit_id == visit_id))
