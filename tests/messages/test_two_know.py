"""The same of a visit that two go to: who goes with whom may change as well."""

from datetime import timedelta

from flask import Flask
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from handyman import flow
from handyman.board.mending.put import Wanted
from handyman.board.refusals import BoardError
from handyman.board.seen import seen_of_visit
from handyman.extensions import db, transaction
from handyman.messages import announce
from handyman.models import (
    Actor,
    ActorKind,
    AssignmentState,
    Message,
    MessageKind,
    OverrideReason,
    StateError,
    TeamRole,
    TextKind,
    VisitState,
)
from handyman.words import at_minute, seoul_day
from tests.board.plans.makers import promised
from tests.conftest import Clock
from tests.machines import try_out
from tests.messages.world import NAMES, NOTHING, STARTS, TELLS_WHERE, World

DECLINED = f":{TextKind.MEMBER_PARTNER_DECLINED}-"


class TwoGo(World):
    """Two places, three members, who remember as well who goes with them."""

    @initialize(
        accepted=st.booleans(),
        by_night=st.booleans(),
        pair=st.permutations(NAMES),
    )
    def open(self, accepted: bool, by_night: bool, pair: list[str]) -> None:
        members = self.stand_up()
        self.beside = dict.fromkeys(NAMES, NOTHING)
        two = list(pair)[:2]
        visit = promised("10:00", [members[each] for each in two], accepted=False, window=None)
        self.have(visit)
        for place in visit.assignments:
            place.offers[-1].expires_at = self.clock() + timedelta(days=1)
        with transaction():
            announce.booked(visit, self.clock())
            for place in visit.assignments:
                announce.offered(place.offers[-1], self.clock())
        self.tick([])
        if accepted:
            for each in two:
                self.clock.advance(minutes=2)
                self.say(each, yes=True, by=Actor(ActorKind.MEMBER, self.members[each]))
        if by_night:
            self.clock.at = at_minute(seoul_day(self.clock()), 20 * 60 + 30)

    @rule(
        who=st.sampled_from(NAMES),
        start=st.sampled_from(STARTS),
        agreed=st.booleans(),
        role=st.sampled_from(list(TeamRole)),
    )
    def puts(self, who: str, start: int, agreed: bool, role: TeamRole = TeamRole.LEAD) -> None:
        wanted = Wanted(
            role,
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
        if agreed and before.member_id != self.members[who]:
            self.learns(who)
        self.clock.advance(seconds=7)

    def reads(self, row: Message, who: str) -> None:
        super().reads(row, who)
        named = self.named_in(row, who)
        if row.kind is MessageKind.MEMBER_PARTNER:
            self.beside[who] = NOTHING if DECLINED in row.dedupe_key else named
        elif row.kind in TELLS_WHERE:
            self.beside[who] = named or self.beside[who]  # a text may have no room for a name

    def named_in(self, row: Message, who: str) -> str:
        return next((each for each in NAMES if each != who and each in row.body), NOTHING)

    def agrees(self, asked: Message, who: str) -> None:
        """They know as much of the other as the call has said."""
        super().agrees(asked, who)
        self.beside[who] = self.named_in(asked, who)

    def learns(self, who: str) -> None:
        super().learns(who)
        self.beside[who] = self.goes_with(who)

    def goes_with(self, who: str) -> str:
        others = [each for each in self.going() if each != who]
        return others[0] if others else NOTHING

    def going(self) -> list[str]:
        places = [each for each in self.visit().assignments if each.state is AssignmentState.ACCEPTED]
        return [name for name in NAMES if any(each.member_id == self.members[name] for each in places)]

    def wrong_in_the_end(self) -> dict[str, tuple[str, str]]:
        wrong = super().wrong_in_the_end()
        if self.visit().state is VisitState.CANCELLED:
            return wrong
        beside = {who: (self.beside[who], self.goes_with(who)) for who in self.going()}
        return wrong | {f"{who} with": found for who, found in beside.items() if found[0] != found[1]}


def test_in_the_end_both_know(app: Flask, clock: Clock) -> None:
    TwoGo.clock = clock
    with app.app_context():
        try_out(TwoGo, steps=12)
