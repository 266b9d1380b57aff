"""Every text says where, when, who, the two numbers, and travels as one part, whatever people are called."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from handyman.links import TOKEN_LENGTH
from handyman.messages import fill, texts, values
from handyman.messages.fill import ORDER, Problem, Slot, Step, Why
from handyman.messages.samples import Sample, values_of, worst
from handyman.messages.wordings import OFFERS, OPENS, WORDINGS, Wording
from handyman.models import TextKind, TextLanguage
from handyman.page_links import PLACE
from handyman.words import SEOUL

K, KO, EN = TextKind, TextLanguage.KO, TextLanguage.EN
OFFICE = texts.Office("동작핸디맨", "02-820-0000")
ONE_O_CLOCK = datetime(2026, 11, 24, 13, tzinfo=SEOUL)
BESIDE = 1 + TOKEN_LENGTH  # what a link adds to the office's address
HERE = len("http://127.0.0.1:5000") + BESIDE  # where the product starts
OUTSIDE = len("https://dj-handyman.kr") + BESIDE  # as an office might be reached
EACH = [(kind, language) for kind in TextKind for language in TextLanguage]
ASKING = [(kind, language) for kind, language in EACH if kind in OFFERS]
TELLING = [(kind, language) for kind, language in EACH if kind not in OFFERS]
MAY_GO = {Slot.UNTIL, Slot.AGAIN}  # of an offer, before anything else

names = st.text(max_size=60)
plain_names = names.filter(lambda name: "?" not in name)  # only the template asks
starts = st.integers(0, 24 * 60 * 700).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=SEOUL) + timedelta(minutes=minutes)
)
offices = st.builds(texts.Office, names, st.from_regex(r"[0-9-]{4,14}", fullmatch=True))
named = st.text(max_size=10).filter(texts.clean)
works = st.lists(st.tuples(named, st.integers(1, 99)), min_size=1, max_size=9).map(tuple)
items = st.lists(st.tuples(st.text(max_size=10), st.integers(1, 99)), max_size=9).map(tuple)


def all_values(
    kind: TextKind,
    language: TextLanguage,
    office: texts.Office = OFFICE,
    who: tuple[str, ...] = ("김가람",),
    dong: str = "상도1동",
    listed: tuple[tuple[str, int], ...] = (("전등", 2),),
    start: datetime = ONE_O_CLOCK,
    standby: str = "",
) -> fill.Values:
    """As a text of this kind is filled: `who` come to a resident, or go with a member."""
    names = who if kind.startswith("resident") else ("박수리", *who)
    return values_of(kind, language, office, Sample(start, "1234", dong, names, listed, standby, 3))


def link_of(wording: Wording, length: int) -> int:
    return length if wording.has_link else 0


def check_one_part(words: str, link: int) -> None:
    filled = words.replace(texts.LINK, "x" * link)
    assert len(filled.encode("cp949")) <= 90
    assert len(filled) <= 70
    assert all(len(letter.encode("euc_kr")) <= 2 for letter in filled)


@given(
    st.sampled_from(TELLING),
    offices,
    st.lists(names, max_size=3).map(tuple),
    names,
    items,
    starts,
    names,
    st.integers(20, 200),
)
def test_nothing_is_long_enough_to_break_a_text(
    which: tuple[TextKind, TextLanguage],
    office: texts.Office,
    who: tuple[str, ...],
    dong: str,
    listed: tuple[tuple[str, int], ...],
    start: datetime,
    standby: str,
    length: int,
) -> None:
    kind, language = which
    wording = WORDINGS[kind]
    link = link_of(wording, length)
    found = all_values(kind, language, office, who, dong, listed, start, standby)
    check_one_part(fill.fill(wording.first(language), found, link), link)


@given(st.text(alphabet="가뷁힣 a{}사무실때곳누가무엇번호전화링크[]."), st.integers(0, 60))
def test_no_template_is_strange_enough_to_break_a_text(template: str, link: int) -> None:
    found = all_values(K.MEMBER_OFFER, KO)
    check_one_part(texts.clean(fill.fill(template, found, link).replace(texts.LINK, "")), 0)
    assert len(fill.fill(template, found, link).replace(texts.LINK, "x" * link)) <= 70


@pytest.mark.parametrize("length", [HERE, OUTSIDE])
@pytest.mark.parametrize(("kind", "language"), TELLING)
def test_every_text_says_where_when_who_and_both_numbers_however_long_the_names_are(
    kind: TextKind, language: TextLanguage, length: int
) -> None:
    wording = WORDINGS[kind]
    link = link_of(wording, length)
    found = all_values(
        kind,
        language,
        who=("남궁알렉산드라페트로브나", "제갈블라디미르"),
        dong="신대방제십이동",
        standby="황보",
    )
    words = fill.fill(wording.first(language), found, link)
    assert "1234" in words
    assert "028200000" in words.replace("-", "")
    for slot in (Slot.WHERE, Slot.WHO, Slot.WHEN):
        kept = {found[slot].full, *(said for step, said in found[slot].shorter if step not in fill.BEYOND)}
        assert any(said and said in words for said in kept), (slot, words)
    assert wording.has_link is (texts.LINK in words)


@pytest.mark.parametrize(
    ("phone", "whole_hours", "address"),
    [
        ("02-820-0000", True, 26),
        ("02-820-0000", False, 25),
        ("02-8200-0000", True, 26),
        ("02-8200-0000", False, 24),
        ("070-8200-0000", True, 25),
        ("070-8200-0000", False, 23),
    ],
)
@pytest.mark.parametrize(("kind", "language"), EACH)
def test_the_words_of_the_house_would_be_taken_from_a_coordinator_too(
    kind: TextKind, language: TextLanguage, phone: str, whole_hours: bool, address: int
) -> None:
    """Behind so long an address, with such a number, and with windows on the hour or not."""
    wording = WORDINGS[kind]
    template = wording.first(language)
    assert fill.find_problems(template, wording.allowed, wording.needed) == []
    assert fill.tidy(template) == template
    link = link_of(wording, address + BESIDE + (len(PLACE) if kind in OPENS else 0))
    most = worst(kind, language, texts.Office(OFFICE.name, phone), whole_hours=whole_hours)
    assert [found for found in most if fill.exceeds(template, found, link, offer=kind in OFFERS)] == []


@given(st.sampled_from(EACH), st.lists(names, max_size=3).map(tuple), names, items, starts, names)
def test_the_worst_case_is_the_worst_there_is(
    which: tuple[TextKind, TextLanguage],
    who: tuple[str, ...],
    dong: str,
    listed: tuple[tuple[str, int], ...],
    start: datetime,
    standby: str,
) -> None:
    kind, language = which
    found = all_values(kind, language, OFFICE, who, dong, listed, start, standby)
    shortest = [step for step in ORDER if step not in fill.BEYOND]
    most = worst(kind, language, OFFICE, whole_hours=False)
    for slot, said in found.items():
        sizes = [fill.measured(each[slot].after(shortest)) for each in most if slot in each]
        length, bytes_ = fill.measured(said.after(shortest))
        assert length <= max(size[0] for size in sizes)
        assert bytes_ <= max(size[1] for size in sizes)


@given(
    st.sampled_from(TELLING),
    st.text(alphabet="가나 b.", max_size=40),
    st.lists(names.filter(texts.clean), max_size=2).map(tuple),
    names,
    items,
    starts,
)
def test_a_template_that_was_taken_never_loses_who_or_where_or_its_link(
    which: tuple[TextKind, TextLanguage],
    more: str,
    who: tuple[str, ...],
    dong: str,
    listed: tuple[tuple[str, int], ...],
    start: datetime,
) -> None:
    kind, language = which
    wording = WORDINGS[kind]
    link = link_of(wording, 28)
    template = fill.tidy(f"{more} {wording.first(language)}")
    assume(
        not any(
            fill.exceeds(template, found, link) for found in worst(kind, language, OFFICE, whole_hours=False)
        )
    )
    found = all_values(kind, language, OFFICE, who, dong, listed, start)
    words = fill.fill(template, found, link)
    check_one_part(words, link)
    assert wording.has_link is (texts.LINK in words)
    for slot in (Slot.WHERE, Slot.WHO):
        kept = [found[slot].full, *(said for step, said in found[slot].shorter if step not in fill.BEYOND)]
        assert any(said and said in words for said in kept)


def test_the_booking_says_where_when_who_which_number_and_whom_to_call() -> None:
    template = WORDINGS[K.RESIDENT_BOOKED].ko
    assert fill.fill(template, all_values(K.RESIDENT_BOOKED, KO)) == (
        "[동작핸디맨] 11/24(화) 오후 1-3시 상도1동 김가람 방문. 번호 1234 02-820-0000"
    )
    assert fill.fill(WORDINGS[K.RESIDENT_BOOKED].en, all_values(K.RESIDENT_BOOKED, EN)) == (
        "[동작핸디맨] 11/24(Tue) 1-3pm 상도1동: 김가람 visits. No.1234 02-820-0000"
    )


def test_nobody_is_named_before_somebody_has_accepted() -> None:
    words = fill.fill(WORDINGS[K.RESIDENT_BOOKED].ko, all_values(K.RESIDENT_BOOKED, KO, who=()))
    assert "상도1동 조합원 방문" in words


def test_two_people_are_both_named() -> None:
    pair = all_values(K.RESIDENT_DAY_BEFORE, KO, who=("김가람", "이나래"))
    assert "김가람·이나래 방문" in fill.fill(WORDINGS[K.RESIDENT_DAY_BEFORE].ko, pair)


def test_a_long_pair_of_names_becomes_the_first_and_how_many_more() -> None:
    pair = all_values(K.RESIDENT_BOOKED, KO, who=("알렉산드르페트로비치", "블라디미르세르게예비치"))
    assert "알렉산드르 외1명 방문" in fill.fill(WORDINGS[K.RESIDENT_BOOKED].ko, pair)


def test_the_second_name_goes_before_the_items_and_those_before_the_first_name() -> None:
    listed = (("미끄럼방지", 2), ("방충망", 1), ("손잡이", 3))
    found = all_values(K.RESIDENT_BOOKED, KO, who=("김가람", "이나래"), listed=listed)
    shown = [fill.said("{누가} {무엇}", found, ORDER[:count]) for count in range(1, 8)]
    assert list(dict.fromkeys(shown)) == [
        "김가람·이나래 미끄럼방지 2개, 방충망, 손잡이 3개",
        "김가람 외1명 미끄럼방지 2개, 방충망, 손잡이 3개",
        "김가람 외1명 미끄럼방지 2개 외 2건",
        "김가람 외1명 미끄럼방지+2",
    ]


def test_what_need_not_be_left_out_is_not() -> None:
    """The long list goes, and with that there is room again for both names."""
    listed = tuple((f"아주긴품목{number}", 9) for number in range(6))
    found = all_values(K.RESIDENT_BOOKED, KO, who=("김가람", "이나래"), listed=listed)
    words = fill.fill("[{사무실}] {때} {곳} {누가} {무엇} {번호} {전화}", found)
    assert "김가람·이나래" in words
    assert "아주긴품목" in words


def test_a_window_is_said_as_people_say_it_unless_it_crosses_noon() -> None:
    for hour, said in ((10, "오전 10-12시"), (11, "11-13시"), (13, "오후 1-3시")):
        found = all_values(K.RESIDENT_BOOKED, KO, start=ONE_O_CLOCK.replace(hour=hour))
        assert found[Slot.WHEN].full == f"11/24(화) {said}"


def offered(
    link: int, kind: TextKind = K.MEMBER_OFFER, language: TextLanguage = KO, **values: Any
) -> tuple[str, frozenset[Slot]]:
    """An offer as it is sent, its link written out, and what it leaves out."""
    listed = {} if language is KO else {"listed": (("Lamp", 2),)}  # as whoever reads it calls a lamp
    found, template = all_values(kind, language, **{**listed, **values}), WORDINGS[kind].first(language)
    words = fill.fill(template, found, link, offer=True).replace(texts.LINK, "x" * link)
    return words, fill.left_out(template, found, link, offer=True)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("https://hm.kr", "24일13-15시 상도1동 +이나래 전등 40분? ~10시 1234 028200000 "),
        ("https://dj-handyman.kr", "24일13시 상도1 +이나래 전등 40분? 1234 028200000 "),
        ("https://handyman-dj.coop", "24일13시 상도1 +1 전등 40분? 1234 028200000 "),
        ("https://handyman-seoul.com", "24일13시 상도1 +이나래 전등? 1234 028200000 "),
        ("https://handyman-seoul.coop.kr", "24일13시 상도1동 +이나래 전등 40분? 1234 "),
        ("https://handyman.seoul-dongjak.coop.kr", "24일13시 상도1동 +1 전등 40분? "),
    ],
)
def test_a_longer_address_costs_an_offer_the_numbers_and_what_is_decided_by_last(
    address: str, words: str
) -> None:
    link = len(address) + BESIDE
    assert offered(link, who=("이나래",))[0] == words + "x" * link


@pytest.mark.parametrize(
    ("language", "who", "dong", "named", "most"),
    [
        (KO, (), "상도1동", 24, 24),
        (KO, ("이나래",), "상도1동", 22, 24),
        (KO, ("남궁나래",), "노량진1동", 20, 23),
        (EN, (), "상도1동", 21, 21),
        (EN, ("이나래",), "상도1동", 19, 21),
        (EN, ("남궁나래",), "노량진1동", 17, 20),
    ],
)
@pytest.mark.parametrize("kind", sorted(OFFERS))
def test_an_offer_says_both_numbers_and_all_that_a_member_decides_by(
    kind: TextKind, language: TextLanguage, who: tuple[str, ...], dong: str, named: int, most: int
) -> None:
    """Of addresses up to so many characters, first with the partner's name; then how long it takes goes."""
    for address in range(13, most + 1):
        words, gone = offered(address + BESIDE, kind, language, who=who, dong=dong)
        assert gone <= MAY_GO
        assert all(name in words for name in who) is (address <= named or not who)
    assert offered(most + 1 + BESIDE, kind, language, who=who, dong=dong)[1] - MAY_GO == {Slot.LONG}


