"""The codes of a report in words, for whoever writes it and for whoever reads it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from handyman.models import Danger, Gear, LeftWhy, NoSignature, Outcome, Refusal, Worry

LEFT_WORDS = {
    LeftWhy.PARTS: _l("부품이 없어서"),
    LeftWhy.TIME: _l("시간이 모자라서"),
    LeftWhy.RESIDENT: _l("어르신이 바라지 않으셔서"),
    LeftWhy.NOT_OURS: _l("전문 업체가 할 일이라서"),
    LeftWhy.OTHER: _l("다른 까닭으로"),
}
REFUSAL_WORDS: Mapping[StrEnum, Any] = {
    Refusal.NO_NEED: _l("이제 필요 없다고 하십니다"),
    Refusal.ANOTHER_DAY: _l("다른 날 오라고 하십니다"),
    Refusal.ANOTHER_PERSON: _l("다른 사람이 오기를 바라십니다"),
    Refusal.NOT_LET_IN: _l("문을 열어 주지 않으십니다"),
}
DANGER_WORDS: Mapping[StrEnum, Any] = {
    Danger.LADDER: _l("사다리를 세울 수 없거나 너무 높습니다"),
    Danger.NO_GEAR: _l("안전 장비나 함께할 사람이 없습니다"),
    Danger.ELECTRICITY: _l("전기가 위험합니다"),
    Danger.BUILDING: _l("천장이나 벽이 약합니다"),
    Danger.ANIMAL: _l("개나 다른 동물이 있습니다"),
    Danger.PEOPLE: _l("사람 때문에 위험합니다"),
    Danger.OTHER: _l("다른 위험이 있습니다"),
}
WHY: Mapping[Outcome, type[StrEnum]] = {Outcome.REFUSED: Refusal, Outcome.UNSAFE: Danger}
WHY_WORDS: Mapping[StrEnum, Any] = {**REFUSAL_WORDS, **DANGER_WORDS}
UNSIGNED_WORDS = {
    NoSignature.HAND: _l("손이 불편하십니다"),
    NoSignature.GONE: _l("자리에 안 계십니다"),
    NoSignature.UNWILLING: _l("서명을 바라지 않으십니다"),
    NoSignature.GLASS: _l("전화기 화면에 써지지 않습니다"),
    NoSignature.OTHER: _l("다른 까닭이 있습니다"),
}
GEAR_WORDS = {
    Gear.HELMET: _l("안전모를 썼습니다"),
    Gear.SECOND: _l("사다리를 잡아 줄 사람이 함께 있습니다"),
    Gear.HARNESS: _l("안전대를 맸습니다"),
}
GROUND_WORDS = {**GEAR_WORDS, Gear.SECOND: _l("함께 일할 사람이 와 있습니다")}  # where nobody climbs
WORRY_WORDS = {
    Worry.THRESHOLD: _l("문턱에 걸려 넘어질 수 있습니다"),
    Worry.BATHROOM: _l("욕실이 미끄럽습니다"),
    Worry.LIGHT: _l("집 안이 어둡습니다"),
    Worry.FOOD: _l("식사가 걱정됩니다"),
    Worry.HEATING: _l("집이 춥거나 덥습니다"),
    Worry.MOOD: _l("많이 외롭거나 우울해 보이십니다"),
}
