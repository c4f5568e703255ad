"""How the bursts of a file are listed: as long as they are sure, and those that the map alone sees beside them."""

import numpy as np
import pytest
from spectrograms import quiet_digits, spectrogram

from models.radio.blobs import Blob
from models.radio.burst import RadioBurst
from models.radio.burst_evidence import EVIDENCE, Evidence, evidence_table
from models.radio.burst_list import detections
from models.radio.burst_planes import CELL_SECONDS, MAP_COLUMNS, MAP_ROWS, TYPES, grid_row_of
from models.radio.candidates import Candidate
from models.radio.gate import LEAST_SCORE, WITHIN
from models.radio.map_bursts import ON_THE_MAP
from models.radio.prepare import prepare
from models.radio.seen import Seen, see
from models.radio.spectrogram import PreparedSpectrogram
from models.verdict import Detection

CHANNELS = 64
MODEL = RadioBurst()
FIRST, LAST = 220, 480  # seconds that the burst of `lasting` stands out, more or less
PLACE = (slice(4, 9), slice(120, 130))  # of the map


@pytest.fixture(scope="module")
def quiet() -> PreparedSpectrogram:
    return prepare(spectrogram(quiet_digits(CHANNELS)))


@pytest.fixture(scope="module")
def lasting() -> PreparedSpectrogram:
    """A rise and fall over some three minutes."""
    digits = quiet_digits(CHANNELS)
    time = 0.25 * np.arange(digits.shape[1])
    digits[15:50] += 60 * np.exp(-0.5 * ((time - 350) / 35) ** 2)
    return prepare(spectrogram(digits))


