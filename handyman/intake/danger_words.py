"""The words in which dangers are told and noted: by their stems, with or without blanks, in whatever ending.

What is there against a danger (연기 감지기) is none, nor is what the same letters say of our own work:
불이 안 들어옴 is a lamp, 방문 연기 a postponement, 물이 조금 샘 a drop.
"""

import re
from typing import NamedTuple


class Danger(NamedTuple):
    name: str
    words: re.Pattern[str]
    may_be_past: bool = False


def _danger(name: str, *words: str, may_be_past: bool = False) -> Danger:
    return Danger(name, re.compile("|".join(words), re.IGNORECASE), may_be_past)


MUCH = (
    r"(?:(?:많이|막|계속|자꾸|조금|좀|심하게|너무|엄청|또|다|꽉|크게|갑자기|지금|줄줄|펑펑|온통|전부|모락모락|솔솔|조금씩"
    r"|제대로|전혀|거의|아예)\s*){0,2}"
)
AGAINST = r"(?!\s*(?:경보|감지|탐지|차단기|보험|예방|방지))"  # what is there so that it does not happen
NOUN = rf"(?![가-힣]){AGAINST}"  # after the noun of a verb, as it stands at the end of a note
NOTED = r"(?:가|이|도|요|예요|에요|이에요|임|입니다)?\s*$"  # a thing that is named, and nothing said of it
HON = r"(?:셔|셨|신|심|십|시는\s*중)"  # what the resident does, in the honorific

GAS = r"(?:[가까][스쓰]|LPG|LNG|엘피지|엘엔지|프로판|부탄|일산화\s?탄소)"
SMELL = r"(?:냄새|냄시|내음)"
WIRED = r"(?:콘센트|두꺼비집|차단기|스위치|전선|플러그|멀티탭|배전반|전기장판)"
HOUSE = r"(?:(?:옆|앞|뒷|윗|아랫|이웃|우리)?\s?집|건물|아파트|빌라|가게|창고|산)"
CATCHES_FIRE = rf"(?:{HOUSE}|{WIRED}|커튼|이불|소파|쓰레기통?|냉장고|세탁기|에어컨|선풍기|밥솥|냄비|벽지)"
APPLIANCE = (
    r"(?:보일러|[가까]스\s*(?:레인지|렌지)|전자\s*(?:레인지|렌지)|티비|텔레비전|히터|난로|프라이팬|오븐|후드|환풍기"
    r"|전등|형광등|조명|등|전구|배선|전기|기계)"
)
ROOMS = r"(?:화장실|욕실|방|집|거실|부엌|주방|베란다|마루|현관|바닥|지하|복도|계단|천장|벽|창문|창고|밖)"
ROOM = (
    rf"(?:(?:{ROOMS}[가-힣]{{0,2}}|안)(?:에|까지|으로|로)|(?:{ROOMS})\s*(?:안|바닥|전체)(?:에|까지|이|가)"
    r"|(?:발목|무릎)까지)"
)
SMOKING = (
    rf"(?:{CATCHES_FIRE}|{APPLIANCE}|{ROOMS})\s*(?:안|쪽|위|뒤|밑|속)?"
    r"(?:에|에서|서)\s*(?:[가-힣]+게\s*)?"
)
TOUCHES = r"(?:만지|닿으|대|잡으|건드리)(?:면|니까?|는데|었더니)\s*"
COOKS = "".join(rf"(?<!{what})(?<!{what}\s)" for what in ("담배", "모기향", "요리", "음식", "고기"))
SMOKE = rf"{COOKS}연기(?:\s*같은\s*(?:게|것이?|거))?"
HURT = r"(?:다치(?!지|면)|다[쳐쳤]|부딪|찧|삐었|삐끗|부러[졌지]|박았)"
FELL = (
    rf"\s?(?:지(?:{HON}|는\s*중|(?:면서|다가?)\s*(?:[가-힣]{{1,6}}\s+){{0,2}}{HURT})|졌|져"
    rf"|진\s*(?:채|상태|(?:뒤|후)(?!로))|짐{NOUN})"
)
OVERFLOWS = rf"넘(?:치(?!지|면|기)|쳐|쳤|칩|친|침{NOUN})"
DRAIN = r"(?:변기|세면대|싱크대|욕조|하수구|하수도|배수구|세탁기|물탱크)"
PIPE = r"(?:수도|수도꼭지|수전|수도관|수도\s?계량기|계량기|물탱크|온수기|상수도|배관|파이프|호스|보일러)"
FROZEN = (
    r"(?:(?:(?:꽁꽁\s*)?(?:얼어서?|얼었다가?|얼다가?|얼면서|얼더니)|추위(?:에|로)|추워서|한파(?:에|로)"
    r"|동파(?:로|돼서?|되어서?|되면서|됐는데|하여|해서?)?)\s*){0,2}"
)
# One that rings, not one that is to be fitted or that asks for its battery
ASKS_FOR_ITS_BATTERY = (
    r"(?:배터리|밧데리|바테리|건전지|전지)[가이를도]?\s*(?:다\s*)?"
    r"(?:없|떨어|나가|나갔|약[하해]|부족|방전|때문|닳|됐|된|갈라고|교체하라)"
)
ALARM = (
    r"\s*(?:누출|누설|중독)?\s*(?:(?:경보|감지|탐지)(?:기|음|벨)?|비상벨|벨|알람|사이렌)[이가은는도]?"
    rf"\s*(?:[가-힣]+부터\s*)?(?:[가-힣]+게\s*)?(?:[앵웽왱삐용]+\s*)?{MUCH}"
)
RINGS = (
    rf"울(?:려(?!야|도)|렸(?![었던])|린(?!\s*적)|립|림{NOUN}(?!\s*(?:점검|시험|테스트))"
    r"|리(?:고(?!\s*있지)|네|는(?!지)|심|시는(?!지)))"
)
RINGING = rf"{ALARM}{RINGS}"
IS_RINGING = (
    r"\s*(?:alarm|detector)s?\s+(?:(?:is|are|was|has|keeps?|been|just)\s+)*"
    r"(?:going\s+off|went\s+off|gone\s+off|goes\s+off|ringing|rings|sounding|blaring)"
    r"(?!.*\b(?:batter|ago|last|yesterday|when))"
)


