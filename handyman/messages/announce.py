"""Who is told what, when: outbox rows written in the transaction of what happened."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from handyman import astray
from handyman.messages import (
    calling_off,
    crew,
    home_page,
    questions,
    spoken_jobs,
    stand_again,
    texts,
    to_home,
    wording,
    written,
)
from handyman.messages.hours import next_allowed, next_call
from handyman.messages.moments import instant, stamp, stamped
from handyman.messages.questions import ASKED
from handyman.messages.rows import (
    LEFT,
    Draft,
    let_go,
    member,
    of_visit,
    resident_of,
    take_back,
    write,
)
from handyman.messages.templates import Text
from handyman.messages.written import COMING, NAMING
from handyman.models import (
    Actor,
    ActorKind,
    Answer,
    Assignment,
    AssignmentState,
    Member,
    Message,
    MessageKind,
    MessageState,
    Offer,
    OfferState,
    Outcome,
    TextKind,
    Visit,
)
from handyman.reasons import QUESTIONS
from handyman.words import local, seoul_day

K = MessageKind
FOR_MEMBERS = (*ASKED, K.MEMBER_REMINDER)
OF_THEIR_COMING = (*COMING, K.RESIDENT_PAGE, K.RESIDENT_ON_THE_WAY, *FOR_MEMBERS, K.MEMBER_PARTNER)
STILL_TRUE = timedelta(hours=1)  # how long on the way, or a late cancellation, is worth telling
NEXT_DAY = timedelta(days=1)


def booked(visit: Visit, now: datetime) -> None:
    """The resident is told at once, and again the day before."""
    due_at = next_allowed(now, visit.window_end)
    to_home.tell(visit, K.RESIDENT_BOOKED, due_at, visit.window_end, now)
    home_page.tell(visit, now)
    to_home.day_before(visit, now)


def moved(visit: Visit, now: datetime) -> None:
    """What was to be told of the old promise is taken back; resident and team hear the new one."""
    first = of_visit(visit, (K.RESIDENT_BOOKED,), resident_of(visit, now))
    first = [each for each in first if each.last_error not in QUESTIONS]  # a question is no word
    known = any(each.last_error in set(Answer) for each in first)  # it is a change to them
    first_not_told = bool(take_back(first, now, why="moved")) and not known
    take_back(of_visit(visit, home_page.PAGES), now, why="moved")
    before = of_visit(visit, COMING)
    take_back(before, now, why="moved", left=True)
    if first_not_told:
        booked(visit, now)
    else:
        to_home.of_move(visit, before, now)
    for assignment in visit.assignments:
        _tell_member_of_move(assignment, now)


def shifted(visit: Visit, now: datetime) -> None:
    """Only the start inside the promise changed: reminders follow it, and the resident hears nothing."""
    for assignment in visit.assignments:
        if assignment.member is not None and assignment.state is AssignmentState.ACCEPTED:
            reminders = of_visit(visit, (K.MEMBER_REMINDER,), member(assignment.member))
            take_back(reminders, now, why="shifted")
            crew.remind(visit, assignment.member, now, even_late=True)


def widened(visit: Visit, now: datetime) -> None:
    """The promise stands, and there is more to do: the team hears of it, the texts that wait say it."""
    _name_who_comes(visit)
    for assignment in visit.assignments:
        _tell_member_of_move(assignment, now, more=True)


def elsewhere(visit: Visit, now: datetime) -> None:
    """The time stands, the dong has changed: who knows of the job hears the new one."""
    if visit.window_end <= now:
        return
    for assignment in visit.assignments:
        if assignment.member is not None:
            _tell_member_of_place(assignment, assignment.member, now)


def readdressed(visit: Visit, now: datetime) -> None:
    """Time and dong stand, the door is another one: who was told it by telephone has it no other way."""
    home, span = crew.home(visit, now), (next_allowed(now, visit.window_start), visit.window_end)
    for assignment in visit.assignments:
        to, goes = assignment.member, assignment.state is AssignmentState.ACCEPTED
        if home and to is not None and goes and not to.smartphone:
            said = spoken_jobs.elsewhere(wording.office(), wording.task(visit, to), home)
            key = f"visit:{visit.id}:elsewhere:{to.id}:{instant(now)}:{stamp(visit.window_start)}"
            crew.tell(to, visit, K.MEMBER_MOVED, key, (Text(said), said), span, now)


def cancelled(visit: Visit, now: datetime) -> None:
    """Nothing that was promised is said any more; the resident hears it here, the team by `withdrawn`."""
    before = of_visit(visit, COMING)
    take_back([*before, *of_visit(visit, home_page.PAGES)], now, why="cancelled", left=True)
    calling_off.tell(visit, before, now)
    take_back(of_visit(visit, (*FOR_MEMBERS, K.MEMBER_PARTNER)), now, why="cancelled", left=True)


def offered(offer: Offer, now: datetime, again: str = "") -> None:
    """Ask a member: the text holds all they need to decide, and a link to answer by. Or a call, and keys.

    Of the same time they are asked once; `again` says what makes it another question.
    """
    visit, due_at = offer.assignment.visit, next_allowed(now, offer.expires_at)
    if not offer.member.smartphone:
        due_at = next_call(now, offer.expires_at) or due_at
    before = of_visit(visit, ASKED, member(offer.member))
    known = any(crew.was_told(each) and not astray.went_astray(each) for each in before)
    ask = texts.Ask(local(offer.expires_at), local(due_at), changed=known)
    kind = TextKind.MEMBER_OFFER_CHANGED if known else TextKind.MEMBER_OFFER
    text = written.for_member(kind, visit, offer.member, ask=ask)
    said = spoken_jobs.offer(wording.office(), wording.task(visit, offer.member), ask)
    key = f"offer:{offer.id}:{again}{stamp(visit.window_start)}"
    span = (due_at, offer.expires_at)
    crew.tell(offer.member, visit, K.MEMBER_OFFER, key, (text, said), span, now)


def withdrawn(offer: Offer, now: datetime) -> None:
    """Whoever was asked or had accepted is told not to go; whoever was not told yet hears nothing.

    Nor does whoever has heard that before, and of no question since.
    """
    visit, to = offer.assignment.visit, member(offer.member)
    rows = of_visit(visit, FOR_MEMBERS, to)
    before = of_visit(visit, (K.MEMBER_WITHDRAWN,), to)
    to_stay = [*crew.known(before), *(each for each in before if each.state is MessageState.PENDING)]
    told = [each for each in questions.newer(to_stay, rows) if crew.was_told(each)]
    had_agreed = offer.answered_at is not None and offer.answered_at < now
    start = questions.believed(offer, told, to_stay) or (visit.window_start if had_agreed else None)
    take_back(rows, now, why="withdrawn", left=True)
    let_go(of_visit(visit, (K.MEMBER_PARTNER,), to), now)
    _name_who_comes(visit)
    if start is None:
        return
    job = wording.job(visit, start)
    if job.end + STILL_TRUE <= now:
        return  # nobody sets out any more
    take_back(before, now, why="withdrawn")  # of two that wait, the newer knows what they believe
    span = (next_allowed(now, start), max(job.end, now + STILL_TRUE))
    said = ""
    if offer.member.smartphone:
        text = written.for_member(TextKind.MEMBER_WITHDRAWN, visit, offer.member, start=start)
    else:
        said = spoken_jobs.withdrawn(wording.office(), wording.task(visit, offer.member, start))
        text = Text(said)
    key = f"offer:{offer.id}:withdrawn"
    write(Draft(K.MEMBER_WITHDRAWN, to, key, text, *span, visit, said), now)


def given_back(offer: Offer, now: datetime) -> None:
    """They cannot come, and know it: what waits for them is not sent, and names them to nobody."""
    visit, to = offer.assignment.visit, member(offer.member)
    take_back(of_visit(visit, FOR_MEMBERS, to), now, why="declined", left=True, even_asked=True)
    let_go(of_visit(visit, (K.MEMBER_PARTNER,), to), now)
    _name_who_comes(visit)


def restored(offer: Offer, now: datetime) -> None:
    """A move was undone before it was told: it was no move, and what was taken back for it stands again."""
    visit, to = offer.assignment.visit, member(offer.member)
    undone = of_visit(visit, (K.MEMBER_WITHDRAWN,), to)
    take_back(undone, now, why="undone")
    rows = of_visit(visit, (*FOR_MEMBERS, K.MEMBER_PARTNER))
    theirs = [each for each in rows if each.recipient_id == offer.member_id]
    waits = stand_again.after(offer, undone, rows, now)
    heard_no = stand_again.heard_no(offer, theirs)
    heard = [] if heard_no else crew.known_there(theirs)
    asked = questions.newer(crew.known(undone), [*heard, *waits])
    if asked and stamped(asked[-1].dedupe_key) != visit.window_start:
        _tell_member_of_move(offer.assignment, now)
    elif offer.state is OfferState.OFFERED and not asked:
        offered(offer, now, f"{instant(now)}:" if heard_no else "")
    if offer.assignment.state is AssignmentState.ACCEPTED:
        _name_who_comes(visit)
        believes_it = (heard_no or bool(crew.known(undone))) and not asked  # they were told not to go
        if offer.member.smartphone and (believes_it or not crew.bring_link(offer.member, [*theirs, *waits])):
            crew.give_link(visit, offer.member, now)
        elif believes_it:
            _tell_member_of_move(offer.assignment, now)
        crew.remind(visit, offer.member, now)


def answered(offer: Offer, by: Actor, now: datetime, *, unseen: bool = False) -> None:
    """They have said it, to us or to a person: what they have read of it is nobody's work any more."""
    if by.kind is ActorKind.MEMBER:
        questions.note_read(offer, unseen=unseen)
    rows = questions.of_offer(offer)
    known = [each for each in rows if not unseen or each.heard is not None or each.state not in LEFT]
    _no_more_asked(offer, known, now, why="answered", even_asked=True)


