"""A form that was open while somebody else stored: what they changed is named, and is not put back unseen."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from flask import current_app
from flask_babel import gettext as _
from itsdangerous import BadData, URLSafeSerializer

Words = Mapping[str, str]


class Merged(NamedTuple):
    words: dict[str, str]  # for the form: the newer value wherever this person had typed nothing
    changed: list[str]  # the fields that somebody else changed


def pack(words: Words) -> str:
    """The words with which a form opens, to go with it as a hidden field."""
    return _signer().dumps({name: said for name, said in words.items() if said})


def unpack(packed: str) -> dict[str, str]:
    """Nothing, where it is not one of ours."""
    try:
        return dict(_signer().loads(packed))
    except (BadData, TypeError, ValueError):
        return {}


def merge(
    typed: Words, opened: Words, stored: Words, part_of: Callable[[str], str] = lambda name: name
) -> Merged:
    """Typed words over what is stored now. Fields of one part, as of a question, are touched together."""
    names = [*stored, *(name for name in opened if name not in stored)]
    touched = {part_of(name) for name in names if _plain(typed, name) != _plain(opened, name)}
    changed = [name for name in names if _plain(opened, name) != _plain(stored, name)]
    newer = {name: stored.get(name, "") for name in changed if part_of(name) not in touched}
    return Merged({**typed, **newer}, changed)


def change_words(label: str, before: str, after: str, kept: str | None = None) -> str:
    """하루 한도: 6시간 → 3시간; with what was typed here, if that is another thing."""
    nothing = _("없음")
    moved = f"{label}: {before or nothing} → {after or nothing}"
    if kept is None or kept == after:
        return moved
    here = _("(여기에 적으신 말은 그대로입니다: ‘%(typed)s’)", typed=kept or nothing)
    return f"{moved} {here}"


def _plain(words: Words, name: str) -> str:
    return words.get(name, "").replace("\r\n", "\n").strip()


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="form-before")