def _rings(korean: str, english: str) -> tuple[str, str]:
    """An alarm of this kind that rings, and not for its battery."""
    return (
        rf"^(?!.*{ASKS_FOR_ITS_BATTERY})(?!.*때마다).*(?:{korean}){RINGING}",
        rf"^(?!.*\bbattery).*\b(?:{english}){IS_RINGING}",
    )


NO_ANSWER_YET = r"없(?:으시?)?면|없(?:으실|을)\s*(?:때|경우|수)|안\s*하시?면"  # what to do then
BLOOD = r"(?<![가-힣])(?<!잇몸에서\s)피"
FROM_HIGH = r"(?:계단|사다리|침대|의자|소파|휠체어|지붕|옥상|식탁|변기|난간|마루)(?:에서|서)?"
BUILT = r"(?:천장|지붕|벽|담|담장|담벼락|건물|집|계단|바닥|베란다|난간|축대|옹벽|마루)"
SHUT_IN = r"(?:못\s*나(?:오|와|온|옴)|나오(?:시?지)[를도]?\s*못)"
DIM = r"희미|흐(?:릿|려|리|림)|오락가락|가물가물|혼미|몽롱"
IS_NOT = (
    r"(?:(?:\s+(?:is|was|does|did|will|would|has)\s+not|\s+(?:is|was|does|did|wo|would|has)n['’]?t|['’]s\s+not"
    r"|\s+can(?:no|['’])t)\s+(?:been\s+)?)"
)
WRITTEN_TO = r"\s+to\s+(?:\w+\s+){0,2}(?:texts?|calls?|messages?|letters?|phone|e?mails?|door\s?bell)\b"
FOLLOWED = r"(?:\s*(?:and|or|&|/)\s*\w+)?[\s-]*"
FIRE_FIGHTING = (
    r"alarm|extinguish|place|station|engine|truck|department|brigade|fighter|detector|sensor|door|escape|exit"
    r"|blanket|insurance|safety|drill|proof|resist|retard|hose|hydrant|sprinkler|hazard|prevent|wood|works"
)
SOMEBODY = (
    r"(?:mother|father|mum|mom|dad|grandmother|grandfather|grandma|grandpa|husband|wife|resident|lady|woman|man"
    r"|caller|neighbou?r|somebody|someone|she|he|i|they|and)"
)
HAS = r"(?:has\s+|have\s+|had\s+|is\s+)?(?:just\s+)?"
FELL_FROM = (
    r"(?:off|from|out\s+of|down)\s+(?:the\s+|a\s+|her\s+|his\s+|my\s+|their\s+)?"
    r"(?:ladder|stairs?|staircase|steps?|bed|chair|stool|sofa|wheelchair|roof|toilet)\b"
)

