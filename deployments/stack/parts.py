"""What every part of the stack is: one process, how to start it, how to know that it answers, what to do then."""

import logging
import os
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from db.settings import Settings
from deployments.stack.credentials import Credentials
from deployments.stack.ports import Ports
from deployments.stack.processes import Command, Process, end, marked
from models.errors import ConfigurationError

log = logging.getLogger("nightshift.stack")
ROOT = Path(__file__).parents[2]  # of the checkout: where flows/ and tasks/ are imported from


class Site:
    """What the parts of one home share."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.ports = Ports(home)

    @cached_property
    def settings(self) -> Settings:
        """The settings as this home has them."""
        return Settings(home=self.home)

    @cached_property
    def credentials(self) -> Credentials:
        """The secrets of the home."""
        return Credentials.of(self.home)

    @property
    def python_environment(self) -> dict[str, str]:
        """What a Python process of the stack needs to find this home and to import the project."""
        return {"NIGHTSHIFT_HOME": str(self.home), "PYTHONPATH": str(ROOT)}


def given_by(part: "type[Part]") -> str | None:
    """Return the environment variable that swaps ``part`` for a real service, if it is set."""
    variable = f"NIGHTSHIFT_{part.setting.upper()}"
    return variable if os.environ.get(variable) else None


class Part(ABC):
    """One process of the stack.

    ``setting`` is the setting that, given by the environment, swaps the part for a real service.
    """

    name: str
    setting: str
    listens = True  # on a port of its own
    patience_s = 90.0  # for a start to be answered; a busy machine with two cores is slow
    lapse_s = 15.0  # of silence after which one that had answered is started anew
    retry_s = 3.0  # for how long a process that ends at once is started again

    def __init__(self, site: Site) -> None:
        self.site = site
        self.process = Process(site.home, self.name)

    @property
    def port(self) -> int:
        """The port the part listens on, 0 before its first start."""
        return self.site.ports.get(self.name)

    @property
    @abstractmethod
    def address(self) -> str:
        """Where the part answers."""

    @abstractmethod
    def command(self) -> Command:
        """What to run."""

    @abstractmethod
    def answers(self) -> bool:
        """Whether the part answers now; takes less than a second."""

    def addresses(self) -> Mapping[str, str]:
        """Return what other processes must know to use the part, by the names of the settings."""
        return {}

    def prepare(self) -> None:  # noqa: B027  (most parts need nothing)
        """Do what must be done before a start."""

    def settle(self) -> None:  # noqa: B027
        """Do once, after a start is answered, what makes the part ready for use."""

    def leftovers(self) -> list[int]:
        """Return the pids of what an earlier process of this part left behind."""
        return marked(self.process.mark)

    def ensure(self) -> bool:
        """Make the part run and answer; return whether it had to be started.

        Raises
        ------
        ConfigurationError
            If it does not start, with its last words.
        """
        if self.process.pid is not None:
            same = self.process.runs(self.command())
            if same and self._wait(self.lapse_s if self.process.settled else self.patience_s):
                self._settle()
                return False
            why = "it does not answer" if same else "what it depends on changed"
            log.warning("%s: starting it anew, because %s", self.name, why)
            self.process.stop()
        deadline = time.monotonic() + self.retry_s
        while True:
            end(self.leftovers())
            if self.listens:
                self.site.ports.claim(self.name)
            self.prepare()
            self.process.start(self.command())
            if self._wait(self.patience_s):
                self._settle()
                return True
            died = self.process.pid is None
            self.process.stop()
            if not died or time.monotonic() > deadline:
                fate = "ended at once" if died else f"did not answer in {self.patience_s:.0f} s"
                raise ConfigurationError(f"{self.name} {fate}: {self.process.last_words()} (more in {self.process.log})")
            time.sleep(0.5)

    def stop(self) -> bool:
        """End the part and what it left behind; return whether it ran."""
        ran = self.process.stop()
        end({*self.leftovers(), *marked(self.process.mark)})
        return ran

    def _wait(self, patience_s: float) -> bool:
        deadline = time.monotonic() + patience_s
        while self.process.pid is not None and time.monotonic() < deadline:
            if self.answers():
                return True
            time.sleep(0.1)
        return False

    def _settle(self) -> None:
        if not self.process.settled:
            self.settle()
            self.process.settle()
