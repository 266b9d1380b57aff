"""The wordings that count, and how a new one is kept: no version is ever overwritten."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from handyman.extensions import db
from handyman.messages.wordings import FIRST, WORDINGS
from handyman.models import Actor, TextKind, TextLanguage, TextTemplate


@dataclass(frozen=True, slots=True)
class Text:
    """Words, and which version of their template they come from."""

    body: str
    version: int = FIRST


@dataclass(frozen=True, slots=True)
class Kept:
    """A version that somebody saved, and the words that it took the place of."""

    version: int
    before: str
    body: str
    saved_at: datetime
    by: str


class ChangedMeanwhileError(Exception):
    """Somebody else has saved a version since the form was opened."""


def newest(kind: TextKind, language: TextLanguage) -> Text:
    """The template that counts now."""
    found = db.session.execute(
        select(TextTemplate.body, TextTemplate.version)
        .where(TextTemplate.kind == kind, TextTemplate.language == language)
        .order_by(TextTemplate.version.desc())
        .limit(1)
    ).first()
    return Text(found.body, found.version) if found else first(kind, language)


def first(kind: TextKind, language: TextLanguage) -> Text:
    """As the house worded it."""
    return Text(WORDINGS[kind].first(language))


def all_newest() -> dict[tuple[TextKind, TextLanguage], Text]:
    """Of every kind and language."""
    found = {(kind, language): first(kind, language) for kind in TextKind for language in TextLanguage}
    last = select(func.max(TextTemplate.id)).group_by(TextTemplate.kind, TextTemplate.language)
    for row in db.session.scalars(select(TextTemplate).where(TextTemplate.id.in_(last))):
        found[row.kind, row.language] = Text(row.body, row.version)
    return found


def history(kind: TextKind, language: TextLanguage) -> Sequence[TextTemplate]:
    """Every version that was saved, newest first."""
    return db.session.scalars(
        select(TextTemplate)
        .where(TextTemplate.kind == kind, TextTemplate.language == language)
        .options(joinedload(TextTemplate.saved_by))
        .order_by(TextTemplate.version.desc())
    ).all()


def since(kind: TextKind, language: TextLanguage, seen: int) -> list[Kept]:
    """What others have saved after the version that somebody had before them, the oldest first."""
    rows = history(kind, language)[::-1]
    before = [first(kind, language).body, *(row.body for row in rows)]
    return [
        Kept(row.version, words, row.body, row.saved_at, row.saved_by.name)
        for words, row in zip(before, rows, strict=False)
        if row.version > seen
    ]


def save(kind: TextKind, language: TextLanguage, body: str, seen: int, by: Actor, now: datetime) -> int:
    """Keep a new version, and give its number. `seen` is the one that its writer had before them."""
    last = newest(kind, language)
    if last.version != seen:
        raise ChangedMeanwhileError
    if last.body == body:
        return last.version
    row = TextTemplate(
        kind=kind, language=language, version=seen + 1, body=body, saved_at=now, saved_by_id=by.id
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError as error:  # two saved at one moment: the table lets one in
        raise ChangedMeanwhileError from error
    return row.version
