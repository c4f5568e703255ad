"""Promises of the local stack: `up`, `down`, `status` and `doctor` on real processes.

Tests that stop or kill use the suite's stack and bring it back, or a small home of their own.
"""

import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import httpx
import psutil
import psycopg
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from distributed import Client, Security

from db.settings import Settings, load_settings
from deployments.stack import PartStatus, discard, doctor, down, status, up
from deployments.stack.files import read_json, write_json
from deployments.stack.parts import ROOT
from deployments.stack.processes import MARK, end, find
from deployments.stack.sources import ON_WORKERS, fingerprint_sources
from models.errors import ConfigurationError

PARTS = {"postgres", "s3", "archives", "dask-scheduler", "dask-workers", "prefect-server", "prefect-worker"}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home of the test's own, with nothing running."""
    folder = tmp_path / "home"
    monkeypatch.setenv("NIGHTSHIFT_HOME", str(folder))
    load_settings.cache_clear()
    yield folder
    end(of_home(folder), stop_signal=signal.SIGKILL)
    discard(folder)
    monkeypatch.undo()
    load_settings.cache_clear()


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home beside the suite's, for PostgreSQL and S3; each test starts what it needs."""
    folder = tmp_path_factory.mktemp("small") / "home"
    yield folder
    end(of_home(folder), stop_signal=signal.SIGKILL)
    discard(folder)


def by_name(parts: list[PartStatus]) -> dict[str, PartStatus]:
    """Parts by their names."""
    return {part.name: part for part in parts}


def pids(home: Path) -> dict[str, int | None]:
    """Pid of every part."""
    return {part.name: part.pid for part in status(home)}


def kill(home: Path, *names: str) -> None:
    """Kill -9 the named parts' processes."""
    running = pids(home)
    for name in names:
        pid = running[name]
        assert pid is not None
        end([pid], stop_signal=signal.SIGKILL)


def of_home(home: Path) -> list[int]:
    """Pids of all that was started for ``home``, by whomever."""
    data = home / "postgres" / "data"
    inside = str(data.resolve())
    return find(lambda process: process.environ().get(MARK, "").startswith(f"{home}:") or process.cwd() == inside)


def database(home: Path) -> str:
    """Address of the database, as psycopg wants it."""
    return str(read_json(home / "stack.json")["database_url"]).replace("+psycopg", "", 1)


def s3(home: Path, **changes: str) -> Any:
    """S3 client with the key of ``home``, but for ``changes``."""
    known = read_json(home / "stack.json")
    key = {"aws_access_key_id": known["s3_access_key"], "aws_secret_access_key": known["s3_secret_key"], **changes}
    return boto3.client(
        "s3", endpoint_url=known["s3_endpoint"], region_name="us-east-1", config=Config(retries={"total_max_attempts": 1}), **key
    )


def security(home: Path) -> Security:
    """Our certificate."""
    known = read_json(home / "stack.json")
    files = {
        "tls_ca_file": known["dask_tls_ca"],
        "tls_client_cert": known["dask_tls_cert"],
        "tls_client_key": known["dask_tls_key"],
    }
    return Security(**files, require_encryption=True)


def test_everything_runs_and_answers(stack: Path) -> None:
    parts = by_name(status(stack))
    assert set(parts) == PARTS
    assert all(part.alive and part.reachable for part in parts.values())


def test_second_up_changes_nothing(stack: Path) -> None:
    up(stack)  # other tests may have swapped a part for another in between
    before, written = pids(stack), {path.name: path.stat().st_mtime_ns for path in stack.glob("*.json")}
    up(stack)
    assert pids(stack) == before
    assert {path.name: path.stat().st_mtime_ns for path in stack.glob("*.json")} == written


def test_stack_file_holds_settings_and_nothing_else(stack: Path) -> None:
    known = read_json(stack / "stack.json")
    assert set(known) == {
        *("database_url", "s3_endpoint", "s3_access_key", "s3_secret_key", "dask_address", "dask_tls_ca", "dask_tls_cert"),
        *("dask_tls_key", "prefect_api_url", "prefect_api_auth_string", "simulated_url"),
    }
    settings = Settings(home=stack)
    assert settings.database_url is not None
    assert settings.database_url.get_secret_value() == known["database_url"]
    assert str(settings.dask_tls_key) == known["dask_tls_key"]


