"""The decline form and the finish form: what a member typed, read and checked."""

import re
import unicodedata
from collections.abc import Iterable, Mapping

from flask_babel import gettext as _

from handyman.models import DeclineReason, Material, Outcome, VisitItem
from handyman.visit.finish import WorkReport

MOST_MINUTES = 12 * 60
MOST_MATERIAL = 999
NOTE_LENGTH = 1000
DECLINE_NOTE_LENGTH = 200
MOST_DIGITS = 7
NO_DIGITS_OF_A_SUM = re.compile(r"[\s,]|^₩|원\s*$")

Problems = dict[str, str]


def find_decline_problems(reason: str, note: str) -> Problems:
    problems: Problems = {}
    if reason not in set(DeclineReason):
        problems["reason"] = _("까닭을 하나 골라 주십시오.")
    if len(note) > DECLINE_NOTE_LENGTH:
        problems["note"] = _("메모는 %(most)s자까지 적을 수 있습니다.", most=DECLINE_NOTE_LENGTH)
    return problems


def read_note(form: Mapping[str, str]) -> str:
    """What was written, without what no keyboard writes and no database takes."""
    return form.get("note", "").replace("\0", "").strip()


def read_outcome(value: str) -> Outcome | None:
    return Outcome(value) if value in set(Outcome) else None


def read_report(
    form: Mapping[str, str], outcome: Outcome, items: Iterable[VisitItem], materials: Iterable[Material]
) -> tuple[WorkReport, Problems]:
    """The report as far as it can be read, and a sentence for each field that cannot."""
    problems: Problems = {}
    done = {item.id: read_pieces(form, outcome, item, problems) for item in items}
    if outcome is Outcome.PARTLY and not problems and not any(done.values()):
        problems[f"done_{min(done)}"] = _("하나도 못 하셨으면 앞 화면으로 돌아가 그 까닭을 골라 주십시오.")
    used = {material.id: _amount(form, material, problems) for material in materials}
    note = read_note(form)
    if len(note) > NOTE_LENGTH:
        problems["note"] = _("메모는 %(most)s자까지 적을 수 있습니다.", most=NOTE_LENGTH)
    return (
        WorkReport(
            outcome=outcome,
            done=done,
            materials={key: amount for key, amount in used.items() if amount},
            minutes=read_minutes(form, problems),
            note=note[:NOTE_LENGTH],
        ),
        problems,
    )


def read_for_office(
    form: Mapping[str, str], items: Iterable[VisitItem]
) -> tuple[WorkReport | None, Problems]:
    """The small form with which the office reports for a member: everything on one page, no materials."""
    outcome = read_outcome(form.get("outcome", ""))
    if outcome is None:
        return None, {"outcome": _("어떻게 되었는지 골라 주십시오.")}
    work, problems = read_report(form, outcome, items, ())
    if outcome is Outcome.PARTLY and all(read_whole(form.get(f"done_{item}", "")) == 0 for item in work.done):
        problems[f"done_{min(work.done)}"] = _("하나도 못 했으면 위에서 그 까닭을 골라 주십시오.")
    return work, problems


def read_pieces(form: Mapping[str, str], outcome: Outcome, item: VisitItem, problems: Problems) -> int:
    if outcome is not Outcome.PARTLY:
        return item.quantity if outcome is Outcome.DONE else 0
    field = f"done_{item.id}"
    number = read_whole(form.get(field, ""))
    if number is None or number > item.quantity:
        problems[field] = _("0부터 %(most)s까지 숫자로 적어 주십시오.", most=item.quantity)
        return 0
    return number


def _amount(form: Mapping[str, str], material: Material, problems: Problems) -> int:
    field = f"material_{material.id}"
    typed = form.get(field, "").strip()
    number = read_whole(typed) if typed else 0
    if number is None or number > MOST_MATERIAL:
        problems[field] = _("0부터 %(most)s까지 숫자로 적어 주십시오.", most=MOST_MATERIAL)
        return 0
    return number


def read_minutes(form: Mapping[str, str], problems: Problems) -> int:
    number = read_whole(form.get("minutes", ""))
    if number is None or number > MOST_MINUTES:
        problems["minutes"] = _("일한 시간을 분으로, 0부터 %(most)s까지 적어 주십시오.", most=MOST_MINUTES)
        return 0
    return number


def read_whole(typed: str) -> int | None:
    """A whole number as thumbs type it: spaces and full-width digits are fine."""
    plain = unicodedata.normalize("NFKC", typed).strip()
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) <= MOST_DIGITS else None


def read_won(typed: str) -> int | None:
    """A sum as people write it: 5,000원."""
    plain = unicodedata.normalize("NFKC", typed)
    return read_whole(NO_DIGITS_OF_A_SUM.sub("", plain))
