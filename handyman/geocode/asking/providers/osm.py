"""Nominatim and Photon, which an office runs itself, as geopy speaks to them."""

from typing import Any

from geopy.geocoders import Nominatim, Photon

from handyman.geocode.asking.providers.answer import Answer, words

__all__ = ["Nominatim", "Photon", "from_nominatim", "from_photon"]


def from_nominatim(place: Any) -> Answer:
    """Parts of a result that came with its address details."""
    parts = place.raw.get("address") or {}
    return Answer(
        label=words(place.address),
        lat=place.latitude,
        lon=place.longitude,
        gu=words(parts.get("borough") or parts.get("city_district")),
        road_name=words(parts.get("road")),
        number=words(parts.get("house_number")),
        name=words(place.raw.get("name")),
    )


def from_photon(place: Any) -> Answer:
    """Parts of a feature; its district is not always one of ours and is not believed."""
    parts = place.raw.get("properties") or {}
    street = parts.get("street") or (parts.get("name") if parts.get("type") == "street" else "")
    return Answer(
        label=words(place.address),
        lat=place.latitude,
        lon=place.longitude,
        road_name=words(street),
        number=words(parts.get("housenumber")),
        name=words(parts.get("name")),
    )
