"""The form of a card, read; what cannot be stored is said beside its field."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from handyman.intake.call import IncompleteCallError, Where
from handyman.intake.form import EARLIEST_BIRTH, LONGEST_NAME, read_where
from handyman.intake.phone import PhoneNumber
from handyman.intake.reading import Words

POINT = ("address", "unit", "entrance", "place_key", "lat", "lon")


@dataclass(frozen=True, slots=True)
class Typed:
    name: str
    birth_year: int | None
    care_note: str
    phones: Mapping[int, PhoneNumber | None]
    new_phone: PhoneNumber | None
    where: Where | None  # None: nobody touched it


def read(
    typed: Mapping[str, str],
    phone_ids: Mapping[str, int],
    opened: Mapping[str, str],
    may_note: bool,
    today: date,
) -> Typed:
    """Or IncompleteCallError. `phone_ids` by field; `may_note` when notes on health were agreed to."""
    words = Words(typed)
    name = words.text("name", LONGEST_NAME, missing=_("어르신 성함을 적어 주십시오."))
    birth_year = words.whole("birth_year", EARLIEST_BIRTH, today.year, _("출생 연도"), _("년"))
    care_note = words.text("care_note", 200)
    if care_note and not may_note and care_note != opened.get("care_note", ""):
        words.complain(
            "care_note", _("건강 정보 동의가 있어야 적습니다. 전화 접수에서 동의를 받아 주십시오.")
        )
    phones = {row_id: words.phone(field) for field, row_id in phone_ids.items()}
    new_phone = words.phone("phone-new")
    numbers: list[str] = []
    for field, number in [*zip(phone_ids, phones.values(), strict=True), ("phone-new", new_phone)]:
        if number is not None and number.e164 in numbers:
            words.complain(field, _("같은 번호가 두 번 있습니다. 하나는 비워 주십시오."))
        numbers += [number.e164] if number is not None else []
    where = _where(words, typed, opened)
    if words.problems:
        raise IncompleteCallError(words.problems)
    return Typed(name, birth_year, care_note, phones, new_phone, where)


def _where(words: Words, typed: Mapping[str, str], opened: Mapping[str, str]) -> Where | None:
    if all(typed.get(name, "").strip() == opened.get(name, "") for name in POINT):
        return None
    try:
        return read_where(typed)
    except IncompleteCallError as error:
        for name, sentence in error.problems.items():
            words.complain(name, sentence)
        return None
