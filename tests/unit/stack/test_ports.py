"""Promises of `deployments.stack.ports`."""

import socket
from pathlib import Path

from deployments.stack.ports import CHOICE, LOOPBACK, Ports, is_free


def test_port_is_chosen_once_and_remembered(tmp_path: Path) -> None:
    port = Ports(tmp_path).claim("s3")
    assert port in CHOICE
    assert Ports(tmp_path).claim("s3") == port
    assert Ports(tmp_path).get("s3") == port


def test_two_names_never_share_a_port(tmp_path: Path) -> None:
    ports = Ports(tmp_path)
    names = [f"part-{number}" for number in range(50)]
    assert len({ports.claim(name) for name in names}) == len(names)


def test_port_taken_by_a_stranger_is_given_up(tmp_path: Path) -> None:
    ports = Ports(tmp_path)
    taken = ports.claim("s3")
    with socket.create_server((LOOPBACK, taken)):
        assert not is_free(taken)
        assert ports.claim("s3") != taken
    assert ports.get("s3") != taken


def test_unknown_port_is_zero_and_asking_writes_nothing(tmp_path: Path) -> None:
    assert Ports(tmp_path).get("s3") == 0
    assert list(tmp_path.iterdir()) == []
