"""A mail server as small as can be, on 127.0.0.1: takes every mail and remembers whom for."""

import socket
import socketserver
import threading
from contextlib import suppress


def free_port() -> int:
    """A port at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class MailServer(socketserver.ThreadingTCPServer):
    """Speaks as much SMTP as Django does.

    refuse: beginning of addresses it does not take. before_taking: called with a mail in hand.
    """

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port: int, refuse: str = "", before_taking=None):
        super().__init__(("127.0.0.1", port), Conversation)
        self.refuse = refuse
        self.before_taking = before_taking
        self.taking = False
        self.recipients: list[str] = []

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=[0.05], daemon=True).start()
        return self

    def __exit__(self, *error):
        self.shutdown()
        self.server_close()


class Conversation(socketserver.StreamRequestHandler):
    def handle(self):
        self._say("220 here")
        to = []
        for line in self.rfile:
            said = line.decode().strip()
            verb = said[:4].upper()
            if verb == "RCPT":
                address = said.partition("<")[2].partition(">")[0]
                if self.server.refuse and address.startswith(self.server.refuse):
                    self._say("550 nobody here by that name")
                    continue
                to.append(address)
            if verb == "DATA":
                self._say("354 go on")
                self._skip_text()
                if self.server.before_taking:
                    self.server.taking = True
                    self.server.before_taking()
                self.server.recipients += to
                to = []
            self._say("221 bye" if verb == "QUIT" else "250 fine")
            if verb == "QUIT":
                return

    def _skip_text(self) -> None:
        while self.rfile.readline() not in (b".\r\n", b""):
            pass

    def _say(self, answer: str) -> None:
        with suppress(OSError):  # whoever called is gone
            self.wfile.write(f"{answer}\r\n".encode())
