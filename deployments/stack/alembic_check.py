"""Check that the migrations make the tables that `db.schema` declares, on a Postgres of their own; part of `make check`."""

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.util.exc import CommandError

from db.migrate import alembic_config, upgrade
from db.settings import Settings
from deployments.stack.stack import discard, up


def main() -> int:
    """Return 0 where a new migration would be empty."""
    with tempfile.TemporaryDirectory(prefix="nightshift-check-") as folder:
        home = Path(folder) / "home"
        try:
            up(home, only={"postgres"})
            address = Settings(home=home).database_url
            assert address is not None
            upgrade(address.get_secret_value())
            command.check(alembic_config(address.get_secret_value()))
        except CommandError as error:
            sys.stderr.write(f"{error}\n")
            return 1
        finally:
            discard(home)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
