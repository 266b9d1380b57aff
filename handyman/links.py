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

TOKEN_LENGTH = 8  # 46 bits: each letter more is one less for what a text says
CAPITALS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # a token begins so, and no page's name does
LETTERS = f"{CAPITALS}abcdefghijkmnpqrstuvwxyz"  # no two alike, no mark that telephones leave out of a link
LONG = 12  # base64url characters: of a link by an earlier release, and of what no member's text holds
SHAPE = rf"(?:[{CAPITALS}][{LETTERS}]{{{TOKEN_LENGTH - 1}}}|[\w-]{{{LONG}}})"
NONCE = 12  # bytes; a nonce that is longer is of a link by an earlier release


class Kept(Protocol):
    """What the tables keep of a link."""

    @property
    def nonce(self) -> str: ...


class LinkError(Exception):
    """A link that opens nothing: made up, withdrawn or past its time."""


class LinkOverError(LinkError):
    """A link that was good once: withdrawn or past its time. It still says how its owner is written to."""

    def __init__(self, language: str, member_id: int | None = None) -> None:
        super().__init__()
        self.language = language
        self.member_id = member_id


def issue(
    member_id: int,
    now: datetime,
    expires_at: datetime,
    *,
    visit_id: int | None = None,
    day: date | None = None,
) -> Link:
    """A new link for one member to one visit, or to one day."""
    nonce, token_hash = _unused()
    link = Link(
        nonce=nonce,
        token_hash=token_hash,
        member_id=member_id,
        visit_id=visit_id,
        day=day,
        created_at=now,
        expires_at=expires_at,
    )
    db.session.add(link)
    db.session.flush()
    return link


def instead_of(link: Link, now: datetime) -> Link:
    """Another one to the same place, for as long: the one before opens nothing any more."""
    link.revoked_at = link.revoked_at or now
    return issue(link.member_id, now, link.expires_at, visit_id=link.visit_id, day=link.day)


def url(link: Kept) -> str:
    """The address that goes into a text."""
    return f"{settings().public_base_url}/{_token(link.nonce)}"


def path(link: Kept) -> str:
    """The same on a page of ours, by whichever name it was opened."""
    return f"/{_token(link.nonce)}"


def length() -> int:
    """How many characters an address adds to a text."""
    return len(f"{settings().public_base_url}/") + TOKEN_LENGTH


def find(token: str) -> Link | None:
    """The link behind a token, good or over."""
    known = (keyed(token), hash_of(token))  # the second: by an earlier release
    return db.session.scalar(select(Link).where(Link.token_hash.in_(known)).options(joinedload(Link.member)))


def open_link(token: str, now: datetime) -> Link:
    """The link behind a token, or LinkError. Whoever has left opens nothing any more."""
    link = find(token)
    if link is None:
        raise LinkError
    if link.closes_at <= now or not link.member.active:
        raise LinkOverError(link.member.language, link.member_id)
    return link


def derive(purpose: str, nonce: str) -> str:
    """The token of a nonce: the tables alone open nothing."""
    return base64.urlsafe_b64encode(_digest(f"{purpose}:{nonce}")).decode()[:LONG]


def mark_of(member_id: int) -> str:
    """By which a telephone knows whose pages it shows, whichever link opened them. It opens nothing."""
    return derive("member", str(member_id))


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def short(purpose: str, nonce: str) -> str:
    """The same in eight letters."""
    rest, first = divmod(int.from_bytes(_digest(f"{purpose}:{nonce}")), len(CAPITALS))
    token = CAPITALS[first]
    while len(token) < TOKEN_LENGTH:
        rest, letter = divmod(rest, len(LETTERS))
        token += LETTERS[letter]
    return token


def keyed(token: str) -> str:
    """So short a token could be found from a plain hash by trying all there are."""
    return _digest(f"token:{token}").hex()


def _unused() -> tuple[str, str]:
    """A nonce and what is kept of its token."""
    while True:
        nonce = secrets.token_hex(NONCE)
        token_hash = keyed(_token(nonce))
        if db.session.scalar(select(Link.id).where(Link.token_hash == token_hash)) is None:
            return nonce, token_hash


def _token(nonce: str) -> str:
    if len(nonce) > 2 * NONCE:
        return derive("link", nonce)
    return short("link", nonce)


def _digest(words: str) -> bytes:
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, words.encode(), hashlib.sha256).digest()
