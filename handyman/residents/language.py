"""In which language somebody is written to, and whether they open what a text leads to."""

from datetime import datetime

from handyman.extensions import db
from handyman.meanwhile import puts_back
from handyman.models import Actor, Person, TextLanguage, record


class SetMeanwhileError(Exception):
    """It is no longer as the form that would overwrite it has shown."""


def change_language(
    person_id: int, language: TextLanguage, by: Actor, now: datetime, was: str | None = None
) -> bool:
    """In which language texts are written to somebody; False when there is nobody. `was`: as it was shown."""
    person = db.session.get(Person, person_id, with_for_update=True, populate_existing=True)
    if person is None:
        return False
    if person.language != language:
        if puts_back(was, person.language, language):
            raise SetMeanwhileError
        record(person, by, now, moved_from=person.language, moved_to=language, why="language")
        person.language = language.value
        db.session.flush()
    return True


def change_pages(person_id: int, opens: bool, by: Actor, now: datetime, was: str | None = None) -> bool:
    """Whether somebody opens the addresses that stand in texts; False when there is nobody."""
    person = db.session.get(Person, person_id, with_for_update=True, populate_existing=True)
    if person is None:
        return False
    if person.opens_pages is not opens:
        if puts_back(was, str(int(person.opens_pages)), str(int(opens))):
            raise SetMeanwhileError
        record(person, by, now, moved_to="opens_pages" if opens else "opens_no_pages", why="pages")
        person.opens_pages = opens
        db.session.flush()
    return True
