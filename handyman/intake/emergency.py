"""Words of danger: such a call goes to 119, not into the queue.

They are looked for in each clause by itself. A clause that speaks of what was long ago, or might be, raises
no alarm: most who ask for a handrail have fallen once.
"""

import re
from typing import NamedTuple

CLAUSE = re.compile(r"[.,!?;…\n]+")
PAST = r"작년|재작년|지난|예전|옛날|[년달주]\s*전|며칠\s*전|적이|뻔"


class Danger(NamedTuple):
    name: str
    words: re.Pattern[str]
    unless: re.Pattern[str] | None = None


def _danger(name: str, words: str, unless: str = "") -> Danger:
    return Danger(name, re.compile(words), re.compile(unless) if unless else None)


DANGERS = (
    _danger("가스", r"가스\s*(?:냄새|누출|가\s*새|새는|샌)"),
    # 연기 is also a postponement, 탄 내 the beginning of other words
    _danger(
        "연기",
        r"연기[가를]?\s*(?:나(?!중)|난|자욱|피어|올라)|(?<![가-힣])탄\s?내(?![가-힣])|탄\s?내[가나]|타는\s*냄새",
    ),
    # 불이 나갔다: the lamp is out, and that is what we repair
    _danger(
        "불꽃",
        r"불꽃(?!놀이)|스파크|불이?\s*(?:났|붙)|불이?\s*나(?:요|고(?!장)|서|네|는|$)|불이\s*난|감전|전기가\s*튀|튀는\s*전기",
    ),
    _danger(
        "물 넘침",
        r"(?<![가-힣])물이?\s*(?:넘치|넘쳐|쏟아|터|콸콸)|(?:수도관|배관|보일러)[이가]?\s*터|침수|물바다|물난리",
    ),
    _danger("쓰러짐", r"쓰러(?:지셨|졌|져|지신)|의식이?\s*없|숨을?\s*(?:못|안)\s*쉬", PAST),
    _danger(
        "넘어짐",
        r"넘어(?:지셨|졌|져|지신)|미끄러(?:지셨|졌)|(?:계단|사다리|침대|의자)에서\s*(?:떨어|굴러)|낙상"
        r"|못\s*일어나|일어나지(?:를|도)?\s*못",
        rf"{PAST}|낙상\s*(?:방지|예방|위험|주의|이력|경험|걱정)|까\s*봐",
    ),
)
STAY = frozenset({"쓰러짐", "넘어짐"})  # whoever lies there is not sent out of the house


def find_danger(text: str) -> list[str]:
    """Which dangers a call speaks of, in the order in which one would ask."""
    clauses = CLAUSE.split(text)
    return [danger.name for danger in DANGERS if any(_speaks(danger, clause) for clause in clauses)]


def _speaks(danger: Danger, clause: str) -> bool:
    return bool(danger.words.search(clause)) and not (danger.unless and danger.unless.search(clause))
