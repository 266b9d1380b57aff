"""The address of the page that a resident opens from a text: one for each visit, the same in every text."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from handyman.extensions import db, settings
from handyman.links import LinkError, LinkOverError, derive, hash_of
from handyman.models import PageLink, Visit

GOOD_FOR = timedelta(days=14)  # after the visit: as long as somebody may still say how it was
PURPOSE = "page"
PLACE = "r/"  # so much longer than a member's


def issue(visit: Visit, now: datetime) -> PageLink:
    """The link of a visit, made when it is first told."""
    link = db.session.get(PageLink, visit.id)
    if link is None:
        nonce = _nonce()
        link = PageLink(
            visit_id=visit.id, nonce=nonce, token_hash=hash_of(derive(PURPOSE, nonce)), created_at=now
        )
        db.session.add(link)
        db.session.flush()
    return link


def _nonce() -> str:
    """One whose token ends in no hyphen: telephones leave it out of a link."""
    while True:
        nonce = secrets.token_hex(16)
        if not derive(PURPOSE, nonce).endswith("-"):
            return nonce


def address(visit_id: int | None) -> str:
    """What stands in a text; nothing where the visit has no page."""
    link = db.session.get(PageLink, visit_id) if visit_id is not None else None
    return f"{settings().public_base_url}/{PLACE}{derive(PURPOSE, link.nonce)}" if link else ""


def open_page(token: str, now: datetime) -> Visit:
    """The visit of a token, or LinkError. A visit that moves takes its page along."""
    link = db.session.scalar(
        select(PageLink).where(PageLink.token_hash == hash_of(token)).options(joinedload(PageLink.visit))
    )
    if link is None:
        raise LinkError
    if link.visit.window_end + GOOD_FOR <= now:
        raise LinkOverError(link.visit.resident.person.language)
    return link.visit
