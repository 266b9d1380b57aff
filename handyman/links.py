"""Links that open one page without signing in, for as long as they are good."""

import base64
import hashlib
import hmac
import secrets
from datetime import date, datetime
from typing import Protocol

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from handyman.extensions import db, settings
from handyman.models import Link

TOKEN_LENGTH = 12  # base64url characters: 72 bits, short enough for a text of one part


class Kept(Protocol):
    """What the tables keep of a link."""

    @property
    def nonce(self) -> str: ...


class LinkError(Exception):
    """A link that opens nothing: made up, withdrawn or past its time."""


class LinkOverError(LinkError):
    """A link that was good once: withdrawn or past its time. It still says how its owner is written to."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language


def issue(
    member_id: int,
    now: datetime,
    expires_at: datetime,
    *,
    visit_id: int | None = None,
    day: date | None = None,
) -> Link:
    """A new link for one member to one visit, or to one day."""
    nonce = secrets.token_hex(16)
    link = Link(
        nonce=nonce,
        token_hash=hash_of(derive("link", nonce)),
        member_id=member_id,
        visit_id=visit_id,
        day=day,
        created_at=now,
        expires_at=expires_at,
    )
    db.session.add(link)
    db.session.flush()
    return link


def url(link: Kept) -> str:
    """The address that goes into a text."""
    return f"{settings().public_base_url}/{derive('link', link.nonce)}"


def length() -> int:
    """How many characters an address adds to a text."""
    return len(f"{settings().public_base_url}/") + TOKEN_LENGTH


def open_link(token: str, now: datetime) -> Link:
    """The link behind a token, or LinkError."""
    wanted = select(Link).where(Link.token_hash == hash_of(token)).options(joinedload(Link.member))
    link = db.session.scalar(wanted)
    if link is None:
        raise LinkError
    if link.revoked_at is not None or link.expires_at <= now:
        raise LinkOverError(link.member.language)
    return link


def derive(purpose: str, nonce: str) -> str:
    """The token of a nonce: the tables alone open nothing."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    digest = hmac.new(key, f"{purpose}:{nonce}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode()[:TOKEN_LENGTH]


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