@pytest.mark.parametrize(("language", "most"), [(KO, 22), (EN, 20)])
def test_the_longest_offer_on_file_still_says_both_numbers(language: TextLanguage, most: int) -> None:
    listed = (("방충망", 2), ("안전손잡이", 1))
    words, gone = offered(
        most + BESIDE, language=language, who=("남궁나래",), dong="노량진1동", listed=listed
    )
    assert gone <= {Slot.UNTIL}
    assert "1234 028200000 " in words


def test_of_an_offer_the_time_to_answer_goes_first_then_how_long_then_the_numbers_in_its_place() -> None:
    gone = [offered(link, who=("이나래",))[1] for link in range(16, 48)]
    until, long, phone, number = Slot.UNTIL, Slot.LONG, Slot.PHONE, Slot.NUMBER
    steps = [set(), {until}, {until, long}, {until, phone}, {until, phone, number}]
    assert [set(each) for each in dict.fromkeys(gone)] == steps


def test_that_an_offer_is_asked_anew_is_said_where_there_is_room() -> None:
    assert offered(16, K.MEMBER_OFFER_CHANGED)[0].startswith("변경 11/24 13-15시 ")
    assert offered(16, K.MEMBER_OFFER_CHANGED, EN)[0].startswith("New 11/24 ")
    words, gone = offered(OUTSIDE, K.MEMBER_OFFER_CHANGED, who=("이나래",))
    assert words.startswith("24일13시 상도1 +이나래 전등 40분? 1234 028200000 ")
    assert gone == MAY_GO


