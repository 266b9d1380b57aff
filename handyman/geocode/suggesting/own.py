"""Whether what is typed leads to an address that the caller is known by."""

from collections.abc import Iterator

from handyman.geocode.located import Located
from handyman.geocode.suggesting.keys import digits, dong_forms, road_forms, typed_keys
from handyman.hangul import as_hangul, initials, strokes


def fits(place: Located, keys: str) -> bool:
    """Whether the keys are on the way to this place, or past it to its flat."""
    name = typed_keys(place.building_name), initials(place.building_name)
    rest = behind(place, keys)
    return (rest is not None and digits(place.unit or rest).startswith(digits(rest))) or any(
        any(_close(full).startswith(_close(wanted)) for full in (*_whole(place), *_short(place)))
        or any(_close(wanted) in form for form in name)
        for wanted in {keys, as_hangul(keys)}
    )


def behind(place: Located, keys: str) -> str | None:
    """What is typed behind the house; None on the way to it. 사당로 20 is not on the way from 사당로 2."""
    rests = (
        wanted[len(full) :]
        for full in _whole(place)
        for wanted in (keys, as_hangul(keys))
        if wanted.startswith(full)
    )
    return next((rest for rest in rests if not (rest[:1].isdigit() or rest[:1] == "-")), None)


def _close(keys: str) -> str:
    return keys.replace(" ", "")


def _whole(place: Located) -> Iterator[str]:
    for words in (
        place.label.removesuffix(f", {place.unit}"),
        f"{place.road_name} {place.building_number}" if place.building_number else "",
        f"{place.beopjeong_dong} {place.jibun}" if place.jibun else "",
    ):
        if words:
            yield typed_keys(words)


def _short(place: Located) -> Iterator[str]:
    yield from (initials(words) for words in (place.label, place.label.partition(" ")[2]) if words)
    if place.building_number:
        yield from (form + place.building_number for form in ("", *road_forms(place.road_name)))
    if place.jibun:
        yield from (form + strokes(place.jibun) for form in ("", *dong_forms(place.beopjeong_dong)))
