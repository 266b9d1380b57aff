"""English says everything that Korean says: in the catalogue, and on every page of the office."""

import ast
import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import JSON, String, select
from sqlalchemy.orm import Session, scoped_session

from handyman.extensions import db
from handyman.links import SHAPE
from handyman.models import Address, Role
from tests.factories import make_user
from tests.whole_product import VOID, crawl

ROOT = Path(__file__).parent.parent
ENGLISH = ROOT / "handyman" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
SOURCES = (("handyman", "**.py", "python"), ("templates", "**.html", "jinja2.ext:babel_extract"))
KEYWORDS = {
    **dict.fromkeys(("_", "_l", "gettext", "lazy_gettext")),
    **dict.fromkeys(("_lp", "pgettext", "lazy_pgettext"), ((1, "c"), 2)),
}
HANGUL = re.compile("[가-힣]+")
STARTS = ["/", "/calls/new", "/calls/new?phone=010-0000-0001", "/account", "/reports/monthly?month=2026-10"]
SPOKEN = {
    "alt",
    "aria-label",
    "content",
    "data-old",
    "data-pin",
    "placeholder",
    "title",
}  # attributes that people read
NAMED_TWICE = {"name_ko", "short_ko", "label_ko", "choices"}  # beside each stands an English one
Key = tuple[str, str | None]  # the Korean sentence and its context


@pytest.fixture(scope="module")
def english() -> Catalog:
    with ENGLISH.open("rb") as file:
        return read_po(file, locale="en")


@pytest.fixture(scope="module", autouse=True)
def _compiled(english: Catalog) -> None:
    """The pages read the compiled words: made here when `make` has not made them of this very file."""
    compiled = ENGLISH.with_suffix(".mo")
    wanted = io.BytesIO()
    write_mo(wanted, english)
    if not compiled.exists() or compiled.stat().st_mtime < ENGLISH.stat().st_mtime:
        compiled.write_bytes(wanted.getvalue())


def said() -> set[Key]:
    """Every sentence that is marked to be said in the reader's language."""
    found: set[Key] = set()
    for folder, pattern, method in SOURCES:
        rows = extract_from_dir(ROOT / folder, [(pattern, method)], keywords=KEYWORDS)
        found |= {(str(words), context) for _file, _line, words, _comments, context in rows if words}
    return found


def entries(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)


def test_english_has_every_sentence_and_none_that_nobody_says(english: Catalog) -> None:
    known = {(str(message.id), message.context) for message in entries(english)}
    assert len(known) > 600
    assert said() - known == set(), "make words, then translate what is empty"
    assert known - said() == set(), "make words takes them away"
    assert not english.obsolete


def test_no_sentence_is_marked_where_what_gathers_them_does_not_look() -> None:
    """Inside an f-string it is not found, and would be said in Korean to everybody."""
    hidden = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in (ROOT / "handyman").rglob("*.py")
        for text in ast.walk(ast.parse(path.read_text()))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in KEYWORDS
    ]
    assert hidden == []


def test_nothing_is_empty_or_a_guess(english: Catalog) -> None:
    unsure = [message.id for message in entries(english) if message.fuzzy or not str(message.string).strip()]
    assert unsure == []


def test_no_korean_is_left_in_the_english(english: Catalog) -> None:
    assert [message.string for message in entries(english) if HANGUL.search(str(message.string))] == []


def test_no_translation_holds_markup(english: Catalog) -> None:
    """Templates print sentences as they are."""
    assert [row.string for row in entries(english) if set("<>&") & set(str(row.string))] == []


def test_both_languages_fill_in_the_same_things(english: Catalog) -> None:
    assert [row.id for row in entries(english) if _blanks(row.id) != _blanks(row.string)] == []


def _blanks(words: object) -> list[str]:
    return sorted(re.findall(r"%\(\w+\)[a-z]", str(words)))


class Reader(HTMLParser):
    """The words of a page, except those that are marked as Korean."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self._silent: list[bool] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        silent = bool(self._silent and self._silent[-1]) or (tag != "html" and ("lang", "ko") in attrs)
        if tag not in VOID:
            self._silent.append(silent)
        if not silent:
            self.words += [text for name, text in attrs if name in SPOKEN and text]

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self._silent.pop()

    def handle_data(self, data: str) -> None:
        if not (self._silent and self._silent[-1]):
            self.words.append(data)


def stored_words(app: Flask) -> re.Pattern[str]:
    """Names, places and what people have typed: the database's own Korean, the longest first."""
    found = {app.extensions["settings"].office_name}
    found |= {word for place in db.session.scalars(select(Address.label)) for word in place.split()}
    for table in db.metadata.tables.values():
        for column in table.columns:
            if column.name in NAMED_TWICE or (column.name == "unit" and table.name != "addresses"):
                continue
            if isinstance(column.type, String | JSON):
                found |= {str(value) for value in db.session.scalars(select(column).distinct()) if value}
    korean = sorted((words for words in found if HANGUL.search(words)), key=len, reverse=True)
    return re.compile("|".join(re.escape(words) for words in korean))


def korean_words(html: str, stored: re.Pattern[str]) -> set[str]:
    """Hangul that a page says by itself."""
    return {" ".join(text.split()) for text in Reader(html).words if HANGUL.search(stored.sub("", text))}


OF_A_LINK = re.compile(rf"/(v|r|my)\b|/{SHAPE}$")  # pages of members and residents, in their own language


@pytest.fixture
def stored(demo_office: None, app: Flask, session: scoped_session[Session]) -> re.Pattern[str]:
    return stored_words(app)


def test_the_pages_of_the_office_say_nothing_in_korean_to_an_english_reader(
    stored: re.Pattern[str], app: Flask, session: scoped_session[Session]
) -> None:
    client = reading(app, "en")
    pages = {path: page for path, page in crawl(client, STARTS).items() if page.html}
    assert len(pages) > 30
    assert [
        path for path, page in pages.items() if '<html class="office" lang="en"' not in page.html[:200]
    ] == [path for path in pages if OF_A_LINK.match(path)]
    left = {path: found for path, page in pages.items() if (found := korean_words(page.html, stored))}
    assert left == {}


def test_the_same_reader_would_see_korean_words_of_a_korean_page(
    stored: re.Pattern[str], app: Flask, session: scoped_session[Session]
) -> None:
    """Else the test above could pass by seeing nothing."""
    html = reading(app, "ko").get("/work").get_data(as_text=True)
    assert {"할 일", "답을 기다리는 제안"} <= korean_words(html, stored)


def reading(app: Flask, language: str) -> FlaskClient:
    user = make_user(Role.ADMINISTRATOR, name="Kim")
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"], cookie["language"] = user.get_id(), True, language
    return client


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_danger_that_is_heard_has_its_name(
    app: Flask, session: scoped_session[Session], language: str
) -> None:
    notes = "가스 냄새, 연기가 나고, 불꽃, 침수, 쓰러졌습니다, 넘어지셨어요, 천장이 무너짐, 피가 나고, 갇히심"
    page = reading(app, language).post("/calls/danger", data={"notes": notes}).get_data(as_text=True)
    names = {
        "ko": "가스, 연기, 불꽃, 무너짐, 물 넘침, 쓰러짐, 넘어짐, 피가 남, 갇힘",
        "en": "gas, smoke, sparks, something has come down, flooding, somebody has collapsed, "
        "somebody has fallen, somebody is bleeding, somebody is shut in",
    }
    assert names[language] in page
