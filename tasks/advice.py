"""One line for the operator: what failed, and what to do about it."""

from sqlalchemy.exc import DBAPIError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from models.errors import NightshiftError

# Who raised an error, by the package of its class, so that nobody imports Prefect or Dask to say that they are away.
SERVICES = {
    **dict.fromkeys(("sqlalchemy", "psycopg"), "the database"),
    **dict.fromkeys(("botocore", "boto3", "urllib3"), "S3"),
    **dict.fromkeys(("distributed", "dask"), "Dask"),
    **dict.fromkeys(("prefect", "httpx", "httpcore"), "the Prefect server"),
}
REPAIR = "`nightshift doctor` says why, `nightshift up` starts what is dead"


def explain(error: BaseException) -> str | None:
    """Return one line for an error that needs no traceback; None for a bug.

    Parameters
    ----------
    error : as it was caught
    """
    if isinstance(error, NightshiftError):
        return str(error)
    if isinstance(error, ProgrammingError) and "does not exist" in str(error):
        return "the database has no tables, or old ones; run `nightshift up`"
    service = SERVICES.get(type(error).__module__.partition(".")[0])
    if service is None or (isinstance(error, ProgrammingError) and not error.connection_invalidated):
        return None
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    said = " ".join((str(cause).strip() or type(cause).__name__).splitlines()[0].split())
    if isinstance(error, PoolTimeout):
        said = "no connection was free"
    return f"{service} does not do what it should ({said}); {REPAIR}"


def trouble(error: BaseException) -> str:
    """Return one line for any error, a bug too.

    Parameters
    ----------
    error : as it was caught
    """
    return explain(error) or f"{type(error).__name__}: {error} (its traceback stands in the log of the run)"
