"""Logs carry no secret."""

import logging
import re
import runpy
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import IntegrityError, OperationalError
from gunicorn.config import Config
from gunicorn.glogging import Logger

from foundation.accounts.tests.factories import UserFactory
from workshop.logs import LINE, WithoutSecrets


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


def written_of(error: Exception) -> str:
    try:
        raise error
    except Exception as caught:
        found = (type(caught), caught, caught.__traceback__)
    record = logging.LogRecord("django", logging.ERROR, "", 1, "Failed", (), found)
    return WithoutSecrets().format(record)


@pytest.mark.parametrize(
    "words",
    [
        'duplicate key value violates "once"\nDETAIL:  Key (email)=(amina@example.org) exists.\n',
        'violates check constraint "x"\nDETAIL:  Failing row contains (1, secret\n\nname).',
        'invalid input syntax for type inet: "203.0.113.5:secret"',
    ],
)
def test_row_in_an_error_of_the_database_is_left_out_of_the_log(words):
    written = written_of(IntegrityError(words))

    assert "amina" not in written
    assert "secret" not in written
    assert "IntegrityError: " in written
    assert "test_logs.py" in written


def test_database_that_is_busy_is_one_line():
    written = written_of(OperationalError("canceling statement due to lock timeout\nCONTEXT: x"))

    assert written == "Failed (OperationalError: canceling statement due to lock timeout)"


@pytest.mark.parametrize(
    "words", ["to amina.d+x@example.org.", "/people/amina%40example.org/", "<ក@bücher.example>"]
)
def test_mail_address_is_left_out_of_the_log(words):
    record = logging.LogRecord("django", logging.ERROR, "", 1, words, (), None)

    written = WithoutSecrets().format(record)

    assert "…@…" in written
    assert "amina" not in written
    assert "example" not in written


@pytest.mark.django_db
def test_line_tells_request_and_user(client):
    user = UserFactory()
    client.force_login(user)

    class Formats(logging.Handler):
        lines = []

        def emit(self, record):
            self.lines.append(WithoutSecrets(LINE).format(record))

    handler = Formats()
    logging.getLogger("django.request").addHandler(handler)
    try:
        response = client.get("/nowhere/me/")
    finally:
        logging.getLogger("django.request").removeHandler(handler)

    [line] = handler.lines
    assert f" WARNING [{response['X-Request-ID']} user {user.pk}] django.request: " in line
    assert re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", line)


@pytest.mark.parametrize(
    ("trusted", "given", "is_taken"),
    [(1, "a1b2c3d4e5", True), (0, "a1b2c3d4e5", False), (1, "a\nb" * 5, False), (1, "", False)],
)
@pytest.mark.django_db
def test_request_id_is_taken_from_our_proxy_alone(client, settings, trusted, given, is_taken):
    settings.TRUSTED_PROXIES = trusted

    answered = client.get("/healthz", headers={"X-Request-ID": given})["X-Request-ID"]

    assert (answered == given) == is_taken
    assert len(answered) >= 8


def test_example_of_the_proxy_keeps_no_token_on_any_port():
    servers = (settings.BASE_DIR / "deploy/nginx.conf").read_text().split("\nserver {")[1:]

    assert len(servers) == 2
    assert all(
        "access_log off;" in each or "access_log /var/log/nginx/workshop.log workshop;" in each
        for each in servers
    )
    assert all("error_log" in each for each in servers)