def test_a_question_mark_follows_what_is_said_before_it_but_never_an_address() -> None:
    found = all_values(K.MEMBER_OFFER, KO)
    assert fill.said("{무엇} {얼마나} ? {링크} {까지}?", found, {Step.NO_LENGTH, Step.NO_UNTIL}) == (
        f"전등 2개? {texts.LINK} ?"
    )


@given(
    st.sampled_from(ASKING),
    offices,
    st.lists(names, max_size=3).map(tuple),
    names,
    works,
    starts,
    st.integers(16, 120),
)
def test_an_offer_is_one_part_and_keeps_its_link_while_there_is_room(
    which: tuple[TextKind, TextLanguage],
    office: texts.Office,
    who: tuple[str, ...],
    dong: str,
    listed: tuple[tuple[str, int], ...],
    start: datetime,
    link: int,
) -> None:
    values: dict[str, Any] = {"office": office, "who": who, "dong": dong, "listed": listed, "start": start}
    words, gone = offered(link, *which, **values)
    check_one_part(words, 0)
    assert words.endswith("x" * link) is (Slot.LINK not in gone)
    assert link > 45 or Slot.LINK not in gone


@given(
    st.sampled_from(ASKING),
    st.from_regex(r"0[0-9]{7,9}", fullmatch=True).map(partial(texts.Office, OFFICE.name)),
    st.lists(plain_names, max_size=3).map(tuple),
    plain_names,
    works,
    starts,
    st.integers(16, fill.LEAVES_ROOM),
)
def test_an_offer_says_both_numbers_and_what_is_decided_by_whatever_people_and_addresses_are_called(
    which: tuple[TextKind, TextLanguage],
    office: texts.Office,
    who: tuple[str, ...],
    dong: str,
    listed: tuple[tuple[str, int], ...],
    start: datetime,
    link: int,
) -> None:
    kind, language = which
    values: dict[str, Any] = {"office": office, "who": who, "dong": dong, "listed": listed, "start": start}
    words, gone = offered(link, kind, language, **values)
    assert gone <= MAY_GO | {Slot.LONG} | ({Slot.WHAT} if start.minute else set())
    assert words.endswith("x" * link)
    found = all_values(kind, language, **values)
    kept = (Step.LAST_WHERE, Step.NOBODY, Step.NOWHERE)
    for slot in (Slot.WHERE, Slot.WHO):  # not of two letters
        forms = {found[slot].full, *(said for step, said in found[slot].shorter if step not in kept)}
        assert link > HERE or start.minute or any(said in words for said in forms)


