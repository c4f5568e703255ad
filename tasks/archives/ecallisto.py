"""e-CALLISTO: 15-minute solar radio spectrograms from about 50 stations, and the pictures that the archive draws of them."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from models.radio.prepare import PREPROCESSING_VERSION, prepare
from models.radio.spectrogram import PreparedSpectrogram
from tasks.archives.archive import Archive, NameParts, Product
from tasks.readers.callisto_name import parse_callisto_name
from tasks.readers.quick_look import read_quick_look
from tasks.readers.spectrogram import read_spectrogram


def read_prepared(data: bytes, name: str) -> PreparedSpectrogram:
    """Read a spectrogram and prepare it for the radio classifiers."""
    return prepare(read_spectrogram(data, name))


def parse_quick_look_name(name: str) -> NameParts:
    """Parse the name of the spectrogram that a picture was drawn of."""
    return parse_callisto_name(name.removesuffix(".png"))


ECALLISTO = Archive(
    name="ecallisto",
    instrument="radio",
    root="http://soleil.i4ds.ch/solarradio/",
    products=(
        Product(
            name="spectrogram",
            directory="data/2002-20yy_Callisto/{night:%Y/%m/%d}/",
            suffixes=(".fit.gz", ".fit"),
            parse_name=parse_callisto_name,
            read=read_prepared,
            preparation=PREPROCESSING_VERSION,
            read_raw=read_spectrogram,
        ),
        Product(
            name="quicklook",
            directory="qkl/{night:%Y/%m/%d}/",
            suffixes=(".fit.gz.png", ".fit.png"),
            parse_name=parse_quick_look_name,
            read=read_quick_look,
            preparation=PREPROCESSING_VERSION,
        ),
    ),
    timezone=ZoneInfo("Europe/Zurich"),  # listings show Swiss local time, without a zone (index pages of 2019-10)
    revisit=timedelta(days=14),  # 4 % of files arrive after 22 h, the last after 10 days (same pages)
    max_bytes=64 << 20,  # the largest real file is 2 MB
    simulated_path="solarradio/",
)
