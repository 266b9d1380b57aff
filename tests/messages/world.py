"""A visit that is moved, undone and answered, and people who remember what they were told of it.

By the telephone in their hand, whatever the provider says, and whatever number is on file.
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
)
from sqlalchemy import delete, select

from handyman import flow
from handyman.board.mending.before import Before
from handyman.board.mending.move_back import Moved
from handyman.board.mending.put import Wanted
from handyman.board.propose import Choice, suiting_spans
from handyman.board.refusals import BoardError
from handyman.board.seen import seen_of_visit
from handyman.extensions import db, transaction
from handyman.messages import (
    announce,
    another_number,
    call_task,
    doubt,
    outbox,
    overdue,
    reach,
    receipts,
    rows,
    trouble,
)
from handyman.messages.moments import stamp, stamped
from handyman.messages.spoken import CHANGED
from handyman.messages.spoken_jobs import OUTCOMES, Standing
from handyman.models import (
    Actor,
    ActorKind,
    AssignmentState,
    CancelReason,
    DeclineReason,
    Member,
    Message,
    MessageKind,
    MessageState,
    Offer,
    OfferState,
    OverrideReason,
    Person,
    PhoneKind,
    ReachAnswer,
    RecipientKind,
    StateError,
    Suits,
    TeamRole,
    Visit,
    VisitState,
    texts_to_pass_on,
)
from handyman.words import at_minute, seoul_day
from tests.board.plans.makers import NEAR, promised
from tests.conftest import TUESDAY_AT_TEN, Clock
from tests.factories import make_address, make_member, make_user
from tests.messages.erratic import Provider
from tests.messages.test_stays_in_sight import telephones

K, S = MessageKind, MessageState
TELLS_WHERE = (K.MEMBER_OFFER, K.MEMBER_MOVED, K.MEMBER_REMINDER)
TELLS_WHEN = (K.RESIDENT_BOOKED, K.RESIDENT_MOVED, K.RESIDENT_DAY_BEFORE)
STAYS, NOTHING = "stays", ""
WRONG = "+8210555500"
STARTS = (600, 615, 630)  # minutes of the day
WHEN = len("2026-11-25T10:00+09:00")
LONGEST_CALL = timedelta(minutes=2)
HOME = "어르신"
NAMES = ("박문자", "이문자", "최전화")
FATES = st.lists(
    st.sampled_from(["arrives"] * 4 + ["arrives in silence", "lost in silence", "fails", "retry", "unknown"]),
    max_size=4,
)
WAITS = st.sampled_from([5, 20, 20, 45, 60, 16 * 60])  # seconds


class World(RuleBasedStateMachine):
    """One visit of tomorrow, and three members who may get it."""

    clock: Clock

    @initialize(accepted=st.booleans(), by_night=st.booleans(), first=st.sampled_from(NAMES))
    def open(self, accepted: bool, by_night: bool, first: str) -> None:
        members = self.stand_up()
        visit = promised("10:00", [members[first]], accepted=False, window=None)
        self.have(visit)
        offer = visit.assignments[0].offers[-1]
        offer.expires_at = self.clock() + timedelta(days=1)
        with transaction():
            announce.booked(visit, self.clock())
            announce.offered(offer, self.clock())
        self.tick([])
        if accepted:
            self.clock.advance(minutes=2)
            self.say(first, yes=True, by=Actor(ActorKind.MEMBER, self.members[first]))
        if by_night:
            self.clock.at = at_minute(seoul_day(self.clock()), 20 * 60 + 30)

    # The office ---------------------------------------------------------------------------------

    def stand_up(self) -> dict[str, Member]:
        """An office without any row but its members, who know nothing yet."""
        db.session.rollback()
        with transaction():
            db.session.connection().exec_driver_sql("PRAGMA defer_foreign_keys = ON")
            for table in reversed(db.metadata.sorted_tables):
                db.session.execute(delete(table))
        db.session.remove()
        self.clock.at = TUESDAY_AT_TEN
        self.provider = Provider(self.clock)
        self.office = Actor(ActorKind.USER, make_user("coordinator").id)
        members = {name: make_member(name, smartphone="전화" not in name) for name in NAMES}
        self.members = {name: each.id for name, each in members.items()}
        self.phones = {each.phone: name for name, each in members.items()}
        self.minds = dict.fromkeys(NAMES, NOTHING)
        self.undos: list[Before | Moved] = []
        self.changed: list[datetime] = []
        self.strangers: set[int] = set()  # calls in which somebody else has pressed a key
        return members

    def have(self, visit: Visit) -> None:
        """The visit that all is about, and whose home it is."""
        self.visit_id, self.home_id = visit.id, visit.resident_id
        self.phones[visit.resident.person.phones[0].number] = HOME
        self.minds[HOME] = NOTHING

    @rule(who=st.sampled_from(NAMES), start=st.sampled_from(STARTS), agreed=st.booleans())
    def puts(self, who: str, start: int, agreed: bool) -> None:
        wanted = Wanted(
            TeamRole.LEAD,
            self.members[who],
            start,
            seen_of_visit(self.visit()),
            OverrideReason.KNOWS_HOME,
            agreed=agreed,
        )
        try:
            _changes, before = flow.put(self.visit_id, wanted, self.office, self.clock())
        except (BoardError, StateError):
            db.session.rollback()
            return
        self.undos.append(before)
        if agreed and before.member_id != self.members[who]:  # within their row nobody is asked
            self.learns(who)
        self.clock.advance(seconds=7)

    @rule(
        who=st.sampled_from(NAMES),
        agreed=st.booleans(),
        meanwhile=st.lists(st.sampled_from(["worker", "page", "office", "key", "number"]), max_size=2),
        data=st.data(),
    )
    def puts_by_mistake(self, who: str, agreed: bool, meanwhile: list[str], data: st.DataObject) -> None:
        """And something happens before it is undone."""
        many = len(self.undos)
        self.puts(who, 600, agreed)
        for each in meanwhile:
            whom = data.draw(st.sampled_from(NAMES))
            if each == "worker":
                self.time_passes(5, data.draw(FATES))
            elif each in ("page", "office"):
                self.answers(whom, True, each == "office")
            elif each == "number":
                self.number_is_typed(whom, data.draw(st.booleans()))
            elif self.provider.ringing:
                self.take_up("1")
        if len(self.undos) > many:
            self.undoes()

    @precondition(lambda self: self.undos)
    @rule()
    def undoes(self) -> None:
        try:
            before = self.undos.pop()
            back = flow.move_back if isinstance(before, Moved) else flow.put_back
            back(before, self.office, self.clock())  # type: ignore[operator]
        except (BoardError, StateError):
            db.session.rollback()
        self.clock.advance(seconds=7)

    @rule(span=st.sampled_from([0, 1, 2, 3]))
    def moves(self, span: int) -> None:
        spans = suiting_spans(Suits.ANY)
        choice = Choice(self.visit().day, spans[span].start, spans[span].end)
        try:
            _changes, before = flow.move(self.visit_id, choice, None, self.office, self.clock(), seen=None)
            self.undos.append(before)
        except (BoardError, StateError):
            db.session.rollback()
        self.clock.advance(seconds=7)

    @rule(what=st.sampled_from([announce.elsewhere, announce.widened]))
    def changes(self, what: Callable[[Visit, datetime], None]) -> None:
        if self.visit().state is VisitState.CANCELLED:
            return
        with transaction():
            visit = self.visit()
            visit.address = make_address(point=NEAR)
            db.session.flush()
            what(visit, self.clock())
        self.changed.append(self.clock())
        self.clock.advance(seconds=7)

    @rule(really=st.sampled_from([True, *[False] * 5]))
    def calls_off(self, really: bool) -> None:
        if not really:
            return
        try:
            flow.cancel_visit(self.visit_id, CancelReason.OTHER, self.office, self.clock())
        except (BoardError, StateError):
            db.session.rollback()
        self.clock.advance(seconds=7)

    @rule(who=st.sampled_from([*NAMES, HOME]), right=st.booleans())
    def number_is_typed(self, who: str, right: bool) -> None:
        mine = next(phone for phone, name in self.phones.items() if name == who)
        number = mine if right else f"{WRONG}{self.members.get(who, 99):02}"
        self.clock.advance(seconds=7)
        if self.on_file(who) == number:
            return
        if who == HOME:
            person = db.session.get_one(Person, self.home_id)
            telephones(person, (number, PhoneKind.MOBILE))
            with transaction():
                rows.readdress(rows.resident(person, self.clock()), self.clock())
                another_number.of_person(person, self.clock())
            return
        with transaction():
            member = db.session.get_one(Member, self.members[who])
            member.phone = number
            rows.readdress(rows.member(member), self.clock())
            another_number.of_member(member, self.clock())
        self.clock.advance(seconds=7)

    @rule()
    def sees_to_the_list(self) -> None:
        for message_id in db.session.scalars(texts_to_pass_on(self.clock())).all():
            message = db.session.get_one(Message, message_id)
            who = self.name_of(message)
            if self.phones.get(trouble.number_now(message)) != who:
                continue  # nobody there knows of it
            with transaction():
                told = call_task.note(message_id, call_task.Outcome.TOLD, self.office, self.clock())
            if told is not None:
                self.learns(who)
        self.clock.advance(seconds=7)

    # The members --------------------------------------------------------------------------------

    @rule(who=st.sampled_from(NAMES), yes=st.sampled_from([True, True, False]), by_telephone=st.booleans())
    def answers(self, who: str, yes: bool, by_telephone: bool) -> None:
        if not by_telephone and self.minds[who] in (NOTHING, STAYS):
            return
        self.say(who, yes, self.office if by_telephone else Actor(ActorKind.MEMBER, self.members[who]))
        self.clock.advance(seconds=7)

    def say(self, who: str, yes: bool, by: Actor) -> None:
        query = select(Offer).where(Offer.member_id == self.members[who], Offer.state == OfferState.OFFERED)
        offer = db.session.scalars(query).first()
        if offer is None:
            return
        try:
            reason = None if yes else DeclineReason.OTHER
            flow.answer_offer(offer.id, yes, reason, "", by, self.clock())
        except (BoardError, StateError):
            db.session.rollback()
            return
        self.learns(who)

    @precondition(lambda self: self.provider.ringing)
    @rule(key=st.sampled_from(["1", "1", "2"]), typed=st.sampled_from([None, None, True, False]))
    def presses(self, key: str, typed: bool | None = None) -> None:
        """`typed`: while it rings a number is, and whether that is theirs."""
        self.take_up(key, typed)
        self.clock.advance(seconds=7)

    def take_up(self, key: str, typed: bool | None = None) -> None:
        at, call = self.provider.ringing.pop()
        if at + LONGEST_CALL <= self.clock():
            return
        row = db.session.get_one(Message, call.id)
        rung = self.name_of(row)
        if typed is not None:
            self.number_is_typed(rung, typed)
        who = self.phones.get(call.to)
        sid = f"id-{call.id}-{call.attempt}"
        said = flow.take_key(
            reach.Press(self.provider.name, sid, call.id, call.attempt, 1, key), self.clock()
        )
        db.session.expire_all()
        if not said:
            ended = receipts.Receipt(self.provider.name, sid, "completed", "", call.id, call.attempt)
            self.provider.told.append(ended)
            return
        assert call.to == self.on_file(rung), "a key of somebody else"
        if who is None:
            self.strangers.add(row.id)
            return
        stay = (Standing.WITHDRAWN, Standing.TAKEN, Standing.LATE, Standing.CANCELLED, Standing.DECLINED)
        if said in {OUTCOMES[each] for each in stay}:
            self.hears(who, STAYS)
        elif said == OUTCOMES[Standing.ACCEPTED]:
            self.agrees(row, who)
        elif said != CHANGED:
            self.reads(row, who)

    # The worker ---------------------------------------------------------------------------------

    @rule(seconds=WAITS, fates=FATES)
    def time_passes(self, seconds: int, fates: list[str]) -> None:
        self.clock.advance(seconds=seconds)
        self.tick(fates)

    def tick(self, fates: list[str]) -> None:
        self.provider.fates = list(fates)
        doubt.sweep_now(self.clock())
        doubt.clear_up(self.provider, self.clock)
        overdue.ask_again(self.provider, self.clock)
        outbox.send_due(self.provider, self.clock, rest=lambda _seconds: None)
        self.provider.fates = []
        for text in self.provider.arrived:
            row = db.session.get_one(Message, text.id)
            if (who := self.phones.get(text.to)) is not None:
                self.reads(row, who)
        self.provider.arrived.clear()
        for each in self.provider.told:
            receipts.take_receipt(each, self.clock())
        self.provider.told.clear()
        db.session.expire_all()

    # What they know -----------------------------------------------------------------------------

    def visit(self) -> Visit:
        db.session.expire_all()
        return db.session.get_one(Visit, self.visit_id)

    def name_of(self, message: Message) -> str:
        if message.recipient_kind is not RecipientKind.MEMBER:
            return HOME
        return next(name for name, each in self.members.items() if each == message.recipient_id)

    def on_file(self, who: str) -> str:
        if who == HOME:
            return db.session.get_one(Person, self.home_id).phones[0].number
        return db.session.get_one(Member, self.members[who]).phone

    def reads(self, row: Message, who: str) -> None:
        if row.kind in (K.MEMBER_WITHDRAWN, K.RESIDENT_CANCELLED):
            self.hears(who, STAYS if self.is_of_theirs(row, who) else self.minds[who])
        elif row.kind in TELLS_WHERE:
            self.hears(who, self.said_in(row, who))
        elif row.kind in TELLS_WHEN:
            self.hears(who, stamp(stamped(row.dedupe_key)))

    def is_of_theirs(self, row: Message, who: str) -> bool:
        """Whether it names the hour at which they believe that they come, or somebody does."""
        hour = self.minds[who][len("2026-11-25T") :][:2]
        names = f"{int(hour or 0)}|{int(hour or 0) % 12 or 12}"
        return not hour or re.search(rf"\D({names})(시|~|–|-)", row.body) is not None

    def said_in(self, row: Message, who: str) -> str:
        """When, and which of the changes; a reminder speaks of the hour alone."""
        if row.kind is K.MEMBER_REMINDER:
            return f"{stamp(row.visit.window_start)}{self.minds[who][WHEN:] or ' 0'}"
        return f"{stamp(stamped(row.dedupe_key))} {sum(each <= row.created_at for each in self.changed)}"

    def hears(self, who: str, what: str) -> None:
        self.minds[who] = what

    def agrees(self, _asked: Message, who: str) -> None:
        """In a call that was made some time ago."""
        self.learns(who)

    def learns(self, who: str) -> None:
        """How it is."""
        self.hears(who, self.truth(who) or STAYS)

    def truth(self, who: str) -> str:
        visit = self.visit()
        if who == HOME:
            return NOTHING if visit.state is VisitState.CANCELLED else stamp(visit.window_start)
        has = (AssignmentState.OFFERED, AssignmentState.ACCEPTED)
        holds = any(p.member_id == self.members[who] and p.state in has for p in visit.assignments)
        goes = holds and visit.state is not VisitState.CANCELLED
        return f"{stamp(visit.window_start)} {len(self.changed)}" if goes else NOTHING

    def wrong_in_the_end(self) -> dict[str, tuple[str, str]]:
        """Who believes what is not so when all numbers are right and nothing waits, and how it is."""
        for who in (*NAMES, HOME):
            self.number_is_typed(who, right=True)
        visit = self.visit()
        end = max(visit.window_start - timedelta(minutes=5), at_minute(visit.day, 9 * 60 + 55))
        while self.clock() < end:
            in_hours = 9 * 60 <= (self.clock() - at_minute(seoul_day(self.clock()), 0)).seconds / 60 < 20 * 60
            self.clock.advance(minutes=4 if in_hours or self.clock() > end - timedelta(hours=1) else 30)
            self.tick([])
            while self.provider.ringing:
                self.take_up("1")
            self.sees_to_the_list()
        of_strangers = select(ReachAnswer.id).where(ReachAnswer.outbox_id.in_(self.strangers))
        assert db.session.scalars(of_strangers).all() == []
        found = {who: (self.minds[who], self.truth(who)) for who in (*NAMES, HOME)}
        return {
            who: (mind, truth)
            for who, (mind, truth) in found.items()
            if mind not in ((truth,) if truth else (NOTHING, STAYS))
        }

    def teardown(self) -> None:
        assert self.wrong_in_the_end() == {}
        db.session.rollback()
        db.session.remove()
