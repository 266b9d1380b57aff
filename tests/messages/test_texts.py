"""Every text travels as one part, whatever people are called."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handyman.messages import texts
from handyman.words import SEOUL

OFFICE = texts.Office("동작핸디맨", "02-820-0000")
ONE_O_CLOCK = datetime(2026, 11, 24, 13, tzinfo=SEOUL)
LINK = len("http://127.0.0.1:5000/v/") + 12  # where the product starts; a name of an office is as long

anything = st.text(max_size=60)
names = st.lists(anything, max_size=2).map(tuple)
starts = st.integers(0, 24 * 60 * 700).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=SEOUL) + timedelta(minutes=minutes)
)
phones = st.sampled_from(["02-820-0000", "1588-0000", "0505-1234-5678"])
offices = st.builds(texts.Office, anything, phones)
promises = st.builds(
    lambda start, minutes, number, who: texts.Promise(start, start + timedelta(minutes=minutes), number, who),
    starts,
    st.integers(30, 239),
    st.from_regex(r"[0-9]{4}", fullmatch=True),
    names,
)
jobs = st.builds(
    lambda start, minutes, dong, items, people: texts.Job(
        start, start + timedelta(minutes=minutes), dong, tuple(items), people
    ),
    starts,
    st.integers(30, 239),
    st.text(max_size=30),
    st.lists(st.tuples(st.text(max_size=10), st.integers(1, 99)), max_size=9),
    st.integers(1, 2),
)


def promise(*names: str, start: datetime = ONE_O_CLOCK) -> texts.Promise:
    return texts.Promise(start, start + timedelta(hours=2), "1234", names)


def job(*items: tuple[str, int]) -> texts.Job:
    return texts.Job(ONE_O_CLOCK, ONE_O_CLOCK + timedelta(hours=2), "사당1동", items, 2)


def check_one_part(words: str, link: int = 0) -> None:
    filled = words.replace(texts.LINK, "x" * link)
    assert len(filled.encode("cp949")) <= 90
    assert len(filled) <= 70
    assert all(len(letter.encode("euc_kr")) <= 2 for letter in filled)


@given(offices, promises, st.booleans())
def test_no_name_is_long_enough_to_break_a_residents_text(
    office: texts.Office, said: texts.Promise, something_left: bool
) -> None:
    for words in (texts.booked, texts.day_before, texts.moved, texts.cancelled, texts.on_the_way):
        check_one_part(words(office, said))
    check_one_part(texts.done(office, something_left))
    check_one_part(texts.nobody_home(office))


@given(offices, jobs, st.integers(0, 2879), st.booleans())
def test_no_job_is_long_enough_to_break_a_members_text(
    office: texts.Office, asked: texts.Job, minutes: int, changed: bool
) -> None:
    sent = asked.start - timedelta(minutes=minutes + 1)
    ask = texts.Ask(min(asked.start, sent + timedelta(minutes=30)), sent, changed)
    check_one_part(texts.offer(asked, ask, LINK), LINK)
    check_one_part(texts.offer_withdrawn(office, asked))
    check_one_part(texts.job_moved(asked, LINK), LINK)
    check_one_part(texts.reminder(asked, asked.start, LINK), LINK)
    check_one_part(texts.day_list(asked.start, asked.start, [asked.dong] * 12, LINK), LINK)


@given(anything)
def test_what_is_cleaned_stays_as_it_is_when_cleaned_again(words: str) -> None:
    assert texts.clean(texts.clean(words)) == texts.clean(words)


@pytest.mark.parametrize(
    ("written", "carried"),
    [
        ("똠방각하", "또방각하"),  # a syllable that most telephones lack
        ("10–12시 — “좋음” ✓", '10-12시 - "좋음"'),
        ("₩5000 😀", "원5000"),
        ("  김\n보기\t", "김 보기"),
        ("김보기", "김보기"),  # typed on a Mac, in half letters
        ("{link}", "(link)"),  # nobody is called into a link
        ("José", "Jose"),
        ("李", "李"),
        ("ไทย", "○○○"),
    ],
)
def test_letters_that_no_telephone_shows_are_replaced(written: str, carried: str) -> None:
    assert texts.clean(written) == carried


def test_the_booking_says_when_who_which_number_and_whom_to_call() -> None:
    assert texts.booked(OFFICE, promise("김가람")) == (
        "[동작핸디맨] 11/24(화) 오후 1-3시 김가람 방문. 방문번호 1234. 문의 02-820-0000"
    )


def test_nobody_is_named_before_somebody_has_accepted() -> None:
    assert "오후 1-3시 방문 예약. 방문번호 1234" in texts.booked(OFFICE, promise())


def test_two_people_are_both_named() -> None:
    assert "김가람·이나래 방문" in texts.day_before(OFFICE, promise("김가람", "이나래"))


def test_a_long_pair_of_names_becomes_the_first_and_how_many_more() -> None:
    words = texts.booked(OFFICE, promise("알렉산드르페트로비치", "블라디미르세르게예비치"))
    assert "알렉산드르 외 1명 방문" in words
    assert "1234" in words


def test_across_noon_the_day_keeps_its_twenty_four_hours() -> None:
    assert "11-13시" in texts.booked(OFFICE, promise(start=ONE_O_CLOCK.replace(hour=11)))


def test_a_window_until_noon_is_said_as_morning() -> None:
    assert "오전 10-12시" in texts.booked(OFFICE, promise(start=ONE_O_CLOCK.replace(hour=10)))


def test_the_one_who_sets_out_takes_no_money() -> None:
    words = texts.on_the_way(OFFICE, promise("김가람"))
    assert "김가람님이 갑니다" in words
    assert "돈은 받지 않습니다" in words


def test_an_offer_says_when_where_what_how_many_and_until_when() -> None:
    ask = texts.Ask(datetime(2026, 11, 23, 10, 30, tzinfo=SEOUL), datetime(2026, 11, 23, 10, tzinfo=SEOUL))
    assert texts.offer(job(("전등", 2), ("방충망", 1), ("손잡이", 1)), ask, LINK) == (
        "11/24 13-15시 사당1동 전등+2 2명 10:30까지 {link}"
    )


def test_a_long_item_of_an_offer_is_cut_before_it_is_left_out() -> None:
    sent = datetime(2026, 11, 23, 10, tzinfo=SEOUL)
    ask = texts.Ask(sent + timedelta(minutes=30), sent)
    assert "미끄럼 2명" in texts.offer(job(("미끄럼방지", 1)), ask, LINK)


def test_an_offer_that_may_be_answered_tomorrow_says_so() -> None:
    ask = texts.Ask(datetime(2026, 11, 24, 9, 30, tzinfo=SEOUL), datetime(2026, 11, 23, 18, tzinfo=SEOUL))
    assert "내일 09:30까지" in texts.offer(job(("전등", 1)), ask, LINK)


def test_who_knew_the_job_at_another_time_reads_that_it_changed() -> None:
    ask = texts.Ask(
        datetime(2026, 11, 23, 10, 30, tzinfo=SEOUL), datetime(2026, 11, 23, 10, tzinfo=SEOUL), changed=True
    )
    assert texts.offer(job(("전등", 1)), ask, LINK).startswith("변경: ")


def test_an_address_too_long_for_one_part_makes_a_long_text_that_says_everything() -> None:
    ask = texts.Ask(datetime(2026, 11, 23, 10, 30, tzinfo=SEOUL), datetime(2026, 11, 23, 10, tzinfo=SEOUL))
    words = texts.offer(job(("전등", 2), ("방충망", 1)), ask, link=100)
    assert "전등 2개, 방충망" in words
    assert not texts.fits(words.replace(texts.LINK, "x" * 100))
