"""A dong and a lot number become a point."""

from handyman.geocode.address import AddressParts, name_key
from handyman.geocode.finding.answers import estimated, label, lot_as_a_whole
from handyman.geocode.finding.dongs import everyday, in_dong
from handyman.geocode.finding.interpolation import estimate_lot, sub_of
from handyman.geocode.gazetteer import AddressPoint, Gazetteer
from handyman.geocode.located import Finding, Grade, Located
from handyman.geocode.reading.roman import roman_key

MOST_ERROR_M = 300  # lots of one plot that lie so far apart tell no house


def by_lot(parts: AddressParts, table: Gazetteer) -> Finding | None:
    """The lot, else its likely point beside lots of the same plot, else the dong; None outside the table."""
    dong = _dong_as_said(parts, table)
    legal = table.beopjeong_of(dong, parts.district)
    at_lot = [point for each in legal for point in table.at_lot(each, parts.lot, parts.district)]
    found = _of_the_dong(at_lot, dong, table)
    if found:
        return lot_as_a_whole(found, parts.unit, table)
    plot, _, _ = parts.lot.partition("-")
    on_plot = [point for each in legal for point in table.on_plot(each, plot, parts.district)]
    guess = estimate_lot(_of_the_dong(on_plot, dong, table), sub_of(parts.lot))
    if guess is None or guess.error_m > MOST_ERROR_M:
        return by_dong(parts, table)
    lot = f"{guess.neighbour.beopjeong_dong} {parts.lot}"
    return Finding((estimated(guess, lot, parts, table, jibun=parts.lot),))


def by_dong(parts: AddressParts, table: Gazetteer) -> Finding | None:
    """The middle of a dong, when no more was said than that or a lot that nothing is known of."""
    dong = name_key(_dong_as_said(parts, table))
    centre = table.dong_centre(dong, parts.district)
    if centre is None or parts.name:
        return None
    legal = centre.kind == "법정동"
    answer = Located(
        lat=centre.lat,
        lon=centre.lon,
        grade=Grade.DONG,
        error_m=table.dong_error(dong, parts.district),
        beopjeong_dong=dong if legal else "",
        haengjeong_dong="" if legal else dong,
        jibun=parts.lot,
        unit=parts.unit,
        label=label(f"{dong} {parts.lot}".strip(), parts.unit, centre.gu),
    )
    return Finding((answer,))


def _dong_as_said(parts: AddressParts, table: Gazetteer) -> str:
    if parts.romanised:
        return next((dong for dong in table.dongs_here if roman_key(dong) == parts.dong), "")
    return everyday(parts.dong)


def _of_the_dong(points: list[AddressPoint], said: str, table: Gazetteer) -> list[AddressPoint]:
    """Those that lie in the dong as it was said; all of them when none does."""
    return [point for point in points if in_dong(point, said, table)] or points
