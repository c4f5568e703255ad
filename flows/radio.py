"""One night of radio spectrograms."""

from typing import Any

from prefect import flow, unmapped
from prefect.runtime import flow_run
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner
from tasks.report import write_report

from db.nights import NightRecord, finish_run, start_run
from db.session import night_lock, transaction
from db.settings import load_settings
from flows.parameters import ArchiveChoice, Force, NightDate, Visit
from tasks.archives.ecallisto import ECALLISTO
from tasks.crawl import crawl
from tasks.infer import infer_batch, plan_inference
from tasks.ingest import ingest_batch
from tasks.pictures import draw_pictures
from tasks.progress import Steps
from tasks.revision import code_revision
from tasks.settle import settle
from tasks.source import find_source, parse_night

# Download, preparation and records of three batches overlap.
RUNNER: TaskRunner[Any] = ThreadPoolTaskRunner(max_workers=3)


@flow(name="radio-night", task_runner=RUNNER)
def radio_night(night: NightDate = "", archive: ArchiveChoice = "live", visit: Visit = 1, force: Force = False) -> NightRecord:
    """Observe one radio night.

    crawl ─▶ ingest (batches) ─▶ infer (batches) ─▶ settle ─▶ pictures ─▶ report
    """
    source = find_source(ECALLISTO, archive, parse_night(night), visit, load_settings())
    run_id = str(flow_run.get_id())
    steps = Steps()
    with night_lock(source.archive, source.night):
        with transaction() as connection:
            parameters = {"night": source.night.isoformat(), "archive": archive, "visit": visit, "force": force}
            start_run(connection, run_id, source.archive, source.night, parameters, code_revision())
        with steps.timed("crawl"):
            listing = crawl(source)
        with steps.timed("ingest"):
            ingested = steps.gather("ingest", ingest_batch.map(unmapped(source), list(listing.batches)))
        with steps.timed("infer"):
            model_ids, shards = plan_inference(source, force)
            steps.gather("infer", infer_batch.map(shards, unmapped(model_ids), unmapped(False)))
        troubles = [trouble for batch in ingested for trouble in batch.troubles]
        record = settle(source, listing, troubles, steps.errors, steps.timings)
        with steps.timed("pictures"):
            draw_pictures(source)
        with steps.timed("report"):
            write_report(source)
        with transaction() as connection:
            finish_run(connection, run_id, record.outcome, steps.timings)
    return record
