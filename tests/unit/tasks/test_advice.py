"""An error that is no bug is one line, which names what failed and what to do."""

import psycopg
import pytest
from botocore.exceptions import EndpointConnectionError
from distributed.client import FutureCancelledError
from httpx import ConnectError
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from models.errors import Inconsistent
from tasks.advice import explain, trouble


@pytest.mark.parametrize(
    ("error", "service"),
    [
        (OperationalError("SELECT 1", {}, psycopg.OperationalError("connection refused\nIs it running?")), "the database"),
        (PoolTimeout("QueuePool limit"), "the database"),
        (EndpointConnectionError(endpoint_url="http://127.0.0.1:9"), "S3"),
        (FutureCancelledError("key", "scheduler-connection-lost", "tells"), "Dask"),
        (ConnectError("no connection"), "the Prefect server"),
    ],
)
def test_a_service_that_is_away_is_named_with_what_to_do(error: Exception, service: str) -> None:
    told = explain(error)
    assert told and told.startswith(f"{service} does not do what it should (") and "`nightshift up`" in told
    assert "\n" not in told and "sqlalche.me" not in told


def test_our_own_errors_speak_for_themselves() -> None:
    assert explain(Inconsistent("raw/ab: a row names this object")) == "raw/ab: a row names this object"


def test_a_bug_is_no_matter_of_the_operator() -> None:
    assert explain(ValueError("what?")) is None and trouble(ValueError("what?")).startswith("ValueError: what?")
    assert explain(ProgrammingError("SELECT FROM FROM", {}, psycopg.errors.SyntaxError("at FROM"))) is None
