"""The bundle of a night as a step of the flow."""

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.source import Source
from tasks.write_bundle import write_bundle


@task(cache_policy=NO_CACHE, retries=2, retry_delay_seconds=5)
def store_bundle(source: Source) -> str:
    """Write the night's bundle; return the key of its manifest."""
    return write_bundle(source.archive, source.night)
