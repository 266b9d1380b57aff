"""Moved in the evening to the first hour of the next day, and given to somebody else before anybody rang."""

from flask import Flask
from sqlalchemy import select

from handyman.extensions import db
from handyman.models import Message, MessageKind, MessageState
from tests.conftest import Clock
from tests.messages.world import NAMES, World

FIRST, SECOND, RUNG = NAMES  # the last has no smartphone


def test_who_said_yes_to_ten_hears_that_ten_is_off(app: Flask, clock: Clock) -> None:
    """They never heard of nine: that nine is off tells them nothing."""
    World.clock = clock
    with app.app_context():
        world = World()
        world.open(accepted=True, by_night=True, first=RUNG)
        world.moves(0)
        world.puts(FIRST, 540, agreed=False)
        assert world.wrong_in_the_end() == {}
        db.session.remove()


def test_who_had_the_job_back_for_a_moment_is_told_once_that_it_is_off(app: Flask, clock: Clock) -> None:
    """They agreed by telephone in between; nothing of it leaves before the morning."""
    World.clock = clock
    with app.app_context():
        world = World()
        world.open(accepted=True, by_night=True, first=FIRST)
        world.puts(SECOND, 600, agreed=False)
        world.puts(FIRST, 600, agreed=True)
        world.puts(SECOND, 600, agreed=False)
        assert world.wrong_in_the_end() == {}
        off = select(Message.id).where(
            Message.kind == MessageKind.MEMBER_WITHDRAWN, Message.state == MessageState.DELIVERED
        )
        assert len(db.session.scalars(off).all()) == 1
        db.session.remove()
