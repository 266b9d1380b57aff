"""Whatever is moved, undone, answered and mistyped: in the end everybody knows how it is."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from handyman.extensions import db
from handyman.messages import announce
from handyman.models import Message, MessageKind, MessageState, RecipientKind
from tests.conftest import Clock
from tests.machines import try_out
from tests.messages.world import HOME, NAMES, World

FIRST, SECOND, RUNG = NAMES  # the last has no smartphone


def a_key_in_a_call_that_was_about_nothing_just_then(world: World) -> None:
    """They heard that they need not go, and then the move was undone."""
    world.open(accepted=False, by_night=False, first=RUNG)
    world.puts(FIRST, 600, agreed=False)
    world.presses("1")
    world.undoes()


def a_number_that_was_wrong_while_they_lost_the_job(world: World) -> None:
    world.open(accepted=False, by_night=True, first=SECOND)
    world.puts(SECOND, 615, agreed=True)
    world.moves(1)
    world.number_is_typed(SECOND, right=False)
    world.moves(0)
    world.puts(RUNG, 615, agreed=True)


def a_number_that_was_wrong_while_the_visit_moved(world: World) -> None:
    world.open(accepted=False, by_night=False, first=FIRST)
    world.changes(announce.widened)
    world.number_is_typed(FIRST, right=False)
    world.number_is_typed(HOME, right=False)
    world.moves(2)
    world.time_passes(45, [])
    world.number_is_typed(FIRST, right=True)


def a_job_that_was_given_away_and_back_by_telephone_while_their_call_rang(world: World) -> None:
    world.open(accepted=False, by_night=False, first=RUNG)
    world.puts(FIRST, 600, agreed=True)
    world.puts(RUNG, 630, agreed=True)
    world.presses("1")


def a_yes_by_telephone_to_what_was_moved_and_called_off_before_the_morning(world: World) -> None:
    """They know of the first hour alone, and that is the one they must not come at."""
    world.open(accepted=False, by_night=True, first=SECOND)
    world.puts(FIRST, 630, agreed=True)
    world.moves(3)
    world.calls_off(really=True)


def a_call_that_said_it_had_changed_before_an_undo(world: World) -> None:
    world.open(accepted=True, by_night=False, first=RUNG)
    world.changes(announce.widened)
    world.time_passes(1, [])
    world.puts(FIRST, 600, agreed=False)
    world.presses("1")
    world.undoes()


def a_number_that_was_put_right_while_a_strangers_telephone_rang(world: World) -> None:
    world.open(accepted=False, by_night=False, first=SECOND)
    world.number_is_typed(RUNG, right=False)
    world.puts(RUNG, 600, agreed=False)
    world.time_passes(45, [])
    world.time_passes(45, [])
    world.presses("1", typed=True)


def a_move_that_was_undone_while_news_waited_for_the_morning(world: World) -> None:
    world.open(accepted=False, by_night=True, first=RUNG)
    world.changes(announce.widened)
    world.moves(3)
    world.undoes()


@pytest.mark.parametrize(
    "happens",
    [
        a_move_that_was_undone_while_news_waited_for_the_morning,
        a_call_that_said_it_had_changed_before_an_undo,
        a_yes_by_telephone_to_what_was_moved_and_called_off_before_the_morning,
        a_key_in_a_call_that_was_about_nothing_just_then,
        a_number_that_was_wrong_while_they_lost_the_job,
        a_number_that_was_wrong_while_the_visit_moved,
        a_job_that_was_given_away_and_back_by_telephone_while_their_call_rang,
        a_number_that_was_put_right_while_a_strangers_telephone_rang,
    ],
)
def test_everybody_knows_after(happens: Callable[[World], None], app: Flask, clock: Clock) -> None:
    World.clock = clock
    with app.app_context():
        world = World()
        happens(world)
        assert world.wrong_in_the_end() == {}
        db.session.remove()


def test_in_the_end_everybody_knows(app: Flask, clock: Clock) -> None:
    """The same few each time; with EXAMPLES=500 in the environment it looks for new ones."""
    World.clock = clock
    with app.app_context():
        try_out(World, steps=12)


def test_whoever_was_told_otherwise_before_an_undo_is_asked_once(app: Flask, clock: Clock) -> None:
    World.clock = clock
    with app.app_context():
        world = World()
        world.open(accepted=False, by_night=False, first=RUNG)
        world.changes(announce.widened)
        world.puts(FIRST, 600, agreed=False)
        world.presses("1")
        world.undoes()
        waits = select(Message.id).where(
            Message.recipient_kind == RecipientKind.MEMBER,
            Message.recipient_id == world.members[RUNG],
            Message.state == MessageState.PENDING,
            Message.kind == MessageKind.MEMBER_OFFER,
        )
        assert len(db.session.scalars(waits).all()) == 1
