"""Who may sign in, and what they may do."""

import secrets
from datetime import datetime
from enum import StrEnum

from flask_login import UserMixin
from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from handyman.extensions import Table, UtcDateTime
from handyman.models.guarded import named


class Role(StrEnum):
    OPERATOR = "operator"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"


class User(UserMixin, Table):  # type: ignore[misc]  # flask-login has no types
    """An operator, a coordinator or an administrator. Members sign in nowhere: they have links."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    password_hash: Mapped[str] = mapped_column(String(200))
    role: Mapped[Role] = mapped_column(named(Role))
    active: Mapped[bool] = mapped_column(default=True)
    session_version: Mapped[int] = mapped_column(default=1)  # raised to end every open session
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    signed_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def is_active(self) -> bool:
        return self.active

    def get_id(self) -> str:
        """Of a new sign-in, which can be ended alone."""
        return f"{self.id}.{self.session_version}.{secrets.token_hex(8)}"


class EndedSignIn(Table):
    """A sign-in, of the office or of a member, that was ended by signing out."""

    __tablename__ = "ended_sign_ins"

    mark: Mapped[str] = mapped_column(String(80), primary_key=True)
    ended_at: Mapped[datetime] = mapped_column(UtcDateTime)
