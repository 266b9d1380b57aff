"""Who could take over which visit, kept with each day: it hangs on nothing that a caller says."""

from collections.abc import Sequence
from threading import Lock

import numpy as np

from handyman.dispatch.core import call_arrays
from handyman.dispatch.core.call_arrays import NOBODY, Bools, Call, Homes, Ints, Minutes, Rates
from handyman.dispatch.core.call_homes import find_homes
from handyman.dispatch.day_arrays import DayArrays
from handyman.dispatch.roads import Places, Roads
from handyman.dispatch.weights import Weights

ALL_AT_ONCE = 400  # places of a day up to which one table of all ways costs less than a row for each visit


class HomesOfDays:
    """Of several days in a row."""

    def __init__(self, parts: Sequence[DayArrays]) -> None:
        self._parts = tuple(parts)
        self._members = np.cumsum([0, *(len(part.days.member) for part in parts)]).tolist()
        self._stops = np.cumsum([0, *(len(part.days.start) for part in parts)]).tolist()
        self._joined: tuple[tuple[object, ...], Homes] | None = None

    def known(self, call: Call) -> Homes:
        """What has been found so far, as of the minute of the call."""
        shelves = [
            _shelf(part, earliest, call)
            for part, earliest in zip(self._parts, call.earliest.tolist(), strict=True)
        ]
        key = tuple((shelf, shelf.times) for shelf in shelves)
        joined = self._joined
        if joined is None or joined[0] != key:
            joined = self._joined = key, self._join([shelf.homes for shelf in shelves])
        return joined[1]

    def find(self, wanted: Bools, call: Call, roads: Roads) -> None:
        for part, earliest, first, end in zip(
            self._parts, call.earliest.tolist(), self._stops, self._stops[1:], strict=False
        ):
            if wanted[first:end].any():
                _shelf(part, earliest, call).find(wanted[first:end], part, roads)

    def _join(self, homes: Sequence[Homes]) -> Homes:
        who = [
            np.where(each.who < 0, NOBODY, each.who + before)
            for each, before in zip(homes, self._members, strict=False)
        ]
        return Homes(
            known=np.concatenate([each.known for each in homes]),
            who=np.concatenate(who),
            cost=np.concatenate([each.cost for each in homes]),
            place=np.concatenate([each.place for each in homes]),
            worth=np.concatenate([each.worth for each in homes]),
            saved=np.concatenate([each.saved for each in homes]),
        )


class Shelf:
    """What was found for one day, as of one minute."""

    def __init__(self, earliest: int, rates: Rates, stops: int) -> None:
        self.earliest, self.rates = earliest, rates
        self.homes = call_arrays.new_homes(stops)
        self.times = 0  # that something was put there
        self._lock = Lock()

    def find(self, wanted: Bools, part: DayArrays, roads: Roads) -> None:
        with self._lock:
            days = part.days
            if len(days.member) + len(days.start) <= ALL_AT_ONCE:
                wanted = days.may_change
            stops = np.flatnonzero(wanted & ~self.homes.known)
            line = np.full(len(days.start), NOBODY, np.int64)
            line[stops] = np.arange(len(stops))
            there, back = _ways(part, stops, roads)
            work = call_arrays.new_work(days, 1)
            opening = np.empty((int(np.diff(days.opening_from).max(initial=0)), 6), np.int64)
            find_homes(days, self.rates, work, opening, self.earliest, line, there, back, self.homes)
            self.times += 1


def _shelf(part: DayArrays, earliest: int, call: Call) -> Shelf:
    """The day's own; for another minute of today it is begun anew."""
    shelf = part.shelves.get("homes")
    if shelf is None or (shelf.earliest, shelf.rates) != (earliest, call.rates):
        shelf = part.shelves["homes"] = Shelf(earliest, call.rates, len(part.days.start))
    return shelf


def _ways(part: DayArrays, stops: Ints, roads: Roads) -> tuple[Minutes, Minutes]:
    """From every node to each of the stops, and from each of the stops to every node."""
    points = [point for strip in part.strips for point in strip.points]
    asked = [part.stops[stop].point for stop in stops]
    there = np.zeros((len(asked), len(points)), np.int32)
    back = np.zeros_like(there)
    for mode, nodes in part.nodes.items():
        others = Places([points[node] for node in nodes])
        if len(points) <= ALL_AT_ONCE:
            table = roads.table([*asked, *others], mode)
            there[:, nodes], back[:, nodes] = (
                table[len(asked) :, : len(asked)].T,
                table[: len(asked), len(asked) :],
            )
        else:
            for line, point in enumerate(asked):
                back[line, nodes], there[line, nodes] = roads.row(point, others, mode)
    return there, back


def make_rates(weights: Weights) -> Rates:
    return Rates(
        travel_minute=float(weights.travel_minute),
        full_month=float(weights.full_month),
        beyond_wish=float(weights.beyond_wish),
        usual_month=float(weights.usual_month_minutes),
        knows_home=float(weights.knows_home),
        moves_others=float(weights.moves_others),
        tight_minute=float(weights.tight_minute),
        calm_slack=weights.calm_slack,
        told=float(weights.told),
        firm=float(weights.firm),
    )
