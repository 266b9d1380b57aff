"""Whether texts leave the house at all."""

from sqlalchemy import select

from handyman.extensions import db, settings
from handyman.models import Installation


def texts_stay_here() -> bool:
    """A real office with the gateway that only shows texts on screen: nobody would ever be told."""
    return settings().sms_gateway == "screen" and not db.session.scalar(select(Installation.demo))
