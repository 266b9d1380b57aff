"""A visit on its day, as its members and the office report it, and its paper."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from handyman import photos
from handyman.board import arrival
from handyman.board.late import store as late
from handyman.board.noticed import store as noticed
from handyman.extensions import db, settings, transaction
from handyman.messages import announce, partners
from handyman.models import Actor, ActorKind, Gear, Member, Part, Visit, VisitState, Worry
from handyman.visit import finish as ending
from handyman.visit import forgotten, progress, report_form, safety
from handyman.visit.reporting import album, noticing, parts
from handyman.visit.sheets import printing
from handyman.visit.taps import SEND, Step, Tap, is_new, new_key
from handyman.visit.way import MapApp
from handyman.words import seoul_day

NEWS = timedelta(minutes=5)  # so long after they should be there, that somebody is coming is still news


def start_travel(visit_id: int, by: Actor, now: datetime, tap: Tap | None = None) -> None:
    """A member sets out; the resident is told once, with about when they will be there."""
    tap = tap or Tap(new_key(), now)
    with transaction():
        if visit := progress.start_travel(visit_id, by, tap, now):
            who = by.id if by.kind is ActorKind.MEMBER else None
            there_at = arrival.about(visit, who, tap.at)
            is_today = seoul_day(now) == visit.day  # who only reports, days later, goes nowhere
            if is_today and now < (there_at or tap.at) + NEWS:  # sent late, it may come when they are there
                visit.arriving_at = there_at
                announce.on_the_way(visit, now)


def arrive(visit_id: int, by: Actor, now: datetime, tap: Tap | None = None) -> None:
    """A member stands at the door."""
    tap = tap or Tap(new_key(), now)
    with transaction():
        visit = progress.arrive(visit_id, by, tap, now)
        if visit and visit.team_size > 1 and by.kind is ActorKind.MEMBER and by.id is not None:
            partners.arrived(visit, db.session.get_one(Member, by.id), tap.at, now)


def end_work(visit_id: int, by: Actor, now: datetime, tap: Tap | None = None) -> None:
    """The work is over, and the report is still to be written."""
    with transaction():
        progress.end_work(visit_id, by, tap or Tap(new_key(), now), now)


def undo_step(visit_id: int, step: Step, by: Actor, tap: Tap, now: datetime) -> None:
    """A press by mistake is taken back; a text that it wrote and that has not left, too."""
    with transaction():
        visit = progress.undo(visit_id, step, by, tap, now)
        if visit and step is Step.TRAVEL and visit.on_the_way_at is None:
            announce.stayed(visit, now)
        elif visit and step is Step.ARRIVE:
            partners.not_there(visit, by.id if by.kind is ActorKind.MEMBER else None, now)
            _tell_again(visit, now)


def _tell_again(visit: Visit, now: datetime) -> None:
    """While it is news: what was about to tell that somebody is coming has been stopped."""
    there_at = visit.arriving_at or visit.on_the_way_at
    if visit.state is VisitState.ON_THE_WAY and there_at is not None and now < there_at + NEWS:
        announce.still_on_the_way(visit, now)


def fill_in_step(visit_id: int, step: Step, at: datetime | None, by: Actor, tap: Tap, now: datetime) -> None:
    """When a forgotten step was."""
    with transaction():
        forgotten.fill_in(visit_id, step, at, by, tap, now)


def tick_safety(
    visit_id: int, gear: tuple[Gear, ...], there: Collection[str], by: Actor, tap: Tap, now: datetime
) -> None:
    """What was there before somebody climbed."""
    with transaction():
        safety.tick(visit_id, gear, there, by, tap, now)


def choose_map(member_id: int, app: MapApp) -> None:
    """From here on the way is found in this map."""
    with transaction():
        db.session.get_one(Member, member_id).map_app = app


def finish(
    visit_id: int,
    work: ending.WorkReport,
    pictures: Sequence[photos.Picture],
    by: Actor,
    now: datetime,
    tap: Tap | None = None,
) -> None:
    """A member reports, and the resident is told how it went. A second report changes nothing."""
    with photos.shelf(settings().photo_folder) as shelf, transaction():
        unsigned = _unsigned(visit_id, work, by, now)
        visit = ending.finish(visit_id, work, by, now)
        album.keep(visit_id, pictures, shelf, by, now)
        _told(visit, by, now, tap)
    photos.throw_away(settings().photo_folder, unsigned)


def _unsigned(visit_id: int, work: ending.WorkReport, by: Actor, now: datetime) -> list[str]:
    """Where nothing was done nobody has signed for it; gives the files that are no longer anybody's."""
    return [] if work.outcome in ending.DONE_SOMETHING else album.forget_signature(visit_id, by, now)


