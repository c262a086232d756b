"""One machine: database, pooler, cache, proxy, web servers and workers, from deploy/."""

import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from glob import glob
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
DEPLOY = ROOT / "deploy"
HOST = "workshop.example.org"
# A user's PATH leaves out where Debian keeps servers.
PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"])
PROGRAMS = ("redis-server", "nginx", "pgbouncer", "openssl")  # each in a package of its name
PATIENCE = 60  # seconds until a server answers or a mail arrives, on however slow a machine
# Below those from which the system takes one for every connection.
PORTS = iter(secrets.SystemRandom().sample(range(20_000, 32_000), 1_000))


def missing_packages() -> list[str]:
    """Return the Debian packages that are not installed; only installing them needs root."""
    missing = [program for program in PROGRAMS if not shutil.which(program, path=PATH)]
    return missing if glob("/usr/lib/postgresql/*/bin/initdb") else ["postgresql", *missing]


def free_port() -> int:
    """Return a port at which nobody listens, and that was not returned before."""
    for port in PORTS:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port
    raise SystemExit("There is no free port between 20000 and 32000.")


def _replaced(text: str, old: str, new: str) -> str:
    if old not in text:
        raise SystemExit(f"deploy/ has no “{old}” any more, which this run puts at a high port.")
    return text.replace(old, new)