def lapsed(offer: Offer, now: datetime) -> None:
    """Nobody waits for their answer any more."""
    _no_more_asked(offer, questions.of_offer(offer), now, why="expired")


def _no_more_asked(
    offer: Offer, rows: Iterable[Message], now: datetime, why: str, *, even_asked: bool = False
) -> None:
    """Nor need they hear where it would have been, if they do not go."""
    take_back(rows, now, why=why, left=True, even_asked=even_asked)
    let_go(of_visit(offer.assignment.visit, ASKED, member(offer.member)), now)


def accepted(assignment: Assignment, now: datetime, *, unseen: bool = False) -> None:
    """Remind the member shortly before; texts that still wait name them to the resident.

    Who has said yes on the telephone gets a text too, for its link. `unseen`: they answered what they were
    told before, so what has changed since is still news to them.
    """
    visit, to = assignment.visit, assignment.member
    if to is None:
        return
    rows = of_visit(visit, ASKED, member(to))
    asked = [each for each in rows if each.kind is K.MEMBER_OFFER or (each.created_at < now and not unseen)]
    take_back(asked, now, why="accepted", even_asked=True)
    _name_who_comes(visit)
    if to.smartphone and not crew.bring_link(to, asked):
        take_back(asked, now, why="accepted", left=True)
        crew.give_link(visit, to, now)
    if unseen and any(questions.is_more_to_do(each) and not each.was_heard for each in asked):
        _tell_member_of_move(assignment, now, more=True)
    crew.remind(visit, to, now)


