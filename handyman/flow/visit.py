"""A visit on its day, as its members and the office report it, and its paper."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from handyman.extensions import db, settings, transaction
from handyman.messages import announce
from handyman.models import (
    Actor,
    ActorKind,
    Member,
    Visit,
)
from handyman.visit import finish as ending
from handyman.visit import photos, progress, report_form
from handyman.visit.sheets import printing


def start_travel(visit_id: int, by: Actor, now: datetime) -> None:
    """A member sets out; the resident is told once."""
    with transaction():
        if visit := progress.start_travel(visit_id, by, now):
            announce.on_the_way(visit, now)


def arrive(visit_id: int, by: Actor, now: datetime) -> None:
    """A member stands at the door."""
    with transaction():
        visit = progress.arrive(visit_id, by, now)
        if visit and visit.team_size > 1 and by.kind is ActorKind.MEMBER and by.id is not None:
            announce.partner_arrived(visit, db.session.get_one(Member, by.id), now)


def finish(
    visit_id: int, work: ending.WorkReport, pictures: Sequence[photos.Picture], by: Actor, now: datetime
) -> None:
    """A member reports, and the resident is told how it went. A second report changes nothing."""
    with photos.shelf(settings().photo_folder) as shelf, transaction():
        visit = ending.finish(visit_id, work, pictures, shelf, by, now)
        if visit:
            announce.done(visit, now)


def report_for(visit_id: int, form: Mapping[str, str], by: Actor, now: datetime) -> Mapping[str, str]:
    """The office writes down what the lead told by telephone; gives a sentence for what cannot be read."""
    work, problems = report_form.read_for_office(form, db.session.get_one(Visit, visit_id).items)
    if work is not None and not problems:
        finish(visit_id, work, [], by, now)
    return problems


def print_sheets(day: date, member_id: int | None, by: Actor, now: datetime) -> Sequence[printing.Printed]:
    """Sheets of the day for those who go by paper; each printing is written down."""
    with transaction():
        return printing.print_sheets(day, member_id, by, now)
