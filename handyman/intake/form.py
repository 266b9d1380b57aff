"""The call page's form, read into a Call, or every sentence about what is still to ask."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from flask_babel import gettext as _

from handyman import shown_team
from handyman.form_before import unpack
from handyman.intake import danger
from handyman.intake.call import AskedItem, Call, IncompleteCallError, Wait, When, Where
from handyman.intake.phone import PhoneNumber
from handyman.intake.reading import Words
from handyman.models import (
    ConsentKind,
    ItemQuestion,
    Order,
    QuestionKind,
    Relation,
    ServiceItem,
    Suits,
    WaitReason,
    same_name,
)
from handyman.words import is_korean, name_of

LARGEST_ID = 2**31 - 1
EARLIEST_BIRTH = 1900
LONGEST_NAME = 60
CALL_AGAIN = "call_again"  # no place on the waiting list
NO_PIN = {"lat": "", "lon": "", "pin_source": ""}


@dataclass(frozen=True, slots=True)
class Wish:
    """As much of a call as it takes to look for a free window."""

    where: Where
    items: tuple[AskedItem, ...]
    when: When
    name: str = ""
    person_id: int | None = None


class Blank(dict[str, str]):
    """Words by field, as a template asks for them: "" for a field that has none."""

    def __missing__(self, _field: str) -> str:
        return ""


def sent(words: Any) -> dict[str, str]:
    """What a browser sent, the first word of each field."""
    return {name: values[0] for name, values in words.lists()}


def new_key() -> str:
    """Names one form, so that it is stored once however often it is sent."""
    return uuid4().hex


def read_call(
    typed: Mapping[str, str], catalogue: Sequence[ServiceItem], today: date, *, promises: bool = True
) -> Call:
    """The whole call, or IncompleteCallError. `promises`: of the windows it showed one is meant, or none."""
    words = Words(typed)
    phone = words.phone("phone", missing=_("전화번호를 적어 주십시오."))
    name = words.text("name", LONGEST_NAME, missing=_("어르신 성함을 적어 주십시오."))
    birth_year = words.whole("birth_year", EARLIEST_BIRTH, today.year, _("출생 연도"), _("년"))
    where = _read_where(words)
    items = _read_items(words, catalogue)
    _refuse_danger(words, typed)
    relation = words.one_of("relation", Relation, Relation.SELF)
    caller_name, resident_phone = _read_caller(words, relation, name)
    when, wait = _read_when(words, today), _read_wait(words, typed)
    if promises:
        _refuse_unsaid(words, typed)
    notes = words.text("notes", 1000)
    consents = _read_consents(words)
    care_note = _read_care_note(words, consents)
    if words.problems or phone is None:
        raise IncompleteCallError(words.problems)
    return Call(
        submission_key=read_key(typed),
        phone=phone,
        name=name,
        where=where,
        items=items,
        when=when,
        wait=wait,
        person_id=read_id(typed.get("person_id", "")),
        card=unpack(typed.get("card_was", "")),
        renamed=words.yes_no("same_person") is True,
        birth_year=birth_year,
        relation=relation,
        caller_name=caller_name,
        resident_phone=resident_phone,
        notes=notes,
        care_note=care_note,
        consents=consents,
    )


def read_wish(typed: Mapping[str, str], catalogue: Sequence[ServiceItem], today: date) -> Wish:
    """What is needed to look for windows, or IncompleteCallError."""
    words = Words(typed)
    where, items, when = _read_where(words), _read_items(words, catalogue), _read_when(words, today)
    if words.problems:
        raise IncompleteCallError(words.problems)
    return Wish(where, items, when, words.text("name", LONGEST_NAME), read_id(typed.get("person_id", "")))


def read_where(typed: Mapping[str, str]) -> Where:
    """The address alone, or IncompleteCallError."""
    words = Words(typed)
    where = _read_where(words)
    if words.problems:
        raise IncompleteCallError(words.problems)
    return where


def with_choice(typed: Mapping[str, str]) -> dict[str, str]:
    """The form after a press on one of several places, or on one of two points for the place."""
    said = typed.get("address", "")
    if typed.get("place"):
        return {**typed, "place_key": typed["place"], "located_for": said, **NO_PIN}
    source, _mark, point = typed.get("pick", "").partition(":")
    if not source:
        return dict(typed)
    lat, _mark, lon = point.partition(",")
    return {**typed, "lat": lat, "lon": lon, "pin_source": source, "located_for": said}


def read_id(text: str) -> int | None:
    """A row's number, or None for anything that cannot be one."""
    return int(text) if re.fullmatch(r"[0-9]{1,10}", text) and 0 < int(text) <= LARGEST_ID else None


def read_shown(ids: Sequence[str]) -> frozenset[int]:
    """The open requests that the page showed beside the form."""
    return frozenset(found for found in map(read_id, ids) if found is not None)


def read_key(typed: Mapping[str, str]) -> str:
    """The form's own key; a new one where what was sent is none."""
    key = typed.get("submission_key", "")
    return key if re.fullmatch(r"[0-9a-zA-Z-]{8,40}", key) else new_key()


def _read_where(words: Words) -> Where:
    said = words.text("address", 200, missing=_("주소를 말씀하신 그대로 적어 주십시오."))
    unit, entrance = words.text("unit", 60), words.text("entrance", 100)
    if words.text("located_for", 200) not in ("", said):  # chosen for words that have changed since
        return Where(said, unit, entrance)
    return Where(
        said,
        unit,
        entrance,
        words.text("place_key", 300),
        words.point("lat", "lon"),
        words.text("pin_source", 40),
    )


