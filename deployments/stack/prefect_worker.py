"""The worker that runs nights: a Prefect process worker of the pool `nightshift`."""

import sys
from datetime import datetime
from functools import cached_property

from deployments.stack.parts import ROOT, Part
from deployments.stack.prefect_server import PrefectServer
from deployments.stack.probes import ask_json
from deployments.stack.processes import Command
from deployments.stack.registration import POOL


class PrefectWorker(Part):
    """Starts a process for each flow run that is due."""

    name = "prefect-worker"
    setting = "prefect_api_url"
    listens = False
    patience_s = 120.0
    lapse_s = 60.0  # it reports every 30 s

    @cached_property
    def server(self) -> PrefectServer:
        """The server it asks for work."""
        return PrefectServer(self.site)

    @property
    def address(self) -> str:
        """Its pool."""
        return f"work pool {POOL}"

    def command(self) -> Command:
        """Return the worker's command line."""
        arguments = (sys.executable, "-m", "prefect", "worker", "start", "--pool", POOL, "--type", "process", "--name", self.name)
        return Command(arguments, {**self.server.client_environment, **self.site.python_environment}, ROOT)

    def leftovers(self) -> list[int]:
        """Return nothing: the flow runs of a killed worker go on and settle their nights themselves."""
        return []

    def answers(self) -> bool:
        """Whether this worker, not its predecessor of the same name, has reported to the server."""
        workers = ask_json(self.server.port, f"/api/work_pools/{POOL}/workers/filter", self.server.headers, {}) or []
        beats = [datetime.fromisoformat(worker["last_heartbeat_time"]) for worker in workers if worker["status"] == "ONLINE"]
        return any(beat.timestamp() >= self.process.started for beat in beats)
