"""The words of every text, filled and kept to one part: a rule, in Korean, for whoever carries a telephone.

A Korean carrier's text (SMS) holds 90 bytes of cp949, two for each syllable; the carrier puts its own
`[Web발신]` before ours, so 80 is the aim. Each text is a ladder of wordings, fullest first, and the first
that fits is taken. Only where an address is too long for every rung (a long PUBLIC_BASE_URL) may a text grow
past 90: the carrier then carries it as a long text (LMS, 2,000 bytes), dearer, and it arrives all the same.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

VERSION = 1  # kept with each text, raised when a wording changes
AIM_BYTES = 80
MOST_BYTES = 90
MOST_CHARACTERS = 70  # one part where Hangul travels as UCS-2, as Twilio counts
LINK = "{link}"  # filled when the text leaves
WEEKDAYS = "월화수목금토일"
NAME_LENGTH, ITEM_LENGTH = 5, 3

PLAINER = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("‘’‚′", "'"),
        **dict.fromkeys("“”„″", '"'),
        **dict.fromkeys("•∙・", "·"),
        **dict.fromkeys("〜～", "~"),
        "…": "...",
        "₩": "원",
        "{": "(",
        "}": ")",
    }
)


@dataclass(frozen=True, slots=True)
class Office:
    """Who writes, and whom to call."""

    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Promise:
    """What a resident was promised. Times stand on the office's wall clock."""

    start: datetime
    end: datetime
    number: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """What a member is asked to do, or has taken on."""

    start: datetime
    end: datetime
    dong: str
    items: tuple[tuple[str, int], ...]
    people: int


@dataclass(frozen=True, slots=True)
class Ask:
    """By when a member should answer, when they read it, and whether they knew the job at another time."""

    answer_by: datetime
    sent: datetime
    changed: bool = False


def clean(words: str) -> str:
    """The same words in characters that every Korean telephone shows."""
    plain = " ".join(unicodedata.normalize("NFC", words).translate(PLAINER).split())
    return " ".join("".join(_shown(letter) for letter in plain).split())


def is_carried(letter: str) -> bool:
    """Only 2,350 of the 11,172 syllables fit in two bytes; Python's codec takes the rest in eight."""
    try:
        return len(letter.encode("euc_kr")) <= 2
    except UnicodeEncodeError:
        return False


def size(words: str) -> int:
    return len(words.encode("cp949", "replace"))


def fits(words: str, bytes_: int = MOST_BYTES) -> bool:
    """Whether it travels as one part."""
    return size(words) <= bytes_ and len(words) <= MOST_CHARACTERS


def booked(office: Office, promise: Promise) -> str:
    return _promise(office, promise, "", "방문", "방문 예약")


def day_before(office: Office, promise: Promise) -> str:
    return _promise(office, promise, "내일 ", "방문", "방문")


def moved(office: Office, promise: Promise) -> str:
    return _promise(office, promise, "시간 변경: ", "방문", "방문")


def cancelled(office: Office, promise: Promise) -> str:
    return choose(
        [
            f"{head}{when} 방문이 취소되었습니다. 문의 {office.phone}"
            for head in _heads(office)
            for when in _whens(promise.start, promise.end)
        ]
    )


def on_the_way(office: Office, promise: Promise) -> str:
    """Whoever opens the door can check name and number, and knows that nobody takes money."""

    def ladder(names: Iterable[str]) -> list[str]:
        return [
            f"{head}지금 {who}갑니다. 방문번호 {promise.number}. 돈은 받지 않습니다{tail}"
            for head in _heads(office)
            for who in names
            for tail in (f". 문의 {office.phone}", "")
        ]

    return choose(ladder(f"{each}님이 " for each in _names(promise.names)), ladder([""]))


def done(office: Office, something_left: bool) -> str:
    said = "오늘 일부를 마쳤습니다. 남은 일은 연락드립니다" if something_left else "오늘 일을 마쳤습니다"
    return choose([f"{head}{said}. 문의 {office.phone}" for head in _heads(office)])


def nobody_home(office: Office) -> str:
    said = "방문했으나 뵙지 못했습니다. 전화 주시면 다시 갑니다"
    return choose([f"{head}{said}. {office.phone}" for head in _heads(office)])


def offer(job: Job, ask: Ask, link: int) -> str:
    """`link` is the length of the address that will stand for {link}."""
    days = (ask.answer_by.date() - ask.sent.date()).days
    by = {0: "", 1: "내일 "}.get(days, f"{_day(ask.answer_by)} ")
    asked = f"{job.people}명 {by}{_clock(ask.answer_by)}까지"
    head = "변경: " if ask.changed else ""
    return choose(
        *(
            [f"{head}{gist} {asked}{end}{LINK}" for gist in gists for end in (" 답: ", " ")]
            for gists in _gists(job)
        ),
        link=link,
    )


def offer_withdrawn(office: Office, job: Job) -> str:
    return choose(
        *(
            [
                f"{gist} 요청이 취소되었습니다. 가지 마십시오{tail}"
                for gist in gists
                for tail in (f". 문의 {office.phone}", "")
            ]
            for gists in _gists(job)
        )
    )


def job_taken(job: Job, link: int) -> str:
    """To whoever said yes on the telephone."""
    return choose(*([f"맡으신 방문: {gist} {LINK}" for gist in gists] for gists in _gists(job)), link=link)


def job_moved(job: Job, link: int) -> str:
    return choose(*([f"시간 변경: {gist} {LINK}" for gist in gists] for gists in _gists(job)), link=link)


def job_elsewhere(job: Job, link: int) -> str:
    return choose(*([f"장소 변경: {gist} {LINK}" for gist in gists] for gists in _gists(job)), link=link)


