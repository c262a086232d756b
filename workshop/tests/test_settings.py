"""The settings as a place of work gives them: safe by default, and told where they are not."""

import json
import os
import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.utils.module_loading import import_string
from django_countries import countries

PRODUCTION = {
    "SECRET_KEY": "x4Jt0mJq_9vYw2Zb7Lr5Nc8Kd1Fs6Gh3Aq0We2Ty4Ui6Op8zXq1",
    "ALLOWED_HOSTS": "workshop.ngo.test",
    "SITE_URL": "https://workshop.ngo.test",
    "DATABASE_URL": "postgres://workshop:password@127.0.0.1:1/workshop",
    "EMAIL_URL": "smtp+tls://user:pass%40word@mail.ngo.test:587",
    "DEFAULT_FROM_EMAIL": "Workshops <workshop@ngo.test>",
    "TRUSTED_PROXIES": "1",
}


def explained() -> list[str]:
    """The variables that .env.example names."""
    return re.findall(r"^([A-Z_]+)=", (settings.BASE_DIR / ".env.example").read_text(), re.M)


def read() -> set[str]:
    """The variables that the settings read."""
    source = (settings.BASE_DIR / "workshop" / "settings.py").read_text()
    return set(re.findall(r"""env(?:\.\w+)?\(\s*["']([A-Z_]+)""", source))


def python(*arguments, **environment) -> subprocess.CompletedProcess:
    """Our Python with these settings in the environment and none besides."""
    clean = {name: value for name, value in os.environ.items() if name not in read()}
    # An empty value is as good as none, and keeps a .env file of this folder out.
    unset = dict.fromkeys(("DATABASE_URL", "CACHE_URL", "SECRET_KEY"), "")
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        env=clean | unset | {"DJANGO_SETTINGS_MODULE": "workshop.settings"} | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )


def value_of(*names, **environment) -> list:
    code = (
        "import json; from django.conf import settings; "
        f"print(json.dumps([getattr(settings, name) for name in {list(names)!r}], default=str))"
    )
    done = python("-c", code, **environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_countries_are_called_as_the_customer_writes_them():
    written = {"KR": "South Korea", "TL": "Timor Leste", "TW": "Taiwan", "VN": "Viet Nam"}

    assert {code: str(countries.name(code)) for code in written} == written


def test_without_a_secret_the_site_does_not_start():
    done = python("manage.py", "check")

    assert done.returncode != 0
    assert "SECRET_KEY is not set" in done.stderr


def test_production_is_safe_where_nothing_says_otherwise():
    names = ["DEBUG", "SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"]

    found = value_of(*names, SECRET_KEY=PRODUCTION["SECRET_KEY"])

    assert found == [False, True, True, True]


def test_production_without_hosts_answers_to_none():
    assert value_of("ALLOWED_HOSTS", SECRET_KEY="s" * 50) == [[]]


def test_production_as_explained_passes_the_deployment_check():
    done = python("manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)

    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"DEFAULT_FROM_EMAIL": "workshop@example.org"}, "workshop.W001"),
        ({"DATABASE_URL": ""}, "workshop.E001"),
        ({"SITE_URL": "https://elsewhere.test"}, "workshop.W002"),
        ({"SITE_URL": ""}, "workshop.W002"),
        ({"DEBUG": "on"}, "security.W018"),
        ({"HTTPS": "off"}, "security.W008"),
    ],
)
def test_deployment_check_names_what_must_not_go_into_production(change, code):
    done = python(
        "manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION | change
    )

    assert done.returncode != 0
    assert code in done.stderr


def test_password_of_the_mail_server_may_hold_any_character():
    found = value_of("EMAIL_HOST", "EMAIL_HOST_PASSWORD", "EMAIL_USE_TLS", **PRODUCTION)

    assert found == ["mail.ngo.test", "pass@word", True]


def test_every_setting_is_explained_once():
    assert sorted(explained()) == sorted(read())


def test_embedded_server_is_not_started_where_another_is_named():
    started = python(
        "-c",
        "import django; django.setup(); from django.db import connection\n"
        "try: connection.ensure_connection()\n"
        "except django.db.OperationalError: print(connection.settings_dict['ENGINE'])",
        **PRODUCTION,
    )

    assert started.stdout.strip() == "django.db.backends.postgresql", started.stderr


def test_policy_allows_no_script_or_style_in_the_page(client, db):
    policy = client.get("/accounts/login/")["Content-Security-Policy"]

    directives = dict(part.strip().split(" ", 1) for part in policy.split(";") if part.strip())
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "*" not in policy
    assert directives["default-src"] == "'none'"
    assert directives["frame-ancestors"] == "'none'"
    assert directives["form-action"] == "'self'"


def test_every_view_wants_a_login_unless_it_says_otherwise():
    assert any(
        issubclass(import_string(name), LoginRequiredMiddleware) for name in settings.MIDDLEWARE
    )
