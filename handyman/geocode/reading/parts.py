"""What a text says of a place, part by part."""

import re
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AddressParts:
    """The parts of one reading; what could not be read stands in `unread`."""

    road_name: str = ""
    main: int = 0  # 0: the road alone was said
    sub: int = 0
    underground: bool = False
    dong: str = ""
    lot: str = ""  # 1002-3, 산12
    name: str = ""
    unit: str = ""
    district: str = ""  # as said; empty when left out
    other_city: str = ""
    postcode: str = ""
    reference: str = ""  # what stood in parentheses
    unread: str = ""
    romanised: bool = False  # road_name and dong are keys of roman.py: sangdoro
    also: "AddressParts | None" = None  # a second form in the same text: the lot, the dong, the building
    either: "AddressParts | None" = None  # the same words may as well mean this: 24길 or 2사길 for 이사길

    @property
    def number(self) -> str:
        shown = f"{self.main}-{self.sub}" if self.sub else str(self.main)
        return f"지하 {shown}" if self.underground else shown


_NO_LETTERS = re.compile(r"[^\w-]+|_")
_WHOLE_SIGNS = re.compile(r"[^ㄱ-ㆎ]+")  # NFKC would join loose letters of keys to syllables


def name_key(name: str) -> str:
    """A building's name in the one spelling that names are compared in."""
    if not unicodedata.is_normalized("NFKC", name):
        name = _WHOLE_SIGNS.sub(lambda run: unicodedata.normalize("NFKC", run[0]), name)
    return _NO_LETTERS.sub("", name).casefold().replace("apt", "아파트")
