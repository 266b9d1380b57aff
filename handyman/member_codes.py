"""Six digits by text: issued, checked once, and derived anew when the text leaves. No table holds them."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import func, select

from handyman.extensions import db
from handyman.models import Member, SignInCode

GOOD_FOR = timedelta(minutes=10)
MOST_TRIES = 5  # of one code: one in 200,000 guesses it
MOST_CODES, IN = 3, timedelta(minutes=15)  # for one member
MARK = "{code}"


def issue(phone: str, now: datetime) -> tuple[Member, SignInCode] | None:
    """A code for the member with this number; None where there is none, or too many were asked for."""
    wanted = select(Member).where(Member.phone == phone, Member.active, Member.smartphone)
    member = db.session.scalar(wanted.with_for_update(of=Member, key_share=True))
    if member is None:
        return None
    lately = select(func.count()).where(SignInCode.member_id == member.id, SignInCode.created_at > now - IN)
    if (db.session.scalar(lately) or 0) >= MOST_CODES:
        return None
    code = SignInCode(
        member_id=member.id, nonce=secrets.token_hex(16), created_at=now, expires_at=now + GOOD_FOR
    )
    db.session.add(code)
    db.session.flush()
    return member, code


def check(phone: str, typed: str, now: datetime) -> Member | None:
    """Whose code it is; it is used up by that. Only the newest counts, and few tries of it."""
    query = (
        select(SignInCode, Member)
        .join(Member, Member.id == SignInCode.member_id)
        .where(Member.phone == phone, Member.active)
        .order_by(SignInCode.id.desc())
        .limit(1)
        .with_for_update(of=SignInCode)
    )
    found = db.session.execute(query).first()
    if found is None:
        return None
    code, member = found
    if code.used_at is not None or code.expires_at <= now or code.tries >= MOST_TRIES:
        return None
    code.tries += 1
    right = hmac.compare_digest(digits(code.nonce).encode(), typed.encode())
    code.used_at = now if right else None
    return member if right else None


def digits(nonce: str) -> str:
    key = str(current_app.config["SECRET_KEY"]).encode()
    digest = hmac.new(key, f"code:{nonce}".encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(digest[:8]) % 1_000_000:06d}"


def of_id(code_id: int) -> str:
    """What goes into the text of a code."""
    code = db.session.get(SignInCode, code_id)
    return digits(code.nonce) if code else ""
