"""A telephone number as somebody says it, in one normal form, with what kind of line it is."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

import phonenumbers


class Kind(StrEnum):
    MOBILE = "mobile"
    LANDLINE = "landline"
    INTERNET = "internet"
    FORWARDING = "forwarding"
    COMPANY = "company"
    UNKNOWN = "unknown"


# Korea's numbering plan as people dial it. phonenumbers knows neither the range nor the kind of all of them.
RULES: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (Kind.MOBILE, re.compile(r"010\d{8}|01[16789]\d{7,8}")),
    (Kind.FORWARDING, re.compile(r"050\d{8,9}")),
    (Kind.INTERNET, re.compile(r"070\d{8}")),
    (Kind.COMPANY, re.compile(r"080\d{7,8}|1[5-8]\d{6}")),
    (Kind.LANDLINE, re.compile(r"02\d{7,8}|0(?:3[1-3]|4[1-4]|5[1-5]|6[1-4])\d{7,8}")),
)
SEPARATORS = re.compile(r"[\s\-.,/()\u00b7\u2010-\u2015\u2212]+")
DIALLED = re.compile(r"\+?[0-9]{3,20}")


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    e164: str
    kind: Kind


def read_phone(text: str) -> PhoneNumber | None:
    """Any spacing, hyphens, full-width digits, with or without +82, also with the + lost on the way."""
    dialled = SEPARATORS.sub("", unicodedata.normalize("NFKC", text))
    if not DIALLED.fullmatch(dialled):
        return None
    national = _national(dialled)
    for kind, shape in RULES:
        if shape.fullmatch(national):
            return PhoneNumber(f"+82{national.removeprefix('0')}", kind)
    return _foreign(dialled)


def is_withheld(text: str) -> bool:
    """What a telephone system writes instead of a number: nothing, "anonymous", sip:anonymous@10.0.0.1."""
    return not any(map(str.isdigit, text.partition("@")[0]))


def _national(dialled: str) -> str:
    """0101234… from +82101234…, +8201012…, 0082101234…, 82101234… and from 101234… with the 0 left out."""
    for prefix in ("+82", "0082", "82"):  # a + in an address that nobody has quoted arrives as a space
        if dialled.startswith(prefix):
            rest = dialled.removeprefix(prefix)
            company = RULES[3][1].fullmatch(rest)
            return rest if rest.startswith("0") or company else f"0{rest}"
    return f"0{dialled}" if re.fullmatch(r"10\d{8}", dialled) else dialled


def _foreign(dialled: str) -> PhoneNumber | None:
    if not dialled.startswith("+"):
        return None
    try:
        parsed = phonenumbers.parse(dialled)
    except phonenumbers.NumberParseException:
        return None
    if parsed.country_code == 82 or not phonenumbers.is_valid_number(parsed):
        return None
    return PhoneNumber(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164), Kind.UNKNOWN)
