"""A road service on loopback: one server for the whole run, forgetful between two tests."""

from collections.abc import Iterator

import pytest

from tests.board import road_peer


@pytest.fixture(scope="session")
def road_server() -> Iterator[road_peer.Peer]:
    peer, server = road_peer.start()
    yield peer
    server.shutdown()
    server.server_close()


@pytest.fixture
def roads(road_server: road_peer.Peer) -> Iterator[road_peer.Peer]:
    """Knows every way, and does nothing wrong until a test says so."""
    road_server.reset()
    yield road_server
    road_server.reset()
