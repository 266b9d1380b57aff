"""The same of a daughter who is told in a resident's stead, and is taken for a stranger now and then."""

from datetime import timedelta

from flask import Flask
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from handyman import flow
from handyman.extensions import db, transaction
from handyman.messages import announce, ladder, trouble
from handyman.models import Message, PersonMerge, RecipientKind
from tests.board.plans.makers import promised
from tests.conftest import Clock
from tests.factories import make_contact, make_person
from tests.machines import try_out
from tests.messages.test_another_number import NEW
from tests.messages.test_told_as_it_is import OFF, OTHER_MOBILE
from tests.messages.world import HOME, NAMES, NOTHING, STAYS, World

DAUGHTER, STRANGER = "딸기", "남남"


class StandsBy(World):
    """The resident's telephone is dead, and the daughter hears of the visit."""

    @initialize(filed_before=st.booleans(), by_night=st.booleans())
    def open(self, filed_before: bool, by_night: bool) -> None:
        members = self.stand_up()
        self.merged: PersonMerge | None = None
        self.told_a_stranger: list[str] = []
        numbers = {DAUGHTER: OTHER_MOBILE, STRANGER: NEW}
        people = {
            each: make_person(each, numbers[each]) for each in sorted(numbers, reverse=not filed_before)
        }
        self.person_ids = {name: person.id for name, person in people.items()}
        self.minds |= dict.fromkeys(numbers, NOTHING)
        visit = promised("10:00", [members[NAMES[0]]], accepted=False, window=None)
        self.have(visit)
        self.phones |= {number: name for name, number in numbers.items()}
        make_contact(visit.resident, people[DAUGHTER], may_be_told=True)
        fact = trouble.fact_of(visit.resident.person.phones[0].number)
        fact.bad_code, fact.bad_at = OFF, self.clock()
        offer = visit.assignments[0].offers[-1]
        offer.expires_at = self.clock() + timedelta(days=1)
        with transaction():
            announce.booked(visit, self.clock())
            announce.offered(offer, self.clock())
        if by_night:
            self.clock.advance(hours=10, minutes=30)

    @precondition(lambda self: self.merged is None)
    @rule(kept=st.sampled_from([DAUGHTER, STRANGER]))
    def takes_for_one(self, kept: str) -> None:
        [gone] = {DAUGHTER, STRANGER} - {kept}
        two = self.person_ids[kept], self.person_ids[gone]
        self.merged = flow.merge_people(*two, self.office, self.clock())
        self.clock.advance(seconds=7)

    @precondition(lambda self: self.merged is not None)
    @rule()
    def parts(self) -> None:
        assert self.merged is not None
        flow.undo_merge(self.merged.id, self.office, self.clock())
        self.merged = None
        self.clock.advance(seconds=7)

    def tick(self, fates: list[str]) -> None:
        with transaction():
            ladder.climb_due(self.clock())
        super().tick(fates)

    def name_of(self, message: Message) -> str:
        in_stead = message.recipient_id in self.person_ids.values()
        return (
            DAUGHTER
            if message.recipient_kind is RecipientKind.PERSON and in_stead
            else super().name_of(message)
        )

    def reads(self, row: Message, who: str) -> None:
        if who == STRANGER and self.merged is None:
            self.told_a_stranger.append(row.body)
        super().reads(row, who)

    def truth(self, who: str) -> str:
        return super().truth(HOME if who == DAUGHTER else who)

    def wrong_in_the_end(self) -> dict[str, tuple[str, str]]:
        """She knows it in the resident's stead, or has heard of nothing; and no stranger has."""
        if self.merged is not None:
            self.parts()
        wrong = super().wrong_in_the_end()
        assert self.told_a_stranger == []
        knows, truth = self.minds[DAUGHTER], self.truth(DAUGHTER)
        if knows == (truth or STAYS):
            wrong.pop(HOME, None)
        right = knows in ((NOTHING, truth) if truth else (NOTHING, STAYS))
        return wrong if right else wrong | {DAUGHTER: (knows, truth)}


def test_in_the_end_who_stands_by_knows(app: Flask, clock: Clock) -> None:
    StandsBy.clock = clock
    with app.app_context():
        try_out(StandsBy, steps=12)
        db.session.remove()
