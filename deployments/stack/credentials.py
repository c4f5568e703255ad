"""The generated secrets of a home."""

import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Self

from deployments.stack.files import read_json, write_json


def _token() -> str:
    return secrets.token_hex(20)  # 160 bits; hex needs no quoting in addresses, and rclone wants long key ids


@dataclass(frozen=True)
class Credentials:
    """Secrets of the local parts, kept in ``secrets.json`` (mode 0600)."""

    postgres_password: str = field(default_factory=_token, repr=False)
    s3_access_key: str = field(default_factory=_token, repr=False)
    s3_secret_key: str = field(default_factory=_token, repr=False)
    prefect_password: str = field(default_factory=_token, repr=False)

    @classmethod
    def of(cls, home: Path) -> Self:
        """Return the secrets of ``home``; those that are missing are made and kept."""
        file = home / "secrets.json"
        known = read_json(file)
        credentials = cls(**known)
        if asdict(credentials) != known:
            write_json(file, asdict(credentials))
        return credentials
