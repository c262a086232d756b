"""The demo's settings: on this machine alone, and told apart from production."""

import os

import pytest

from tools.demo import environment
from tools.demo.checks import demo_stays_on_this_machine
from workshop.tests.test_settings import PRODUCTION, python, value_of

DEMO = {"DJANGO_SETTINGS_MODULE": "tools.demo.settings"}


def test_production_settings_beside_do_not_reach_the_demo():
    names = ["ALLOWED_HOSTS", "SESSION_COOKIE_SECURE", "TRUSTED_PROXIES", "EMAIL_HOST"]

    found = value_of(*names, "SECRET_KEY", **PRODUCTION | DEMO | {"HTTPS": "on"})

    assert found[:4] == [["127.0.0.1", "localhost"], False, 0, None]
    assert found[4] != PRODUCTION["SECRET_KEY"]


def test_demo_delivers_into_its_mailbox_whatever_server_is_set():
    found = value_of("MAIL_DELIVERY_BACKEND", **PRODUCTION | DEMO)

    assert found == ["tools.demo.mailbox.DemoMailbox"]


def test_site_does_not_know_the_demo():
    [installed] = value_of("INSTALLED_APPS", **PRODUCTION)

    assert not [name for name in installed if name.startswith("tools")]


def test_start_names_the_settings_and_the_address_whatever_was_set(monkeypatch):
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "workshop.settings")
    monkeypatch.setenv("SITE_URL", "https://ngo.test")
    monkeypatch.setattr(environment.signal, "signal", lambda number, handler: None)

    environment.settle("8123")

    assert os.environ["DJANGO_SETTINGS_MODULE"] == "tools.demo.settings"
    assert os.environ["SITE_URL"] == "http://127.0.0.1:8123"


@pytest.mark.parametrize(
    ("hosts", "codes"),
    [
        (["127.0.0.1", "localhost"], []),
        (["localhost", "ngo.test"], ["demo.E001"]),
        (["*"], ["demo.E001"]),
    ],
)
def test_demo_on_a_host_of_the_world_is_refused(settings, hosts, codes):
    settings.ALLOWED_HOSTS = hosts

    assert [found.id for found in demo_stays_on_this_machine(None)] == codes


def test_developer_needs_no_secret_for_a_command():
    done = python("manage.py", "check", "--fail-level", "WARNING", **DEMO)

    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_deployment_check_refuses_the_demo():
    done = python("manage.py", "check", "--deploy", **PRODUCTION | DEMO)

    assert done.returncode != 0
    assert "demo.E002" in done.stderr
