"""People who sign in: let in, add, change, shut out."""

from dataclasses import dataclass
from datetime import datetime

from flask_login import UserMixin
from sqlalchemy import bindparam, exists, func, select
from sqlalchemy.exc import IntegrityError

from handyman.accounts.passwords import hashed, matches, outdated
from handyman.extensions import db, rows, transaction
from handyman.models import Actor, EndedSignIn, Role, User, record

LOGIN = r"[a-zA-Z0-9._-]{3,40}"
LONGEST_NAME = 60


class LastAdministratorError(Exception):
    """The only administrator left cannot be shut out or made anything else."""


class ChangedMeanwhileError(Exception):
    """Somebody else has given another role, or shut out, since the page was opened."""


class LoginTakenError(Exception):
    """Somebody already signs in with this name."""


@dataclass(frozen=True, slots=True)
class SignedIn(UserMixin):  # type: ignore[misc]  # flask-login has no types
    """Who is at the screen: as much of a user as every page asks for."""

    id: int
    name: str
    login: str
    role: Role
    session_version: int
    session_id: str

    def get_id(self) -> str:
        return self.session_id


SIGNED_IN = select(User.id, User.name, User.login, User.role, User.session_version).where(
    User.id == bindparam("id"), User.active, ~exists().where(EndedSignIn.mark == bindparam("mark"))
)


@dataclass(frozen=True, slots=True)
class NewUser:
    login: str
    name: str
    role: Role
    password: str


def let_in(login: str, password: str, now: datetime) -> User | None:
    """The user whose name and password these are, or None."""
    with transaction():
        wanted = select(User).where(func.lower(User.login) == login.lower(), User.active)
        user: User | None = db.session.scalar(wanted)
        if not matches(user.password_hash if user else None, password) or user is None:
            return None
        if outdated(user.password_hash):
            user.password_hash = hashed(password)
        user.signed_in_at = now
    return user


def load(session_id: str) -> SignedIn | None:
    """The user of a session, unless it has been ended since or they have been shut out."""
    number, version, *_ = f"{session_id}.".split(".")
    if not (number.isascii() and number.isdigit()):
        return None
    row = rows(SIGNED_IN, id=int(number), mark=session_id).one_or_none()
    same = row is not None and f"{row.session_version}" == version
    return SignedIn(*row, session_id) if row is not None and same else None


def knows_password(user_id: int, password: str) -> bool:
    """Whether somebody who is signed in can say their password again."""
    return matches(db.session.scalar(select(User.password_hash).where(User.id == user_id)), password)


def add(new: NewUser, by: Actor, now: datetime) -> User:
    with transaction():
        if db.session.scalar(select(User.id).where(func.lower(User.login) == new.login.lower())):
            raise LoginTakenError(new.login)
        user = User(
            login=new.login,
            name=new.name,
            role=new.role,
            password_hash=hashed(new.password),
            created_at=now,
        )
        db.session.add(user)
        try:
            db.session.flush()
        except IntegrityError as error:  # somebody else has just added the same
            raise LoginTakenError(new.login) from error
        record(user, by, now, moved_to=new.role, why="added")
    return user


def seen(user: User) -> str:
    """A sign of how a user stands, to notice a change meanwhile: each ends the sessions."""
    return str(user.session_version)


def change(user_id: int, role: Role, active: bool, by: Actor, now: datetime, *, seen_by: str) -> User | None:
    """Give another role, or shut out; ends every open session of that user."""
    with transaction():
        administrators = _hold_administrators()
        user = db.session.get(User, user_id, populate_existing=True)
        if user is None or (user.role, user.active) == (role, active):
            return user
        if seen(user) != seen_by:
            raise ChangedMeanwhileError(user_id)
        stays_administrator = role == Role.ADMINISTRATOR and active
        if administrators == {user.id} and not stays_administrator:
            raise LastAdministratorError
        before = user.role if user.active else "shut_out"
        user.role, user.active = role, active
        user.session_version += 1
        record(user, by, now, moved_from=before, moved_to=role if active else "shut_out")
    return user


def set_password(user_id: int, password: str, by: Actor, now: datetime) -> User | None:
    """A new password; every open session ends."""
    with transaction():
        user = db.session.get(User, user_id)
        if user is not None:
            user.password_hash = hashed(password)
            user.session_version += 1
            record(user, by, now, moved_to="password_changed")
    return user


def everybody() -> list[User]:
    return list(db.session.scalars(select(User).order_by(User.active.desc(), User.login)))


def _hold_administrators() -> set[int]:
    """Everybody who may change users, held until we are done: two must not shut out one another."""
    wanted = select(User.id).where(User.role == Role.ADMINISTRATOR, User.active).order_by(User.id)
    return set(db.session.scalars(wanted.with_for_update()))
