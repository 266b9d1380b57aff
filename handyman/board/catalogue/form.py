"""The form of a catalogue entry, read into values; what cannot be read is said beside its field."""

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from flask_babel import gettext as _

from handyman.board.catalogue.details import Asked, Details
from handyman.models import QuestionKind
from handyman.models.catalogue import WAITS

MOST_QUESTIONS, MOST_CHOICES = 12, 12
LONGEST_NAME, LONGEST_SHORT, LONGEST_UNIT, LONGEST_LABEL, LONGEST_CHOICE = 60, 10, 10, 100, 40
LONGEST_PLACE, MOST_PLACES = (100, 30, 60), 8  # letters of name, number and hours; lines
MOST_MINUTES, MOST_CM, MOST_NUMBER = 480, 600, 999_999
WAITS_KO = "기다림"  # the third word of a line of choices


@dataclass(slots=True)
class Reader:
    """The typed words, and what is wrong with them."""

    words: Mapping[str, str]
    problems: dict[str, str] = field(default_factory=dict)

    def text(self, name: str, most: int, missing: str = "") -> str:
        said = " ".join(unicodedata.normalize("NFC", self.words.get(name, "")).split())
        if not said and missing:
            self.problems[name] = missing
        elif len(said) > most:
            self.problems[name] = _("%(most)s자까지 적을 수 있습니다.", most=most)
        return said

    def whole(self, name: str, least: int, most: int) -> int | None:
        said = unicodedata.normalize("NFKC", self.words.get(name, "")).strip()
        if not said:
            return None
        if not (said.isascii() and said.isdecimal() and len(said) < 8 and least <= int(said) <= most):
            self.problems[name] = _(
                "%(least)s부터 %(most)s까지의 수를 적어 주십시오.", least=least, most=most
            )
            return None
        return int(said)

    def ticked(self, name: str) -> bool:
        return self.words.get(name) == "1"

    def chosen(self, name: str, ids: Collection[int]) -> frozenset[int]:
        return frozenset(one for one in ids if self.ticked(f"{name}-{one}"))


def read(
    words: Mapping[str, str], skills: Collection[int], materials: Collection[int], questions: Collection[int]
) -> tuple[Details | None, dict[str, str]]:
    """`skills`, `materials` and `questions` are the ids that there are."""
    reader = Reader(words)
    permitted = words.get("permitted") != "0"
    base, piece = (
        reader.whole("base_minutes", 0, MOST_MINUTES),
        reader.whole("minutes_per_piece", 0, MOST_MINUTES),
    )
    details = Details(
        name_ko=reader.text("name_ko", LONGEST_NAME, _("품목의 이름을 적어 주십시오.")),
        name_en=reader.text(
            "name_en", LONGEST_NAME, _("영어 이름도 적어 주십시오. 영어 화면과 문자에 씁니다.")
        ),
        short_ko=_short(reader),
        unit=reader.text("unit", LONGEST_UNIT, _("세는 말을 적어 주십시오. 예: 개, 곳, 짝")),
        permitted=permitted,
        refer_out=_places(reader),
        base_minutes=base or 0,
        minutes_per_piece=piece or 0,
        team_size=2 if words.get("team_size") == "2" else 1,
        two_person_from_cm=reader.whole("two_person_from_cm", 100, MOST_CM),
        fall_risk=reader.ticked("fall_risk"),
        active=reader.ticked("active"),
        position=reader.whole("position", 0, 999) or 0,
        skills=reader.chosen("skill", skills),
        materials=reader.chosen("material", materials),
        questions=_questions(reader, questions),
    )
    _check(details, reader.problems)
    return (None if reader.problems else details), reader.problems


def _short(reader: Reader) -> str:
    short = reader.text("short_ko", LONGEST_SHORT, _("문자에 쓸 짧은 이름을 적어 주십시오. 예: 전등"))
    try:
        short.encode("cp949")
    except UnicodeEncodeError:
        reader.problems["short_ko"] = _("문자로 보낼 수 없는 글자가 있습니다. 한글과 숫자로 적어 주십시오.")
    return short


def _check(details: Details, problems: dict[str, str]) -> None:
    if not details.permitted:
        if not details.refer_out:
            problems.setdefault("refer_out", _("우리가 하지 않는 일은 어디로 안내할지 적어 주십시오."))
        return
    if not (details.base_minutes + details.minutes_per_piece):
        problems.setdefault("base_minutes", _("걸리는 시간을 분으로 적어 주십시오. 예: 기본 20, 하나에 15"))
    if not details.skills:
        problems["skills"] = _(
            "이 일을 할 수 있는 기능을 하나 이상 골라 주십시오. 기능이 있는 조합원만 갑니다."
        )