@pytest.mark.parametrize(
    ("minutes", "ko", "en"), [(40, "40분", "40min"), (90, "90분", "90min"), (120, "2시간", "2h")]
)
def test_how_long_it_takes_is_said_shortly(minutes: int, ko: str, en: str) -> None:
    job = texts.Job(ONE_O_CLOCK, ONE_O_CLOCK, "상도1동", (), 1, minutes)
    assert [
        values.for_member(OFFICE, values.Work(job, "1234"), lang)[Slot.LONG].full for lang in (KO, EN)
    ] == [ko, en]


def test_an_offer_that_may_be_answered_tomorrow_says_so() -> None:
    ask = texts.Ask(datetime(2026, 11, 24, 9, 30, tzinfo=SEOUL), datetime(2026, 11, 23, 18, tzinfo=SEOUL))
    job = texts.Job(ONE_O_CLOCK, ONE_O_CLOCK + timedelta(hours=2), "상도1동", (), 1, 40)
    work = values.Work(job, "1234")
    assert values.for_member(OFFICE, work, KO, ask)[Slot.UNTIL].full == "내일 09:30까지"
    assert values.for_member(OFFICE, work, EN, ask)[Slot.UNTIL].full == "by 09:30 tomorrow"


def test_an_address_as_long_as_a_text_leaves_a_change_the_offices_number() -> None:
    words = fill.fill(WORDINGS[K.MEMBER_MOVED].ko, all_values(K.MEMBER_MOVED, KO), 80)
    assert texts.LINK not in words
    assert words.endswith("1234 02-820-0000")


