"""Reading what a stranger sent: in a process of its own, which may take no more than its share.

The readers of pictures and documents are large and written in C. One file made for it can take all
memory, never end or end the process: then it ends here, and the site goes on. The process knows no
secret of the site, since it is started without its environment.
"""

import logging
import os
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from django.core.exceptions import ValidationError

from foundation.core.uploads.limits import READING_MAX_MEMORY, READING_MAX_SECONDS, refusal

logger = logging.getLogger(__name__)

# By the word for what is sent; imported in the process apart, and nowhere else on the site.
READERS = {
    "picture": ("foundation.core.uploads.pictures", "rewrite_picture"),
    "document": ("foundation.core.uploads.documents", "rewrite_document"),
}
PROJECT = Path(__file__).resolve().parents[3]
Rewritten = tuple[str, bytes]


def read_apart(kind: str, data: bytes) -> Rewritten:
    """Return a "picture" or "document" written anew, with the suffix that its name should have.

    Raises: the codes of `limits.SENTENCES`, as ValidationError.
    """
    try:
        done = _run(kind, data)
    except subprocess.TimeoutExpired as error:
        logger.warning("Reading a %s took too long", kind)
        raise refusal("damaged") from error
    if done.returncode != 0:
        logger.warning("Reading a %s ended with %s: %s", kind, done.returncode, _last_words(done))
        raise refusal("damaged")
    answer, _, rewritten = done.stdout.partition(b"\n")
    word, _, value = answer.decode().partition(" ")
    if word == "refused":
        raise refusal(value)
    return value, rewritten


def _run(kind: str, data: bytes) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(  # noqa: S603 - our own module, no shell
        [sys.executable, "-m", __name__, kind],
        input=data,
        capture_output=True,
        cwd=PROJECT,
        # Windows starts no Python without this one.
        env={name: os.environ[name] for name in ["SYSTEMROOT"] if name in os.environ},
        timeout=READING_MAX_SECONDS,
        check=False,
    )


def _last_words(done: subprocess.CompletedProcess[bytes]) -> str:
    return done.stderr.decode(errors="replace").strip()[-500:]


def read_here(reader: Callable[[bytes], Rewritten], data: bytes) -> Rewritten:
    """Return what the reader makes of the data; whatever else it meets, the file is damaged.

    Raises: the reader's codes, damaged.
    """
    try:
        return reader(data)
    except ValidationError:
        raise
    except Exception as error:  # the libraries raise more kinds than they name
        raise refusal("damaged") from error


def main(kind: str) -> None:
    """Read what is piped in, and write what became of it.

    That is a line "file SUFFIX" and the new bytes, or a line "refused CODE".
    """
    _limit_share()
    module, name = READERS[kind]
    reader = getattr(import_module(module), name)
    out = sys.stdout.buffer
    try:
        suffix, rewritten = read_here(reader, sys.stdin.buffer.read())
    except ValidationError as refused:
        out.write(f"refused {refused.code}\n".encode())
    else:
        out.write(f"file {suffix}\n".encode() + rewritten)


def _limit_share() -> None:
    if sys.platform == "linux":  # elsewhere the site is only tried out
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (READING_MAX_MEMORY, READING_MAX_MEMORY))
        # Where whoever started it has died, nobody else ends it.
        resource.setrlimit(resource.RLIMIT_CPU, (READING_MAX_SECONDS, READING_MAX_SECONDS))


if __name__ == "__main__":
    main(sys.argv[1])
