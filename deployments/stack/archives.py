"""The server of the simulated archives."""

import sys
from collections.abc import Mapping

from deployments.stack.files import make_private_folder
from deployments.stack.parts import ROOT, Part
from deployments.stack.ports import LOOPBACK
from deployments.stack.probes import ask
from deployments.stack.processes import Command
from deployments.stack.sources import IN_SIMULATED_ARCHIVES, fingerprint_sources


class Archives(Part):
    """Archive trees of simulated observations over HTTP."""

    name = "archives"
    setting = "simulated_url"

    @property
    def address(self) -> str:
        """Root of the archives."""
        return f"http://{LOOPBACK}:{self.port}/"

    def addresses(self) -> Mapping[str, str]:
        """Return the root."""
        return {"simulated_url": self.address}

    def command(self) -> Command:
        """Return the server's command line."""
        folder = self.site.home / "simulated"
        arguments = (sys.executable, "-m", "deployments.simulated.server", "--home", str(folder), "--port", str(self.port))
        sources = {"NIGHTSHIFT_STACK_SOURCES": fingerprint_sources(ROOT, IN_SIMULATED_ARCHIVES)}  # other code, another server
        return Command(arguments, self.site.python_environment | sources, ROOT)

    def prepare(self) -> None:
        """Make the folder of the trees."""
        make_private_folder(self.site.home / "simulated")

    def answers(self) -> bool:
        """Whether it serves anything."""
        return ask(self.port, "/") is not None
