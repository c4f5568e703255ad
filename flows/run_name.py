"""What a run is called in the Prefect UI."""

from prefect.runtime import flow_run

from tasks.source import parse_night


def run_name() -> str:
    """Name the run of the moment, such as "nightly 2024-05-14 simulated"; a night that is no date stands as it was given."""
    given = flow_run.get_parameters()
    archive = given["archive"] if given["archive"] in ("live", "simulated") else "mirror"
    return f"{flow_run.get_flow_name()} {given['night'] or parse_night('')} {archive}"
