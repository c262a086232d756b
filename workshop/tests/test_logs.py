"""Logs carry no secret."""

import logging
import runpy
from types import SimpleNamespace

import pytest
from django.conf import settings
from gunicorn.config import Config
from gunicorn.glogging import Logger

from workshop.logs import WithoutSecrets


@pytest.mark.parametrize(
    "path",
    [
        "/bangkok/register/WyJh:1xVx9-_b:secret/",
        "/bangkok/register/verify/WyJh:1xVx9-_b:secret/",
        "/accounts/confirm-email/secret/",
        "/accounts/password/reset/key/secret/",
        "/bangkok/agenda/feed/secret.ics",
    ],
)
def test_token_in_an_address_is_left_out_of_the_log(path):
    record = logging.LogRecord("django", logging.WARNING, "", 1, "Not Found: %s", (path,), None)

    written = WithoutSecrets().format(record)

    assert "secret" not in written
    assert written.startswith(f"Not Found: {path[:9]}")


def test_token_in_a_traceback_is_left_out_of_the_log():
    try:
        raise ValueError("/bangkok/register/secret/")
    except ValueError as error:
        caught = (ValueError, error, error.__traceback__)
    record = logging.LogRecord("django", logging.ERROR, "", 1, "Failed", (), caught)

    written = WithoutSecrets().format(record).splitlines()

    assert written[-1] == "ValueError: /bangkok/register/…/"


def test_token_is_left_out_of_what_the_web_server_itself_logs():
    log = Logger(Config())
    configured = runpy.run_path(str(settings.BASE_DIR / "deploy/gunicorn.conf.py"))
    configured["on_starting"](SimpleNamespace(log=log))
    words = ("Error handling request %s", ("/bangkok/register/secret/",))
    record = logging.LogRecord("gunicorn.error", logging.ERROR, "", 1, *words, None)

    written = [handler.format(record) for handler in log.error_log.handlers]

    assert written
    assert all(line.endswith("request /bangkok/register/…/") for line in written)
    assert configured["control_socket_disable"]


def test_other_addresses_are_logged_as_they_are():
    record = logging.LogRecord("django", logging.WARNING, "", 1, "/bangkok/agenda/x/", (), None)

    assert WithoutSecrets().format(record) == "/bangkok/agenda/x/"
