"""The local Prefect server, with its UI; its database lies in our PostgreSQL."""

import base64
import logging
import sys
from collections.abc import Mapping
from functools import cached_property

from deployments.stack.environment import prefect_environment
from deployments.stack.files import make_private_folder
from deployments.stack.parts import Part, given_by
from deployments.stack.ports import LOOPBACK
from deployments.stack.postgres import Postgres
from deployments.stack.probes import ask
from deployments.stack.processes import Command

log = logging.getLogger("nightshift.stack")
USER = "nightshift"
EVENT_RETENTION = "P7D"  # events are most of what a Prefect database grows by


class PrefectServer(Part):
    """API, UI and background services in one process."""

    name = "prefect-server"
    setting = "prefect_api_url"
    patience_s = 180.0  # it migrates its database first; 22 s on two busy cores
    retry_s = 30.0

    @cached_property
    def login(self) -> str:
        """``user:password``, as the API and the UI want it."""
        return f"{USER}:{self.site.credentials.prefect_password}"

    @property
    def address(self) -> str:
        """The API; the UI is the same without ``/api``."""
        return f"http://{LOOPBACK}:{self.port}/api"

    @property
    def headers(self) -> dict[str, str]:
        """What a request needs to be let in."""
        return {"Authorization": "Basic " + base64.b64encode(self.login.encode()).decode()}

    @property
    def client_environment(self) -> dict[str, str]:
        """What a process needs to use this server."""
        return prefect_environment(self.site.home, self.address, self.login)

    def addresses(self) -> Mapping[str, str]:
        """Return the address and the login."""
        return {"prefect_api_url": self.address, "prefect_api_auth_string": self.login}

    def command(self) -> Command:
        """Return the server's command line: what `prefect server start` runs, without its second import of Prefect."""
        environment = {
            **self.client_environment,
            "PREFECT_API_DATABASE_CONNECTION_URL": self._database,
            "PREFECT_SERVER_API_AUTH_STRING": self.login,
            "PREFECT_SERVER_UI_ENABLED": "true",
            "PREFECT_UI_API_URL": self.address,
            "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "true",
            "PREFECT_SERVER_EVENTS_RETENTION_PERIOD": EVENT_RETENTION,
            "PREFECT__SERVER_FINAL": "1",
        }
        arguments = (
            *(sys.executable, "-m", "uvicorn", "--factory", "prefect.server.api.server:create_app", "--log-level", "warning"),
            *("--host", LOOPBACK, "--port", str(self.port), "--timeout-keep-alive", "5", "--timeout-graceful-shutdown", "3"),
        )
        return Command(arguments, environment, make_private_folder(self.site.home / "prefect"))

    def prepare(self) -> None:
        """Say where the tables go if that is not PostgreSQL."""
        if self._database.startswith("sqlite"):
            log.warning("prefect-server keeps its tables in SQLite, because %s is somebody's own database", given_by(Postgres))

    def answers(self) -> bool:
        """Whether it lets us in."""
        reply = ask(self.port, "/api/admin/version", self.headers)
        return reply is not None and reply[0] == 200

    @property
    def _database(self) -> str:
        if given_by(Postgres):
            return f"sqlite+aiosqlite:///{self.site.home}/prefect/prefect.db"
        return Postgres(self.site).url("prefect", "postgresql+asyncpg")