def on_the_way(visit: Visit, now: datetime) -> None:
    """At once, at any hour: somebody is about to ring the bell. Told anew where they had turned back."""
    told = any(crew.has_left(each) for each in of_visit(visit, (K.RESIDENT_ON_THE_WAY,)))
    again = f":{instant(now)}" if told else ""
    to_home.tell(visit, K.RESIDENT_ON_THE_WAY, now, now + STILL_TRUE, now, again)


def still_on_the_way(visit: Visit, now: datetime) -> None:
    """Somebody was taken for arrived by mistake: where that stopped the notice, it is told anew."""
    since = visit.on_the_way_at or now
    rows = [each for each in of_visit(visit, (K.RESIDENT_ON_THE_WAY,)) if each.created_at >= since]
    waits = any(each.told_at is None and each.state is not MessageState.CANCELED for each in rows)
    if not waits and not any(each.was_heard for each in rows):
        on_the_way(visit, now)


def stayed(visit: Visit, now: datetime) -> None:
    """Nobody is on the way after all: what has not left is not told."""
    take_back(of_visit(visit, (K.RESIDENT_ON_THE_WAY,)), now, why="undone")


def done(visit: Visit, now: datetime) -> None:
    """How it went today. Reported on a later day, only who was not met has still something to hear."""
    let_go(of_visit(visit, OF_THEIR_COMING), now)
    home_page.ask(visit, now)
    if visit.day < seoul_day(now) and not (visit.report and visit.report.outcome is Outcome.NOBODY_HOME):
        return
    due_at = next_allowed(now, now + NEXT_DAY)
    to_home.tell(visit, K.RESIDENT_DONE, due_at, due_at + NEXT_DAY, now)


