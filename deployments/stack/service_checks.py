"""What the doctor asks the services, whether they are local or given."""

import base64
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import yaml

from db.settings import Settings
from deployments.stack.finding import Finding
from deployments.stack.machine_checks import SKEW_S
from deployments.stack.registration import DEPLOYMENTS, POOL

UP = "run `nightshift up`"


def check_database(settings: Settings) -> Iterator[Finding]:
    """Whether PostgreSQL answers, has pgvector, and has the newest tables."""
    import psycopg
    from alembic.script import ScriptDirectory

    from db.migrate import alembic_config

    if settings.database_url is None:
        yield Finding("database", False, f"no address: {UP}, or set NIGHTSHIFT_DATABASE_URL")
        return
    url = settings.database_url.get_secret_value()
    try:
        with psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://", 1), connect_timeout=5) as connection:
            version = connection.info.server_version // 10_000
            yield Finding("database", version >= 14, f"PostgreSQL {version} answers" + ("" if version >= 14 else "; 14 is needed"))
            vector = connection.execute("SELECT extversion FROM pg_extension WHERE extname = 'vector'").fetchone()
            said = vector[0] if vector else "missing: a superuser must CREATE EXTENSION vector"
            yield Finding("pgvector", vector is not None, said)
            yield _check_clock(connection)
            there = connection.execute("SELECT to_regclass('alembic_version')").fetchone() != (None,)
            at = connection.execute("SELECT version_num FROM alembic_version").fetchone() if there else None
    except psycopg.Error as error:
        where = psycopg.conninfo.conninfo_to_dict(url.replace("+psycopg", "", 1))
        said = str(error).strip().splitlines()[-1]
        yield Finding("database", False, f"{where.get('host')}:{where.get('port')} does not let us in ({said}): {UP}")
        return
    head = ScriptDirectory.from_config(alembic_config(url)).get_current_head()
    newest = (at[0] if at else None) == head
    yield Finding("tables", newest, f"at migration {head}" if newest else f"at migration {at and at[0]}, not {head}: {UP}")


def _check_clock(connection: Any) -> Finding:
    """Whether our clock agrees with the database's."""
    (told,) = connection.execute("SELECT clock_timestamp()").fetchone()
    ahead = (told - datetime.now(UTC)).total_seconds()
    said = f"{told:%Y-%m-%d %H:%M:%S} UTC, {ahead:+.0f} s from ours"
    return Finding("database clock", abs(ahead) <= SKEW_S, said if abs(ahead) <= SKEW_S else f"{said}: set the clock that is wrong")


def check_s3(settings: Settings) -> Finding:
    """Whether an object can be put, got back unchanged, and deleted."""
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError

    where = settings.s3_endpoint or "AWS"
    if settings.s3_endpoint is None and settings.s3_access_key is None:
        return Finding("s3", False, f"no address: {UP}, or set NIGHTSHIFT_S3_ENDPOINT")
    key, body = f"doctor/{uuid.uuid4()}", uuid.uuid4().bytes
    try:
        client = boto3.client(
            "s3",
            endpoint_url=settings.s3_endpoint,
            aws_access_key_id=settings.s3_access_key,
            aws_secret_access_key=settings.s3_secret_key.get_secret_value() if settings.s3_secret_key else None,
            region_name=settings.s3_region,
            config=Config(connect_timeout=5, read_timeout=10, retries={"total_max_attempts": 1}),
        )
        try:
            client.put_object(Bucket=settings.s3_bucket, Key=key, Body=body)
            same = client.get_object(Bucket=settings.s3_bucket, Key=key)["Body"].read() == body
            client.delete_object(Bucket=settings.s3_bucket, Key=key)
        finally:
            client.close()
    except (BotoCoreError, ClientError) as error:
        return Finding("s3", False, f"bucket {settings.s3_bucket} at {where}: {error}; {UP} or check the NIGHTSHIFT_S3_ settings")
    said = "takes, gives and deletes objects" if same else "gives back other bytes than it took"
    return Finding("s3", same, f"bucket {settings.s3_bucket} at {where} {said}")


def check_prefect(settings: Settings) -> Iterator[Finding]:
    """Whether the API lets us in, knows our deployments and has a worker for them."""
    import httpx

    if settings.prefect_api_url is None:
        yield Finding("prefect", False, f"no address: {UP}, or set NIGHTSHIFT_PREFECT_API_URL")
        return
    secret = settings.prefect_api_auth_string
    headers = {"Authorization": "Basic " + base64.b64encode(secret.get_secret_value().encode()).decode()} if secret else {}
    try:
        with httpx.Client(base_url=settings.prefect_api_url, headers=headers, timeout=5.0) as api:
            version = api.get("/admin/version").raise_for_status().json()
            yield Finding("prefect", True, f"{version} answers at {settings.prefect_api_url}")
            wanted = {entry["name"] for entry in yaml.safe_load(DEPLOYMENTS.read_text())["deployments"]}
            have = {entry["name"] for entry in api.post("/deployments/filter", json={}).raise_for_status().json()}
            missing = ", ".join(sorted(wanted - have))
            yield Finding("deployments", not missing, f"missing: {missing}; {UP}" if missing else ", ".join(sorted(wanted)))
            workers = api.post(f"/work_pools/{POOL}/workers/filter", json={}).raise_for_status().json()
            online = [worker["name"] for worker in workers if worker["status"] == "ONLINE"]
            said = f"{len(online)} online in pool {POOL}" if online else f"none online: {UP}"
            yield Finding("prefect worker", bool(online), said)
    except httpx.HTTPError as error:
        yield Finding("prefect", False, f"{settings.prefect_api_url}: {error or type(error).__name__}; {UP}")


def check_dask(settings: Settings) -> Finding:
    """Whether the scheduler lets us in and has workers."""
    import distributed

    address = settings.dask_address
    if address is None:
        return Finding("dask", False, f"no address: {UP}, or set NIGHTSHIFT_DASK_ADDRESS")
    security: Any = None
    if settings.dask_tls_ca:
        security = distributed.Security(
            tls_ca_file=str(settings.dask_tls_ca),
            tls_client_cert=str(settings.dask_tls_cert),
            tls_client_key=str(settings.dask_tls_key),
            require_encryption=True,
        )
    try:
        with distributed.Client(address, security=security, set_as_default=False, timeout=5) as client:
            number = len(client.scheduler_info(n_workers=-1)["workers"])
    except (OSError, TimeoutError, ValueError, RuntimeError) as error:
        return Finding("dask", False, f"{address}: {error}; {UP}")
    return Finding("dask", number > 0, f"{number} workers at {address}" if number else f"no worker at {address}: {UP}")
