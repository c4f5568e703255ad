"""What was killed comes back, and `doctor` says what is wrong."""

from pathlib import Path

import psutil
import psycopg
from distributed import Client
from stack_probe import PARTS, by_name, database, kill, pids, s3, security

from db.settings import Settings
from deployments.stack import doctor, status, up
from deployments.stack.files import read_json, write_json
from deployments.stack.parts import ROOT
from deployments.stack.sources import ON_WORKERS, fingerprint_sources


def test_killed_stores_come_back_with_their_data(stores: Path) -> None:
    with psycopg.connect(database(stores), autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (what text)")
        connection.execute("INSERT INTO kept VALUES ('this')")
    s3(stores).put_object(Bucket="nightshift", Key="kept/this", Body=b"that")
    unfinished = stores / "s3" / "nightshift" / "kept" / ".rclone_temp_put_1"
    unfinished.write_bytes(b"half")
    addresses = read_json(stores / "stack.json")
    kill(stores, "postgres", "s3")
    assert not by_name(status(stores))["postgres"].alive
    up(stores, only={"postgres", "s3"})
    assert read_json(stores / "stack.json") == addresses
    with psycopg.connect(database(stores)) as connection:
        assert connection.execute("SELECT what FROM kept").fetchall() == [("this",)]
        connection.execute("DROP TABLE kept")
    assert s3(stores).get_object(Bucket="nightshift", Key="kept/this")["Body"].read() == b"that"
    assert not unfinished.exists()


def test_killed_scheduler_comes_back_with_workers_that_know_it(cluster: Path) -> None:
    kill(cluster, "dask-scheduler")
    up(cluster, only={"dask"})
    with Client(read_json(cluster / "stack.json")["dask_address"], security=security(cluster), set_as_default=False) as client:
        assert len(client.scheduler_info()["workers"]) == 2
        assert client.submit(sum, (1, 2), pure=False).result(timeout=30) == 3


def test_workers_with_old_code_are_replaced_and_nothing_else_is(cluster: Path) -> None:
    before, file = pids(cluster), cluster / "run" / "dask-workers.json"
    pid = before["dask-workers"]
    assert pid is not None
    assert psutil.Process(pid).environ()["NIGHTSHIFT_STACK_SOURCES"] == fingerprint_sources(ROOT, ON_WORKERS)
    write_json(file, {**read_json(file), "fingerprint": "of the code before a git pull"})
    up(cluster, only={"dask"})
    after = pids(cluster)
    assert {name for name in after if after[name] != before[name]} == {"dask-workers"}
    with Client(read_json(cluster / "stack.json")["dask_address"], security=security(cluster), set_as_default=False) as client:
        assert len(client.scheduler_info()["workers"]) == 2
        assert client.submit(sum, (1, 2), pure=False).result(timeout=30) == 3


def test_everything_killed_at_once_comes_back(stack: Path) -> None:
    up(stack)  # faults give their own archive by the environment, and its address is then left out of the file
    addresses = read_json(stack / "stack.json")
    kill(stack, *PARTS)
    up(stack)
    assert all(part.alive and part.reachable for part in status(stack))
    assert read_json(stack / "stack.json") == addresses


def test_doctor_finds_nothing_essential_wrong_with_what_runs(stack: Path) -> None:
    assert [finding for finding in doctor(Settings(home=stack)) if finding.essential and not finding.ok] == []


def test_doctor_names_a_killed_part_and_what_to_do(stack: Path) -> None:
    kill(stack, "s3", "prefect-worker")
    bad = {finding.what: finding.line for finding in doctor(Settings(home=stack)) if finding.essential and not finding.ok}
    assert set(bad) == {"s3", "prefect-worker"}
    assert all("nightshift up" in line for line in bad.values())
    assert up(stack)


def test_doctor_of_an_empty_home_says_what_is_missing(home: Path) -> None:
    bad = {finding.what: finding.line for finding in doctor(Settings(home=home)) if finding.essential and not finding.ok}
    assert set(bad) == {"database", "s3", "prefect", "dask", *PARTS} - {"archives"}
    assert not home.exists()