def _read_items(words: Words, catalogue: Sequence[ServiceItem]) -> tuple[AskedItem, ...]:
    found = []
    for item in catalogue:
        name = f"item-{item.code}-quantity"
        quantity = words.whole(name, 0, 99, name_of(item))
        if quantity:
            answers = {question.key: _read_answer(words, item, question) for question in item.questions}
            kept = {key: answer for key, answer in answers.items() if answer is not None}
            found.append(AskedItem(item, quantity, kept))
    if not found and not any(name.startswith("item-") for name in words.problems):
        words.complain("items", _("어떤 일인지 품목의 수량을 하나 이상 적어 주십시오."))
    return tuple(found)


def _read_answer(words: Words, item: ServiceItem, question: ItemQuestion) -> Any:
    name = f"item-{item.code}-{question.key}"
    label = question.label_ko if is_korean() else question.label_en
    answer: Any
    if question.kind is QuestionKind.NUMBER:
        least, most = question.least or 0, question.most or 999_999
        answer = words.whole(name, least, most, label, question.unit)
    elif question.kind is QuestionKind.YES_NO:
        answer = words.yes_no(name)
    else:
        answer = words.text(name, 200) or None
    if question.kind is QuestionKind.CHOICE and answer not in (None, *(row[0] for row in question.choices)):
        words.complain(name, _("보기 가운데 하나를 골라 주십시오."))
    if question.required and answer is None:
        words.complain(
            name,
            _("%(label)s: 여쭈어 보고 골라 주십시오.", label=label)
            if question.kind in (QuestionKind.CHOICE, QuestionKind.YES_NO)
            else _("%(label)s: 여쭈어 보고 적어 주십시오.", label=label),
        )
    return answer


def _refuse_danger(words: Words, typed: Mapping[str, str]) -> None:
    found = danger.said_in(typed)
    if found and typed.get("danger_over") != danger.over(found):
        words.complain(
            "danger_over",
            _(
                "119에 알렸거나 위험이 끝났습니까(%(what)s)? 그렇다면 Alt+9를 누르고 저장해 주십시오.",
                what=danger.names(found),
            ),
        )
    if words.text("danger", 10):
        words.complain(
            "danger",
            _("지금 위험한 일은 접수하지 않습니다. 119로 전화하시게 안내하고, 위험이 끝난 뒤 받아 주십시오."),
        )


def _read_caller(words: Words, relation: Relation, resident: str) -> tuple[str, PhoneNumber | None]:
    caller_name = words.text("caller_name", LONGEST_NAME)
    resident_phone = words.phone("resident_phone")
    if relation is Relation.SELF:
        return "", None
    if not caller_name:
        words.complain("caller_name", _("전화하신 분의 성함을 적어 주십시오."))
    elif same_name(caller_name, resident):
        words.complain(
            "caller_name",
            _(
                "어르신 성함과 같습니다. 본인이면 ‘본인’을 고르고, "
                "다른 분이면 ‘김영희(조카)’처럼 적어 주십시오."
            ),
        )
    return caller_name, resident_phone


def _read_when(words: Words, today: date) -> When:
    suits = words.one_of("suits", Suits, Suits.ANY)
    not_before = words.day("suits_from", today, today + timedelta(days=365))
    only = words.yes_no("only") is True and not_before is not None
    return When(suits, not_before, words.one_of("order", Order, Order.BEST), only)


def _read_wait(words: Words, typed: Mapping[str, str]) -> Wait | None:
    """None where nobody has looked for a window, or they will call again: the work list has it then."""
    note = words.text("wait_note", 200)
    if words.text("wait_reason", 20) in ("", CALL_AGAIN):
        return None
    reason = words.one_of("wait_reason", WaitReason, WaitReason.DOES_NOT_SUIT)
    return Wait(reason, note, shown_team.windows(typed))


def _refuse_unsaid(words: Words, typed: Mapping[str, str]) -> None:
    """Where windows were shown, one is chosen, or somebody says why none: what stood there says nothing.

    Where none was found, somebody says why none is promised, unless there can be but one reason.
    """
    if typed.get("choice"):
        return
    reason = typed.get("wait_reason", "")
    if shown_team.windows(typed):
        if not reason or ("choice" not in typed and reason == typed.get("wait_likely", "")):
            words.complain("windows", _("방문 시간을 고르거나, 약속하지 않는 까닭을 골라 주십시오(Alt+0)."))
    elif typed.get("wait_reason") == "":
        words.complain("windows", _("다른 시간을 찾거나, 약속하지 않는 까닭을 골라 주십시오."))


def _read_consents(words: Words) -> dict[ConsentKind, bool]:
    answers = {kind: words.yes_no(f"consent_{kind.value}") for kind in ConsentKind}
    if answers[ConsentKind.PROCESSING] is None:
        words.complain("consent_processing", _("개인정보 동의문을 읽어 드리고 답을 골라 주십시오."))
    elif not answers[ConsentKind.PROCESSING]:
        words.complain("consent_processing", _("개인정보 처리에 동의하지 않으시면 접수할 수 없습니다."))
    return {kind: answer for kind, answer in answers.items() if answer is not None}


def _read_care_note(words: Words, consents: Mapping[ConsentKind, bool]) -> str:
    note = words.text("care_note", 200)
    if note and not consents.get(ConsentKind.HEALTH):
        words.complain(
            "care_note", _("건강 정보 동의가 있어야 적을 수 있습니다. 동의를 받거나 이 칸을 비워 주십시오.")
        )
    return note
