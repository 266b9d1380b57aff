"""A name that was taken down wrongly is put right: the person stays, and is found by the old name, too."""

from datetime import datetime

from handyman.extensions import db
from handyman.models import Actor, Person, PersonName, record, same_name

RENAMED, PUT_BACK = "renamed", "name_put_back"


class OtherNameError(Exception):
    """The card that is open has another name: nobody has said whether it is the same person."""

    def __init__(self, person_id: int) -> None:
        super().__init__(f"person {person_id}")
        self.person_id = person_id


class NameChangedError(Exception):
    """That name has been put back already, or another correction came after it."""


def goes_by(person: Person, name: str) -> bool:
    """Under the name on file, or one that was on file before."""
    return any(same_name(known, name) for known in (person.name, *(row.name for row in person.names_before)))


def rename(person: Person, name: str, by: Actor, now: datetime) -> None:
    """The right name; the old one, be it only spaced otherwise, is kept with who corrected it."""
    if name == person.name:
        return
    assert by.id is not None  # noqa: S101  # somebody is signed in
    person.names_before.insert(0, PersonName(name=person.name, changed_at=now, changed_by_id=by.id))
    person.name = name
    record(person, by, now, moved_to=RENAMED)


def agree(person: Person, card_id: int | None, name: str, renamed: bool, by: Actor, now: datetime) -> None:
    """As it was said beside the open card, where that card is this person's; else OtherNameError."""
    if card_id != person.id or same_name(person.name, name):
        return
    if not renamed:
        raise OtherNameError(person.id)
    rename(person, name, by, now)


def put_back(person_id: int, name_id: int, by: Actor, now: datetime) -> Person | None:
    """Undo the latest correction, or NameChangedError; None when there is no such person."""
    person = db.session.get(Person, person_id, with_for_update={"of": Person}, populate_existing=True)
    if person is None:
        return None
    last = next(iter(person.names_before), None)
    if last is None or last.id != name_id:
        raise NameChangedError
    person.name = last.name
    person.names_before.remove(last)
    record(person, by, now, moved_to=PUT_BACK)
    return person
