"""The page that a resident opens: yes, another time, no more; what they pay; how it was."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from handyman.board import assign as assigning
from handyman.board import cancel as cancelling
from handyman.board import locking, needs
from handyman.board.changes import Changes
from handyman.board.refusals import ChangedMeanwhileError
from handyman.extensions import db, transaction
from handyman.flow.telling import tell
from handyman.intake import reopen
from handyman.meanwhile import puts_back
from handyman.messages import home_page, reach, surveyed
from handyman.models import SYSTEM, Actor, ActorKind, Answer, CancelReason, Rating, Visit, record
from handyman.patience import looks_first
from handyman.residents.language import change_pages as write_pages
from handyman.visit import promise
from handyman.visit.home import satisfaction

AGREED = "agreed_sum"


def answer_promise(visit_id: int, said: Answer, by: Actor, now: datetime, seen: str) -> None:
    """Whoever opened the page of a visit says that it suits, or wants another time.

    `seen`: what the page had promised; ChangedMeanwhileError where that has moved.
    """
    with transaction():
        visit = locking.lock_visit(visit_id)
        check_promise(visit, seen)
        if visit is not None and visit.state in assigning.CHANGEABLE and now < visit.window_end:
            home_page.answer(visit, said, by, now)


def see_promise(visit_id: int, by: Actor, now: datetime, seen: str) -> None:
    """Whoever is shown a promise before it is told knows of it, and hears of it when it is undone.

    ChangedMeanwhileError where what is to be shown is not so any more.
    """
    if home_page.is_seen_first(visit_id):
        db.session.rollback()  # looked at for the page; where something is kept, it is looked at anew
        _keep_seen(visit_id, by, now, seen)


@looks_first
def _keep_seen(visit_id: int, by: Actor, now: datetime, seen: str) -> None:
    """The day is not locked: that would be a change of it, and the whole of the move could not go back."""
    held = select(Visit).where(Visit.id == visit_id).with_for_update(of=Visit, key_share=True)
    with transaction():
        visit = db.session.scalars(held.execution_options(populate_existing=True)).one()
        check_promise(visit, seen)
        home_page.saw(visit, by, now)


def cancel_by_resident(visit_id: int, reason: CancelReason, by: Actor, now: datetime, seen: str) -> Changes:
    """As the office would, when the resident says so on the page that had promised `seen`."""
    with transaction():
        changes = cancelling.cancel_by_resident(visit_id, reason, by, now)
        check_promise(db.session.get(Visit, visit_id), seen)
        tell(changes, now)
    return changes


def check_promise(visit: Visit | None, seen: str) -> None:
    """ChangedMeanwhileError where another window is promised by now; a page that does not tell may be old."""
    if visit is not None and (seen != promise.of_visit(visit) if seen else needs.was_moved(visit)):
        raise ChangedMeanwhileError


def send_page(visit_id: int, now: datetime) -> bool:
    """The address of the page goes to the resident once more; False where their telephone shows no texts."""
    with transaction():
        visit = locking.lock_visit(visit_id)
        return visit is not None and visit.state in assigning.CHANGEABLE and home_page.send(visit, now)


def agree_on_sum(visit_id: int, won: int | None, by: Actor, now: datetime, was: str | None = None) -> bool:
    """What the resident pays; None is nothing. `was`: the sum that the form opened with."""
    with transaction():
        visit = locking.lock_visit(visit_id)
        if visit is not None and visit.agreed_won != won:
            if puts_back(was, str(visit.agreed_won or ""), str(won or "")):
                raise ChangedMeanwhileError({Visit.__tablename__: [visit_id]}, AGREED)
            before, after = (each if each is not None else "none" for each in (visit.agreed_won, won))
            record(visit, by, now, moved_from=str(before), moved_to=str(after), why=AGREED)
            visit.agreed_won = won
        return visit is not None


def rate_visit(visit_id: int, said: satisfaction.Said, by: Actor, now: datetime) -> bool:
    """How it was; what does not work is asked for once more. False when that was said before."""
    heard_by = by.id if by.kind is ActorKind.USER else None
    with transaction():
        return _keep_rating(visit_id, said, heard_by, by, now)


def rate_for(
    visit_id: int, form: Mapping[str, str], by: Actor, now: datetime
) -> tuple[Mapping[str, str], bool]:
    """The office has asked by telephone; gives a sentence for what is open, and whether it was stored."""
    said, problems = satisfaction.read(form)
    return problems, said is not None and rate_visit(visit_id, said, by, now)


def take_rating(press: reach.Press, now: datetime) -> str:
    """One of three answers; with the last one they count, in the same transaction."""
    try:
        with transaction():
            found = surveyed.take(press, now)
            if found is None:
                return ""
            call, said = found
            if len(said) == surveyed.MOST and call.visit_id is not None:
                _keep_rating(call.visit_id, satisfaction.Said(*said), None, SYSTEM, now)
            return surveyed.thanks(said)
    except IntegrityError:
        return surveyed.HEARD  # it came twice at the same moment; its twin was kept


def change_pages(person_id: int, opens: bool, by: Actor, now: datetime, was: str | None = None) -> bool:
    """Whether somebody is sent the addresses of pages; False when there is nobody."""
    with transaction():
        return write_pages(person_id, opens, by, now, was)


def _keep_rating(
    visit_id: int, said: satisfaction.Said, heard_by_id: int | None, by: Actor, now: datetime
) -> bool:
    kept = satisfaction.keep(visit_id, said, heard_by_id, now)
    if kept and said.works is Rating.POOR:
        reopen.reopen(visit_id, by, now)
    return kept