def evidence(prepared: PreparedSpectrogram, *places: tuple[slice, slice], kind: str = "IV") -> Evidence:
    """A map that is sure of bursts of one type in some cells, and of none elsewhere."""
    log_odds = np.full((MAP_ROWS, MAP_COLUMNS), -8, np.float32)
    shares = np.full((len(TYPES), MAP_ROWS, MAP_COLUMNS), 0.01, np.float32)
    shares[TYPES.index(kind)] = 0.9
    for place in places:
        log_odds[place] = 6
    named = np.full((MAP_ROWS, MAP_COLUMNS), 1 << TYPES.index(kind), np.uint8)
    return Evidence(log_odds, shares, named, grid_row_of(prepared.frequency_mhz[prepared.good]) // 4)


def listed(prepared: PreparedSpectrogram, seen: Seen, score: float, file_score: float = 0.95) -> tuple[Detection, ...]:
    """What is listed if the largest spot has that score, and others none."""
    scores = np.full(len(seen.found), 0.01)
    if len(scores):
        scores[int(np.argmax([item.blob.mask.sum() for item in seen.found]))] = score
    return detections(prepared, seen, scores, file_score, MODEL.types, MODEL.storms)


def test_what_the_map_alone_sees_is_a_candidate_and_no_surer_than_its_file(quiet: PreparedSpectrogram) -> None:
    seen = see(quiet, evidence(quiet, PLACE))
    (found,) = listed(quiet, seen, 0.01)
    assert (found.label, found.score) == ("IV", ON_THE_MAP) and found.box
    assert found.box[0::2] == (120 * CELL_SECONDS, 130 * CELL_SECONDS) and 0 < found.box[1] < found.box[3] < CHANNELS
    assert listed(quiet, seen, 0.01, file_score=0.2)[0].score == pytest.approx(0.2)
    assert listed(quiet, see(quiet, evidence(quiet)), 0.01) == ()


def test_what_is_listed_already_is_no_candidate_of_the_map_alone(lasting: PreparedSpectrogram) -> None:
    inside = (slice(6, 9), slice(80, 95))
    known, other = see(lasting, evidence(lasting, inside)), see(lasting, evidence(lasting, inside, PLACE))
    assert [item.score for item in listed(lasting, known, 0.8)].count(ON_THE_MAP) == 0
    assert [item.score for item in listed(lasting, other, 0.8)].count(ON_THE_MAP) == 1
    assert [item.score for item in listed(lasting, known, 0.01)] == [ON_THE_MAP], "the spot itself is hopeless"


STROKE = (slice(4, 8), slice(86, 88))


def with_strokes(prepared: PreparedSpectrogram, place: tuple[slice, slice], share: float = 0.9) -> Seen:
    """A map that is sure of a continuum everywhere, and of type III in some cells of it."""
    both = evidence(prepared, (slice(None), slice(60, 110)))
    both.shares[TYPES.index("III")][place] = share
    both.named[place] |= 1 << TYPES.index("III")
    return see(prepared, both)


def test_strokes_within_a_continuum_are_bursts_of_their_own(lasting: PreparedSpectrogram) -> None:
    shown = listed(lasting, with_strokes(lasting, STROKE), 0.9)
    (stroke,) = [item for item in shown if item.label == "III"]
    assert stroke.box and stroke.box[0::2] == (86 * CELL_SECONDS, 88 * CELL_SECONDS) and stroke.score == ON_THE_MAP
    assert {item.label for item in shown} == {"III", "IV"}
    assert stroke.attributes["type_shares"]["III"] == pytest.approx(0.5, abs=0.02)
    hopeless = listed(lasting, with_strokes(lasting, STROKE), 0.9, file_score=0.2)
    assert [item.score for item in hopeless if item.label == "III"] == pytest.approx([0.2])


@pytest.mark.parametrize(
    ("place", "share"), [((slice(4, 7), slice(86, 88)), 0.9), (STROKE, 0.45)], ids=["six cells", "less likely than not"]
)
def test_what_the_map_hardly_names_within_a_continuum_is_no_burst(
    lasting: PreparedSpectrogram, place: tuple[slice, slice], share: float
) -> None:
    assert {item.label for item in listed(lasting, with_strokes(lasting, place, share), 0.9)} == {"IV"}


def test_of_a_type_that_is_listed_there_the_map_adds_none(lasting: PreparedSpectrogram) -> None:
    wide = (slice(4, 12), slice(75, 100))  # enough of the spot to be cut from it
    assert ON_THE_MAP not in [item.score for item in listed(lasting, with_strokes(lasting, wide), 0.9)]


def test_the_sure_part_of_a_burst_comes_first_and_the_whole_is_less_sure(lasting: PreparedSpectrogram) -> None:
    whole = (slice(6, 15), slice(55, 121))
    (everywhere,) = listed(lasting, see(lasting, evidence(lasting, whole)), 0.9)[:1]
    assert everywhere.box and FIRST - 30 < everywhere.box[0] < FIRST + 30 and LAST - 30 < everywhere.box[2] < LAST + 30
    core, longer = listed(lasting, see(lasting, evidence(lasting, (slice(None), slice(80, 95)))), 0.9)
    assert core.box and longer.box and core.score == pytest.approx(0.9) and core.score > longer.score > LEAST_SCORE
    assert core.box[0::2] == (80 * CELL_SECONDS, 95 * CELL_SECONDS) and longer.box[0::2] == everywhere.box[0::2]
    assert core.t_start and core.t_end and (core.t_end - core.t_start).total_seconds() == pytest.approx(15 * CELL_SECONDS, abs=1)


@pytest.mark.parametrize(("columns", "label"), [(slice(85, 93), "III"), (slice(80, 95), "IIIg")])
def test_a_group_is_one_as_long_as_its_sure_part_is(lasting: PreparedSpectrogram, columns: slice, label: str) -> None:
    core, longer = listed(lasting, see(lasting, evidence(lasting, (slice(None), columns), kind="III")), 0.9)
    assert (core.label, longer.label) == (label, "IIIg")


def test_what_is_of_type_one_is_not_cut(lasting: PreparedSpectrogram) -> None:
    """A storm is judged as one; its grains are as short as they are."""
    sure = evidence(lasting, (slice(None), slice(80, 95)), kind="I")
    sure.shares[0] = np.where(sure.log_odds > 0, 0.9, 0.1)  # no storm: it does not go on for three minutes
    (grain,) = [item for item in listed(lasting, see(lasting, sure), 0.9) if item.score > ON_THE_MAP]
    assert grain.label == "I" and grain.box and grain.box[0] < FIRST + 30 and grain.box[2] > LAST - 30


def test_a_longer_part_that_is_about_as_large_as_the_sure_one_is_listed_beside_it(lasting: PreparedSpectrogram) -> None:
    core, longer = listed(lasting, see(lasting, evidence(lasting, (slice(None), slice(60, 110)))), 0.9)
    assert core.box and longer.box and core.box[0::2] == (240, 440)
    assert 0.6 < (core.box[2] - core.box[0]) / (longer.box[2] - longer.box[0]) < WITHIN


@pytest.mark.parametrize(("width", "sure_of"), [(60, slice(90, 110)), (10, slice(75, 127))], ids=["some of it", "most of it"])
def test_a_burst_is_not_lost_if_the_map_is_sure_of_what_lies_between_its_spots_alone(
    lasting: PreparedSpectrogram, width: int, sure_of: slice
) -> None:
    sure = evidence(lasting, (slice(None), slice(70, 130)))
    sure.log_odds[:] = np.where(sure.log_odds > 0, 0.5, sure.log_odds)
    sure.log_odds[:, sure_of] = 6
    sure.shares[TYPES.index("V"), :, :] = 0.9  # both types everywhere, so that the spots become parts
    sure.named[:] |= 1 << TYPES.index("V")
    seen = see(lasting, sure)
    mask, measures = np.ones((CHANNELS, width), dtype=bool), seen.found[0].measures
    found = [Candidate(Blob(x0, 0, x0 + width, CHANNELS, mask), measures) for x0 in (280, 520 - width)]
    apart = Seen(seen.view, sure, found, np.repeat(seen.table[:1], 2, axis=0), np.repeat(seen.said[:1], 2, axis=0), seen.storms)
    shown = detections(lasting, apart, np.array([0.99, 0.99]), 0.995, MODEL.types, MODEL.storms)
    assert {item.label for item in shown if item.score > ON_THE_MAP} == {"IV", "V"}
    assert {item.box[0::2] for item in shown if item.box and item.score > ON_THE_MAP} == {(280.0, 520.0)}


def apart(prepared: PreparedSpectrogram, of: Evidence, *boxes: tuple[int, int, int, int]) -> Seen:
    """What is seen where spots of these boxes were found, and no others."""
    seen = see(prepared, of)
    found = [
        Candidate(Blob(*box, np.ones((box[3] - box[1], box[2] - box[0]), dtype=bool)), seen.found[0].measures) for box in boxes
    ]
    table, said = np.repeat(seen.table[:1], len(boxes), axis=0), evidence_table(found, of)[:, len(EVIDENCE) :]
    return Seen(seen.view, of, found, table, said, seen.storms)


def shown(prepared: PreparedSpectrogram, seen: Seen, *scores: float) -> list[tuple[str, float, tuple[float, float]]]:
    """Type, score and first and last bin of what is listed, but for the candidates of the map alone."""
    found = detections(prepared, seen, np.array(scores), 0.98, MODEL.types, MODEL.storms)
    return sorted((item.label, round(item.score, 2), item.box[0::2]) for item in found if item.box and item.score != ON_THE_MAP)


PATCH = (slice(None), slice(60, 150))
WHOLE = (240.0, 600.0)


def test_what_rises_above_a_continuum_is_the_continuum(lasting: PreparedSpectrogram) -> None:
    three = apart(
        lasting,
        evidence(lasting, PATCH, (slice(None), slice(173, 182))),
        (250, 16, 270, 46),
        (400, 16, 420, 46),
        (700, 16, 720, 46),
    )
    assert shown(lasting, three, 0.6, 0.9, 0.7) == [("IV", 0.7, (692, 728)), ("IV", 0.9, WHOLE)], "the third is of another one"
    halfway = apart(lasting, evidence(lasting, PATCH), (590, 16, 610, 46))
    assert WHOLE not in [box for _, _, box in shown(lasting, halfway, 0.8)], "half of it lies in the continuum"


def test_a_spot_that_is_about_the_burst_of_the_map_is_the_burst_and_drawn_finer(lasting: PreparedSpectrogram) -> None:
    both = apart(lasting, evidence(lasting, PATCH), (251, 2, 587, 62), (400, 16, 420, 46))
    assert shown(lasting, both, 0.6, 0.9) == [("IV", 0.9, (251, 587))], "as sure as its surest spot"
    short = apart(lasting, evidence(lasting, PATCH), (251, 2, 487, 62), (400, 16, 420, 46))
    assert shown(lasting, short, 0.6, 0.9) == [("IV", 0.9, WHOLE)]


@pytest.mark.parametrize(
    ("rows", "first", "ends"), [(slice(None), 2, (240, 400)), (slice(8, None), 16, WHOLE)], ids=["beside it", "above and beside it"]
)
def test_a_continuum_is_no_surer_for_strokes_and_ends_where_the_map_names_them(
    lasting: PreparedSpectrogram, rows: slice, first: int, ends: tuple[float, float]
) -> None:
    both = evidence(lasting, PATCH)
    both.shares[:, rows, 100:] = np.where(np.arange(len(TYPES)) == TYPES.index("III"), 0.9, 0.01)[:, None, None]
    both.named[rows, 100:] = 1 << TYPES.index("III")
    seen = apart(lasting, both, (250, 16, 270, 46), (410, first, 590, 62))
    assert shown(lasting, seen, 0.6, 0.9) == [("IIIg", 0.9, (410, 590)), ("IV", 0.6, ends)]


def test_strokes_of_a_group_stay_beside_it(lasting: PreparedSpectrogram) -> None:
    strokes = (320, 16, 326, 46), (350, 16, 356, 46)
    group = apart(lasting, evidence(lasting, (slice(None), slice(78, 93)), kind="III"), *strokes)
    assert shown(lasting, group, 0.8, 0.9) == [("III", 0.8, (320, 326)), ("III", 0.9, (350, 356)), ("IIIg", 0.9, (312, 372))]
    brief = apart(lasting, evidence(lasting, (slice(None), slice(79, 90)), kind="III"), *strokes)
    assert shown(lasting, brief, 0.8, 0.9) == [("III", 0.9, (316, 360))]


def test_grains_of_type_one_are_joined_by_storms_alone(lasting: PreparedSpectrogram) -> None:
    sure = evidence(lasting, (slice(None), slice(78, 93)), kind="I")
    sure.shares[0] = np.where(sure.log_odds > 0, 0.9, 0.1)  # no storm: it does not go on for three minutes
    grains = apart(lasting, sure, (320, 16, 326, 46), (350, 16, 356, 46))
    assert shown(lasting, grains, 0.8, 0.9) == [("I", 0.8, (320, 326)), ("I", 0.9, (350, 356))]
