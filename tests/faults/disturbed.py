"""A night that something befalls: begun, struck at a moment, brought to its end, and compared with the undisturbed one."""

import json
import random
import re
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from db import fsck, objects
from db.session import engine, transaction
from deployments.stack.dask_cluster import DaskScheduler
from deployments.stack.parts import Site
from deployments.stack.probes import ask_json
from tests.e2e.conftest import SimulatedNight

ARCHIVE = "ecallisto-simulated"
# When a fault strikes: a question about files, scores and the night that is true from then on.
MOMENTS = {
    "crawled": "SELECT count(*) > 0 FROM files",
    "preparing": "SELECT count(*) FILTER (WHERE state = 'stored') > 0 AND count(*) FILTER (WHERE state = 'listed') > 0 FROM files",
    "ingested": "SELECT count(*) > 0 AND count(*) FILTER (WHERE state = 'listed') = 0 FROM files",
    "judging": "SELECT count(*) > 0 AND count(*) FILTER (WHERE state = 'listed') = 0 FROM files",
    "inferred": "SELECT count(*) > 0 FROM score JOIN files ON files.id = source_file_id",
    "settled": "SELECT count(*) > 0 FROM nights",
    "injected": "SELECT count(*) > 0 FROM injection JOIN files ON files.id = source_file_id",
    "drawn": "SELECT count(*) > 0 FROM nights WHERE artifacts ? 'coverage'",
    "reported": "SELECT count(*) > 0 FROM nights WHERE artifacts ? 'report'",
    "bundled": "SELECT count(*) > 0 FROM nights WHERE artifacts ? 'bundle'",
}
# At these the cluster must be at work besides.
ON_CLUSTER = ("preparing", "judging")
HERE = """WITH files AS (SELECT * FROM source_file WHERE archive = :archive AND night = :night),
nights AS (SELECT * FROM night WHERE archive = :archive AND night = :night) """
LONGEST_S = 280


@dataclass(frozen=True)
class Cost:
    """What a fault cost: seconds from the fault to a whole night, those of them that `up` took, and the runs it needed."""

    fault: str
    whole_s: float
    repair_s: float
    runs: int


COSTS: list[Cost] = []
NOTES: list[str] = []  # lines below the table


