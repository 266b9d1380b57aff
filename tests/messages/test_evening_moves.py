"""Moved in the evening to the first hour of the next day, and given to somebody else before anybody rang."""

from flask import Flask

from handyman.extensions import db
from tests.conftest import Clock
from tests.messages.world import NAMES, World

FIRST, _SECOND, RUNG = NAMES  # the last has no smartphone


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
