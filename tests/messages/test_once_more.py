"""An offer says that a job was repaired before in vain, where there is room for it."""

from datetime import datetime, timedelta

import pytest

from handyman.links import TOKEN_LENGTH
from handyman.messages import fill, texts, values
from handyman.messages.wordings import WORDINGS
from handyman.models import TextKind, TextLanguage
from handyman.words import SEOUL

K, KO, EN = TextKind, TextLanguage.KO, TextLanguage.EN
OFFICE = texts.Office("동작핸디맨", "02-820-0000")
ONE_O_CLOCK = datetime(2026, 11, 24, 13, tzinfo=SEOUL)
BESIDE = 1 + TOKEN_LENGTH  # what a link adds to the office's address
WORK = (("전등", 2), ("방충망", 1))


def offered(link: int, lang: TextLanguage, *, once_more: bool, partners: tuple[str, ...] = ()) -> str:
    ask = texts.Ask(ONE_O_CLOCK - timedelta(hours=3), ONE_O_CLOCK - timedelta(hours=4))
    job = texts.Job(ONE_O_CLOCK, ONE_O_CLOCK + timedelta(hours=2), "상도1동", WORK, len(partners) + 1, 40)
    found = values.for_member(OFFICE, values.Work(job, "1234", partners, once_more), lang, ask)
    template = WORDINGS[K.MEMBER_OFFER].ko if lang is KO else WORDINGS[K.MEMBER_OFFER].en
    return fill.fill(template, found, link, offer=True).replace(texts.LINK, "x" * link)


def test_an_offer_says_that_it_was_repaired_before_in_vain() -> None:
    assert "13-15시 상도1동 혼자 다시 전등+1 40분? 10시까지" in offered(10, KO, once_more=True)
    assert " redo " in offered(10, EN, once_more=True)
    assert "다시 전등" in offered(len("https://hm.kr") + BESIDE, KO, once_more=True, partners=("이나래",))


@pytest.mark.parametrize("language", [KO, EN])
@pytest.mark.parametrize("partners", [(), ("이나래",)])
def test_where_there_is_no_room_that_costs_nothing_a_member_decides_by(
    language: TextLanguage, partners: tuple[str, ...]
) -> None:
    for link in range(10, 61):
        once, again = (offered(link, language, once_more=each, partners=partners) for each in (False, True))
        assert texts.fits(again), again
        assert "다시" in again or "redo" in again or again == once
        said = [[each in text for each in ("상도", "전등", "40", "1234")] for text in (once, again)]
        assert said[0] == said[1], (once, again)
