"""Whether what is typed leads to an address that the caller is known by."""

from collections.abc import Iterator

from handyman.geocode.located import Located
from handyman.geocode.reading.keyboard import strokes
from handyman.geocode.suggesting.keys import as_hangul, digits, dong_forms, initials, road_forms, typed_keys


def fits(place: Located, keys: str) -> bool:
    """Whether the keys are on the way to this place, or past it to its flat."""
    name = typed_keys(place.building_name), initials(place.building_name)
    whole = list(_whole(place))
    return any(
        any(_close(full).startswith(_close(wanted)) for full in (*whole, *_short(place)))
        or any(_past(full, wanted, place.unit) for full in whole)
        or any(_close(wanted) in form for form in name)
        for wanted in {keys, as_hangul(keys)}
    )


def _past(full: str, wanted: str, unit: str) -> bool:
    """Whether what is typed behind the house may be this flat; 사당로 20 is not on the way from 사당로 2."""
    rest = wanted[len(full) :]
    if not wanted.startswith(full) or rest[:1].isdigit() or rest[:1] == "-":
        return False
    return digits(unit).startswith(digits(rest))


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
    if place.building_number:
        yield from (form + place.building_number for form in ("", *road_forms(place.road_name)))
    if place.jibun:
        yield from (form + strokes(place.jibun) for form in ("", *dong_forms(place.beopjeong_dong)))
