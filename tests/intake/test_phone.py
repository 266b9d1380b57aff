"""Any way a person says a number leads to one form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handyman.intake.phone import Kind, PhoneNumber, read_phone
from handyman.models import PhoneKind

SPACING = st.sampled_from(["", " ", "-", ".", " - ", "–", "  "])


@pytest.mark.parametrize(
    ("said", "number", "kind"),
    [
        ("010-0000-0001", "+821000000001", Kind.MOBILE),
        ("016-123-4567", "+82161234567", Kind.MOBILE),
        ("02-820-0000", "+8228200000", Kind.LANDLINE),
        ("(031) 123 4567", "+82311234567", Kind.LANDLINE),
        ("070-0000-0001", "+827000000001", Kind.INTERNET),
        ("0507-1234-5678", "+8250712345678", Kind.FORWARDING),
        ("1577-0000", "+8215770000", Kind.COMPANY),
        ("+82 1577 0000", "+8215770000", Kind.COMPANY),
        ("080-123-4567", "+82801234567", Kind.COMPANY),
        ("+82 10 0000 0001", "+821000000001", Kind.MOBILE),
        ("008210 0000 0001", "+821000000001", Kind.MOBILE),
        ("+82 010 0000 0001", "+821000000001", Kind.MOBILE),
        (" 821000000001", "+821000000001", Kind.MOBILE),
        ("82-10-0000-0001", "+821000000001", Kind.MOBILE),
        ("82 2 820 0000", "+8228200000", Kind.LANDLINE),
        ("10 0000 0001", "+821000000001", Kind.MOBILE),
        ("０１０－００００－０００１", "+821000000001", Kind.MOBILE),
        ("+1 415 555 2671", "+14155552671", Kind.UNKNOWN),
    ],
)
def test_number_is_read_with_its_kind_of_line(said: str, number: str, kind: Kind) -> None:
    assert read_phone(said) == PhoneNumber(number, kind)


@pytest.mark.parametrize(
    "said",
    ["", "-", "119", "02", "010-123", "010-1234-56789", "집전화", "+82", "010a0000001", "820-0000", "82"],
)
def test_what_is_no_number_is_refused(said: str) -> None:
    assert read_phone(said) is None


@given(st.from_regex(r"010[0-9]{8}", fullmatch=True), st.lists(SPACING, min_size=11, max_size=11))
def test_spacing_never_changes_the_number(digits: str, gaps: list[str]) -> None:
    said = "".join(digit + gap for digit, gap in zip(digits, gaps, strict=True))
    assert read_phone(said) == PhoneNumber(f"+82{digits[1:]}", Kind.MOBILE)


@given(st.text(max_size=40))
def test_nothing_that_is_typed_breaks_the_rule(said: str) -> None:
    found = read_phone(said)
    assert found is None or read_phone(found.e164) == found


def test_kinds_are_those_of_the_table() -> None:
    assert {kind.value for kind in Kind} == {kind.value for kind in PhoneKind}
