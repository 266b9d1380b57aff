"""A record of a person that somebody else takes into another one while a page of it is open."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import flash, redirect, request, url_for
from sqlalchemy import bindparam, select

from handyman.extensions import db, now, rows
from handyman.languages import gettext as _
from handyman.models import Person, PersonMerge, User
from handyman.words import moment_words, seoul_day

LARGEST_ID = 2**31 - 1
MERGE = select(PersonMerge.kept_id, PersonMerge.merged_at, PersonMerge.merged_by_id).where(
    PersonMerge.gone_id == bindparam("id"), PersonMerge.undone_at.is_(None)
)
View = Callable[..., Any]


def into(person_id: int) -> int:
    """The record that stands for it by now: itself, where it has gone into no other."""
    while (last := _merge_of(person_id)) is not None:
        person_id = last.kept_id
    return person_id


def who_merged(person_id: int) -> str:
    """A sentence: who has taken the record into which other one, and when."""
    last = None
    while (next_one := _merge_of(person_id)) is not None:
        last, person_id = next_one, next_one.kept_id
    if last is None:
        return ""
    return _(
        "그 사이에 %(who)s 님이 이 카드를 %(name)s 님 카드에 합쳤습니다(%(when)s).",
        who=db.session.get_one(User, last.merged_by_id).name,
        name=db.session.get_one(Person, person_id).name,
        when=moment_words(last.merged_at, seoul_day(now())),
    )


def follows(named: str = "person_id") -> Callable[[View], View]:
    """A page of a record that has gone into another is the other's; what is stored is told who merged them.

    `named`: whose id in the address it is.
    """

    def follow(view: View) -> View:
        @wraps(view)
        def followed(**ids: Any) -> Any:
            stands = into(ids[named])
            if stands == ids[named]:
                return view(**ids)
            if request.method == "GET":
                return redirect(url_for(str(request.endpoint), **ids | {named: stands}), 303)
            flash(who_merged(ids[named]), "warning")
            return view(**ids | {named: stands})

        return followed

    return follow


def _merge_of(person_id: int) -> Any:
    if person_id > LARGEST_ID:
        return None
    return rows(MERGE, id=person_id).first()
