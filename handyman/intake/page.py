"""What the call page shows: choices, the sentence for each window."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

from flask import get_template_attribute
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from handyman.intake import danger, emergency, form, read_back, script
from handyman.intake.call import AskedItem
from handyman.intake.catalogue import ShownItem
from handyman.intake.form import Blank
from handyman.languages import gettext as _
from handyman.languages import language
from handyman.models import (
    ConsentKind,
    ItemState,
    Order,
    Relation,
    RequestItem,
    ServiceItem,
    ServiceRequest,
    Suits,
    Visit,
    WaitReason,
)
from handyman.place_words import grade_name, grade_words, metres_words, source_name
from handyman.words import near_day, window_words

RELATIONS = [
    (Relation.SELF.value, _l("본인")),
    (Relation.FAMILY.value, _l("가족")),
    (Relation.CARE_WORKER.value, _l("생활지원사")),
    (Relation.COMMUNITY_CENTRE.value, _l("동주민센터")),
    (Relation.WELFARE_CENTRE.value, _l("복지관")),
    (Relation.NEIGHBOUR.value, _l("이웃")),
    (Relation.OTHER.value, _l("그 밖")),
]
SUITS = [
    (Suits.ANY.value, _l("언제나"), "Alt+A"),
    (Suits.MORNING.value, _l("오전"), "Alt+X"),
    (Suits.AFTERNOON.value, _l("오후"), "Alt+S"),
]
ORDERS = [
    (Order.BEST.value, _l("추천"), "Alt+B"),
    (Order.SOONEST.value, _l("빨리"), "Alt+Z"),
    (Order.SAME_MEMBER.value, _l("지난번 조합원"), "Alt+C"),
]
WAIT_REASONS = [
    (WaitReason.NOTHING_FREE.value, _l("빈 시간이 없음")),
    (WaitReason.DOES_NOT_SUIT.value, _l("맞는 시간이 없으심")),
    (form.CALL_AGAIN, _l("올리지 않음: 다시 전화하기로")),
]
YES_NO = [("yes", _l("예")), ("no", _l("아니요"))]


def suits_words() -> list[tuple[str, str]]:
    """When somebody likes to be visited."""
    return [(value, str(text)) for value, text, _key in SUITS]


def problem_words(problem: str, detail: str) -> str:
    """Why an address was not found, and what to do."""
    words: dict[str, str] = {
        "not_found": _(
            "주소를 찾지 못했습니다. 길 이름이나 번지를 다시 여쭙거나, 지도를 눌러 핀을 놓아 주십시오."
        ),
        "other_district": _(
            "저희 구역이 아닌 주소입니다 (%(detail)s). 동 이름이나 가까운 곳을 다시 여쭈어 주십시오. "
            "맞으면 저희가 갈 수 없습니다.",
            detail=detail or _("다른 구"),
        ),
        "ambiguous": _("맞는 곳이 여럿입니다. 동이나 가까운 곳을 여쭈어 보고 골라 주십시오."),
    }
    return words.get(problem, "")


def pin_words(why: str) -> str:
    """Why a pin is not taken, and what to do."""
    words: dict[str, str] = {
        "elsewhere": _(
            "핀을 받지 않았습니다. 다른 구의 주소에는 핀을 놓을 수 없습니다. 주소를 먼저 바로잡아 주십시오."
        ),
        "outside": _("핀을 받지 않았습니다. 저희 구역 밖입니다. 지도에서 집을 다시 찾아 눌러 주십시오."),
        "far": _(
            "핀을 받지 않았습니다. 주소의 위치에서 3 km 넘게 떨어져 있습니다. 주소나 핀을 바로잡아 주십시오."
        ),
    }
    return words[why]


def pieces_of(items: Iterable[AskedItem | RequestItem]) -> list[read_back.Piece]:
    """Items as they are read back."""
    return [
        read_back.Piece(_service_item(item).short_ko, item.quantity, _service_item(item).unit)
        for item in items
    ]


def _service_item(item: AskedItem | RequestItem) -> ServiceItem:
    return item.item if isinstance(item, AskedItem) else item.service_item


def said_of_visit(visit: Visit) -> str:
    """What is read back once a visit stands."""
    sentence = read_back.promise(
        visit.resident.person.name,
        visit.address.full,
        visit.window_start,
        visit.window_end,
        visit.team_size,
        pieces_of(row.request_item for row in visit.items),
    )
    return f"{sentence} {read_back.number_said(visit.number)}"


def said_of_rest(request: ServiceRequest) -> str:
    """What is said beside a promise of all that it does not take along, and that waits for nothing else."""
    rest = [item for item in request.items if item.state is ItemState.OPEN and not item.waits]
    return read_back.apart(pieces_of(rest)) if rest else ""


def said_of_request(request: ServiceRequest) -> str:
    """What is said when nobody knows yet when somebody comes."""
    ours = [item for item in request.items if item.service_item.permitted]
    return read_back.waiting(request.resident.person.name, pieces_of(ours)) if ours else ""


def cannot_add() -> str:
    """Why the items went nowhere, and what to do."""
    return _(
        "더하지 않았습니다. 그 신청이 그사이 바뀌었거나 끝났거나, 주소가 다릅니다. "
        "오른쪽에 지금의 신청이 있습니다. 보고 다시 더하거나, 새 신청으로 저장해 주십시오."
    )


def still_open() -> str:
    """What is said once before the same is logged twice."""
    return _(
        "이 어르신이 같은 일을 이미 신청해 두셨습니다. 이 화면에 있는 그 신청에 더하거나, "
        "따로 접수하려면 한 번 더 저장해 주십시오."
    )


def added(request: ServiceRequest, visit: Visit | None) -> str:
    """Where the items went."""
    if visit is None:
        return _(
            "%(number)s 신청에 더했습니다. 약속된 방문에 함께 갈 수 없어 방문을 따로 잡아야 합니다.",
            number=request.number,
        )
    when = f"{near_day(visit.day)} {window_words(visit.window_start, visit.window_end)}"
    return _(
        "%(number)s 신청의 방문(%(when)s)에 더했습니다. 조합원에게도 알립니다.",
        number=request.number,
        when=when,
    )


def choices(catalogue: Sequence[ShownItem]) -> dict[str, Any]:
    """What every rendering of the form needs."""
    return {
        **lists(language()),
        "catalogue": catalogue,
        "script_version": script.VERSION,
        "grade_words": grade_words,
        "grade_name": grade_name,
        "metres_words": metres_words,
        "source_name": source_name,
        "problem_words": problem_words,
        "pin_words": pin_words,
    }


def drawn(typed: Mapping[str, str], catalogue: tuple[ShownItem, ...]) -> dict[str, Markup]:
    """The parts of a form without problems that many calls have alike: half of its elements, drawn once."""
    answers = tuple((name, typed.get(name, "")) for name in (f"consent_{kind.value}" for kind in ConsentKind))
    parts = {}
    if not any(value and name.startswith("item-") for name, value in typed.items()):
        parts["items_drawn"] = _items(language(), catalogue, bool(typed.get("name")))
    if all(answer in ("", "yes", "no") for _name, answer in answers):
        parts["consent_drawn"] = _consent(language(), answers)
    return parts


@lru_cache(16)
def _items(language: str, catalogue: tuple[ShownItem, ...], focus: bool) -> Markup:
    """The items before anything is asked for; the first waits for a number once the person is known."""
    draw = get_template_attribute("intake/_parts.html", "items")
    return Markup(draw(catalogue, lists(language)["yes_no"], Blank(name="1" if focus else ""), Blank()))  # noqa: S704  # our own template


@lru_cache(64)
def _consent(language: str, answers: tuple[tuple[str, str], ...]) -> Markup:
    draw, words = get_template_attribute("intake/_parts.html", "consent"), lists(language)
    return Markup(draw(words["script"], script.VERSION, words["yes_no"], Blank(answers), Blank()))  # noqa: S704  # our own template


@cache
def lists(_language: str) -> dict[str, Any]:
    """What is the same on every form, looked up once for each language."""
    return {
        "relations": _words(RELATIONS),
        "suits": [(value, str(text), key) for value, text, key in SUITS],
        "orders": [(value, str(text), key) for value, text, key in ORDERS],
        "wait_reasons": _words(WAIT_REASONS),
        "yes_no": _words(YES_NO),
        "script": [(kind.value, str(script.TITLES[kind]), str(script.SCRIPT[kind])) for kind in ConsentKind],
    }


def _words(choices: Iterable[tuple[str, Any]]) -> list[tuple[str, str]]:
    return [(value, str(text)) for value, text in choices]


def dangers(typed: Mapping[str, str]) -> dict[str, Any]:
    """The dangers that the operator wrote down anywhere, or just ticked; and what to say to the caller."""
    found = danger.said_in(typed)
    lies = bool(emergency.STAY.intersection(found))
    return {
        "is_danger": bool(found or typed.get("danger")),
        "dangers": danger.names(found),
        "danger_over": danger.over(found),
        "lies": lies,
        "leave": not lies or bool(set(found) - emergency.STAY),
    }
