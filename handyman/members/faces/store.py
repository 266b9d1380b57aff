"""A member's photograph: one at a time, and gone for good once it is taken away."""

from datetime import datetime

from handyman.extensions import db
from handyman.members.roster import hold
from handyman.models import Actor, Member, record
from handyman.photos import Shelf


def put(member_id: int, face: bytes, shelf: Shelf, by: Actor, now: datetime) -> list[str]:
    """In the place of the one before; gives the files that are no longer anybody's."""
    member = hold(member_id)
    return _become(member, shelf.put(face), by, now)


def remove(member_id: int, by: Actor, now: datetime) -> list[str]:
    """Gives the files that are no longer anybody's."""
    member = hold(member_id)
    return _become(member, "", by, now) if member.photo else []


def _become(member: Member, name: str, by: Actor, now: datetime) -> list[str]:
    gone = [member.photo] if member.photo else []
    record(
        member,
        by,
        now,
        moved_from="photo" if gone else "",
        moved_to="photo" if name else "",
        why="photo",
    )
    member.photo = name
    db.session.flush()
    return gone
