"""Words of danger: such a call goes to 119, not into the queue.

They are looked for by their stems, in each clause by itself, also as an office notes them: 연기 남, 물 넘침.
A line that is no more than the name of a danger is one; what is said not to be is none. A fall that is said
to be long ago, or often, or that might be, raises no alarm: most who ask for a handrail have fallen once. But
it is said so directly beside the word of the fall: what else was long ago is another thing. So with what is
always so: whoever sits in a wheelchair does not rise, whoever is hard of hearing does not answer.
"""

import re

from handyman.intake.danger_words import ALONE, DANGERS, Danger

CLAUSE = re.compile(r"[.,!?;…\n()/]+")
BLANKS = re.compile(r"\s+")
NOT = re.compile(
    r"[가-힣]{0,2}지[는도를]?\s*(?:않|안\s|못|마)|[가-힣]{0,2}진\s*(?:않|못)|(?:[이가은는도]|이나)?\s*나지[는도]?\s*않"
    r"|[가-힣]{0,2}\s*(?:것|거|게|건)[은는도이]?\s*아[니닌님]"
    r"|(?:[이가]\s(?:나는|난|새는)|[가-힣]{0,3})\s*줄\s*(?:알았|알고)"  # it was not
    r"|[가-힣]{0,2}면\s*(?:절대로?\s*)?(?:안\s*[되돼됩된]|큰일)"  # what is not to come to pass
    r"|(?<=[새내출설독꽃크전재발수상짐침남샘혈힘괴])(?:[이가은는도]|이나)?\s*(?:안\s*[나남난튀튐]|없(?!어지지)|아[니닌님])"
)
# An hour ago, or before bed, is today.
EARLIER = (
    r"(?<!시간)(?<!시간\s)(?<!분)(?<!분\s)(?<!금)(?<!금\s)(?<!좀\s)(?<!직)(?<!오)(?<!기)(?<!기\s)(?<!시\s)"
    r"전(?:에|에도|에는)"
)
LONG_AGO = re.compile(
    r"(?:작년|재작년|지난[가-힣]*|저번|요전|일전|예전|옛날|최근|요즘|요새|[년달주월]\s*전"
    r"|(?:[일칠틀흘름]\s*전|얼마\s*전|어제|어저께|그저께|그제|엊그제|어젯밤)(?!부터)"
    rf"|(?:봄|여름|가을|겨울|추석|설|[0-9]월)(?=에)|{EARLIER})[가-힣]{{0,2}}\s*"
    r"(?:(?:봄|여름|가을|겨울|주|달|해|번|한|두|세|[가-힣]+(?:에|에서|에도|쯤|때)"
    r"|(?:어머[니님]|아버[지님]|할머니|할아버지|어르신|엄마|아빠|남편|아내|본인)(?:[이가은는도]|께서)?)\s+)*$"
)
OFTEN = re.compile(r"(?:자주|가끔|종종|매번|자꾸|곧잘|잘|(?:여러|몇|두|세)\s*번|(?<![가-힣])안)\s*$")
THING = re.compile(
    r"(?:나무|담장?|울타리|선반|옷장|장롱|책장|냉장고|건조대|화분|행거|신발장|문짝|(?:창|방)?문|방충망|의자|식탁|탁자|책상|가구|스탠드|자전거|간판|전봇대)[이가은는도]?\s*$"
)
ONCE = re.compile(
    r"[가-힣]{0,3}(?:\s+[가-힣]+[신친은던본])?\s*적(?:[이도은]|\s*있|\s*없)|[가-힣]{0,3}\s*뻔|[가-힣]{0,3}까\s*봐|었|던"
    r"|[이가을도]?\s*(?:방지|예방|위험|주의|이력|경험|걱정)|\s*(?:사고\s*)?(?:이후|후로|뒤로)"
    r"|[가-힣]{0,3}\s*(?:[가-힣]+\s+){0,2}(?:입원|퇴원|수술|깁스|치료)(?!해야|하셔야)"
    r"|[^.]{0,40}?\b(?:(?:day|week|month|year)s?\s+ago|last\s+(?:week|month|year|spring|summer|autumn|winter)"
    r"|yesterday|before)\b",
    re.IGNORECASE,
)
NOT_TODAY = r"^(?!.*(?:지금|방금|갑자기|오늘|아까|아침|새벽|밤|부터))"
AS = r"(?:으로|로|이?라서?|이?셔서?|이?시라서?|이?여서?|[하해][서심여]?서?|하셔서?|함|임|이심)?"
CANNOT_MOVE = (
    rf"거동[이도]?\s*(?:[가-힣]+\s)?(?:불편{AS}|곤란{AS}|어려(?:워|우셔|움|우심)서?|힘들어서?|힘드(?:셔서?|심)"
    rf"|(?:안|못)\s*(?:돼서?|되셔서?|하셔서?|됨|되심|하심))|와상\s*(?:(?:환자|상태|생활|어르신|중){AS}|{AS})"
    rf"|휠체어(?:에서|{AS})|휠체어를?\s*(?:(?:이용|사용|생활|신세){AS}|타(?:셔서?|고\s*(?:다니|지내|생활하)(?:셔서?|심)|심))"
    r"|누워(?:서)?(?:만)?\s*(?:지내|생활하|사)(?:셔서?|심|시느라|시므로)"
)
HEARS_LITTLE = (
    rf"귀[가도]?\s*(?:[가-힣]+\s)?(?:어두(?:워|우셔|움|우심|우시고|우신\s*분이라)서?|먹(?:어|으셔)서?|멀(?:어|으셔)서?)"
    r"|(?:귀[가도]?|소리[가도]?|잘|거의)\s*(?:잘\s*)?(?:안|못)\s*(?:들려|들리셔|들리심|들림|들으셔|들으심|들어)서?"
    rf"|(?:난청|청각\s*장애|농인){AS}"
)
ALONE_OR_NOT = (
    r"\s*(?:(?:혼자|혼자서|스스로|거의|전혀|아예|원래|늘|아무리|크게|몇\s*번|여러\s*번|초인종)[을는도]?\s*)*$"
)
LOOSE = (
    r"(?:못|나사|볼트|바퀴|경첩|레일|롤러|도르래|고리|줄|모터|손잡이|서랍|창문|방충망|문|의자|침대)[이가은는도]?\s*(?:다\s*)?"
    r"(?:빠져|부러져|망가져|녹슬어|걸려|휘어|끊어져|떨어져|고장\s?나)서?\s*$"
)
SHUT_IN = (
    r"(?:고양이|강아지|비둘기|쥐|벌레|물|공기|열쇠)[이가은는도]?\s+(?!때문)"
    r"(?:[가-힣]+(?<![서어아니라데고다가이께])\s+){0,3}$"
)
RAINS = r"(?<![가-힣])비[가만도]?\s*(?:(?:많이|조금|좀|세게|자주)\s*)?(?:오|올|온|와|왔|내리|내려)"
# What is always so or ails a thing, and what is no danger then. What befell somebody today is one.
USUAL = (
    (
        re.compile(rf"{NOT_TODAY}.*(?:{CANNOT_MOVE}){ALONE_OR_NOT}"),
        re.compile(r"(?:(?:몸|팔|다리)[을를도]?\s*)?못|일어나|움직이"),
    ),
    (
        re.compile(rf"{NOT_TODAY}.*(?:{HEARS_LITTLE}){ALONE_OR_NOT}"),
        re.compile(r".{0,5}(?:불러|두드려|두들겨)도"),
    ),
    (re.compile(LOOSE), re.compile(r"못\s*움직(?!이)")),
    (re.compile(SHUT_IN), re.compile(r"갇(?!히[시셨신심])")),
    (re.compile(RAINS), re.compile(r"(?:창문|베란다).*들어.$")),
)
STAY = frozenset({"쓰러짐", "넘어짐", "피가 남", "갇힘"})  # whoever is so is not sent out of the house


def find_danger(text: str) -> list[str]:
    """Which dangers a call speaks of, in the order in which one would ask."""
    clauses = [BLANKS.sub(" ", clause) for clause in CLAUSE.split(text)]
    alone = {ALONE.get(line.strip(" .!").lower()) for line in text.splitlines()}
    return [
        danger.name
        for danger in DANGERS
        if danger.name in alone or any(_speaks(danger, clause) for clause in clauses)
    ]


def _speaks(danger: Danger, clause: str) -> bool:
    return any(
        not NOT.match(clause, said.end())
        and not (danger.may_be_past and _is_past(clause, said))
        and not _is_usual(clause, said)
        for said in danger.words.finditer(clause)
    )


def _is_past(clause: str, said: re.Match[str]) -> bool:
    """Whether it was long ago, or happens now and then, or befell a thing."""
    before = clause[: said.start()]
    around = any(look.search(before) for look in (LONG_AGO, OFTEN, THING))
    return around or ONCE.match(clause, said.end()) is not None


def _is_usual(clause: str, said: re.Match[str]) -> bool:
    """Whether a lasting condition, or rain, is named as why."""
    before = clause[: said.start()]
    return any(why.search(before) and what.match(said[0]) for why, what in USUAL)
