"""What runs in the stack, and whom it answers."""

import os
import socket
import ssl
import sys
from pathlib import Path

import httpx
import psutil
import psycopg
import pytest
from botocore.exceptions import ClientError
from distributed import Client
from stack_probe import PARTS, by_name, database, of_home, pids, s3, security

from db.settings import Settings
from deployments.stack import status, up
from deployments.stack.files import read_json


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
