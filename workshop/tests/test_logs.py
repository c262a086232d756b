"""Logs carry no secret."""

import logging

import pytest

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


def test_other_addresses_are_logged_as_they_are():
    record = logging.LogRecord("django", logging.WARNING, "", 1, "/bangkok/agenda/x/", (), None)

    assert WithoutSecrets().format(record) == "/bangkok/agenda/x/"