def test_a_name_is_no_placeholder() -> None:
    found = all_values(K.RESIDENT_BOOKED, KO, who=("{link}",))
    assert "(link)" in fill.fill(WORDINGS[K.RESIDENT_BOOKED].ko, found)


NEEDED = WORDINGS[K.MEMBER_MOVED].needed
WHOLE = "{때} {곳} {누가} {번호} {전화} {링크}"


@pytest.mark.parametrize(
    ("template", "problem"),
    [
        ("  ", Problem(Why.EMPTY)),
        (f"{WHOLE} {{이름}} {{link}}", Problem(Why.UNKNOWN, ("이름", "link"))),
        ("{때} {곳} {번호} {전화} {링크}", Problem(Why.MISSING, ("누가",))),
        (f"{WHOLE} {{때", Problem(Why.BRACE)),
        (f"✓ {WHOLE} 뷁", Problem(Why.NOT_CARRIED, ("✓", "뷁"))),
        (f"{WHOLE}에서", Problem(Why.GLUED)),
    ],
)
def test_a_template_that_could_not_be_used_is_refused_with_its_reason(
    template: str, problem: Problem
) -> None:
    allowed = WORDINGS[K.MEMBER_MOVED].allowed
    assert fill.find_problems(template, allowed, NEEDED) == [problem]


