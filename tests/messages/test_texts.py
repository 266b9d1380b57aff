"""Letters that every telephone shows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handyman.messages import texts

anything = st.text(max_size=60)


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