DANGERS = (
    _danger(
        "가스",
        rf"{GAS}\s*(?:비슷한\s*|같은\s*)?(?:{SMELL}|(?:누출|누설|중독){AGAINST}"
        rf"|[가도]?\s*{MUCH}(?:새(?:[요는고서나네어었]|$)|샌|샙|샜|샘{NOUN}))",
        rf"{GAS}[를을에도]?\s*{MUCH}(?:마(?:시{HON}|셨|셔|신|심|심{NOUN})|취하{HON}|터(?:졌|져|짐))",
        rf"{GAS}\s*(?:레인지\s*|보일러\s*)?(?:호스|배관|선|줄)[이가도]?\s*{MUCH}(?:빠졌|빠져|빠짐{NOUN}|빠진|터졌|터져|터짐{NOUN}|찢어[졌져]|끊어[졌져]|뽑[혔혀])",
        rf"{GAS}\s*(?:밸브|벨브|중간밸브|꼭지)[이가도]?\s*{MUCH}(?:안|못)\s*(?:잠겨|잠기|잠김|잠가)",
        rf"{GAS}\s?불[이가은도]?\s*{MUCH}안\s*꺼(?:져|지|짐)",
        *_rings(rf"{GAS}|(?<![a-z])CO", r"gas(?:\s+leak)?|co|carbon\s+monoxide"),
        r"\bsmell\w*\s+(?:of\s+|like\s+)?gas\b|(?<!\bno\s)\bgas\s+(?:smell|leak|is\s+leaking)|\bleaking\s+gas\b",
    ),
    # 연기 is also a postponement, 탄 내 the beginning of other words
    _danger(
        "연기",
        rf"{SMOKE}[가를도는]?\s*{MUCH}(?:나(?!중|머|누|눠)|난|납|났|남{NOUN}|자욱|피어|올라|발생|뿜|솟|뒤덮"
        r"|짙|퍼[지져졌짐]|보(?:이|여|였|입|인|임)|심(?=하|함|해|한|했|합)|많(?!이)|뿌[옇예연]|매캐|마(?:시|셨|셔|신|심)"
        r"|(?:안|못)\s*(?:빠|없어))",
        rf"{SMOKE}[가로]\s*{MUCH}(?:차|찼|참{NOUN}|찬|가득|들어[오와왔온옴])|{SMOKE}\s*(?:{SMELL}|가득)",
        rf"{SMOKING}연기{NOTED}|(?:검은|시커먼|시꺼먼|까만|흰|하얀|허연|매캐한)\s*연기",
        rf"(?<![가-힣])탄\s*{SMELL}|(?<![가-힣])탄\s?내(?![가-힣])|탄\s?내[가나]|타는\s*(?:{SMELL}|내(?![가-힣]))",
        rf"(?<!\bno\s)\bsmok[ey]\b(?!{FOLLOWED}(?:detector|alarm|sensor))",
        r"\b(?:it|outlet|socket|plug|switch|light|lamp|wire|cable|box|boiler|heater|stove|cooker|oven|fridge|tv|machine)"
        r"\s+(?:is|was|keeps|has\s+been|started)\s+smoking\b",
        *_rings("연기", "smoke"),
        r"\bburning\s+smell|\bsmell\w*\s+(?:of\s+)?burning",
    ),
    # 불이 나갔다: the lamp is out, and that is what we repair
    _danger(
        "불꽃",
        r"불꽃(?![이가은도]?\s*(?:안\s*(?:올라|세)|약|작)(?!.*튀)|\s*(?:놀이|무늬|모양|그림|문양|패턴|색))",
        rf"스파크|감전{AGAINST}|불똥|(?<![이등])불이(?:야|다(?![가-힣]))|불길(?!하|함|한|해)",
        rf"(?<!이)불이?\s*{MUCH}(?:났|납|붙(?!이|여|일|박)|튀|튐{NOUN}|활활|난(?!방)|남{NOUN}|날\s*것|나(?:요|고(?!장)|서|네|는|$)"
        rf"|번(?:지|져|졌|짐{NOUN}))|(?<!이)불에?\s*타(?:고|요|는|올|$)|(?<!이)불에\s*(?:탔|탐{NOUN})",
        rf"(?<![가-힣]){CATCHES_FIRE}에서?\s*(?:큰\s*)?불(?:요|이요|이에요)?\s*$|{WIRED}에서?\s*불이?\s*(?:번쩍|나[오와온옴왔])",
        rf"화재{AGAINST}(?!\s*(?:대피|대비|안전|위험|우려|걱정|주의|이력))",
        *_rings(rf"화재|^\s*(?:{HOUSE}|{ROOMS})?(?:에서|에)?\s*(?=경보)", "fire"),
        rf"전기[가도]?\s*(?:튀|튑|튄|튕|튐{NOUN})|튀는\s*전기|(?:전기[가도]?|{WIRED}[가-힣 ]{{0,6}})\s*찌릿",
        rf"{TOUCHES}(?:[가-힣]{{1,4}}[이에]\s*)?(?:찌릿|전기[가도]?\s*{MUCH}(?:와(?:요|서)|왔(?!다\s?가|다\s*갔)|옴{NOUN}|옵니|오(?:는데|네|고)|통하|통해|흐르|흘러))",
        rf"전기[가도]?\s*{MUCH}(?:올라(?!가)|올랐|오릅|오른|오름{NOUN}|오르(?:는|고|네))",
        rf"합선(?:이|도)?\s*(?:됐|돼|되(?:었|어|고|는)|된|됨{NOUN}|났|난|남{NOUN}|인\s*것|$)",
        rf"{WIRED}[이가도]?\s*(?:[가-힣]+게\s*)?{MUCH}(?:탔|타(?:요|고|서|네)|탐{NOUN}|그을|녹았|녹아|녹음{NOUN})",
        rf"{WIRED}[가-힣]{{0,2}}\s*(?:[가-힣]+에서\s*)?[펑퍽]\s*(?:소리|하|함|했|터)",
        rf"\bspark(?:s|ed|ing)?\b|(?<!\bno\s)\bfires?\b(?!{FOLLOWED}(?:{FIRE_FIGHTING}))",
        r"\belectric\s+shock|\belectrocut",
    ),
    _danger("폭발", rf"폭발{AGAINST}", r"\bexplo(?:sion|ded|ding)"),
    _danger(
        "무너짐",
        rf"{BUILT}\s*(?:한쪽|한켠|일부|전체)?[이가은는도]?\s*{MUCH}(?:와르르\s*)?"
        rf"(?:무너(?:졌|져|지(?:고|는|네|려)|진|질\s*(?:것|거|듯)|짐{NOUN})|붕괴{AGAINST})",
        rf"(?:천장|지붕)\s*(?:한쪽|일부)?[이가도]?\s*{MUCH}(?:내려|주저)\s?앉(?:았|아|는|고|음{NOUN})",
        r"\b(?:ceiling|roof|wall|building|house|balcony|stair(?:s|case))\s+(?:has\s+|have\s+|just\s+|is\s+|partly\s+)*"
        r"(?:collaps(?:ed|ing)|cav(?:ed|ing)\s+in|fell\s+in|fallen\s+in|came\s+down|come\s+down)\b",
        may_be_past=True,
    ),
    _danger(
        "물 넘침",
        r"물이?\s*(?:(?:새|막혀|흘러|차)서?\s*)?(?:[가-힣]{1,12}(?:에서|으로|로|에|까지)\s*)?(?:[가-힣]{1,6}처럼\s*)?"
        rf"{MUCH}(?:{OVERFLOWS}|쏟아(?:지(?!지|면)|져|졌|집|진|짐{NOUN})|콸콸(?!\s*(?:안|못|나오[게지면도]|나왔으면|나올))|솟구|솟아|뿜)",
        rf"(?<![가-힣])물이?\s*터|침수{AGAINST}|물바다|물난리|물범벅|물에\s*잠(?:겼|겨|긴|김|깁)|(?<!물기)(?<!물기가\s)흥건",
        rf"{PIPE}[이가도]?\s*{FROZEN}{MUCH}(?:터(?:졌|져|진|집|짐{NOUN}|지(?:고|는|네))|파열{AGAINST})",
        rf"{DRAIN}[이가]?\s*(?:막혀서?\s*)?(?:물이?\s*)?{MUCH}(?:{OVERFLOWS}|역류{AGAINST})",
        rf"{ROOM}\s*{MUCH}물이?\s*{MUCH}(?:찼|찹|참{NOUN}|차(?:요|고|서|네|는)|(?:한)?가득|들어[와왔옵온옴]|들어오(?!지|면))",
        r"물이?\s*(?:막|줄줄|좔좔|쏴|비\s*오듯이?|폭포처럼)\s*(?:떨어|흘|새|샌|샘)|물이?\s*(?:[가-힣]{1,12}까지\s*찼|차고\s*있)",
        rf"물이?\s*{MUCH}차(?:올라|올랐|오[르릅]|오름{NOUN})|물이?\s*{MUCH}역류{AGAINST}",
        r"\bflood(?:s|ed|ing)?\b(?!\s*light)|\boverflow|\bburst\s+pipe|\bpipe\s+(?:has\s+)?burst",
        r"\bwater\s+(?:is\s+)?(?:leaking\s+|running\s+)?(?:pouring|gushing|everywhere)"
        r"|\bwater\s+(?:is\s+)?coming\s+(?:in\s+)?through\s+the\s+(?:ceiling|roof)\b",
    ),
    _danger(
        "쓰러짐",
        rf"쓰러{FELL}|의식[이을도]?\s*{MUCH}(?:없|잃|불명|{DIM})|정신[이도]?\s*{MUCH}(?:혼미|몽롱)",
        rf"(?:기절|실신|혼절)\s*(?:하{HON}|해|했|한|함{NOUN}|$)",
        r"정신[을도]?\s*(?:잃|(?:못|안)\s*차|차리(?:시?지)[를도]?\s*(?:못|않))",
        rf"(?:(?:현관|방|대)?문[을도]?\s*)?(?:불러|두드려|두들겨|흔들어)도\s*{MUCH}"
        rf"(?:아무\s*)?(?:대답|반응|인?기척)(?![이을도]?\s*(?:{NO_ANSWER_YET}))",
        rf"숨[을이도]?\s*{MUCH}(?:(?:못|안)\s*쉬|(?:못|안)\s*(?:쉼{NOUN}|쉰|쉽)|쉬(?:시?지)[를는도]?\s*(?:못|않|안)"
        r"|멎|멈[추췄춤춘]|끊[어기])|숨\s?소리[가도]?\s*(?:없|안)",
        rf"호흡[을이도]?\s*{MUCH}(?:없|곤란|정지|멈|멎|(?:못|안)\s*하|하(?:시?지)[를는도]?\s*(?:못|않|안))",
        r"심정지|(?:심장|맥박|맥)[이도]?\s*(?:멈|멎|안\s*뛰|없)",
        rf"(?:^\s*not|\b{SOMEBODY}{IS_NOT})\s*(?:respond|react)(?:s|ing)?\b(?!{WRITTEN_TO})"
        rf"|\b{SOMEBODY}{IS_NOT}\s*wak(?:e|ing)\s+up\b|\bunresponsive\b",
        rf"\bunconscious\b|\bfainted\b|\bnot\s+breathing\b|\bcan(?:no|')t\s+breathe|\b{SOMEBODY}\s+{HAS}collapsed\b"
        r"|\bpassed\s+out\b",
        may_be_past=True,
    ),
    _danger(
        "넘어짐",
        rf"(?:넘어|자빠|고꾸라){FELL}|엎어\s?(?:지{HON}|져\s*(?:계|있)|짐{NOUN})|엉덩방아",
        rf"미끄러\s?(?:지{HON}|졌|져\s*(?:서|다치))|(?<!바닥)(?<!바닥\s)(?<!바닥이\s)미끄러짐{NOUN}|낙상",
        rf"{FROM_HIGH}\s*{MUCH}(?:떨어지(?!지|면|게)|떨어[져졌]|떨어짐{NOUN}|굴러|굴렀|구르(?!지|면)|구름{NOUN})",
        rf"(?:에서|서)\s*{MUCH}(?:굴러\s*)?(?:떨어지{HON}|구르{HON})"
        rf"|[가-힣]다가?\s+{MUCH}떨어지{HON}"
        rf"|(?:[가-힣]{{1,6}}\s{{0,2}})?(?:밟고|올라\s?[가갔섰서])[가-힣 ]{{0,6}}떨어지{HON}"
        rf"|깔리(?:셔|셨|신|심)|주저앉으(?:셔|셨|신|심)",
        rf"^(?!.*(?:장판|매트|카펫|이불|러그|전선|배관)).*(?:밑|아래)에?\s*깔(?:렸|려(?!고)|림{NOUN})",
        r"못\s*일어[나난났남]|일어나(?:시?지)(?:를|도)?\s*못|깨워도\s*(?:안|못)\s*일어",
        rf"(?<![잘을를])(?<![잘을를]\s)못\s*움직(?:이(?!게)|여|인|입|임{NOUN})|(?:몸|팔|다리)[을를도]?\s*못\s*움직",
        r"움직이(?:시?지)(?:를|도)?\s*못",
        rf"(?:^\s*|\b{SOMEBODY}\s+){HAS}(?:fell|fallen)\b(?!\s+(?:asleep|tile|tree|branch|shelf))",
        rf"\b{SOMEBODY}\s+{HAS}(?:slipped|had\s+a\s+(?:bad\s+)?fall)\b(?!\s+(?:my|her|his)\s+mind)",
        rf"\bfell\s+{FELL_FROM}",
        may_be_past=True,
    ),
    # A little blood, of the nose or the gums is no call to 119
    _danger(
        "피가 남",
        rf"{BLOOD}[가를도]?\s*(?!(?:조금|좀|약간|살짝)(?!\s*(?:많이|심하게))){MUCH}(?:철철\s*)?(?:나(?:요|고|서|네|는|심|셔|시|오|와|온|옴)|난|납|났|남{NOUN}"
        r"|흘[리려렸러린릴림]|흐[르른름릅]|쏟|토[하해함])",
        rf"{BLOOD}[가도]?\s*{MUCH}(?:(?:안|못)\s*(?:멈|멎|그[치쳐])|(?:멈추|멎|그치)(?:시?지)[를가도]?\s*않)",
        rf"{BLOOD}\s?(?:투성이|범벅)|(?<!뇌)(?<!뇌\s)출혈{AGAINST}",
        r"(?<!\bnot\s)(?<!\bno\s)(?<!\bnose\s)(?<!\bgums\s)\bbleed(?:s|ing)\b(?!\s+(?:the\s+|a\s+)?(?:radiator|valve|brake))"
        r"|\bblood\s+(?:is\s+)?(?:all\s+over|everywhere)\b",
        may_be_past=True,
    ),
    _danger(
        "갇힘",
        rf"갇(?:히(?:{HON}|고|는|네)|혔|혀|힘{NOUN}|힌(?!\s*(?:듯|느낌|기분)))",
        rf"(?:화장실|욕실|엘리베이터|승강기|베란다)\s?(?:안)?에서\s*{MUCH}{SHUT_IN}",
        rf"문[이도]?\s*{MUCH}(?:잠겨|잠기셔|안\s*열려|고장\s?나)서?\s*{MUCH}{SHUT_IN}",
        rf"\b{SOMEBODY}\s+{HAS}(?:got\s+|been\s+)?(?:trapped|stuck|locked)\s+(?:in|inside)\b(?!\s+(?:traffic|town|a\s+(?:meeting|queue|jam)))",
        rf"\b{SOMEBODY}\s+(?:is|are|am|was|were)\s+trapped\b(?!\s+(?:in|inside)\s+(?:traffic|town|a))",
        r"\bstuck\s+(?:in|inside)\s+(?:\w+\s+)?(?:lift|elevator)\b",
        r"\btrapped\s+(?:in|inside)\s+(?:\w+\s+)?(?:lift|elevator|bathroom|toilet|room|flat|house)\b",
        may_be_past=True,
    ),
)
ALONE = {"가스": "가스", "gas": "가스", "연기": "연기", "fall": "넘어짐"}