def test_a_template_that_only_ordinary_names_would_fit_is_refused() -> None:
    template = f"아주아주아주아주아주 긴 말 {WHOLE}"
    most = worst(K.MEMBER_MOVED, KO, OFFICE, whole_hours=True)
    assert any(fill.exceeds(template, found, HERE) for found in most)


@pytest.mark.parametrize(
    ("who", "said"),
    [(("😀",), "상도1동 조합원 방문."), (("😀", "이나래"), "상도1동 이나래 방문.")],
)
def test_whoever_has_a_name_that_no_telephone_shows_still_comes(who: tuple[str, ...], said: str) -> None:
    found = all_values(K.RESIDENT_BOOKED, KO, who=who)
    assert said in fill.fill(WORDINGS[K.RESIDENT_BOOKED].ko, found)
    at_home = all_values(K.RESIDENT_BOOKED, KO, standby="😀")
    assert "시 댁 김가람 방문." in fill.fill(WORDINGS[K.RESIDENT_BOOKED].ko, at_home)
    goes_along = all_values(K.MEMBER_MOVED, KO, who=("😀",))
    assert " +1" in fill.fill(WORDINGS[K.MEMBER_MOVED].ko, goes_along, HERE)


@pytest.mark.parametrize("length", [HERE, OUTSIDE, fill.LEAVES_ROOM])
@pytest.mark.parametrize(("kind", "language"), ASKING)
def test_an_offer_whose_own_words_leave_no_room_for_what_every_text_says_is_refused(
    kind: TextKind, language: TextLanguage, length: int
) -> None:
    template = WORDINGS[kind].first(language)
    most = worst(kind, language, OFFICE, whole_hours=True)

    def is_taken(words: str) -> bool:
        return not any(fill.exceeds(words, found, length, offer=True) for found in most)

    assert is_taken(template)
    while is_taken(f"꼭{template}"):
        template = f"꼭{template}"
    assert len(template) < len(WORDINGS[kind].first(language)) + 20
    found = all_values(kind, language, who=("제갈블라디미르",), dong="신대방제십이동")
    gone = fill.left_out(template, found, length, offer=True)
    assert gone.isdisjoint({Slot.WHEN, Slot.WHERE, Slot.WHO, Slot.NUMBER, Slot.PHONE, Slot.LINK})


@pytest.mark.parametrize("language", list(TextLanguage))
def test_a_list_of_the_day_is_tried_with_a_first_visit_that_begins_at_any_minute(
    language: TextLanguage,
) -> None:
    template = WORDINGS[K.MEMBER_DAY_LIST].first(language)
    most = worst(K.MEMBER_DAY_LIST, language, OFFICE, whole_hours=True)
    while not any(fill.exceeds(f"꼭{template}", found, HERE) for found in most):
        template = f"꼭{template}"
    early = all_values(K.MEMBER_DAY_LIST, language, start=ONE_O_CLOCK.replace(minute=35))
    assert fill.left_out(template, early, HERE).isdisjoint({Slot.NUMBER, Slot.PHONE, Slot.WHERE, Slot.WHO})


def test_an_offer_has_to_name_all_that_a_member_decides_by() -> None:
    known = WORDINGS[K.MEMBER_OFFER]
    assert fill.find_problems(WHOLE, known.allowed, known.needed) == [
        Problem(Why.MISSING, ("무엇", "얼마나"))
    ]


def test_a_template_is_kept_in_letters_that_telephones_show() -> None:
    assert fill.tidy("요청 –\n “{ 때 }”…") == '요청 - "{때}"...'


def test_a_form_that_is_no_shorter_is_no_form() -> None:
    assert fill.value("가", (Step.WHERE, "나다"), (Step.LAST_WHERE, "")).shorter == ((Step.LAST_WHERE, ""),)
