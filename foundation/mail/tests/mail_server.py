"""A mail server as small as can be, on 127.0.0.1: takes mail and remembers what, and whom for.

What an address begins with says how it is treated:
refused@ 550 · later@ 451 · hangs@ no answer to the recipient · dies@ takes the text, then breaks
off · silent@ takes the text, then never answers · late@ takes the text, answers after LATE.
"""

import socket
import socketserver
import threading
import time
from contextlib import suppress
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Self

LATE = 0.4  # seconds


def free_port() -> int:
    """A port at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class MailServer(socketserver.ThreadingTCPServer):
    """Speaks as much SMTP as Django does.

    greeting: what it says first to whoever calls. sender: what it says to whom mail is from.
    """

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, port: int, greeting: str = "220 here", sender: str = "250 fine"):
        super().__init__(("127.0.0.1", port), Conversation)
        self.greeting, self.sender = greeting, sender
        self.released = threading.Event()  # ends every silence
        self.recipients: list[str] = []  # of what was taken
        self.mails: list[EmailMessage] = []
        self.asked: list[str] = []  # every recipient named, taken or not
        self.calls = 0

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=[0.02], daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self.released.set()
        self.shutdown()
        self.server_close()


class Conversation(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        with suppress(OSError):  # whoever called is gone
            self.server.calls += 1
            self._say(self.server.greeting)
            self._answer_all()

    def _answer_all(self) -> None:
        to: list[str] = []
        for line in self.rfile:
            said = line.decode().strip()
            verb = said[:4].upper()
            if verb == "RCPT":
                to = [said.partition("<")[2].rpartition(">")[0]]
                self._say(self._about(to[0]))
            elif verb == "MAIL":
                self._say(self.server.sender)
            elif verb == "DATA":
                self._say("354 go on")
                if not self._take(to[0]):
                    return
            else:
                self._say("221 bye" if verb == "QUIT" else "250 fine")
            if verb == "QUIT":
                return

    def _about(self, address: str) -> str:
        self.server.asked.append(address)
        if address.startswith("hangs"):
            self.server.released.wait()
        if address.startswith("refused"):
            return "550 nobody here by that name, see https://example.org/secret"
        return "451 busy, try later" if address.startswith("later") else "250 fine"

    def _take(self, address: str) -> bool:
        """Read the text, and answer as the address wants it; whether the conversation goes on."""
        lines = iter(self.rfile.readline, b".\r\n")
        text = b"".join(lines)
        self.server.mails.append(message_from_bytes(text, policy=policy.default))
        self.server.recipients.append(address)
        if address.startswith("dies"):
            return False
        if address.startswith("silent"):
            self.server.released.wait()
        if address.startswith("late"):
            time.sleep(LATE)
        self._say("250 taken")
        return True

    def _say(self, answer: str) -> None:
        self.wfile.write(f"{answer}\r\n".encode())
