"""The bundle of a night as a step of the flow."""

from tasks.batch import step_task
from tasks.source import Source
from tasks.write_bundle import write_bundle


@step_task
def store_bundle(source: Source) -> str:
    """Write the night's bundle; return the key of its manifest."""
    return write_bundle(source.archive, source.night)
