"""The ledger keeps account of every file, whatever the archive does and whenever we are killed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.errors import DataError
from rows import NIGHT, NOON, end, remote, rows, store, stored
from sqlalchemy import Connection, text

from db.ledger import ARTIFACTS, FILES, Ledger
from db.merge import merge
from db.nights import imbalances


@pytest.fixture
def ledger(connection: Connection, archive: str) -> Ledger:
    return Ledger(connection, archive, NIGHT)


def test_registering_twice_gives_the_same_work(ledger: Ledger) -> None:
    listed = [remote("B_12"), remote("A_13"), remote("A_12")]
    first = ledger.register(listed)
    assert [(item.file.name, item.part) for item in first] == [
        ("A_12", "spectrogram/A/12"),
        ("A_13", "spectrogram/A/13"),
        ("B_12", "spectrogram/B/12"),
    ]
    assert ledger.register(listed[::-1]) == first
    assert ledger.states() == {"listed": 3}


def test_a_night_whose_files_are_stored_needs_no_work(ledger: Ledger) -> None:
    listed = [remote("A_12"), remote("B_12")]
    store(ledger, ledger.register(listed))
    assert ledger.register(listed) == []
    assert ledger.states() == {"stored": 2}


def test_a_batch_settled_twice_settles_the_same(ledger: Ledger, connection: Connection, archive: str) -> None:
    work = ledger.register([remote("A_12")])
    store(ledger, work)
    before = rows(connection, archive)
    store(ledger, work)
    assert rows(connection, archive) == before


def test_a_changed_batch_settled_twice_makes_one_version(ledger: Ledger, connection: Connection, archive: str) -> None:
    store(ledger, ledger.register([remote("A_12")]))
    work = ledger.register([remote("A_12", "2K")])
    store(ledger, work, "second")
    store(ledger, work, "second")
    assert [(row.version, row.state, row.listed_size) for row in rows(connection, archive)] == [
        (1, "superseded", "1K"),
        (2, "stored", "2K"),
    ]


def test_late_files_go_into_a_new_part_beside_the_sealed_one(ledger: Ledger) -> None:
    store(ledger, ledger.register([remote("A_12")]))
    late = [remote("A_12"), remote("A_1215"), remote("A_1230"), remote("A_13")]
    parts = {item.file.name: item.part for item in ledger.register(late)}
    assert parts == {"A_1215": "spectrogram/A/12+1", "A_1230": "spectrogram/A/12+1", "A_13": "spectrogram/A/13"}
    assert {item.file.name: item.part for item in ledger.register(late)} == parts  # killed before settling
    store(ledger, ledger.register(late))
    (later,) = ledger.register([*late, remote("A_1245")])
    assert later.part == "spectrogram/A/12+2"


def test_a_part_stays_sealed_when_its_only_file_is_superseded(ledger: Ledger) -> None:
    store(ledger, ledger.register([remote("A_12")]))
    (changed,) = ledger.register([remote("A_12", "2K")])
    store(ledger, [changed], "second")
    (late,) = ledger.register([remote("A_12", "2K"), remote("A_1215")])
    assert (changed.part, late.part) == ("spectrogram/A/12+1", "spectrogram/A/12+2")


def test_a_changed_file_becomes_the_next_version(ledger: Ledger, connection: Connection, archive: str) -> None:
    store(ledger, ledger.register([remote("A_12")]))
    (work,) = ledger.register([remote("A_12", modified=NOON + timedelta(minutes=1))])
    assert work.held_sha256 and work.held_etag == '"first"' and work.held_modified == NOON
    store(ledger, [work], "second")
    assert [(row.version, row.state) for row in rows(connection, archive)] == [(1, "superseded"), (2, "stored")]
    assert ledger.states() == {"stored": 1}


def test_a_touched_file_with_the_same_bytes_only_renews_its_listing(ledger: Ledger, connection: Connection, archive: str) -> None:
    store(ledger, ledger.register([remote("A_12")]))
    touched = remote("A_12", modified=NOON + timedelta(days=1))
    end(ledger, ledger.register([touched]), "unchanged")
    (row,) = rows(connection, archive)
    assert (row.version, row.state, row.modified, row.part) == (1, "stored", touched.modified, "spectrogram/A/12")
    assert ledger.register([touched]) == []


@pytest.mark.parametrize("state", ["absent", "unreachable"])
def test_a_newer_copy_that_cannot_be_had_leaves_the_older(ledger: Ledger, connection: Connection, archive: str, state: str) -> None:
    store(ledger, ledger.register([remote("A_12")]))
    before = rows(connection, archive)
    changed = remote("A_12", "2K")
    end(ledger, ledger.register([changed]), state)
    assert rows(connection, archive) == before
    assert [item.file for item in ledger.register([changed])] == [changed]  # and is asked for again


@pytest.mark.parametrize("state", ["quarantined", "unreachable", "absent"])
def test_a_file_that_did_not_come_is_fetched_again(ledger: Ledger, connection: Connection, archive: str, state: str) -> None:
    end(ledger, ledger.register([remote("A_12")]), state)
    (again,) = ledger.register([remote("A_12")])
    assert again.held_sha256 is again.held_etag is again.held_modified is None
    store(ledger, [again])
    (row,) = rows(connection, archive)
    assert (row.version, row.state, row.reason) == (1, "stored", "")


def test_a_changed_file_that_is_corrupt_supersedes_the_good_one(ledger: Ledger, connection: Connection, archive: str) -> None:
    store(ledger, ledger.register([remote("A_12")]))
    end(ledger, ledger.register([remote("A_12", "2K")]), "quarantined")
    assert [(row.version, row.state) for row in rows(connection, archive)] == [(1, "superseded"), (2, "quarantined")]


def test_files_that_vanish_before_they_came_are_absent_and_stored_ones_stay(ledger: Ledger) -> None:
    store(ledger, ledger.register([remote("A_12")]))
    work = ledger.register([remote("B_12"), remote("C_12"), remote("D_12")])
    end(ledger, [item for item in work if item.file.name == "C_12"], "unreachable")
    assert ledger.vanish([remote("D_12")]) == 2
    assert ledger.states() == {"stored": 1, "absent": 2, "listed": 1}
    assert ledger.names() == {"A_12", "B_12", "C_12", "D_12"}


def test_files_that_a_broken_listing_does_not_show_are_unreachable(ledger: Ledger) -> None:
    ledger.register([remote("A_12"), remote("B_12")])
    assert ledger.strand([remote("A_12")]) == 1
    assert ledger.states() == {"listed": 1, "unreachable": 1}


def test_a_name_of_another_night_stays_there(ledger: Ledger, connection: Connection, archive: str) -> None:
    ledger.register([remote("A_12")])
    other = Ledger(connection, archive, date(2024, 5, 15))
    assert other.elsewhere([remote("A_12"), remote("B_12")]) == {"A_12"}
    assert ledger.elsewhere([remote("A_12")]) == set()


VISIT = st.tuples(
    st.dictionaries(st.sampled_from(["A_12", "A_1215", "A_13", "B_12"]), st.sampled_from(["1K", "2K", "3K"])),
    st.booleans(),
    st.booleans(),
    st.lists(st.sampled_from(["stored", "quarantined", "absent", "unreachable"]), min_size=4, max_size=4),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(VISIT, min_size=1, max_size=6))
def test_the_account_balances_after_any_sequence_of_visits(connection: Connection, archive: str, visits: list) -> None:
    inner = connection.begin_nested()
    ledger = Ledger(connection, archive, NIGHT)
    for listing, broken, killed, fates in visits:
        listed = [remote(name, size) for name, size in listing.items()]
        count = len(ledger.names() | set(listing))
        work = ledger.register(listed)
        if broken:
            ledger.strand(listed)
        else:
            ledger.vanish(listed)
        if killed:
            continue  # between register and settle; the next visit must mend it
        for item, fate in zip(work, fates, strict=False):
            if fate == "stored":
                store(ledger, [item], item.file.listed_size)
            else:
                end(ledger, [item], fate)
        assert imbalances(count, ledger.states(), {}) == []
        current = [row for row in rows(connection, archive) if row.state != "superseded"]
        assert len(current) == len({row.name for row in current}) == count
    inner.rollback()


def test_a_merge_writes_only_rows_that_differ(connection: Connection, archive: str) -> None:
    def marks() -> dict[str, str]:
        found = connection.execute(
            text("SELECT key, xmin::text || ctid::text FROM artifact WHERE key LIKE :k"), {"k": f"{archive}%"}
        )
        return dict(found.all())

    def row(name: str, size: int) -> dict:
        return {"key": f"{archive}/{name}", "sha256": name, "bytes": size, "media_type": "x"}

    assert merge(connection, ARTIFACTS, [row("a", 1), row("b", 1)], key=("key",)) == 2
    before = marks()
    assert merge(connection, ARTIFACTS, [row("a", 1), row("b", 2), row("c", 3)], key=("key",)) == 2
    after = marks()
    assert before[f"{archive}/a"] == after[f"{archive}/a"] and before[f"{archive}/b"] != after[f"{archive}/b"]
    assert merge(connection, ARTIFACTS, [row("a", 9)], key=("key",), overwrite=False) == 0
    assert merge(connection, ARTIFACTS, [], key=("key",)) == 0


def test_odd_characters_in_a_reason_come_back_as_they_were(ledger: Ledger, connection: Connection, archive: str) -> None:
    odd = "tab\t newline\n return\r backslash \\ \\N \\. quote \" ' ünïcode 🌞 {1,2}"
    end(ledger, ledger.register([remote("A_12")]), "quarantined", odd)
    assert rows(connection, archive)[0].reason == odd


def test_a_zero_character_is_refused_by_its_name(ledger: Ledger, connection: Connection) -> None:
    work = ledger.register([remote("A_12")])
    with pytest.raises(DataError, match="NUL"), connection.begin_nested():
        end(ledger, work, "quarantined", "bad \0 byte")


def test_the_merge_of_a_settlement_keeps_its_time_and_size(ledger: Ledger, connection: Connection, archive: str) -> None:
    (work,) = ledger.register([remote("A_12")])
    settlement, shard = stored(work)
    ledger.settle([settlement], [shard])
    (row,) = rows(connection, archive)
    assert (row.start_time, row.end_time, row.bytes) == (settlement.start_time, settlement.end_time, settlement.bytes)
    assert (row.shard_key, row.sha256, row.etag) == (shard.key, settlement.sha256, settlement.etag)
    assert FILES.c.first_seen.name in row._mapping


def test_what_was_prepared_in_another_way_is_prepared_anew(connection: Connection, ledger: Ledger, archive: str) -> None:
    store(ledger, ledger.register([remote("A_12"), remote("B_12")]))
    assert ledger.register([remote("A_12")], {"picture": "new"}) == [], "of another product"
    stale = ledger.register([remote("A_12")], {"spectrogram": "new"})
    assert [(item.file.name, item.part) for item in stale] == [("A_12", "spectrogram/A/12+1"), ("B_12", "spectrogram/B/12+1")]
    assert all(item.held_etag is item.held_sha256 is None for item in stale), "the archive must send its bytes"
    before = rows(connection, archive)
    ended = [stored(item) for item in stale]
    objects = [replace(shard, key=f"{shard.key}-anew") for _, shard in ended]
    anew = [replace(item, preparation="new", shard_key=shard.key) for (item, _), shard in zip(ended, objects, strict=True)]
    ledger.settle(anew, objects)
    after = rows(connection, archive)
    assert [(row.id, row.version, row.state) for row in after] == [(row.id, 1, "stored") for row in before], "no new version"
    assert [row.shard_key for row in after] == [shard.key for shard in objects]
    assert ledger.register([remote("A_12")], {"spectrogram": "new"}) == []


def test_our_own_copy_is_prepared_anew_where_there_is_one(ledger: Ledger, archive: str) -> None:
    (work,) = ledger.register([remote("A_12")])
    settlement, shard = stored(work)
    raw = replace(shard, key=f"raw/{archive}")
    ledger.settle([replace(settlement, raw_key=raw.key)], [shard, raw])
    (stale,) = ledger.register([], {"spectrogram": "new"})
    assert (stale.raw_key, stale.held_etag, stale.held_sha256) == (raw.key, settlement.etag, None)
    assert (stale.file.name, stale.file.start, stale.file.url) == (work.file.name, work.file.start, work.file.url)


def test_a_touched_file_that_was_prepared_in_another_way_must_come_with_its_bytes(ledger: Ledger) -> None:
    store(ledger, ledger.register([remote("A_12")]))
    touched = remote("A_12", modified=NOON + timedelta(minutes=1))
    (work,) = ledger.register([touched], {"spectrogram": "new"})
    assert (work.file, work.held_sha256, work.held_etag, work.raw_key) == (touched, None, None, None)