def reminder(job: Job, start: datetime, link: int) -> str:
    head, wheres = f"오늘 {_clock(start)} 시작.", _wheres(job)
    return choose([f"{head} {where} {LINK}" for where in wheres], [f"{head} {LINK}"], link=link)


def day_list(day: datetime, first: datetime, dongs: Sequence[str], link: int) -> str:
    """Today's visits of one member: how many, when the first begins, where they lie."""
    head = f"오늘 {_day(day)} 방문 {len(dongs)}건. 첫 방문 {_clock(first)}"
    return choose([f"{head}{where} {LINK}" for where in _places(dongs)], [f"{head} {LINK}"], link=link)


def choose(*ladders: Sequence[str], link: int = 0) -> str:
    """The first wording within the aim, else the first within one part, else the fullest as a long text.

    A later ladder says less, and is climbed only when no wording of the one before fits one part.
    """
    for ladder in ladders:
        for most in (AIM_BYTES, MOST_BYTES):
            for words in ladder:
                if fits(words.replace(LINK, "x" * link), most):
                    return words
    return next(words for ladder in ladders for words in ladder)


def _promise(office: Office, promise: Promise, before: str, visit: str, nobody: str) -> str:
    def ladder(whom: Iterable[str]) -> list[str]:
        return [
            f"{head}{before}{when} {who}. {called} {promise.number}. 문의 {office.phone}"
            for head in _heads(office)
            for who in whom
            for when in _whens(promise.start, promise.end)
            for called in ("방문번호", "번호")
        ]

    return choose(ladder(f"{each} {visit}" for each in _names(promise.names)), ladder([nobody]))


def _heads(office: Office) -> tuple[str, ...]:
    name = clean(office.name)
    return f"[{name}] ", f"[{name[:NAME_LENGTH]}] "


def _names(names: Sequence[str]) -> list[str]:
    """가람·나래; 가람 외 1명; the first name cut to what a badge holds."""
    said = [clean(name) for name in names]
    if not said:
        return []
    others = f" 외 {len(said) - 1}명" if len(said) > 1 else ""
    return ["·".join(said), f"{said[0]}{others}", f"{said[0][:NAME_LENGTH]}{others}"]


def _gists(job: Job) -> tuple[list[str], list[str]]:
    """When, where and what; the items shrink, the weekday goes. And where all of that is too long: less."""
    span, bare = _span(job.start, job.end), f"{job.start.month}/{job.start.day}"
    dong = clean(job.dong)[:NAME_LENGTH]
    gists = [f"{day} {span} {where}" for where in _wheres(job) for day in (_day(job.start), bare)]
    hour = f"{bare} {_clock(job.start)}"
    return gists, [f"{bare} {span} {dong}", f"{hour} {dong}", hour]


def _wheres(job: Job) -> list[str]:
    dong, whats = clean(job.dong), _whats(job.items)
    places = [f"{dong} {what}".strip() for what in whats]
    return [*places, f"{dong[:NAME_LENGTH]} {whats[-1]}".strip()]


def _whats(items: Sequence[tuple[str, int]]) -> list[str]:
    """전등 2개, 방충망, 손잡이; 전등 2개 외 2건; 전등+2; 3건."""
    said = [clean(name) + (f" {quantity}개" if quantity > 1 else "") for name, quantity in items]
    if not said:
        return [""]
    others, first = len(said) - 1, clean(items[0][0])
    if not others:
        return [said[0], first[:NAME_LENGTH], first[:ITEM_LENGTH]]
    short = [f"{first[:most]}+{others}" for most in (NAME_LENGTH, ITEM_LENGTH)]
    return [", ".join(said), f"{said[0]} 외 {others}건", *short, f"{len(said)}건"]


def _places(dongs: Sequence[str]) -> list[str]:
    said = list(dict.fromkeys(clean(dong) for dong in dongs if dong))
    if not said:
        return []
    others = f" 외 {len(said) - 1}곳" if len(said) > 1 else ""
    return [f" {', '.join(said)}", f" {said[0][:NAME_LENGTH]}{others}"]


def _whens(start: datetime, end: datetime) -> tuple[str, str]:
    return f"{_day(start)} {_said(start, end)}", f"{_day(start)} {_span(start, end)}"


def _day(at: datetime) -> str:
    return f"{at.month}/{at.day}({WEEKDAYS[at.weekday()]})"


def _clock(at: datetime) -> str:
    return f"{at:%H:%M}" if at.minute else f"{at.hour}시"


def _span(start: datetime, end: datetime) -> str:
    """13-15시; 10:30-12:00 when minutes matter."""
    if start.minute or end.minute:
        return f"{start:%H:%M}-{end:%H:%M}"
    return f"{start.hour}-{end.hour}시"


def _said(start: datetime, end: datetime) -> str:
    """오후 1-3시, as older people say it; a span across noon keeps the short form."""
    if start.minute or end.minute or start.hour < 12 <= end.hour - (end.hour == 12):
        return _span(start, end)
    half = "오전" if start.hour < 12 else "오후"
    return f"{half} {start.hour % 12 or 12}-{end.hour % 12 or 12}시"


def _shown(letter: str) -> str:
    """The letter, or the nearest one that is carried; a rare syllable loses its last consonant."""
    if is_carried(letter):
        return letter
    if "가" <= letter <= "힣":
        open_syllable = chr(ord(letter) - (ord(letter) - ord("가")) % 28)
        return open_syllable if is_carried(open_syllable) else "○"
    plain = "".join(each for each in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(each))
    if plain != letter:
        return "".join(_shown(each) for each in plain)
    return "○" if letter.isalnum() else ""
