"""The address of the page that a resident opens from a text: one for each visit, the same in every text."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from handyman.extensions import db, settings
from handyman.links import NONCE, LinkError, LinkOverError, derive, hash_of, keyed, short
from handyman.models import PageLink, Visit

GOOD_FOR = timedelta(days=14)  # after the visit: as long as somebody may still say how it was
PURPOSE = "page"
PLACE = "r/"  # so much longer than a member's


def issue(visit: Visit, now: datetime) -> PageLink:
    """The link of a visit, made when it is first told."""
    link = db.session.get(PageLink, visit.id)
    if link is None:
        nonce, token_hash = _unused()
        link = PageLink(visit_id=visit.id, nonce=nonce, token_hash=token_hash, created_at=now)
        db.session.add(link)
        db.session.flush()
    return link


def renew(visit: Visit, now: datetime) -> None:
    """Another address for the page: the one before opens nothing any more."""
    link = issue(visit, now)
    link.nonce, link.token_hash = _unused()
    link.created_at = now
    db.session.flush()


def _unused() -> tuple[str, str]:
    """A nonce and what is kept of its token."""
    while True:
        nonce = secrets.token_hex(NONCE)
        token_hash = keyed(_token(nonce))
        if db.session.scalar(select(PageLink.visit_id).where(PageLink.token_hash == token_hash)) is None:
            return nonce, token_hash


def _token(nonce: str) -> str:
    """Eight letters, as a member's; of a page by an earlier release, whose nonce is longer, twelve."""
    return derive(PURPOSE, nonce) if len(nonce) > 2 * NONCE else short(PURPOSE, nonce)


def address(visit_id: int | None) -> str:
    """What stands in a text; nothing where the visit has no page."""
    link = db.session.get(PageLink, visit_id) if visit_id is not None else None
    return f"{settings().public_base_url}/{PLACE}{_token(link.nonce)}" if link else ""


def open_page(token: str, now: datetime) -> Visit:
    """The visit of a token, or LinkError. A visit that moves takes its page along."""
    known = (keyed(token), hash_of(token))  # the second: by an earlier release
    link = db.session.scalar(
        select(PageLink).where(PageLink.token_hash.in_(known)).options(joinedload(PageLink.visit))
    )
    if link is None:
        raise LinkError
    if link.visit.window_end + GOOD_FOR <= now:
        raise LinkOverError(link.visit.resident.person.language)
    return link.visit