def _told(visit: Visit | None, by: Actor, now: datetime, tap: Tap | None) -> None:
    """Nothing where a report was there already."""
    if visit:
        is_new(visit.id, tap or Tap(new_key(), now), by, SEND, now)
        announce.done(visit, now)


def keep_photos(
    visit_id: int, pictures: Sequence[photos.Picture], by: Actor, now: datetime, tap: Tap | None = None
) -> int:
    """Photographs of a visit, each kept once; gives how many found no room."""
    with photos.shelf(settings().photo_folder) as shelf, transaction():
        return album.keep(visit_id, pictures, shelf, by, now, tap)


def remove_photo(visit_id: int, photo_id: int, by: Actor, tap: Tap, now: datetime) -> None:
    """A photograph that should not have been taken."""
    with transaction():
        gone = album.remove(visit_id, photo_id, by, tap, now)
    photos.throw_away(settings().photo_folder, gone)


def keep_part(visit_id: int, part: Part, said: dict[str, Any], by: Actor, tap: Tap, now: datetime) -> None:
    """One step of a report."""
    with transaction():
        parts.save(visit_id, part, said, by, tap, now)


def keep_signature(
    visit_id: int, drawn: photos.Picture | None, said: dict[str, Any], by: Actor, tap: Tap, now: datetime
) -> None:
    """What was drawn on the glass, or why nothing was."""
    gone: list[str] = []
    with photos.shelf(settings().photo_folder) as shelf, transaction():
        if not parts.save(visit_id, Part.SIGNATURE, said, by, tap, now):
            return
        if drawn is not None:
            gone = album.keep_signature(visit_id, drawn, shelf, by, now)
        else:
            gone = album.forget_signature(visit_id, by, now)
    photos.throw_away(settings().photo_folder, gone)


def send_report(visit_id: int, by: Actor, tap: Tap, now: datetime) -> bool:
    """The steps become the report; False while one of them is missing."""
    with transaction():
        ending.hold_all(visit_id, by, now)
        said = parts.load(visit_id)
        if parts.next_step(said) is not None:
            return False
        work = parts.put_together(said)
        unsigned = _unsigned(visit_id, work, by, now)
        _told(ending.finish(visit_id, work, by, now), by, now, tap)
    photos.throw_away(settings().photo_folder, unsigned)
    return True


def pass_on_worry(visit_id: int, worry: Worry, by: Actor, tap: Tap, now: datetime) -> None:
    """What a member noticed in a home, and the resident agreed to."""
    with transaction():
        noticing.keep(visit_id, worry, by, tap, now)


def report_for(visit_id: int, form: Mapping[str, str], by: Actor, now: datetime) -> Mapping[str, str]:
    """The office writes down what the lead told by telephone; gives a sentence for what cannot be read."""
    work, problems = report_form.read_for_office(form, db.session.get_one(Visit, visit_id).items)
    if work is not None and not problems:
        finish(visit_id, work, [], by, now)
    return problems


def see_to_worry(visit_id: int, noticing_id: int, by: Actor, now: datetime) -> bool:
    """Somebody of the office has looked after it."""
    with transaction():
        return noticed.see_to(visit_id, noticing_id, by, now)


def see_to_late(visit_id: int, by: Actor, now: datetime) -> int:
    """Somebody of the office has read what came too late from a telephone."""
    with transaction():
        return late.see_to(visit_id, by, now)


def print_sheets(day: date, member_id: int | None, by: Actor, now: datetime) -> Sequence[printing.Printed]:
    """Sheets of the day for those who go by paper; each printing is written down."""
    with transaction():
        return printing.print_sheets(day, member_id, by, now)
