"""One night of one archive, the same for every instrument."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from prefect import get_run_logger, unmapped
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Completed, Failed

from db.nights import NightRecord, Outcome, finish_run, start_run
from db.session import night_lock, transaction
from flows.orphans import end_orphans
from tasks.advice import trouble
from tasks.bundle import store_bundle
from tasks.correlate import correlate
from tasks.crawl import crawl
from tasks.infer import infer_batch, plan_inference
from tasks.ingest import ingest_batch
from tasks.injections import inject
from tasks.pictures import draw_pictures
from tasks.progress import Steps
from tasks.report import write_report
from tasks.revision import code_revision
from tasks.settle import settle
from tasks.source import Source
from tasks.verify import verify

MOST_SENTENCES = 20  # of a kind, in what is said of a night


def observe(source: Source, force: bool, parameters: Mapping[str, Any]) -> NightRecord:
    """Observe a night within a flow, as the only run that touches it; however it ends, the table of runs says so."""
    run_id = str(flow_run.get_id())
    steps = Steps()
    outcome: Outcome = "failed"
    with night_lock(source.archive, source.night):
        with transaction() as connection:
            start_run(connection, run_id, source.archive, source.night, parameters, code_revision())
        try:
            record = _take(steps, source, force)
            outcome = record.outcome
        finally:
            with transaction() as connection:
                finish_run(connection, run_id, source.archive, outcome, steps.timings)
    return record


def _take(steps: Steps, source: Source, force: bool) -> NightRecord:
    """Take every step of a night.

    crawl ─▶ ingest (batches) ─▶ infer (batches) ─▶ settle ─▶ correlate ─▶ inject ─▶ verify ─▶ pictures ─▶ report ─▶ bundle
    """
    with steps.timed("crawl"):
        listing = crawl(source)
    for warning in listing.warnings:
        get_run_logger().warning("%s %s: %s", source.archive, source.night, warning)
    with steps.timed("ingest"):
        ingested = steps.gather("ingest", ingest_batch.map(unmapped(source), list(listing.batches)))
    with steps.timed("infer"):
        model_ids, shards = plan_inference(source, force)
        skipped = steps.gather("infer", infer_batch.map(unmapped(source), shards, unmapped(model_ids)))
    for reason, files in sum(skipped, Counter()).items():
        get_run_logger().warning("%s %s: %d files skipped by %s", source.archive, source.night, files, reason)
    troubles = [item for batch in ingested for item in batch.troubles]
    record = settle(source, listing, _few(troubles), _few(steps.errors), steps.timings)
    with steps.timed("correlate"):
        correlate(source)
    with steps.timed("inject"):
        inject(source, force)
    with steps.timed("verify"):
        verify(source)
    with steps.timed("pictures"):
        draw_pictures(source)
    with steps.timed("report"):
        write_report(source)
    with steps.timed("bundle"):
        store_bundle(source)
    return record


def _few(sentences: Sequence[str]) -> list[str]:
    """The first sentences, and how many more there are: an archive that is down says the same of 3,000 files."""
    more = len(sentences) - MOST_SENTENCES
    return [*sentences[:MOST_SENTENCES], *([f"and {more} more"] if more > 0 else [])]


def observe_all(sources: Sequence[Source], force: bool, parameters: Mapping[str, Any]) -> State[Any]:
    """Observe a night of several archives, one after the other; one that breaks does not keep the others from their night."""
    for name in end_orphans():
        get_run_logger().warning("%s was cut off and is ended", name)
    records, broken = [], []
    for source in sources:
        try:
            records.append(observe(source, force, parameters))
        except Exception as error:
            broken.append(f"{source.archive} {source.night} broke off: {trouble(error)}; then {_again(source.night)}")
            get_run_logger().exception(broken[-1])
    return ended(records, broken)


def ended_together(called: Iterable[tuple[str, State[Any]]]) -> State[Any]:
    """State of a flow that called flows over nights, by name, each returning its state; the calls are made one after the other."""
    records: list[NightRecord] = []
    broken: list[str] = []
    for name, state in called:
        result: Any = state.result(raise_on_failure=False)
        if isinstance(result, BaseException):
            broken.append(f"{name} broke off: {trouble(result)}; then run the night again")
        else:
            records += result[0]
            broken += result[1]
    return ended(records, broken)


def what_next(record: NightRecord) -> str:
    """Say what to do about a night that is not whole; nothing where it is."""
    if record.outcome == "incomplete":
        return "`nightshift reconcile` visits it again, as the schedule does every day"
    return f"when that is mended, {_again(record.night)}" if record.outcome == "failed" else ""


def _again(night: date) -> str:
    return f"`nightshift night --night {night}` takes it up where it ended"


def ended(records: Sequence[NightRecord], broken: Sequence[str]) -> State[Any]:
    """State of a flow over nights: Failed where one is not whole, however well the rest went; its data are both arguments."""
    told = [f"{item.archive} {item.night}: {item.outcome}" + (f" ({item.reason})" if item.reason else "") for item in records]
    message = "; ".join([*broken, *told, *filter(None, map(what_next, records))])
    if broken or any(item.outcome in ("incomplete", "failed") for item in records):
        return Failed(message=message, data=(list(records), list(broken)))
    return Completed(message=message, data=(list(records), list(broken)))