def _name_who_comes(visit: Visit) -> None:
    """Texts that have not left name the team as it stands now."""
    for message in of_visit(visit, NAMING):
        if message.state is MessageState.PENDING:
            written.write_anew(visit, message)


def _tell_member_of_move(assignment: Assignment, now: datetime, *, more: bool = False) -> None:
    """`more`: the time stands, and there is more to do."""
    visit, to = assignment.visit, assignment.member
    if to is None:
        return
    take_back(of_visit(visit, FOR_MEMBERS, member(to)), now, why="moved", left=True)
    if assignment.state is AssignmentState.ACCEPTED:
        text = written.for_member(TextKind.MEMBER_MOVED, visit, to)
        say = spoken_jobs.widened if more else spoken_jobs.moved
        said = say(wording.office(), wording.task(visit, to), crew.home(visit, now))
        key = f"visit:{visit.id}:member-moved:{to.id}:{instant(now)}:{stamp(visit.window_start)}"
        span = (next_allowed(now, visit.window_start), visit.window_end)
        questions.tell_what_changed(assignment, key, (text, said), span, now)
        crew.remind(visit, to, now)
    for offer in assignment.offers:
        if offer.state is OfferState.OFFERED:
            offered(offer, now, f"{questions.MORE}:{instant(now)}:" if more else "")


def _tell_member_of_place(assignment: Assignment, to: Member, now: datetime) -> None:
    visit = assignment.visit
    rows = of_visit(visit, FOR_MEMBERS, member(to))
    told = any(each.kind in ASKED and (each.was_heard or each.state in LEFT) for each in rows)
    take_back(rows, now, why="elsewhere", left=True)
    if told or assignment.state is AssignmentState.ACCEPTED:
        text = written.for_member(TextKind.MEMBER_ELSEWHERE, visit, to)
        said = spoken_jobs.elsewhere(wording.office(), wording.task(visit, to), crew.home(visit, now))
        key = f"visit:{visit.id}:elsewhere:{to.id}:{instant(now)}:{stamp(visit.window_start)}"
        span = (next_allowed(now, visit.window_start), visit.window_end)
        questions.tell_what_changed(assignment, key, (text, said), span, now)
    if assignment.state is AssignmentState.ACCEPTED:
        crew.remind(visit, to, now)
    elif not told:
        for offer in assignment.offers:
            if offer.state is OfferState.OFFERED:
                offered(offer, now)
