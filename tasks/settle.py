"""Settle: check both accounts of a night and write down how it ended."""

from collections.abc import Mapping, Sequence

from prefect import task
from prefect.cache_policies import NO_CACHE

from db.ledger import Ledger
from db.nights import NightRecord, Outcome, imbalances, write_night
from db.session import transaction
from db.verdicts import judgements
from tasks.archives.catalogue import archive
from tasks.crawl import Crawl
from tasks.source import Source


@task(cache_policy=NO_CACHE, retries=3, retry_delay_seconds=2)
def settle(
    source: Source, crawl: Crawl, troubles: Sequence[str], errors: Sequence[str], timings: Mapping[str, float]
) -> NightRecord:
    """Balance the books of a night.

    Parameters
    ----------
    troubles : what makes the night incomplete, a sentence each
    errors : batches that failed for good, a sentence each; they make it failed
    timings : seconds by step
    """
    declared = archive(source.archive)
    start, end = declared.bounds(source.night)
    with transaction() as connection:
        files = Ledger(connection, source.archive, source.night).states()
        spoken = judgements(connection, source.archive, source.night, declared.instrument)
        broken = [*errors, *imbalances(crawl.listed, files, spoken)]
        missing = [*crawl.troubles, *troubles]
        if files["unreachable"]:
            missing.append(f"{files['unreachable']} files could not be reached")
        record = NightRecord(
            archive=source.archive,
            night=source.night,
            start_time=start,
            end_time=end,
            outcome=_outcome(broken, missing, crawl),
            reason="; ".join([*broken, *missing, *_ignored(crawl.ignored)]),
            listed=crawl.listed,
            stored=files["stored"],
            quarantined=files["quarantined"],
            absent=files["absent"],
            unreachable=files["unreachable"],
            models=len(spoken),
            judged=sum(states["judged"] for states in spoken.values()),
            declined=sum(states["declined"] for states in spoken.values()),
            skipped=sum(states["skipped"] for states in spoken.values()),
            timings=timings,
        )
        write_night(connection, record)
    return record


def _ignored(names: Sequence[str]) -> list[str]:
    """Say which names of the listing were left out: no product's, leading out of the directory, or another night's."""
    if not names:
        return []
    return [
        f"{len(names)} names in the listing are no files of this night ({', '.join(names[:5])}{', …' if len(names) > 5 else ''})"
    ]


def _outcome(broken: Sequence[str], missing: Sequence[str], crawl: Crawl) -> Outcome:
    if broken:
        return "failed"
    if missing:
        return "incomplete"
    return "empty" if crawl.state == "empty" else "complete"
