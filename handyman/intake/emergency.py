"""Words of danger: such a call goes to 119, not into the queue.

They are looked for by their stems, in each clause by itself. A fall that is said to be long ago, or that
might be, raises no alarm: most who ask for a handrail have fallen once. But it is said so directly beside
the word of the fall: what else was long ago is another thing.
"""

import re
from typing import NamedTuple

CLAUSE = re.compile(r"[.,!?;…\n]+")
LONG_AGO = re.compile(
    r"(?:작년|재작년|지난[가-힣]*|예전|옛날|[년달주]\s*전|일주일\s*전|며칠\s*전)[가-힣]{0,2}\s*"
    r"(?:(?:봄|여름|가을|겨울|주|달|해|번|한|두|세|[가-힣]+(?:에|에서|에도|쯤|때))\s+)*$"
)
ONCE = re.compile(
    r"[가-힣]{0,3}(?:\s+[가-힣]+[신친은던본])?\s*적[이도은]|[가-힣]{0,3}\s*뻔|[가-힣]{0,3}까\s*봐"
    r"|\s*(?:방지|예방|위험|주의|이력|경험|걱정)"
)
MUCH = r"(?:많이|막|계속|자꾸|조금|좀|심하게|다)?\s*"
WIRED = r"(?:콘센트|두꺼비집|차단기|스위치|전선|플러그|멀티탭|배전반)"
ROOM = r"(?:화장실|욕실|방|집|거실|부엌|주방|베란다|마루|현관|바닥|지하)[가-힣]{0,2}(?:에|까지|으로|로)"
FELL = r"지셔|지셨|지신|지심|졌|져|진\s*(?:채|상태|뒤|후)"


class Danger(NamedTuple):
    name: str
    words: re.Pattern[str]
    may_be_past: bool = False


def _danger(name: str, *words: str, may_be_past: bool = False) -> Danger:
    return Danger(name, re.compile("|".join(words), re.IGNORECASE), may_be_past)


DANGERS = (
    _danger(
        "가스",
        rf"[가까][스쓰]\s*(?:비슷한\s*|같은\s*)?(?:냄새|누출|중독|[가도]?\s*{MUCH}(?:새(?:[요는고서나네어었]|$)|샌|샙|샜))",
        r"\bsmell\w*\s+(?:of\s+|like\s+)?gas\b|\bgas\s+(?:smell|leak|is\s+leaking)|\bleaking\s+gas\b",
    ),
    # 연기 is also a postponement, 탄 내 the beginning of other words
    _danger(
        "연기",
        rf"연기[가를도]?\s*{MUCH}(?:나(?!중)|난|납|났|자욱|피어|올라)|연기가\s*(?:보|차|가득)|연기\s*냄새",
        r"(?<![가-힣])탄\s*냄새|(?<![가-힣])탄\s?내(?![가-힣])|탄\s?내[가나]|타는\s*(?:냄새|내(?![가-힣]))",
        r"\bsmok[ey]\b(?!\s*(?:detector|alarm|sensor))|\bburning\s+smell|\bsmell\w*\s+(?:of\s+)?burning",
    ),
    # 불이 나갔다: the lamp is out, and that is what we repair
    _danger(
        "불꽃",
        r"불꽃(?!놀이)|스파크|감전|불똥|(?<!이)불이?\s*(?:났|납|붙|튀|난(?!방)|날\s*것|나(?:요|고(?!장)|서|네|는|$))",
        r"전기[가도]?\s*(?:튀|튑|튄|튕)|튀는\s*전기",
        rf"전기[가도]?\s*{MUCH}(?:올라(?!가)|올랐|오릅|오른|오르(?:는|고|네))",
        r"합선(?:이|도)?\s*(?:됐|돼|되(?:었|어|고|는)|된|났|난|인\s*것)",
        rf"{WIRED}[이가도]?\s*(?:[가-힣]+게\s*)?{MUCH}(?:탔|타(?:요|고|서|네)|그을|녹았|녹아)",
        rf"{WIRED}[가-힣]{{0,2}}\s*(?:[가-힣]+에서\s*)?[펑퍽]\s*(?:소리|하|터)",
        r"\bspark(?:s|ed|ing)?\b|\bon\s+fire\b|\belectric\s+shock|\belectrocut",
    ),
    _danger("폭발", r"폭발", r"\bexplo(?:sion|ded|ding)"),
    _danger(
        "물 넘침",
        r"물이?\s*(?:[가-힣]+(?:에서|으로|로|에)\s*)?"
        rf"{MUCH}(?:넘(?:치(?!지|면|기)|쳐|쳤|칩|친)|쏟아(?:지(?!지|면)|져|졌|집|진)|콸콸)",
        r"(?<![가-힣])물이?\s*터|침수|물바다|물난리|물에\s*잠(?:겼|겨|긴|김|깁)",
        r"(?:수도|수도꼭지|수전|수도관|배관|파이프|호스|보일러)[이가]?\s*터(?:졌|져|진|집|짐|지(?:고|는|네))",
        rf"(?:변기|세면대|싱크대|욕조|하수구|배수구)[이가]?\s*{MUCH}넘(?:치(?!지|면|기)|쳐|쳤|칩|친)",
        rf"{ROOM}\s*물이?\s*{MUCH}(?:찼|찹|차(?:요|고|서|네|는))|물이?\s*{MUCH}차(?:올라|올랐|오[르릅])",
        r"\bflood(?:ed|ing)\b|\bburst\s+pipe|\bpipe\s+(?:has\s+)?burst",
    ),
    _danger(
        "쓰러짐",
        rf"쓰러(?:{FELL})|의식이?\s*없|숨[을이]?\s*(?:못|안)\s*쉬",
        r"\bunconscious\b|\bfainted\b|\bnot\s+breathing\b",
        may_be_past=True,
    ),
    _danger(
        "넘어짐",
        rf"(?:넘어|자빠|고꾸라)(?:{FELL})|엎어(?:지셔|지셨|지신|지심)|미끄러(?:지셔|지셨|지신|졌|져\s*(?:서|다치))|낙상",
        r"(?:계단|사다리|침대|의자)에서\s*(?:떨어|굴러)",
        r"못\s*일어나|일어나(?:시?지)(?:를|도)?\s*못|못\s*움직(?:이(?!게)|여|인|입)|움직이(?:시?지)(?:를|도)?\s*못",
        r"\b(?:mother|father|she|he|i)\s+(?:has\s+|have\s+)?(?:just\s+)?(?:fell|fallen)\b",
        may_be_past=True,
    ),
)
STAY = frozenset({"쓰러짐", "넘어짐"})  # whoever lies there is not sent out of the house


def find_danger(text: str) -> list[str]:
    """Which dangers a call speaks of, in the order in which one would ask."""
    clauses = CLAUSE.split(text)
    return [danger.name for danger in DANGERS if any(_speaks(danger, clause) for clause in clauses)]


def _speaks(danger: Danger, clause: str) -> bool:
    return any(
        not (
            danger.may_be_past and (LONG_AGO.search(clause[: said.start()]) or ONCE.match(clause, said.end()))
        )
        for said in danger.words.finditer(clause)
    )
