"""Words of danger: such a call goes to 119, not into the queue.

They are looked for by their stems, in each clause by itself, also as an office notes them: 연기 남, 물 넘침.
A line that is no more than the name of a danger is one; what is there against a danger is none. A fall that
is said to be long ago, or that might be, raises no alarm: most who ask for a handrail have fallen once. But
it is said so directly beside the word of the fall: what else was long ago is another thing.
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
MUCH = r"(?:많이|막|계속|자꾸|조금|좀|심하게|너무|엄청|또|다)?\s*"
AGAINST = r"(?!\s*(?:경보|감지|탐지|차단기|보험|예방|방지))"  # what is there so that it does not happen
NOUN = rf"(?![가-힣]){AGAINST}"  # after the noun of a verb, as it stands at the end of a note
WIRED = r"(?:콘센트|두꺼비집|차단기|스위치|전선|플러그|멀티탭|배전반)"
ROOM = r"(?:화장실|욕실|방|집|거실|부엌|주방|베란다|마루|현관|바닥|지하)[가-힣]{0,2}(?:에|까지|으로|로)"
FELL = rf"지셔|지셨|지신|지심|졌|져|진\s*(?:채|상태|뒤|후)|짐{NOUN}"
OVERFLOWS = rf"넘(?:치(?!지|면|기)|쳐|쳤|칩|친|침{NOUN})"
FOLLOWED = r"(?:\s*(?:and|or|&|/)\s*\w+)?[\s-]*"
FIRE_FIGHTING = (
    r"alarm|extinguish|place|station|engine|truck|department|brigade|fighter|detector|sensor|door|escape|exit"
    r"|blanket|insurance|safety|drill|proof|resist|retard|hose|hydrant|sprinkler|hazard|prevent|wood|works"
)
SOMEBODY = (
    r"(?:mother|father|mum|mom|dad|grandmother|grandfather|grandma|grandpa|husband|wife|resident|lady|woman|man"
    r"|caller|neighbou?r|somebody|someone|she|he|i|they|and)"
)
FELL_FROM = (
    r"(?:off|from|out\s+of|down)\s+(?:the\s+|a\s+|her\s+|his\s+|my\s+|their\s+)?"
    r"(?:ladder|stairs?|staircase|steps?|bed|chair|stool|sofa|wheelchair|roof|toilet)\b"
)


class Danger(NamedTuple):
    name: str
    words: re.Pattern[str]
    may_be_past: bool = False


def _danger(name: str, *words: str, may_be_past: bool = False) -> Danger:
    return Danger(name, re.compile("|".join(words), re.IGNORECASE), may_be_past)


DANGERS = (
    _danger(
        "가스",
        rf"[가까][스쓰]\s*(?:비슷한\s*|같은\s*)?(?:냄새|(?:누출|누설|중독){AGAINST}"
        rf"|[가도]?\s*{MUCH}(?:새(?:[요는고서나네어었]|$)|샌|샙|샜|샘{NOUN}))",
        r"\bsmell\w*\s+(?:of\s+|like\s+)?gas\b|\bgas\s+(?:smell|leak|is\s+leaking)|\bleaking\s+gas\b",
    ),
    # 연기 is also a postponement, 탄 내 the beginning of other words
    _danger(
        "연기",
        rf"연기[가를도]?\s*{MUCH}(?:나(?!중)|난|납|났|남{NOUN}|자욱|피어|올라|발생)"
        rf"|연기가\s*(?:보|차|찼|참{NOUN}|가득)|연기\s*(?:냄새|가득)",
        r"(?<![가-힣])탄\s*냄새|(?<![가-힣])탄\s?내(?![가-힣])|탄\s?내[가나]|타는\s*(?:냄새|내(?![가-힣]))",
        rf"\bsmok[ey]\b(?!{FOLLOWED}(?:detector|alarm|sensor))|\bburning\s+smell|\bsmell\w*\s+(?:of\s+)?burning",
    ),
    # 불이 나갔다: the lamp is out, and that is what we repair
    _danger(
        "불꽃",
        rf"불꽃(?!놀이)|스파크|감전{AGAINST}|불똥",
        rf"(?<!이)불이?\s*(?:났|납|붙|튀|튐{NOUN}|난(?!방)|남{NOUN}|날\s*것|나(?:요|고(?!장)|서|네|는|$))",
        rf"화재{AGAINST}(?!\s*(?:대피|대비|안전|위험|우려|걱정|주의|이력))",
        rf"전기[가도]?\s*(?:튀|튑|튄|튕|튐{NOUN})|튀는\s*전기",
        rf"전기[가도]?\s*{MUCH}(?:올라(?!가)|올랐|오릅|오른|오름{NOUN}|오르(?:는|고|네))",
        rf"합선(?:이|도)?\s*(?:됐|돼|되(?:었|어|고|는)|된|됨{NOUN}|났|난|남{NOUN}|인\s*것|$)",
        rf"{WIRED}[이가도]?\s*(?:[가-힣]+게\s*)?{MUCH}(?:탔|타(?:요|고|서|네)|탐{NOUN}|그을|녹았|녹아|녹음{NOUN})",
        rf"{WIRED}[가-힣]{{0,2}}\s*(?:[가-힣]+에서\s*)?[펑퍽]\s*(?:소리|하|함|했|터)",
        rf"\bspark(?:s|ed|ing)?\b|\bfires?\b(?!{FOLLOWED}(?:{FIRE_FIGHTING}))",
        r"\belectric\s+shock|\belectrocut",
    ),
    _danger("폭발", rf"폭발{AGAINST}", r"\bexplo(?:sion|ded|ding)"),
    _danger(
        "물 넘침",
        r"물이?\s*(?:[가-힣]+(?:에서|으로|로|에)\s*)?"
        rf"{MUCH}(?:{OVERFLOWS}|쏟아(?:지(?!지|면)|져|졌|집|진|짐{NOUN})|콸콸)",
        rf"(?<![가-힣])물이?\s*터|침수{AGAINST}|물바다|물난리|물에\s*잠(?:겼|겨|긴|김|깁)",
        r"(?:수도|수도꼭지|수전|수도관|배관|파이프|호스|보일러)[이가]?\s*터(?:졌|져|진|집|짐|지(?:고|는|네))",
        rf"(?:변기|세면대|싱크대|욕조|하수구|배수구)[이가]?\s*{MUCH}{OVERFLOWS}",
        rf"{ROOM}\s*물이?\s*{MUCH}(?:찼|찹|참{NOUN}|차(?:요|고|서|네|는))",
        rf"물이?\s*{MUCH}차(?:올라|올랐|오[르릅]|오름{NOUN})",
        r"\bflood(?:s|ed|ing)?\b(?!\s*light)|\boverflow|\bburst\s+pipe|\bpipe\s+(?:has\s+)?burst",
    ),
    _danger(
        "쓰러짐",
        rf"쓰러(?:{FELL})|의식이?\s*없|숨[을이]?\s*(?:못|안)\s*(?:쉬|쉼{NOUN})",
        r"\bunconscious\b|\bfainted\b|\bnot\s+breathing\b",
        may_be_past=True,
    ),
    _danger(
        "넘어짐",
        rf"(?:넘어|자빠|고꾸라)(?:{FELL})|엎어(?:지셔|지셨|지신|지심|짐{NOUN})",
        rf"미끄러(?:지셔|지셨|지신|지심|졌|져\s*(?:서|다치))|(?<!바닥)(?<!바닥\s)(?<!바닥이\s)미끄러짐{NOUN}|낙상",
        r"(?:계단|사다리|침대|의자)에서\s*(?:떨어|굴러|굴렀)",
        rf"못\s*일어[나난났남]|일어나(?:시?지)(?:를|도)?\s*못|못\s*움직(?:이(?!게)|여|인|입|임{NOUN})",
        r"움직이(?:시?지)(?:를|도)?\s*못",
        rf"(?:^\s*|\b{SOMEBODY}\s+)(?:has\s+|have\s+|had\s+)?(?:just\s+)?(?:fell|fallen)\b(?!\s+asleep)",
        rf"\bfell\s+{FELL_FROM}",
        may_be_past=True,
    ),
)
ALONE = {"가스": "가스", "gas": "가스", "연기": "연기", "fall": "넘어짐"}
STAY = frozenset({"쓰러짐", "넘어짐"})  # whoever lies there is not sent out of the house


def find_danger(text: str) -> list[str]:
    """Which dangers a call speaks of, in the order in which one would ask."""
    clauses = CLAUSE.split(text)
    alone = {ALONE.get(line.strip(" .!").lower()) for line in text.splitlines()}
    return [
        danger.name
        for danger in DANGERS
        if danger.name in alone or any(_speaks(danger, clause) for clause in clauses)
    ]


def _speaks(danger: Danger, clause: str) -> bool:
    return any(
        not (
            danger.may_be_past and (LONG_AGO.search(clause[: said.start()]) or ONCE.match(clause, said.end()))
        )
        for said in danger.words.finditer(clause)
    )
