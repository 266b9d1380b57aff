"""The first administrator, made at the terminal."""

import re

import click
from sqlalchemy import func, select

from handyman import catalogue_rows
from handyman.accounts import users
from handyman.accounts.passwords import LEAST_LENGTH
from handyman.extensions import db, now, transaction
from handyman.models import SYSTEM, Installation, Role, User


@click.command("create-admin")
@click.option("--login", prompt="Login", help="What the administrator signs in with.")
@click.option("--name", prompt="Name", help="How the administrator is called on screen.")
@click.password_option(help="At least 10 characters; asked for when not given.")
def create_admin(login: str, name: str, password: str) -> None:
    """Add an administrator."""
    if not re.fullmatch(users.LOGIN, login):
        raise click.ClickException(
            "The login must have 3 to 40 letters, digits, dots, underlines or hyphens."
        )
    if not name.strip() or len(name) > users.LONGEST_NAME:
        raise click.ClickException(f"The name must have 1 to {users.LONGEST_NAME} characters.")
    if len(password) < LEAST_LENGTH:
        raise click.ClickException(f"The password must have at least {LEAST_LENGTH} characters.")
    if db.session.scalar(select(User.id).where(func.lower(User.login) == login.lower())):
        raise click.ClickException(f"{login} is taken; choose another login.")
    with transaction():  # the office's first start: what it offers, and that its data is real
        catalogue_rows.ensure()
        if db.session.get(Installation, 1) is None:
            db.session.add(Installation(id=1, demo=False, created_at=now()))
    users.add(users.NewUser(login, name, Role.ADMINISTRATOR, password), SYSTEM, now())
    click.echo(f"{login} may sign in.")
