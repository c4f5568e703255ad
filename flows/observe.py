"""One night of one archive, the same for every instrument."""

from collections.abc import Mapping
from typing import Any

from prefect import unmapped
from prefect.runtime import flow_run

from db.nights import NightRecord, finish_run, start_run
from db.session import night_lock, transaction
from tasks.crawl import crawl
from tasks.infer import infer_batch, plan_inference
from tasks.ingest import ingest_batch
from tasks.pictures import draw_pictures
from tasks.progress import Steps
from tasks.report import write_report
from tasks.revision import code_revision
from tasks.settle import settle
from tasks.source import Source


def observe(source: Source, force: bool, parameters: Mapping[str, Any]) -> NightRecord:
    """Observe a night within a flow, as the only run that touches it.

    crawl ─▶ ingest (batches) ─▶ infer (batches) ─▶ settle ─▶ pictures ─▶ report
    """
    run_id = str(flow_run.get_id())
    steps = Steps()
    with night_lock(source.archive, source.night):
        with transaction() as connection:
            start_run(connection, run_id, source.archive, source.night, parameters, code_revision())
        with steps.timed("crawl"):
            listing = crawl(source)
        with steps.timed("ingest"):
            ingested = steps.gather("ingest", ingest_batch.map(unmapped(source), list(listing.batches)))
        with steps.timed("infer"):
            model_ids, shards = plan_inference(source, force)
            steps.gather("infer", infer_batch.map(shards, unmapped(model_ids)))
        troubles = [trouble for batch in ingested for trouble in batch.troubles]
        record = settle(source, listing, troubles, steps.errors, steps.timings)
        with steps.timed("pictures"):
            draw_pictures(source)
        with steps.timed("report"):
            write_report(source)
        with transaction() as connection:
            finish_run(connection, run_id, source.archive, record.outcome, steps.timings)
    return record
