"""Dongs as people say them."""

from handyman.geocode.gazetteer import AddressPoint, Gazetteer


def everyday(dong: str) -> str:
    """사당제1동 as 사당1동."""
    head, mark, tail = dong.partition("제")
    return head + tail if mark and tail[:1].isdigit() else dong


def in_dong(point: AddressPoint, said: str, table: Gazetteer) -> bool:
    """Whether an address lies in the dong that was said, legal or administrative."""
    return everyday(said) in (point.beopjeong_dong, table.haengjeong_of(point))