def test_secrets_are_in_private_files_and_on_no_command_line(stack: Path) -> None:
    secrets = list(read_json(stack / "secrets.json").values())
    assert len(secrets) == 4
    for path in (stack / "stack.json", stack / "secrets.json", stack / "dask" / "key.pem", *(stack / "logs").iterdir()):
        assert path.stat().st_mode & 0o777 == 0o600, path
    for path in (stack / "s3", stack / "run", stack / "prefect", stack / "dask"):
        assert path.stat().st_mode & 0o777 == 0o700, path
    for pid in of_home(stack):
        said = " ".join(psutil.Process(pid).cmdline())
        assert not any(secret in said for secret in secrets), said


def test_nobody_listens_beyond_loopback(stack: Path) -> None:
    listening = set()
    for pid in of_home(stack):
        listening |= {entry.laddr.ip for entry in psutil.Process(pid).net_connections("inet") if entry.status == psutil.CONN_LISTEN}
    assert listening == {"127.0.0.1"}


def test_postgres_refuses_a_wrong_password_and_none(stores: Path) -> None:
    for wrong in ("wrong", ""):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(database(stores), password=wrong, passfile=os.devnull)


def test_database_has_vectors_and_the_newest_tables(stores: Path) -> None:
    with psycopg.connect(database(stores)) as connection:
        assert connection.execute("SELECT '[1,2]'::vector <-> '[1,4]'::vector").fetchone() == (2.0,)
        assert connection.execute("SELECT to_regclass('source_file') IS NOT NULL").fetchone() == (True,)
        assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)


def test_s3_refuses_strangers(stores: Path) -> None:
    endpoint = read_json(stores / "stack.json")["s3_endpoint"]
    assert httpx.get(f"{endpoint}/nightshift/").status_code in {400, 403}
    assert httpx.put(f"{endpoint}/nightshift/stolen", content=b"x").status_code in {400, 403}
    for wrong in ({"aws_secret_access_key": "wrong"}, {"aws_access_key_id": "nobody-at-all"}):
        with pytest.raises(ClientError):
            s3(stores, **wrong).list_objects_v2(Bucket="nightshift")
    assert not (stores / "s3" / "nightshift" / "stolen").exists()


def test_prefect_refuses_strangers(stack: Path) -> None:
    known = read_json(stack / "stack.json")
    for auth in (None, ("nightshift", "wrong")):
        assert httpx.post(f"{known['prefect_api_url']}/flows/filter", json={}, auth=auth).status_code == 401
    user, password = known["prefect_api_auth_string"].split(":")
    assert httpx.post(f"{known['prefect_api_url']}/flows/filter", json={}, auth=(user, password)).status_code == 200


def test_prefect_shows_its_page(stack: Path) -> None:
    page = httpx.get(str(read_json(stack / "stack.json")["prefect_api_url"]).removesuffix("/api"), follow_redirects=True)
    assert page.status_code == 200
    assert "<html" in page.text.lower()


def test_prefect_keeps_its_tables_in_postgres_and_knows_our_flows_once(stack: Path) -> None:
    up(stack)
    with psycopg.connect(database(stack), dbname="prefect") as connection:
        names = connection.execute("SELECT flow.name, deployment.name FROM deployment JOIN flow ON flow.id = flow_id").fetchall()
        watches = connection.execute("SELECT count(*) FROM automation WHERE name = 'Crash zombie flows'").fetchone()
        pools = connection.execute("SELECT name, type FROM work_pool").fetchall()
    assert ("nightly", "nightly") in names
    assert len(names) == len(set(names))
    assert watches == (1,)
    assert pools == [("nightshift", "process")]


def test_dask_speaks_to_nobody_without_our_certificate(cluster: Path) -> None:
    port = int(str(read_json(cluster / "stack.json")["dask_address"]).rpartition(":")[2])
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with (
        socket.create_connection(("127.0.0.1", port), 5) as plain,
        pytest.raises(ssl.SSLError, match="certificate required"),
        context.wrap_socket(plain) as secure,
    ):
        secure.recv(1)  # in TLS 1.3 the refusal comes with the first bytes
    with pytest.raises(OSError, match="Connection"), Client(f"tcp://127.0.0.1:{port}", timeout=1, set_as_default=False):
        pass


def test_workers_can_import_the_tasks_and_do_not_import_prefect(cluster: Path) -> None:
    def look() -> tuple[str | None, bool, bool]:  # nested, so that it travels by value
        import importlib.util

        return os.environ.get("NIGHTSHIFT_HOME"), importlib.util.find_spec("tasks.prepare") is not None, "prefect" in sys.modules

    address = read_json(cluster / "stack.json")["dask_address"]
    with Client(address, security=security(cluster), set_as_default=False) as client:
        assert len(client.scheduler_info()["workers"]) == 2
        assert client.submit(look, pure=False).result(timeout=30) == (str(cluster), True, False)
        assert all(worker["nthreads"] == 1 and worker["memory_limit"] for worker in client.scheduler_info()["workers"].values())


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


