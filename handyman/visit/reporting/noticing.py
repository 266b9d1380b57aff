"""A worry about somebody at home, in two taps. It is kept only when they agree that the office may know."""

from datetime import datetime

from sqlalchemy import select

from handyman.extensions import db
from handyman.models import Actor, Noticing, Worry
from handyman.visit.progress import hold
from handyman.visit.taps import Tap, is_new


def keep(visit_id: int, worry: Worry, by: Actor, tap: Tap, now: datetime) -> None:
    """Once for each visit and worry, as long as nobody has seen to it."""
    hold(visit_id, by, now)
    if not is_new(visit_id, tap, by, f"worry_{worry}", now) or by.id is None:
        return
    waits = select(Noticing.id).where(
        Noticing.visit_id == visit_id, Noticing.worry == worry, Noticing.handled_at.is_(None)
    )
    if db.session.scalar(waits) is None:
        db.session.add(Noticing(visit_id=visit_id, member_id=by.id, worry=worry, noticed_at=tap.at))
        db.session.flush()


def noticed_at(visit_id: int) -> frozenset[Worry]:
    """What has been passed on of a visit."""
    return frozenset(db.session.scalars(select(Noticing.worry).where(Noticing.visit_id == visit_id)))
