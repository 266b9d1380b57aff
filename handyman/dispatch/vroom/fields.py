"""Fields of a JSON document, each with the way to it, so that what is wrong can be named."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any, NoReturn

from handyman.dispatch.problem import Span

MOST = 2**32 - 1  # of any number: seconds reach the year 2106, and sums stay far from the end of 64 bits


class InputError(ValueError):
    """One sentence that begins with the field it is about."""


@dataclass(frozen=True, slots=True)
class Field:
    """A value and where it stands, such as `jobs[3].time_windows[0]`."""

    value: Any
    path: str = ""

    def refuse(self, why: str) -> NoReturn:
        raise InputError(f"{self.path or 'The problem'} {why}.")

    def members(self, known: Iterable[str], unsupported: Iterable[str] = ()) -> "Members":
        """The members of an object; one that is not known is refused by its name."""
        if not isinstance(self.value, Mapping):
            self.refuse(f"must be an object, not {_kind(self.value)}")
        members = Members(self.path, {key: Field(value, self / key) for key, value in self.value.items()})
        for key, field in members.fields.items():
            if key in unsupported:
                field.refuse("is not supported")
            if key not in known:
                field.refuse("is not a key that the planner knows")
        return members

    def items(self) -> list["Field"]:
        if not isinstance(self.value, list | tuple):
            self.refuse(f"must be an array, not {_kind(self.value)}")
        return [Field(value, f"{self.path}[{at}]") for at, value in enumerate(self.value)]

    def whole(self, least: int = 0, most: int = MOST) -> int:
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            self.refuse(f"must be a whole number, not {_kind(self.value)}")
        if not least <= self.value <= most:
            self.refuse(f"must be from {least} to {most}")
        return int(self.value)

    def number(self, least: float, most: float) -> float:
        if not isinstance(self.value, int | float) or isinstance(self.value, bool):
            self.refuse(f"must be a number, not {_kind(self.value)}")
        if not least <= self.value <= most or not isfinite(self.value):
            self.refuse(f"must be from {least:g} to {most:g}")
        return float(self.value)

    def truth(self) -> bool:
        if not isinstance(self.value, bool):
            self.refuse(f"must be true or false, not {_kind(self.value)}")
        return self.value

    def text(self) -> str:
        if not isinstance(self.value, str):
            self.refuse(f"must be a string, not {_kind(self.value)}")
        return self.value

    def point(self) -> list[float]:
        numbers = [item.number(-180, 180) for item in self.items()]
        if len(numbers) != 2:
            self.refuse("must be two numbers, the longitude and the latitude")
        return numbers

    def span(self) -> Span:
        ends = [item.whole() for item in self.items()]
        if len(ends) != 2:
            self.refuse("must be two numbers, the start and the end")
        if ends[1] < ends[0]:
            self.refuse(f"ends at {ends[1]}, before it starts at {ends[0]}")
        return Span(*ends)

    def __truediv__(self, key: object) -> str:
        """The path of a member."""
        return f"{self.path}.{key}" if self.path else str(key)


@dataclass(frozen=True, slots=True)
class Members:
    """The members of one object. What may be left out has a default."""

    path: str
    fields: Mapping[str, Field]

    def need(self, key: str) -> Field:
        if key not in self.fields:
            Field(None, Field(None, self.path) / key).refuse("is missing")
        return self.fields[key]

    def get(self, key: str) -> Field | None:
        return self.fields.get(key)

    def items(self, key: str) -> list[Field]:
        return self.fields[key].items() if key in self.fields else []

    def whole(self, key: str, default: int, least: int = 0, most: int = MOST) -> int:
        return self.fields[key].whole(least, most) if key in self.fields else default

    def limit(self, key: str) -> int | None:
        return self.fields[key].whole() if key in self.fields else None

    def wholes(self, key: str) -> tuple[int, ...]:
        return tuple(item.whole() for item in self.items(key))

    def spans(self, key: str) -> tuple[Span, ...]:
        """Windows; none at all means at any time, an empty list is a slip."""
        if key in self.fields and not self.items(key):
            self.fields[key].refuse("must hold at least one window")
        return tuple(item.span() for item in self.items(key))

    def echo(self, *points: str) -> dict[str, Any]:
        """What is given back as it came: the description, and coordinates by these names."""
        kept: dict[str, Any] = {key: self.fields[key].point() for key in points if key in self.fields}
        if "description" in self.fields:
            kept["description"] = self.fields["description"].text()
        return kept


def refuse_twins(fields: Iterable[Field], ids: Iterable[int]) -> None:
    seen: set[int] = set()
    for field, number in zip(fields, ids, strict=True):
        if number in seen:
            Field(number, field / "id").refuse(f"is {number}, as another is already")
        seen.add(number)


def _kind(value: Any) -> str:
    """What JSON calls it."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    kinds = ((str, "a string"), (int, "a number"), (float, "a number with a point"), (Mapping, "an object"))
    return next((name for kind, name in kinds if isinstance(value, kind)), "an array")
