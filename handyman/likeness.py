"""Whether two names may be one that was misheard."""

from handyman.sounds import sound_of

LEAST = 6  # sounds: a shorter name is another one with each of them


def sounds_same(one: str, other: str) -> bool:
    heard = sound_of(one)
    return one == other or (heard != "" and heard == sound_of(other))


def sounds_near(one: str, other: str) -> bool:
    """The same but for one sound at the most, which is another one or is missing."""
    return sounds_same(one, other) or heard_near(sound_of(one), sound_of(other))


def heard_near(one: str, other: str) -> bool:
    """The same of what is heard already."""
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    return one == other != "" or _but_for_one(short, long)


def _but_for_one(short: str, long: str) -> bool:
    if len(short) < LEAST or len(long) - len(short) > 1:
        return False
    at = next((at for at, sound in enumerate(short) if sound != long[at]), len(short))
    return short[at + (len(short) == len(long)) :] == long[at + 1 :]
