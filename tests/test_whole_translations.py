"""English says everything that Korean says."""

from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent
ENGLISH = ROOT / "handyman" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
METHODS = [("**.py", "python"), ("**.html", "jinja2.ext:babel_extract")]
HANGUL = range(ord("가"), ord("힣") + 1)


@pytest.fixture(scope="module")
def english() -> Catalog:
    if not ENGLISH.exists():
        pytest.skip("there is no English yet")
    with ENGLISH.open("rb") as file:
        return read_po(file)


def said() -> set[str]:
    """Every sentence that is marked to be said in the reader's language."""
    found: set[str] = set()
    for folder in ("handyman", "templates"):
        rows = extract_from_dir(str(ROOT / folder), METHODS, keywords=KEYWORDS)
        for _file, _line, words, _comments, _context in rows:
            found.add(words if isinstance(words, str) else words[0])
    return found - {""}


def entries(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)


def test_nothing_is_left_out(english: Catalog) -> None:
    known = {message.id if isinstance(message.id, str) else message.id[0] for message in entries(english)}
    assert len(known) > 100
    assert said() - known == set()


def test_nothing_is_empty_or_a_guess(english: Catalog) -> None:
    unsure = [message.id for message in entries(english) if message.fuzzy or not message.string]
    assert unsure == []


def test_no_korean_is_left_in_the_english(english: Catalog) -> None:
    korean = [
        message.string
        for message in entries(english)
        if any(ord(letter) in HANGUL for letter in str(message.string).replace("한국어", ""))
    ]
    assert korean == []


def test_both_languages_fill_in_the_same_things(english: Catalog) -> None:
    assert [message.id for message in entries(english) if _names(message.id) != _names(message.string)] == []


def _names(words: object) -> set[str]:
    text = words if isinstance(words, str) else str(words[0]) if isinstance(words, list | tuple) else ""
    percent = {part.partition(")")[0] for part in text.split("%(")[1:]}
    braces = {name for _, name, _, _ in Formatter().parse(text) if name} if "{" in text else set()
    return percent | braces
