"""Alpaca discovery: a UDP question, answered with the port of the HTTP server (Alpaca API Reference, section 5)."""

import ipaddress
import json
import socket
import threading

from models.errors import ConfigurationError

QUESTION = b"alpacadiscovery1"


class Discovery:
    """Answers from a thread of its own; of a server on loopback only this machine is told."""

    def __init__(self, host: str, discovery_port: int, alpaca_port: int) -> None:
        self._reply = json.dumps({"AlpacaPort": alpaca_port}).encode()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            # Broadcasts reach only sockets that listen everywhere.
            self._socket.bind((host if _is_loopback(host) else "", discovery_port))
        except OSError as error:
            self._socket.close()
            raise ConfigurationError(f"NIGHTSHIFT_ALPACA_DISCOVERY_PORT: {discovery_port}: {error.strerror}") from error
        self._socket.settimeout(0.5)
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="discovery", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Answer no more."""
        self._ending.set()
        self._thread.join()
        self._socket.close()

    def _run(self) -> None:
        while not self._ending.is_set():
            try:
                question, asker = self._socket.recvfrom(64)
                if question.startswith(QUESTION):
                    self._socket.sendto(self._reply, asker)
            except OSError:  # nobody asks, or the asker has gone
                continue


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
