"""Where the demo's mail goes: a folder and the terminal. Never out."""

import os
import re
import secrets
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.html import strip_tags

SHOWN = 100
SEARCHED = 1000
# Addresses of this site, whatever its port was when the mail was written.
OURS = re.compile(r"http://(?:127\.0\.0\.1|localhost)(?::\d+)?(/[^\s<>\"']*)")
# What would change the terminal rather than be read in it.
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
LINE = "─" * 72


class DemoMailbox(BaseEmailBackend):
    """Keep each mail for /demo/mailbox/ and print it in the terminal."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        for message in messages:
            keep(message.message().as_bytes())
            print(in_the_terminal(message), flush=True)
        return len(messages)


@dataclass(frozen=True)
class Part:
    """A piece of a line. path: where on this site it leads, if it is an address of ours."""

    text: str
    path: str = ""


@dataclass(frozen=True)
class Letter:
    """A mail as it is read."""

    to: str
    subject: str
    at: datetime
    text: str

    def lines(self) -> list[list[Part]]:
        """Return the text by line, cut where an address of this site becomes a link."""
        return [list(_parts(line)) for line in self.text.rstrip().splitlines()]


def _parts(line: str) -> Iterator[Part]:
    done = 0
    for found in OURS.finditer(line):
        yield Part(line[done : found.start()])
        address = found.group(0).rstrip(".,;:!?)”’")
        done = found.start() + len(address)
        # One slash: two would name a host.
        yield Part(address, "/" + line[found.start(1) : done].lstrip("/\\"))
    yield Part(line[done:])


def mailbox_dir() -> Path:
    """Return the folder that keeps the mail."""
    return settings.VAR_DIR / "mailbox"


def keep(message: bytes) -> None:
    """Put a mail into the folder: whole, or not there. Names sort by time."""
    folder = mailbox_dir()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = f"{time.time_ns():020}-{secrets.token_hex(4)}"
    draft = folder / f".{name}"
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as handle:
        handle.write(message)
    draft.rename(folder / f"{name}.eml")


def letters(to: str = "") -> list[Letter]:
    """Return the newest mails, newest first: those whose recipient holds `to`, however cased."""
    folder = mailbox_dir()
    paths = sorted(folder.glob("[0-9]*.eml"), reverse=True)[:SEARCHED]
    found = []
    for path in paths:
        letter = _read(path)
        if to.lower() in letter.to.lower():
            found.append(letter)
        if len(found) == SHOWN:
            break
    return found


def _read(path: Path) -> Letter:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    part = message.get_body(("plain", "html"))
    try:
        text = part.get_content() if part else ""
    except (LookupError, ValueError):  # an unknown charset, or no text at all
        text = ""
    return Letter(
        to=str(message["to"] or ""),
        subject=str(message["subject"] or ""),
        at=datetime.fromtimestamp(int(path.name.partition("-")[0]) / 1e9, UTC),
        text=strip_tags(text) if part and part.get_content_subtype() == "html" else text,
    )


def in_the_terminal(message: EmailMessage) -> str:
    """Return a mail as whoever started the demo reads it."""
    head = f"Mail to {', '.join(message.recipients())}: {message.subject}"
    return CONTROLS.sub("", f"{LINE}\n{head}\n\n{message.body.strip()}\n")
