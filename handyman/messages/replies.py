"""What a text that came in says: a digit, 취소, that no more texts are wanted. The rest is for a person.

Digits and 취소 alone are asked for: providers keep STOP, CANCEL, END and YES for themselves.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum


class Said(StrEnum):
    YES = "yes"
    NO = "no"
    CANCEL = "cancel"
    NO_TEXTS = "no_texts"
    TEXTS_AGAIN = "texts_again"
    ANYTHING = "anything"


@dataclass(frozen=True, slots=True)
class Reply:
    """`number` is that of the visit, where one was written."""

    said: Said
    number: str = ""


ANSWERS = {"1": Said.YES, "2": Said.NO, "취소": Said.CANCEL}
ANSWER = re.compile(r"(?:(?P<first>\d{4}) ?)?(?P<word>1|2|취소)(?: ?번)?(?: (?P<last>\d{4}))?")
NO_TEXTS = re.compile(  # a bare 거부 may as well say no to what was asked: that is for a person
    r"stop|stop ?all|unsubscribe|end|quit|revoke|opt ?out"
    r"|문자 ?(?:그만|중지)(?: ?보내(?: ?주)?(?:세요|십시오))?"
    r"|(?:문자 ?)?(?:수신|무료|무료 ?수신) ?거부"
    r"(?: ?(?:요|신청|요청|합니다|해요|해 ?주세요|해 ?주십시오|부탁합니다|부탁드립니다|부탁드려요))?"
)
TEXTS_AGAIN = frozenset({"start", "unstop", "수신동의", "수신 동의"})


def read(body: str) -> Reply:
    words = _plain(body)
    if NO_TEXTS.fullmatch(words):
        return Reply(Said.NO_TEXTS)
    if words in TEXTS_AGAIN:
        return Reply(Said.TEXTS_AGAIN)
    found = ANSWER.fullmatch(words)
    if found is None or (found["first"] and found["last"]):
        return Reply(Said.ANYTHING)
    return Reply(ANSWERS[found["word"]], found["first"] or found["last"] or "")


def _plain(body: str) -> str:
    """Full-width digits, capitals, marks and spaces are all one."""
    words = unicodedata.normalize("NFKC", body).casefold()
    return " ".join(re.sub(r"[^\w ]+|_", " ", re.sub(r"\s", " ", words)).split())
