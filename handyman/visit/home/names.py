"""How a member is named at a door: a rule."""

import re

HANGUL_NAME = re.compile("[가-힣]{2,5}")


def called(name: str) -> str:
    """A Korean name as it is said and as the text has it; of others the first."""
    plain = name.strip()
    return plain if HANGUL_NAME.fullmatch(plain) else plain.split()[0] if plain else ""


def initials(name: str) -> str:
    """In place of a photograph: 수리 of 박수리, AK of Anna Kim."""
    plain = name.strip()
    if HANGUL_NAME.fullmatch(plain):
        return plain[-2:]
    return "".join(word[0] for word in plain.split()[:2]).upper()


def masked(name: str) -> str:
    """To whoever asks without signing in: 박○리, A.; enough to compare with what they were told."""
    plain = name.strip()
    if HANGUL_NAME.fullmatch(plain):
        return f"{plain[0]}○{plain[2:][-1:]}"
    return f"{plain[:1]}."
