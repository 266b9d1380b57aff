"""The geocoders of others, on loopback: one server for the whole run, forgetful between two tests."""

from collections.abc import Iterator

import pytest

from tests.geocode import geocoder_peer


@pytest.fixture(scope="session")
def geocoder_server() -> Iterator[geocoder_peer.Peer]:
    peer, server = geocoder_peer.start()
    yield peer
    server.shutdown()
    server.server_close()


@pytest.fixture
def peer(geocoder_server: geocoder_peer.Peer) -> geocoder_peer.Peer:
    """Knows one house, and does nothing wrong until a test says so."""
    geocoder_server.reset()
    return geocoder_server
