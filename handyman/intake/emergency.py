"""Words of danger: such a call goes to 119, not into the queue."""

import re

WORDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("가스", re.compile(r"가스\s*(?:냄새|누출|가\s*새|새는|샌)")),
    ("연기", re.compile(r"연기가|연기\s*(?:나|난)|탄\s*내|타는\s*냄새")),
    ("불꽃", re.compile(r"불꽃|스파크|불이\s*(?:나|났|붙)|감전|전기가\s*튀")),
    ("물 넘침", re.compile(r"물이?\s*(?:넘치|넘쳐|쏟아|터)|침수|물바다")),
    ("쓰러짐", re.compile(r"쓰러(?:지|졌|져)|넘어져서?\s*못|의식이?\s*없")),
)


def find_danger(text: str) -> list[str]:
    """Which dangers a note speaks of, in the order in which one would ask."""
    return [name for name, words in WORDS if words.search(text)]