@dataclass
class Disturbed:
    """One night and what befalls it.

    Attributes
    ----------
    night : its archive and how to type commands against it
    undisturbed : its export where nothing befalls it
    random : draws what is arbitrary, by the seed
    costs : the table
    """

    night: SimulatedNight
    undisturbed: str
    random: random.Random
    costs: list[Cost]
    said: list[str] = field(default_factory=list)
    struck: float = 0.0
    repair_s: float = 0.0
    runs: int = 0

    @property
    def key(self) -> Mapping[str, str]:
        """The night in the tables."""
        return {"archive": ARCHIVE, "night": self.night.date.isoformat()}

    @contextmanager
    def run(self, *options: str, night: SimulatedNight | None = None, **more: str) -> Iterator[subprocess.Popen[str]]:
        """Type `nightshift night`, and go on while it runs; what it says is kept at the end."""
        it = night or self.night
        pipe = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        with subprocess.Popen(it.observation(*options), env={**it.environment, **more}, cwd=it.archive.folder, **pipe) as process:
            self.runs += 1
            try:
                yield process
                self.said.append(process.communicate(timeout=LONGEST_S)[0])
            finally:
                process.kill()

    def wait_for(self, moment: str, process: subprocess.Popen[str], jitter_s: float = 0.0) -> None:
        """Wait until the night has come to a moment, and then for up to ``jitter_s`` more, as long as it runs."""
        deadline = time.monotonic() + 120
        while not self._is(moment):
            if process.poll() is not None:
                pytest.fail(f"the night ended before it was {moment}: {process.communicate()[0]}")
            assert time.monotonic() < deadline, f"the night was never {moment}"
            time.sleep(0.01)
        until = time.monotonic() + self.random.uniform(0, jitter_s)
        while time.monotonic() < until and process.poll() is None:
            time.sleep(0.01)

    def strike(self) -> None:
        """Write down that the fault happens now."""
        self.struck = time.monotonic()

    def up(self) -> None:
        """Repair the stack as an operator does."""
        begin = time.monotonic()
        repaired = self.night.run("up")
        self.repair_s += time.monotonic() - begin
        engine().dispose()
        assert repaired.returncode == 0, repaired.stdout + repaired.stderr
        self.said.append(repaired.stdout + repaired.stderr)

    def finish(self, process: subprocess.Popen[str] | None, fault: str, most_runs: int = 3) -> None:
        """Run the night until it is whole, and see that nothing tells of the fault but the table of runs."""
        engine().dispose()
        status = 1 if process is None else process.returncode
        while status != 0 and self.runs < most_runs:
            again = self.night.observe()
            self.runs += 1
            self.said.append(again.stdout + again.stderr)
            status = again.returncode
        assert status == 0, "\n".join(self.said)
        whole_s = time.monotonic() - self.struck
        self.compare()
        self.tell(fault, whole_s)

    def tell(self, fault: str, whole_s: float) -> None:
        """Write a line of the table."""
        self.costs.append(Cost(fault, whole_s, self.repair_s, self.runs))

    def outcomes(self) -> list[str]:
        """How the runs over the night ended, in their order."""
        with transaction() as connection:
            return list(connection.scalars(text(f"SELECT outcome FROM run WHERE {OURS} ORDER BY id"), self.key))

    def ask(self, question: str) -> str:
        """Type `nightshift query` about the night."""
        here = ("--archive", ARCHIVE, "--night", self.night.date.isoformat())
        answer = self.night.run("query", question, *here, "--format", "json")
        assert answer.returncode == 0, answer.stderr
        return answer.stdout

    def compare(self) -> None:
        """The export equals the undisturbed one, every object named is whole, and no run is left open."""
        found = differences(self.night.export(), self.undisturbed)
        assert not found, "\n".join(found)
        with transaction() as connection:
            named = connection.execute(text(HERE + NAMED), self.key).tuples().all()
            open_runs = connection.scalar(text(f"SELECT count(*) FROM run WHERE finished IS NULL AND {OURS}"), self.key)
        assert named and open_runs == 0
        for key, digest in named:
            assert sha256(objects.get(key)).hexdigest() == digest, f"{key} holds other bytes than the ledger says"

    def forget(self) -> None:
        """Remove the night from the tables, and what it wrote from the bucket."""
        with transaction() as connection:
            keys = [key for key, _ in connection.execute(text(HERE + NAMED), self.key).tuples()]
            for table in ("source_file", "night", "run"):
                connection.execute(text(f"DELETE FROM {table} WHERE {OURS}"), self.key)
            fsck.forget(connection, keys)
        objects.delete(keys)

    def explained(self, *words: str) -> str:
        """The line by which the last run told of the fault; it names the night, what failed, and what to do."""
        # Prefect's own last words, about logs that it cannot send, have no end of line.
        lines = [line for said in self.said for line in re.findall(r"nightshift: .*", said)]
        told = [line for line in lines if self.night.date.isoformat() in line and all(re.search(word, line) for word in words)]
        assert told, f"no line names the night and {words}:\n" + "\n".join(self.said)
        assert "`nightshift " in told[-1], f"it does not say what to do: {told[-1]}"
        assert not re.search(r"Traceback|sqlalche\.me", told[-1])
        return told[-1]

    def _is(self, moment: str) -> bool:
        if moment in ON_CLUSTER and not processing(self.night):
            return False
        with suppress(OperationalError), transaction() as connection:
            return bool(connection.scalar(text(HERE + MOMENTS[moment]), self.key))
        return False


OURS = "archive = :archive AND night = :night"
NAMED = """SELECT key, sha256 FROM artifact WHERE key IN (
    SELECT raw_key FROM files UNION SELECT shard_key FROM files
    UNION SELECT entry.value ->> 'key' FROM nights, jsonb_each(artifacts) AS entry)"""


def differences(export: str, undisturbed: str, shown: int = 5) -> list[str]:
    """The first rows by which two exports differ."""
    if export == undisturbed:
        return []
    one, two = (json.loads(item)["tables"] for item in (export, undisturbed))
    found = [f"{name}: {row}" for name in one for row in one[name] if row not in two[name]]
    found += [f"undisturbed {name}: {row}" for name in two for row in two[name] if row not in one[name]]
    return found[:shown] or ["the same rows in another order"]


def processing(night: SimulatedNight) -> int:
    """How many tasks the workers of a home are at."""
    counts = ask_json(DaskScheduler(Site(night.home)).counts_port, "/json/counts.json") or {}
    return int(counts.get("processing", 0))