def _questions(reader: Reader, known: Collection[int]) -> tuple[Asked, ...]:
    """In the order of their numbers; a question without words is taken off."""
    found = []
    for place in range(MOST_QUESTIONS):
        tail = f"q{place}"
        if not (reader.words.get(f"{tail}-ko", "").strip() or reader.words.get(f"{tail}-en", "").strip()):
            continue
        order = reader.whole(f"{tail}-order", 0, 99)
        found.append((place if order is None else order, place, _question(reader, tail, known)))
    return tuple(question for _order, _place, question in sorted(found, key=lambda each: each[:2]))


def _question(reader: Reader, tail: str, known: Collection[int]) -> Asked:
    row = reader.words.get(f"{tail}-id", "")
    row_id = int(row) if row.isascii() and row.isdecimal() and len(row) < 10 else None
    least, most = (reader.whole(f"{tail}-{end}", 0, MOST_NUMBER) for end in ("least", "most"))
    if least is not None and most is not None and most < least:
        reader.problems[f"{tail}-most"] = _("가장 큰 수가 가장 작은 수보다 작습니다.")
    kind = _kind(reader, tail)
    return Asked(
        id=row_id if row_id in known else None,
        label_ko=reader.text(f"{tail}-ko", LONGEST_LABEL, _("여쭐 말을 적어 주십시오.")),
        label_en=reader.text(f"{tail}-en", LONGEST_LABEL, _("여쭐 말을 영어로도 적어 주십시오.")),
        kind=kind,
        unit=reader.text(f"{tail}-unit", LONGEST_UNIT),
        least=least if kind is QuestionKind.NUMBER else None,
        most=most if kind is QuestionKind.NUMBER else None,
        required=reader.ticked(f"{tail}-required"),
        choices=_choices(reader, f"{tail}-choices") if kind is QuestionKind.CHOICE else (),
    )


def _kind(reader: Reader, tail: str) -> QuestionKind:
    try:
        return QuestionKind(reader.words.get(f"{tail}-kind", ""))
    except ValueError:
        reader.problems[f"{tail}-kind"] = _("답하는 방법을 골라 주십시오.")
        return QuestionKind.TEXT


def _choices(reader: Reader, name: str) -> tuple[tuple[str, ...], ...]:
    """한국어 | English, a line each; a third word says that the item waits with this answer."""
    lines = [line for line in reader.words.get(name, "").splitlines() if line.strip()]
    found = [_choice(line) for line in lines]
    if not 2 <= len(found) <= MOST_CHOICES or any(choice is None for choice in found):
        reader.problems[name] = _("보기를 한 줄에 하나씩, 둘 이상 ‘타일 | Tile’처럼 적어 주십시오.")
    elif len({choice[0] for choice in found if choice}) < len(found):
        reader.problems[name] = _("같은 보기가 두 번 있습니다.")
    return tuple(choice for choice in found if choice)


def _places(reader: Reader) -> tuple[tuple[str, str, str], ...]:
    """Whom to call, a line each: who | number | hours; the last two may be left out."""
    found: list[tuple[str, str, str]] = []
    for line in reader.words.get("refer_out", "").splitlines():
        parts = [" ".join(unicodedata.normalize("NFC", part).split()) for part in line.split("|")]
        if not any(parts):
            continue
        name, phone, hours = (*parts, "", "")[:3]
        if len(parts) > len(LONGEST_PLACE) or not name or len(found) == MOST_PLACES:
            reader.problems["refer_out"] = _(
                "한 줄에 한 곳씩 ‘기관 | 전화 | 시간’처럼 여덟 곳까지 적어 주십시오."
            )
        elif any(len(part) > most for part, most in zip((name, phone, hours), LONGEST_PLACE, strict=True)):
            reader.problems["refer_out"] = _("너무 긴 줄이 있습니다. 짧게 줄여 주십시오.")
        found.append((name, phone, hours))
    return tuple(found)


def _choice(line: str) -> tuple[str, ...] | None:
    parts: Sequence[str] = [unicodedata.normalize("NFC", part).strip() for part in line.split("|")]
    if not 2 <= len(parts) <= 3 or not all(parts) or max(map(len, parts)) > LONGEST_CHOICE:
        return None
    if len(parts) == 3 and parts[2] not in (WAITS_KO, WAITS):
        return None
    return (*parts[:2], WAITS) if len(parts) == 3 else tuple(parts)


def choice_lines(choices: Sequence[Sequence[str]]) -> str:
    """The choices of a question as they are typed."""
    return "\n".join(
        " | ".join((choice[1], choice[2], *((WAITS_KO,) if list(choice[3:]) == [WAITS] else ())))
        for choice in choices
    )
