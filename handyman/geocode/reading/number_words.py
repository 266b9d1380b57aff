"""Numbers said in words, as the telephone brings them: 이십삼길 이십다시삼, 백일동 천이백삼호, 일공일동."""

import re

from hangulpy import hangul_to_number

_DIGITS = {said: str(digit) for digit, said in enumerate("공일이삼사오육칠팔구")} | {"영": "0", "륙": "6"}
_TENS = set("십백천만")
_AFTER = (
    r"(?=$|[\s,)\-]|번?[가나다라마바사아자차카타파하]?길|번지?|[호층동](?![가-힣])|다시|대시|[의에]"
    r"|이요|요|입니다|예요)"
)
_RUN = r"[영공일이삼사오육륙칠팔구십백천만]"
_WORDS = re.compile(rf"(?:^|(?<=[\s,(\-로길동의에시지하제산호층]))({_RUN}{{1,9}}){_AFTER}")
_LANE_NUMBER = re.compile(
    rf"(?<=[가-힣][가-힣])(?<!{_RUN})({_RUN}{{1,9}})(?=번?[가나다라마바사아자차카타파하]?길)"
)
_LETTER_OR_FOUR = re.compile(rf"(?<=[가-힣\s])({_RUN}{{1,8}})사(?=번?길)")
_IN_PARTS = re.compile(rf"(?<=[십백천만])\s+(?={_RUN}{{1,8}}{_AFTER})")  # 삼백 육십 구
_DONG_NUMBER = re.compile(
    rf"(?<=[가-힣])(?<!{_RUN})([일이삼사오육칠])(?=동(?:$|[\s,\d일이삼사오육칠팔구십백천]))"
)


def numbers_in_digits(text: str) -> str:
    """The text with its number words in digits; what may mean two numbers stays in words."""
    text = _LANE_NUMBER.sub(_in_digits, _WORDS.sub(_in_digits, _IN_PARTS.sub("", text)))
    return _DONG_NUMBER.sub(lambda said: _DIGITS[said[1]], text)


def with_lanes_letter(text: str) -> str:
    """The lane with 사 for its letter, where it may be a four as well: 이사길 is 24길, and here 2사길."""
    return _LETTER_OR_FOUR.sub(lambda said: f"{_value(said[1]) or said[1]}사", text)


def _in_digits(said: re.Match[str]) -> str:
    words = said[1]
    if not (words.endswith("이") and said.string.startswith("요", said.end())):
        return _value(words) or words
    if len(words) == 1 or _value(words):  # 이십이요 may be 20이요 or 22요
        return words
    return _value(words[:-1]) + "이"


def _value(words: str) -> str:
    if not _TENS & set(words):
        return "".join(_DIGITS[word] for word in words)  # 일공일: digit after digit
    try:
        return str(hangul_to_number(words.replace("륙", "육")))
    except ValueError:
        return ""
