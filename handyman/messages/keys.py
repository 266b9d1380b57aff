"""What makes a message the same as another one."""

from itertools import count

from sqlalchemy import bindparam, select

from handyman.extensions import db
from handyman.models import Message


def free_key(key: str) -> str:
    """What was written before under this key was taken back, or is news again: the key gets a turn."""
    turns = (key if turn == 1 else f"{key}#{turn}" for turn in count(1))
    taken = select(Message.id).where(Message.dedupe_key == bindparam("turn"))
    return next(turn for turn in turns if db.session.scalar(taken, {"turn": turn}) is None)
