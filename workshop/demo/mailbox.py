"""Where the demo's mail goes: a folder and the terminal. Never out."""

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.console import EmailBackend as Terminal
from django.core.mail.backends.filebased import EmailBackend as Folder


class DemoMailbox(BaseEmailBackend):
    """Keep each mail for /demo/mailbox/ and print it in the terminal."""

    def send_messages(self, messages):
        Folder(file_path=settings.DEMO_MAILBOX_DIR).send_messages(messages)
        return Terminal().send_messages(messages)
