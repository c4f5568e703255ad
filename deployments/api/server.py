"""Serve an application from a thread of this process."""

import socket
import threading
import time

import uvicorn
from fastapi import FastAPI

from models.errors import ConfigurationError


class Server:
    """Listens from the moment it is made, and answers until it is ended."""

    def __init__(self, app: FastAPI, host: str, port: int) -> None:
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind((host, port))
        except OSError as error:
            self._socket.close()
            raise ConfigurationError(f"serve: {host}:{port}: {error.strerror}") from error
        self.port: int = self._socket.getsockname()[1]
        config = uvicorn.Config(app, log_level="warning", lifespan="off", ws="none", access_log=False)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), name="serve", daemon=True)
        self._thread.start()
        while not self._server.started and self._thread.is_alive():
            time.sleep(0.01)

    def end(self) -> None:
        """Answer no more."""
        self._server.should_exit = True
        self._thread.join(10)
        self._socket.close()