def test_two_ups_at_once_start_one_stack(small: Path) -> None:
    command = f"from pathlib import Path; from deployments.stack import up; up(Path({str(small)!r}), only={{'postgres', 's3'}})"
    both = [subprocess.Popen([sys.executable, "-c", command], cwd=ROOT) for _ in range(2)]
    assert [process.wait(timeout=120) for process in both] == [0, 0]
    masters = [pid for pid in of_home(small) if psutil.Process(pid).name() == "postgres" and "-D" in psutil.Process(pid).cmdline()]
    assert masters == [pids(small)["postgres"]]
    assert [pid for pid in of_home(small) if psutil.Process(pid).name() == "rclone"] == [pids(small)["s3"]]


def test_down_stops_all_it_started_and_leaves_the_data(small: Path) -> None:
    up(small, only={"postgres", "s3"})
    s3(small).put_object(Bucket="nightshift", Key="a/b", Body=b"c")
    assert down(small) == ["s3", "postgres"]
    assert of_home(small) == []
    assert not (small / "stack.json").exists()
    assert (small / "s3" / "nightshift" / "a" / "b").read_bytes() == b"c"
    assert down(small) == []


def test_down_leaves_a_strangers_process_alone(home: Path) -> None:
    up(home, only={"s3"})
    file = home / "run" / "s3.json"
    known = read_json(file)
    down(home)
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as stranger:
        write_json(file, {**known, "pid": stranger.pid})
        assert not by_name(status(home))["s3"].alive
        assert down(home) == []
        assert stranger.poll() is None
        stranger.kill()


def test_port_taken_by_a_stranger_while_down_is_exchanged(home: Path) -> None:
    up(home, only={"s3"})
    endpoint = read_json(home / "stack.json")["s3_endpoint"]
    down(home)
    with socket.create_server(("127.0.0.1", int(endpoint.rpartition(":")[2]))):
        up(home, only={"s3"})
        assert read_json(home / "stack.json")["s3_endpoint"] != endpoint
        s3(home).put_object(Bucket="nightshift", Key="a", Body=b"b")


def test_postgres_starts_though_its_lock_names_a_living_stranger(small: Path) -> None:
    up(small, only={"postgres"})
    lock = small / "postgres" / "data" / "postmaster.pid"
    words = lock.read_text()
    owner = lock.stat()
    kill(small, "postgres")
    time.sleep(0.2)
    user = {} if os.geteuid() else {"user": owner.st_uid}  # a process of the same user is what PostgreSQL would believe in
    with subprocess.Popen(["/bin/sleep", "60"], **user) as stranger:  # type: ignore[call-overload]
        lock.write_text("\n".join([str(stranger.pid), *words.splitlines()[1:]]) + "\n")
        up(small, only={"postgres"})
        with psycopg.connect(database(small)) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        assert stranger.poll() is None
        stranger.kill()


def test_part_that_the_environment_gives_is_not_started(home: Path, stores: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = read_json(stores / "stack.json")
    for name in ("database_url", "s3_endpoint", "s3_access_key", "s3_secret_key"):
        monkeypatch.setenv(f"NIGHTSHIFT_{name.upper()}", given[name])
    monkeypatch.setenv("NIGHTSHIFT_PREFECT_API_URL", "http://127.0.0.1:1/api")
    parts = by_name(up(home, only={"postgres", "s3", "prefect"}))
    assert [part.name for part in parts.values() if part.alive] == []
    assert parts["postgres"].given == "NIGHTSHIFT_DATABASE_URL"
    assert of_home(home) == []
    assert read_json(home / "stack.json") == {}
    assert load_settings().s3_endpoint == given["s3_endpoint"]


def test_up_says_which_part_does_not_start_and_what_it_said(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RCLONE_TRANSFERS", "not a number")
    with pytest.raises(ConfigurationError, match=r"s3 ended at once: .*not a number.*s3\.log"):
        up(home, only={"s3"})


def test_postgres_never_runs_as_root_and_its_data_are_its_own(small: Path) -> None:
    up(small, only={"postgres"})
    pid = pids(small)["postgres"]
    assert pid is not None
    user = psutil.Process(pid).uids().real
    assert user == (os.geteuid() or user) != 0
    data = (small / "postgres" / "data").stat()
    assert (data.st_uid, data.st_mode & 0o777) == (user, 0o700)
