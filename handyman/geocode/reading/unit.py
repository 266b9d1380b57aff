"""Reads the flat at the end of an address into one spelling, so that the same home has one name."""

import re

_LETTER = "가나다라마바사아자차카타파하"
_BLOCK = rf"(?<![\d가-힣A-Za-z])(\d{{1,4}}|[{_LETTER}]|[A-Za-z])동"
_FLAT = r"(\d{1,5}|[Bb]\d{1,3})"

PARTS = (
    (re.compile(rf"{_BLOCK}\s*{_FLAT}호?(?![\d층])"), "{0}동 {1}호"),
    (re.compile(r"(?<![\d-])(\d{2,4})-(\d{2,5})호?(?![\d-])"), "{0}동 {1}호"),
    (re.compile(r"(?<![\d-])(\d{3,4})\s+(\d{3,4})호?(?![\d층동-])"), "{0}동 {1}호"),
    (re.compile(rf"{_BLOCK}(?![가-힣])"), "{0}동"),
    (re.compile(rf"{_BLOCK}(?=반?지[하층]|옥[탑상])"), "{0}동"),
    (re.compile(r"지하\s*([2-9])층|(?<![A-Za-z0-9])[Bb]([2-9])층"), "지하{0}층"),
    (
        re.compile(
            r"(?<![A-Za-z0-9])(?:반?지하\s*)?[Bb](?:0?1층|01|1(?!\d))호?(?!\d)"
            r"|반지하(?:방|층)?|지층|지하(?:실|방|\s*1층)?(?=\s*\d+호|\s|$)"
        ),
        "지층",
    ),
    (re.compile(r"옥탑(?:방|층)?"), "옥탑"),
    (re.compile(r"옥상(?:층)?"), "옥상"),
    (re.compile(r"(?<!\d)(\d{1,2})층"), "{0}층"),
    (re.compile(r"(?<![\d-])([Bb]?\d{1,5})호(?![선텔점])"), "{0}호"),
    (re.compile(r"(?<![A-Za-z0-9])([Bb]\d{1,3})(?![\d가-힣])"), "{0}호"),
)
_ORDINAL = re.compile(r"제(?=\d+\s?(?:동|층|호))")
_LOOSE = re.compile(r"(?<=\d)\s+(?=[동층호](?![가-힣]))|(?<=[반지옥])\s+(?=지하|하(?![가-힣])|층|탑)")
_SPELLED = re.compile(r"(?<![가-힣])(?:(에이|비|씨|디)(?=동(?![가-힣]))|(비)\s?(?=\d{1,3}호))")
_WRITTEN_TO_A_NAME = re.compile(
    r"(?<=[트라션립택텔스슬이안오차빌뷰지크즈])(?=\d{1,4}동(?:$|[\s\d]))"
)  # 아파트3동201호
_LETTERS = {"에이": "A", "비": "B", "씨": "C", "디": "D"}
_BARE_NUMBER = re.compile(r"\s*(\d{2,4})\s*")


def read_unit(rest: str) -> tuple[str, str]:
    """The flat in one spelling, and what else stood there."""
    if not rest or rest.isspace():
        return "", ""
    found: list[str] = []
    rest = _ORDINAL.sub("", _LOOSE.sub("", rest))
    rest = _SPELLED.sub(lambda letter: _LETTERS[letter[1] or letter[2]], _WRITTEN_TO_A_NAME.sub(" ", rest))
    for pattern, spelling in PARTS:
        match = pattern.search(rest)
        said = spelling.format(*filter(None, match.groups())).upper() if match else ""
        if match and not _said_already(said, found):
            found.append(said)
            rest = f"{rest[: match.start()]} {rest[match.end() :]}"
    number = _BARE_NUMBER.fullmatch(rest)
    if number and not any(part.endswith("호") for part in found):
        found.append(f"{number[1]}호")
        rest = ""
    return " ".join(found), " ".join(rest.split())


def _said_already(part: str, found: list[str]) -> bool:
    """Whether a block, a storey or a flat has been read before."""
    return any(part.endswith(last) and said.endswith(last) for said in found for last in ("동", "층", "호"))
