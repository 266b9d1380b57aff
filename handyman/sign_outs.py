"""Sign-ins that were ended by signing out: a cookie that was copied before opens nothing any more."""

from datetime import datetime, timedelta

from sqlalchemy import delete, exists

from handyman.extensions import db, transaction, write_new
from handyman.models import EndedSignIn

KEPT_FOR = timedelta(days=31)  # longer than any sign-in lasts


def end(mark: str, now: datetime) -> None:
    """From now on; once more changes nothing."""
    with transaction():
        db.session.execute(delete(EndedSignIn).where(EndedSignIn.ended_at < now - KEPT_FOR))
        write_new(EndedSignIn, [{"mark": mark, "ended_at": now}])


def ended(mark: str) -> bool:
    return bool(db.session.scalar(exists().where(EndedSignIn.mark == mark).select()))
