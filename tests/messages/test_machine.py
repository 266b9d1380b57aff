"""Any order of promises, moves, ticks, crashes, receipts and keys: what must hold after each of them."""

from collections import Counter
from datetime import datetime, timedelta

from flask import Flask
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from sqlalchemy import delete, select

from handyman.extensions import db, transaction
from handyman.messages import announce, call_task, doubt, outbox, overdue, pages, reach, receipts
from handyman.messages.moments import stamp
from handyman.messages.receipts import Receipt
from handyman.models import (
    SYSTEM,
    Channel,
    Message,
    MessageKind,
    MessageState,
    ReachAnswer,
    Relation,
    Visit,
    VisitState,
    listed_from,
    texts_to_pass_on,
)
from handyman.models.messages import LISTED_FOR
from tests.conftest import TUESDAY_AT_TEN, Clock
from tests.factories import make_message, make_person, make_request, make_resident, make_visit
from tests.machines import try_out
from tests.messages.scripted import ENDS_A_TURN, ENDS_MORE, GOES_ON, Fate, Killed, Provider

K, S = MessageKind, MessageState
FINAL = frozenset({S.DELIVERED, S.UNDELIVERED, S.FAILED, S.CANCELED, S.EXPIRED, S.SUPPRESSED})
IN_HAND = (S.SENDING, S.UNKNOWN)
OPEN = (S.PENDING, *IN_HAND, S.ACCEPTED, S.SENT)
MOBILES = ("+821000000001", "+821000000002")
LANDLINE, CALLER = "+8228200001", "+821000000055"
ENDS = {
    Channel.SMS: (("delivered", ""), ("undelivered", "30007"), ("undelivered", "30003"), ("failed", "30005")),
    Channel.VOICE: (("completed", ""), ("busy", ""), ("no-answer", ""), ("failed", "")),
}
WAYS = {Channel.SMS: ("queued", "sending", "sent"), Channel.VOICE: ("ringing", "in-progress")}
MINUTES = st.sampled_from([0.0, 0.5, 0.5, 1.0, 2.0, 2.5, 16.0])
LOOKS = st.sampled_from([True, True, False])
ANSWERS = st.sampled_from([True, True, False])  # to questions about what it has taken
FATES = st.lists(st.sampled_from([*GOES_ON * 8, *ENDS_A_TURN * 2, *ENDS_MORE]), min_size=2, max_size=6)
TICKS = st.lists(st.tuples(MINUTES, LOOKS, ANSWERS, FATES), min_size=2, max_size=4)
Tick = tuple[float, bool, bool, list[Fate]]
TICKS_IN_PEACE = 5