class Machine:
    """What runs in `folder`. Started by root, what is not ours runs as the user “postgres”."""

    def __init__(self, folder: Path, secret: str, mail_port: int) -> None:
        self.folder = folder
        folder.mkdir(mode=0o755)
        self.user = pwd.getpwnam("postgres") if os.getuid() == 0 else None
        names = ("postgres", "pgbouncer", "redis", "http", "https", "web-1", "web-2")
        self.ports = {name: free_port() for name in names}
        self.password = secrets.token_urlsafe(24)
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.environment = self._environment(secret, mail_port)
        self._own(folder)

    def database_url(self, server: str) -> str:
        return f"postgres://workshop:{self.password}@127.0.0.1:{self.ports[server]}/workshop"

    def _environment(self, secret: str, mail_port: int) -> dict[str, str]:
        """The variables of .env.example, with what it says must be set."""
        given = dict(re.findall(r"^([A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text(), re.M))
        return given | {
            "SECRET_KEY": secret,
            "DATABASE_URL": self.database_url("pgbouncer"),
            "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
            "DEFAULT_FROM_EMAIL": "Regional workshops <workshop@workshops.test>",
            "CACHE_URL": f"redis://127.0.0.1:{self.ports['redis']}/0",
            "METRICS_TOKEN": secrets.token_urlsafe(30),
            "VAR_DIR": str(self.folder / "var"),
            "DJANGO_SETTINGS_MODULE": "workshop.settings",
        }

    # --- the steps of the README -----------------------------------------------------------

    def make_database(self) -> None:
        data, pwfile = self.folder / "data", self._file("pwfile", self.password)
        self.run("initdb", "-D", data, "-U", "postgres", "--auth=scram-sha-256",
                 f"--pwfile={pwfile}", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")  # fmt: skip
        port = str(self.ports["postgres"])
        # Nothing here outlives the run, so no disk is waited for.
        given = ("fsync=off", "listen_addresses=127.0.0.1", "unix_socket_directories=")
        options = [part for each in given for part in ("-c", each)]
        self.start("postgres", "postgres", "-D", str(data), "-p", port, *options)
        self.wait_for("postgres")
        self.run("psql", "-q", "-v", "ON_ERROR_STOP=1", "-v", f"password='{self.password}'",
                 "-h", "127.0.0.1", "-p", port, "-U", "postgres", "-f",
                 self._file("database.sql", (DEPLOY / "database.sql").read_text()))  # fmt: skip

    def manage(self, *arguments: str, **more: str) -> str:
        """Run manage.py past the pooler."""
        direct = {"DATABASE_URL": self.database_url("postgres")}
        command = [sys.executable, "manage.py", *arguments]
        return self._done(command, os.environ | self.environment | direct | more, cwd=ROOT)

    def start_around(self) -> None:
        """Start Redis, the pooler and the proxy."""
        redis = ["--bind", "127.0.0.1", "--save", "", "--dir", str(self.folder)]
        self.start("redis", "redis-server", "--port", str(self.ports["redis"]), *redis)
        self.start("pgbouncer", "pgbouncer", str(self._file("pgbouncer.ini", self._pgbouncer())))
        self.start("nginx", "nginx", "-e", f"{self.folder}/error.log",
                   "-c", str(self._file("nginx.conf", self._nginx())))  # fmt: skip
        for name in ("redis", "pgbouncer", "https"):
            self.wait_for(name)

    def _pgbouncer(self) -> str:
        users = self._file("userlist.txt", f'"workshop" "{self.password}"\n')
        ini = (DEPLOY / "pgbouncer.ini").read_text()
        for old, new in {
            "port=5432": f"port={self.ports['postgres']}",
            "listen_port = 6432": f"listen_port = {self.ports['pgbouncer']}",
            "/etc/pgbouncer/userlist.txt": str(users),
        }.items():
            ini = _replaced(ini, old, new)
        return ini

    def _nginx(self) -> str:
        self.run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                 "-subj", f"/CN={HOST}", "-keyout", self.folder / "key.pem",
                 "-out", self.folder / "cert.pem")  # fmt: skip
        site = re.sub(r"^ *listen \[.*\n", "", (DEPLOY / "nginx.conf").read_text(), flags=re.M)
        webs = "".join(f"server 127.0.0.1:{self.ports[name]}; " for name in ("web-1", "web-2"))
        for old, new in {
            "listen 80;": f"listen 127.0.0.1:{self.ports['http']};",
            "listen 443 ": f"listen 127.0.0.1:{self.ports['https']} ",
            "  server 127.0.0.1:8000;": f"  {webs}",
            f"/etc/letsencrypt/live/{HOST}/fullchain.pem": f"{self.folder}/cert.pem",
            f"/etc/letsencrypt/live/{HOST}/privkey.pem": f"{self.folder}/key.pem",
            "/var/log/nginx": str(self.folder),
        }.items():
            site = _replaced(site, old, new)
        paths = "".join(
            f"{kind}_temp_path {self.folder}/{kind};\n"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        return (
            f"daemon off; pid {self.folder}/nginx.pid; error_log {self.folder}/error.log;\n"
            f"events {{}}\nhttp {{\n{paths}access_log {self.folder}/access.log;\n{site}}}\n"
        )

    def start_site(self, *numbers: int) -> None:
        """Start web servers and workers with the commands of the units, two processes each."""
        for number in numbers:
            bind = f"127.0.0.1:{self.ports[f'web-{number}']}"
            web = [*self._command("web.service"), "--bind", bind, "--workers", "2"]
            self.start(f"web-{number}", *web, is_ours=True)
            self.start(f"worker-{number}", *self._command("worker.service"), is_ours=True)
        for number in numbers:
            self.wait_for(f"web-{number}")

    @staticmethod
    def _command(unit: str) -> list[str]:
        command: str = re.findall(r"^ExecStart=(.+)$", (DEPLOY / unit).read_text(), re.M)[0]
        return [part.replace("/srv/workshop", str(ROOT)) for part in command.split()]

    # --- processes and files ---------------------------------------------------------------

    def start(self, name: str, *command: str, is_ours: bool = False) -> None:
        owner = None if is_ours else self.user
        with open(self.folder / f"{name}.log", "ab") as log:
            self.processes[name] = subprocess.Popen(  # noqa: S603 - our own command, no shell
                [self._program(command[0]), *command[1:]],
                cwd=ROOT if is_ours else "/",
                env=os.environ | self.environment if is_ours else None,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                user=owner.pw_uid if owner else None,
                group=owner.pw_gid if owner else None,
                extra_groups=[] if owner else None,
            )

    def kill(self, name: str) -> None:
        os.killpg(self.processes[name].pid, signal.SIGKILL)
        self.processes.pop(name).wait()

    def end(self) -> None:
        for name in reversed(list(self.processes)):
            process = self.processes[name]
            process.send_signal(signal.SIGINT if name == "postgres" else signal.SIGTERM)
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
        self.processes.clear()

    def wait_for(self, name: str) -> None:
        until = time.monotonic() + PATIENCE
        program = "nginx" if name == "https" else name
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.ports[name])) == 0:
                    return
            if self.processes[program].poll() is not None:
                raise SystemExit(f"{program} ended as soon as it was started; its log says why.")
            time.sleep(0.05)
        raise SystemExit(f"{program} does not answer within {PATIENCE} s.")

    def last_lines(self) -> str:
        """Return how every log ends, for whoever looks for what failed."""
        logs = {log.name: log.read_text(errors="replace") for log in self.folder.glob("*.log")}
        ends = {name: text.splitlines()[-5:] for name, text in sorted(logs.items())}
        return "\n".join(f"{name}: {line}" for name, lines in ends.items() for line in lines)

    def run(self, program: str, *arguments: object) -> str:
        command = [self._program(program), *map(str, arguments)]
        environment = os.environ | {"PGPASSWORD": self.password}
        return self._done(command, environment, cwd="/", user=self.user)

    def _done(
        self, command: list[str], environment: dict[str, str], *, cwd: object,
        user: pwd.struct_passwd | None = None,
    ) -> str:  # fmt: skip
        done = subprocess.run(  # noqa: S603 - our own command, no shell
            command, cwd=str(cwd), env=environment, stdin=subprocess.DEVNULL, capture_output=True,
            text=True, user=user.pw_uid if user else None, group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
        )  # fmt: skip
        if done.returncode:
            raise SystemExit(f"{command[:3]} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    @staticmethod
    def _program(name: str) -> str:
        found = sorted(glob(f"/usr/lib/postgresql/*/bin/{name}"))
        return found[-1] if found else shutil.which(name, path=PATH) or name

    def _file(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text)
        path.chmod(0o600)
        self._own(path)
        return path

    def _own(self, path: Path) -> None:
        if self.user:
            os.chown(path, self.user.pw_uid, self.user.pw_gid)
