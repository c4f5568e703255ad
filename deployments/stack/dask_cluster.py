"""The local Dask cluster: a scheduler and workers under nannies, TLS both ways. An open scheduler is code execution for all."""

import os
import socket
import ssl
import sys
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from deployments.stack.certificates import ensure_certificates
from deployments.stack.files import make_private_folder
from deployments.stack.gpu import has_gpu
from deployments.stack.parts import ROOT, Part
from deployments.stack.ports import LOOPBACK
from deployments.stack.probes import TIMEOUT_S, ask_json
from deployments.stack.processes import Command
from deployments.stack.sources import ON_WORKERS, fingerprint_sources

MEMORY_SHARE = 0.75  # of the machine's memory for all workers together; the rest is for the database, Prefect and files
RUN_ON_WORKERS = ("tasks.prepare", "tasks.judge", "tasks.draw")
KEPT_FREE_BYTES = 256 * 2**20  # what a worker may keep of memory it has freed
OWN_PAGES_BYTES = 64 * 2**20  # larger arrays are mapped, and given back, one by one
# Dask's nannies give free memory back from 64 kB on, so that every array of a spectrogram (0.7 to 2.9 MB) comes in new pages: 38
# instead of 22 ms a file. Both are needed: either one alone ends glibc's own adaptation of the other.
WORKER_ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "MALLOC_TRIM_THRESHOLD_": str(KEPT_FREE_BYTES),
    "MALLOC_MMAP_THRESHOLD_": str(OWN_PAGES_BYTES),
}


class _DaskPart(Part):
    setting = "dask_address"

    @property
    def folder(self) -> Path:
        """Certificates and what workers spill."""
        return self.site.home / "dask"

    @property
    def tls(self) -> dict[str, str]:
        """Return the files of the certificates by the names of the settings."""
        return {f"dask_tls_{name}": str(self.folder / f"{name}.pem") for name in ("ca", "cert", "key")}

    def prepare(self) -> None:
        """Make the certificates."""
        ensure_certificates(make_private_folder(self.folder))

    def _command(self, what: str, *arguments: str, **environment: str) -> Command:
        files = self.tls
        secure = ("--tls-ca-file", files["dask_tls_ca"], "--tls-cert", files["dask_tls_cert"], "--tls-key", files["dask_tls_key"])
        settings = {
            **self.site.python_environment,
            "DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION": "true",
            # Nobody looks at the sampling profiler; its call trees grew by 5,500 nodes, 7 MB a worker, with every night.
            "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "false",
            **environment,
        }
        return Command((sys.executable, "-m", "dask", what, *secure, *arguments), settings, ROOT)


class DaskScheduler(_DaskPart):
    """The scheduler, and beside it a page of counts on loopback that reveals no work and takes none."""

    name = "dask-scheduler"

    @property
    def address(self) -> str:
        """Where clients and workers go."""
        return f"tls://{LOOPBACK}:{self.port}"

    def addresses(self) -> Mapping[str, str]:
        """Return the address and the certificates."""
        return {"dask_address": self.address, **self.tls}

    @property
    def counts_port(self) -> int:
        """The port of the page of counts."""
        return self.site.ports.get("dask-counts")

    def prepare(self) -> None:
        """Make the certificates and find the second port."""
        super().prepare()
        self.site.ports.claim("dask-counts")

    def command(self) -> Command:
        """Return the scheduler's command line."""
        return self._command(
            "scheduler",
            *("--host", LOOPBACK, "--port", str(self.port), "--protocol", "tls", "--no-jupyter"),
            *("--dashboard-address", f"{LOOPBACK}:{self.counts_port}", "--no-dashboard"),
            DASK_DISTRIBUTED__SCHEDULER__HTTP__ROUTES='["distributed.http.scheduler.json"]',
        )

    def answers(self) -> bool:
        """Whether it shakes hands with our certificate."""
        context = ssl.create_default_context(cafile=self.tls["dask_tls_ca"])
        context.check_hostname = False  # the certificate names no host, as distributed checks none
        context.load_cert_chain(self.tls["dask_tls_cert"], self.tls["dask_tls_key"])
        try:
            with (
                socket.create_connection((LOOPBACK, self.port), TIMEOUT_S) as plain,
                context.wrap_socket(plain) as secure,
            ):
                return secure.version() is not None
        except OSError:
            return False

    def workers(self) -> int:
        """Return how many workers the scheduler counts."""
        counts = ask_json(self.counts_port, "/json/counts.json") or {}
        return int(counts.get("workers", 0))


class DaskWorkers(_DaskPart):
    """All worker processes of one thread each, under one process of nannies."""

    name = "dask-workers"
    listens = False

    @cached_property
    def scheduler(self) -> DaskScheduler:
        """The scheduler they serve."""
        return DaskScheduler(self.site)

    @property
    def address(self) -> str:
        """The scheduler's address: workers have no fixed one."""
        return self.scheduler.address

    @property
    def number(self) -> int:
        """How many workers there are to be."""
        ours = getattr(os, "sched_getaffinity", None)  # not on macOS; counts the cores this process may use
        return self.site.settings.dask_workers or (len(ours(0)) if ours else os.cpu_count() or 1)

    def command(self) -> Command:
        """Return the workers' command line."""
        # Tied to the very scheduler process: when that is replaced the workers are too, whatever they made of its loss. Tied to the
        # sources: workers keep the code they imported, and would judge and draw with the old one after a `git pull`.
        return self._command(
            "worker",
            *(self.scheduler.address, "--host", LOOPBACK, "--protocol", "tls", "--nanny"),
            *("--no-dashboard", "--dashboard-address", f"{LOOPBACK}:0"),  # without the address it listens to the whole world
            *("--nworkers", str(self.number), "--nthreads", "1", "--memory-limit", f"{MEMORY_SHARE / self.number:.4f}"),
            *("--local-directory", str(make_private_folder(self.folder / "scratch"))),
            # Imported before the first task asks for it: two seconds that no night waits for.
            *(option for module in RUN_ON_WORKERS for option in ("--preload", module)),
            *(("--preload-nanny", "deployments.stack.gpu") if has_gpu() else ()),
            NIGHTSHIFT_STACK_SCHEDULER=str(self.scheduler.process.pid),
            NIGHTSHIFT_STACK_SOURCES=fingerprint_sources(ROOT, ON_WORKERS),
            DASK_DISTRIBUTED__WORKER__HTTP__ROUTES="[]",
            **WORKER_ENVIRONMENT,
        )

    def answers(self) -> bool:
        """Whether all have reported to the scheduler."""
        return self.scheduler.workers() >= self.number
