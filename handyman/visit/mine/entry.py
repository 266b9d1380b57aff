"""Who has come in with a code: a signed cookie of its own, apart from the office's sign-in."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from flask import current_app, g, request
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from handyman import sign_outs
from handyman.extensions import db, settings
from handyman.links import mark_of
from handyman.models import Member

COOKIE = "handyman_member"
GOOD_FOR = timedelta(days=30)  # a telephone stays in its owner's pocket
LONGEST = 300  # characters


def let_in(answer: Response, member: Member) -> None:
    answer.set_cookie(
        COOKIE,
        _signer().dumps([member.id, _mark(member), secrets.token_hex(8)]),
        max_age=GOOD_FOR,
        httponly=True,
        samesite="Lax",
        secure=settings().https,
        path="/my",
    )


def let_out(answer: Response, now: datetime) -> None:
    """Wherever else the same cookie is by now, it opens nothing more."""
    if whoever() is not None:
        sign_outs.end(_sign_in(), now)
    answer.delete_cookie(COOKIE, path="/my")


def whoever() -> Member | None:
    """The member of this telephone; nobody any more when they have left or have another number."""
    try:
        found: Any = _signer().loads(_cookie(), max_age=int(GOOD_FOR.total_seconds()))
        member_id, mark, *_of_this_sign_in = found
    except (BadData, TypeError, ValueError):
        return None
    member = db.session.get(Member, member_id)
    if member is None or not member.active or mark != _mark(member) or sign_outs.ended(_sign_in()):
        return None
    g.who = mark_of(member.id)
    return member


def _cookie() -> str:
    return request.cookies.get(COOKIE, "")[:LONGEST]


def _sign_in() -> str:
    """The same for each copy of a cookie: what is signed, for a signature can be spelt in several ways."""
    return f"member.{hashlib.sha256(_cookie().rpartition('.')[0].encode()).hexdigest()}"


def _mark(member: Member) -> str:
    return hashlib.sha256(member.phone.encode()).hexdigest()[:12]


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.config["SECRET_KEY"]), salt="member")
