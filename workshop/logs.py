"""Logs without secrets: an address that carries a token is written without it."""

import logging
import re

CARRIERS = r"/register/(?:verify/)?|/confirm-email/|/password/reset/key/|/agenda/feed/"
SECRET = re.compile(rf"({CARRIERS})[^/\s?\"']+")


class WithoutSecrets(logging.Formatter):
    """Every record as usual, its traceback included, with tokens in addresses left out."""

    def format(self, record: logging.LogRecord) -> str:
        return SECRET.sub(r"\1…", super().format(record))
