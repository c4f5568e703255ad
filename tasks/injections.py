"""Inject: put bursts, or clouds, of known strength into copies of a night's files, and write down which of them are found."""

from collections import defaultdict
from itertools import chain

from db.events import headline
from db.injections import found_in, injected_already, judged_files, write_injections
from db.session import transaction
from db.settings import load_settings
from models import registry
from models.radio.slots import choose_slots
from tasks.archives.catalogue import archive
from tasks.batch import step_task
from tasks.cluster import on_cluster
from tasks.inject import Target, inject_file
from tasks.instruments.instrument import instrument_of
from tasks.source import Source


@step_task
def inject(source: Source, force: bool) -> int:
    """Judge the injections of a night that the headline has not judged yet, as its instrument does; return how many."""
    return instrument_of(source).inject(source, force)


def inject_bursts(source: Source, force: bool) -> int:
    """Judge the bursts to be injected into copies of a radio night's files that the headline has not judged; return how many.

    Which there are depends on the files that it has judged and on nothing else: what comes late may take the place of another.
    """
    instrument, count = archive(source.archive).instrument, load_settings().injections
    classifier = registry.headline(instrument)
    if classifier is None or not count:
        return 0
    with transaction() as connection:
        model = headline(connection, instrument)
        if model is None:
            return 0
        files = {file.name: file for file in judged_files(connection, source.archive, source.night, model)}
        slots = choose_slots(((file.station, file.name) for file in files.values()), source.night, count)
        wanted = [(files[name].id, number) for name, number in slots]
        done = set() if force else injected_already(connection, {file_id for file_id, _ in wanted}, model)
        missing = defaultdict(list)
        for name, number in slots:
            if (files[name].id, number) not in done:
                missing[name].append(number)
        taken = found_in(connection, [files[name].id for name in missing], model)
    targets = [Target(files[name], tuple(numbers), tuple(taken.get(files[name].id, ()))) for name, numbers in missing.items()]
    calls = [(source.archive, source.night, target, classifier.name) for target in targets]
    rows = list(chain.from_iterable(judged for _, judged in on_cluster(inject_file, calls, gpu=classifier.needs_torch)))
    with transaction() as connection:
        write_injections(connection, source.archive, source.night, model, rows, wanted)
    return len(rows)
