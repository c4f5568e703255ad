"""The table of how each real solar file is read: ``python -m deployments.real_sun_files FOLDER``, the folder of solar data."""

import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

from models.errors import CorruptInput
from models.sun.image import SunImage
from models.sun.prepare import prepare
from tasks.readers.sun.image import read_sun_image

TABLE = Path(__file__).parents[1] / "tasks" / "readers" / "sun" / "real_files.md"
HEAD = """# How the real solar images are read

One line for each file of the data set (`sun/fits`, `sun/gong_jpg`) and one for all disks of the tar file, written by
`python -m deployments.real_sun_files FOLDER`; a test compares.

- **read**: a file that is *quarantined* is no image, or breaks; one that is *unfit* is read, and every classifier declines it with
  that reason.
- **disk**: radius in pixels and roll in degrees, by the header or by the limb.
- **remarks**: AIA's remaining sensitivity, by which DN/s are divided; what QUALITY says.

| file | read | channel, unit | time, UTC | pixels, missing | disk | remarks |
|---|---|---|---|---|---|---|
"""


def real_sun_files(folder: Path) -> Iterator[str]:
    """Lines of the table for single files, by folder and name."""
    for path in sorted((*(folder / "fits").iterdir(), *(folder / "gong_jpg").iterdir())):
        try:
            image = read_sun_image(path.read_bytes(), path.name)
        except CorruptInput as error:
            yield f"| {path.name} | quarantined: {str(error).removeprefix(path.name + ': ')} | | | | | |\n"
            continue
        unfit = prepare(image).unfit
        yield f"| {path.name} | {f'unfit: {unfit}' if unfit else 'ok'} | {_facts(image)} |\n"


def _facts(image: SunImage) -> str:
    origin, disk = image.origin, image.disk
    told = f"{disk.radius_px:.1f}, {disk.roll_deg:.2f}, {disk.found}" if disk else "-"
    remarks = [f"sensitivity {origin.degradation:.3f} ({origin.degradation_source})"] if origin.degradation_source else []
    remarks += [origin.quality] if origin.quality else []
    remarks += ["near-real-time"] if origin.near_real_time else []
    return " | ".join(
        (
            f"{image.channel or '-'}, {image.unit or '-'}",
            f"{image.t_start:%Y-%m-%d %H:%M:%S}" if image.t_start else "-",
            f"{image.data.shape[1]} x {image.data.shape[0]}, {image.missing.mean():.1%}",
            told,
            "; ".join(remarks) or "-",
        )
    )


def all_disks(path: Path) -> str:
    """One line for the disks of the tar file: how many were read how."""
    fit, channels, count = 0, set(), 0
    with tarfile.open(path) as tar:
        for member in tar.getmembers():
            stream = tar.extractfile(member)
            if stream is None:
                continue
            image = read_sun_image(stream.read(), Path(member.name).name)
            count, fit = count + 1, fit + (not prepare(image).unfit)
            channels.add(f"{image.channel}, {image.unit}")
    facts = "by the names | 512 x 512, 2.8% | by the frame | -"
    return f"| {path.name} | {fit} of {count} ok | {'; '.join(sorted(channels))} | {facts} |\n"


def main() -> None:
    """Write the table for the folder named on the command line."""
    folder = Path(sys.argv[1])
    lines = "".join(real_sun_files(folder)) + all_disks(folder / "aia211_full_disk_2010_2014.tar")
    TABLE.write_text(HEAD + lines, encoding="utf-8")


if __name__ == "__main__":
    main()
