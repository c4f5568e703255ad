"""Questions and orders to a Prefect server, ours or a given one, without importing Prefect."""

import base64
from types import TracebackType
from typing import Any, Self

import httpx

from models.errors import ConfigurationError

TIMEOUT_S = 20.0  # a server that has just started is slow


class PrefectApi:
    """A connection to the API of a server, to be used in a ``with`` block.

    Parameters
    ----------
    url : of the API, ending in ``/api``
    login : ``user:password``; None where the server asks for none
    """

    def __init__(self, url: str, login: str | None) -> None:
        self.url = url
        self.login = login
        headers = {"Authorization": "Basic " + base64.b64encode(login.encode()).decode()} if login else {}
        self._client = httpx.Client(base_url=url, headers=headers, timeout=TIMEOUT_S)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._client.close()

    def get(self, path: str) -> Any:
        """Return the JSON at a path, None where there is nothing."""
        reply = self._ask("GET", path, None)
        return None if reply.status_code == 404 else self._checked(reply, path)

    def post(self, path: str, body: object, *, or_there: bool = False) -> Any:
        """Post JSON and return the answer; with ``or_there``, None where what is to be made is there already."""
        reply = self._ask("POST", path, body)
        return None if or_there and reply.status_code == 409 else self._checked(reply, path)

    def put(self, path: str, body: object) -> None:
        """Put JSON over what is there."""
        self._checked(self._ask("PUT", path, body), path)

    def _ask(self, method: str, path: str, body: object) -> httpx.Response:
        try:
            return self._client.request(method, path, json=body)
        except httpx.HTTPError as error:
            raise ConfigurationError(
                f"prefect at {self.url} does not answer {path}: {error or type(error).__name__}; run `nightshift doctor`"
            ) from error

    def _checked(self, reply: httpx.Response, path: str) -> Any:
        if not reply.is_success:
            raise ConfigurationError(f"prefect at {self.url} refused {path}: {reply.status_code} {reply.text[:200]}")
        return reply.json() if reply.content else None