class Outbox(RuleBasedStateMachine):
    """The real outbox on a real database; only the provider is ours."""

    clock: Clock

    @initialize(busy=st.booleans())
    def open(self, busy: bool) -> None:
        db.session.rollback()
        with transaction():
            db.session.connection().exec_driver_sql("PRAGMA defer_foreign_keys = ON")
            for table in reversed(db.metadata.sorted_tables):
                db.session.execute(delete(table))
        db.session.remove()
        self.clock.at = TUESDAY_AT_TEN
        self.provider = Provider(self.clock)
        self.visits: list[int] = []
        self.before: dict[int, MessageState] = {}
        self.told: set[int] = set()  # by a person
        self.seen: set[str] = set()  # of what the provider has taken
        self.gone: set[int] = set()  # of a promise that was moved or cancelled since
        for phone in (MOBILES[0], LANDLINE) if busy else ():
            self.book(phone, has_caller=True, hours=30)
        self.write(K.MEMBER_OFFER, minutes=90.0, many=4)

    # The co-operative ---------------------------------------------------------------------------

    @rule(phone=st.sampled_from([*MOBILES, LANDLINE]), has_caller=st.booleans(), hours=st.integers(2, 40))
    def book(self, phone: str, has_caller: bool, hours: int) -> None:
        request = make_request(make_resident(phone=phone))
        if has_caller:
            request.caller, request.relation = make_person("딸", CALLER), Relation.FAMILY
        visit = make_visit(request, start=self.clock() + timedelta(hours=hours))
        announce.booked(visit, self.clock())
        self.visits.append(visit.id)
        db.session.commit()

    @rule(
        kind=st.sampled_from([K.MEMBER_OFFER, K.RESIDENT_ON_THE_WAY]),
        minutes=st.sampled_from([0.5, 2.0, 90.0]),
        many=st.integers(1, 4),
    )
    def write(self, kind: MessageKind, minutes: float, many: int) -> None:
        for _ in range(many):
            make_message(make_person(), kind, not_after=self.clock() + timedelta(minutes=minutes))
        db.session.commit()

    @precondition(lambda self: self.visits)
    @rule(data=st.data(), hours=st.sampled_from([-3, 1, 20, None]))
    def move_or_cancel(self, data: st.DataObject, hours: int | None) -> None:
        visit = db.session.get_one(Visit, data.draw(st.sampled_from(self.visits)))
        self.gone |= {row.id for row in self.rows() if row.visit_id == visit.id}
        if hours is None:
            self.visits.remove(visit.id)
            visit.move_to(VisitState.CANCELLED, SYSTEM, self.clock())
            announce.cancelled(visit, self.clock())
        else:
            for moment in ("window_start", "window_end", "start"):
                setattr(visit, moment, getattr(visit, moment) + timedelta(hours=hours))
            announce.moved(visit, self.clock())
        db.session.commit()

    @precondition(lambda self: self.before)
    @rule(data=st.data(), again=st.booleans())
    def an_operator_looks(self, data: st.DataObject, again: bool) -> None:
        message_id = data.draw(st.sampled_from(sorted(self.before)))
        with transaction():
            if again:
                pages.send_again(message_id, SYSTEM, self.clock())
            elif call_task.note(message_id, call_task.Outcome.TOLD, SYSTEM, self.clock()):
                self.told.add(message_id)

    # The worker ---------------------------------------------------------------------------------

    @rule(ticks=TICKS)
    def workers_tick(self, ticks: list[Tick]) -> None:
        for tick in ticks:
            self.tick(tick)

    def tick(self, tick: Tick) -> None:
        """A thread of its own looks at doubts: it may come before the sender, or not at all."""
        minutes, looks, answers, fates = tick
        self.clock.advance(minutes=minutes)
        self.provider.answers = answers
        if looks:
            doubt.sweep_now(self.clock())
            doubt.clear_up(self.provider, self.clock)
            overdue.ask_again(self.provider, self.clock)
        self.provider.fates = list(fates)
        try:
            outbox.send_due(self.provider, self.clock, rest=lambda _seconds: None)
        except Killed:
            db.session.remove()
        self.provider.fates = []

    @rule(meanwhile=TICKS)
    def a_sender_is_held_up_before_its_text_leaves(self, meanwhile: list[Tick]) -> None:
        asked: list[datetime] = []

        def now() -> datetime:
            asked.append(self.clock())
            if len(asked) == 2:  # the text is claimed, and about to leave
                self.workers_tick(meanwhile)
            return self.clock()

        outbox.send_due(self.provider, now, limit=1)

    @rule(fate=st.sampled_from([Fate.TAKEN, Fate.HIDDEN_AT_FIRST, Fate.LOST]), meanwhile=TICKS)
    def a_sender_is_held_up_before_it_notes(self, fate: Fate, meanwhile: list[Tick]) -> None:
        self.provider.fates, self.provider.meanwhile = [fate], lambda: self.workers_tick(meanwhile)
        outbox.send_due(self.provider, self.clock, limit=1)
        self.provider.fates, self.provider.meanwhile = [], None

    # The provider -------------------------------------------------------------------------------

    @precondition(lambda self: self.provider.taken)
    @rule(data=st.data(), times=st.integers(1, 2), has_address=st.booleans())
    def a_receipt_comes(self, data: st.DataObject, times: int, has_address: bool) -> None:
        """On the way or at the end, in any order; only one end is ever told of one text."""
        kept = self.provider.taken[data.draw(st.sampled_from(sorted(self.provider.taken)))]
        status, code = data.draw(st.sampled_from(WAYS[kept.text.channel])), ""
        if data.draw(st.booleans()):
            ends = ENDS[kept.text.channel]
            if (kept.says, kept.code) not in ends:
                kept.says, kept.code = data.draw(st.sampled_from(ends))
            status, code = kept.says, kept.code
        token = (kept.text.id, kept.text.attempt) if has_address else (0, 0)
        kept.heard |= has_address
        for _ in range(times):
            receipts.take_receipt(Receipt(self.provider.name, kept.sid, status, code, *token), self.clock())

    @precondition(lambda self: any(sid.startswith("CA") for sid in self.provider.taken))
    @rule(data=st.data(), digits=st.sampled_from(["1", "2", "0", "7"]), step=st.integers(1, 2))
    def a_key_is_pressed(self, data: st.DataObject, digits: str, step: int) -> None:
        calls = [sid for sid in sorted(self.provider.taken) if sid.startswith("CA")]
        text = self.provider.taken[sid := data.draw(st.sampled_from(calls))].text
        reach.take_key(
            reach.Press(self.provider.name, sid, text.id, text.attempt, step, digits), self.clock()
        )

    # What holds ---------------------------------------------------------------------------------

    @invariant()
    def all_holds(self) -> None:
        rows = self.rows()
        self.nothing_comes_twice(rows)
        self.nothing_leaves_when_it_is_of_no_use(rows)
        self.nothing_leaves_that_is_no_longer_true(rows)
        self.one_at_a_time_to_one_person(rows)
        self.what_is_final_stays(rows)
        self.each_is_on_its_way_or_on_a_list(rows)
        db.session.rollback()

    def nothing_comes_twice(self, rows: list[Message]) -> None:
        """But what is sent once more because its first try could not be seen anywhere."""
        assert self.provider.doubled == []
        times = Counter(kept.text.id for kept in self.provider.taken.values())
        assert {row.kind for row in rows if times[row.id] > 1} <= doubt.RESEND_ONCE
        assert max(times.values(), default=0) <= 2

    def nothing_leaves_when_it_is_of_no_use(self, rows: list[Message]) -> None:
        useful = {row.id: (row.due_at, row.not_after) for row in rows}
        for kept in self.provider.taken.values():
            due_at, not_after = useful[kept.text.id]
            assert due_at <= kept.at <= not_after

    def nothing_leaves_that_is_no_longer_true(self, rows: list[Message]) -> None:
        """Of what was taken since the last look, in which no visit moved and none was cancelled."""
        left = {kept.text.id for sid, kept in self.provider.taken.items() if sid not in self.seen}
        self.seen |= self.provider.taken.keys()
        for row in rows:
            if row.id in left and row.visit is not None and row.kind is not K.RESIDENT_CANCELLED:
                assert row.visit.state is VisitState.BOOKED
                assert row.dedupe_key.partition("#")[0].endswith(stamp(row.visit.window_start))

    def one_at_a_time_to_one_person(self, rows: list[Message]) -> None:
        """Nor to one telephone, which two may share."""
        in_hand = [row for row in rows if row.state in IN_HAND]
        held = Counter((row.recipient_kind, row.recipient_id) for row in in_hand)
        ringing = Counter(row.to_number for row in in_hand)
        assert [who for who, many in (*held.items(), *ringing.items()) if many > 1] == []

    def what_is_final_stays(self, rows: list[Message]) -> None:
        now = {row.id: row.state for row in rows}
        for message, state in self.before.items():
            if state in FINAL:
                assert now[message] is state
            if state is S.NEEDS_PERSON:
                assert now[message] in (S.NEEDS_PERSON, S.CANCELED)
        self.before = now

    def each_is_on_its_way_or_on_a_list(self, rows: list[Message]) -> None:
        now = self.clock()
        settled = self.settled() | {row.follows_id for row in rows}
        listed = set(db.session.scalars(texts_to_pass_on(now)))
        for row in rows:
            if row.state in (S.DELIVERED, S.CANCELED) or row.id in listed | settled:
                continue
            assert row.told_at is None, "nobody was told, and no next step stands"
            assert row.state in OPEN or row.due_at > now
            assert listed_from(row) > now or row.not_after <= now - LISTED_FOR
            assert row.state is not S.SENDING or row.lease_until is not None

    def settled(self) -> set[int]:
        """Arrived after all, answered, told by a person, or of a promise that is gone."""
        arrived = {each.text.id for each in self.provider.taken.values() if each.says == "delivered"}
        return arrived | self.told | self.gone | set(db.session.scalars(select(ReachAnswer.outbox_id)))

    def teardown(self) -> None:
        """Left in peace, nothing stays in the middle of its way."""
        for _ in range(TICKS_IN_PEACE):
            self.tick((3, True, True, []))
        self.all_holds()
        stuck = [row.id for row in self.rows() if row.state in IN_HAND]
        waiting = [row.id for row in self.rows() if row.state is S.PENDING and row.due_at < self.clock()]
        assert (stuck, waiting) == ([], [])
        db.session.rollback()
        db.session.remove()

    def rows(self) -> list[Message]:
        db.session.expire_all()
        return list(db.session.scalars(select(Message).order_by(Message.id)))


def test_whatever_happens_in_whatever_order(app: Flask, clock: Clock) -> None:
    """The same few each time; `EXAMPLES=500 pytest tests/messages/test_machine.py` looks for new ones."""
    Outbox.clock = clock
    with app.app_context():
        try_out(Outbox, steps=20, shorten=True)
