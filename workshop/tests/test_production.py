"""What a site of several processes stands on: pooler, shared cache, proxy (deploy/)."""

import re

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

from foundation.accounts.models import User
from foundation.accounts.tests.factories import UserFactory
from foundation.mail.tests.mail_server import free_port
from workshop.logs import TOKEN
from workshop.tests.test_settings import PRODUCTION, value_of

SECRET = "WyJh:1xVx9-_b:secret"


def carriers(patterns, before="/") -> list[str]:
    """Every address of the site that carries a token, filled in."""
    found = []
    for each in patterns:
        path = before + str(each.pattern)
        if isinstance(each, URLResolver):
            found += carriers(each.url_patterns, path)
        elif isinstance(each, URLPattern) and "<str:token>" in path:
            found.append(path.replace("<slug:workshop>", "bangkok").replace("<str:token>", SECRET))
    return found


CARRIERS = carriers(get_resolver().url_patterns)


def logged_by_the_proxy(uri: str) -> str:
    """What `map $uri $logged_uri` of the example makes of an address."""
    example = (settings.BASE_DIR / "deploy/nginx.conf").read_text()
    for pattern, logged in re.findall(r'"~([^"]+)" "([^"]+)";', example):
        found = re.search(pattern.replace("(?<", "(?P<"), uri)
        if found:
            return logged.replace("${before}", found["before"])
    return uri


def test_addresses_with_a_token_are_found():
    assert "/bangkok/register/own-address/" + SECRET + "/" in CARRIERS
    assert len(CARRIERS) >= 3


@pytest.mark.parametrize("path", CARRIERS)
def test_token_of_any_address_is_in_neither_log(path):
    assert "secret" not in TOKEN.sub(r"\1…", path)
    assert "secret" not in logged_by_the_proxy(path)


@pytest.mark.django_db
def test_no_cursor_is_kept_on_the_server():
    """A pooler gives the connection away after each transaction, and the cursor with it."""
    UserFactory.create_batch(3)

    with transaction.atomic(), connection.cursor() as cursor:
        users = User.objects.iterator(chunk_size=1)
        next(users)
        cursor.execute("SELECT count(*) FROM pg_cursors WHERE name LIKE '_django%'")
        kept = cursor.fetchone()[0]

    assert kept == 0


def test_redis_is_waited_for_a_while_only():
    [caches] = value_of("CACHES", **PRODUCTION, CACHE_URL="redis://127.0.0.1:6379/0")

    assert caches["default"]["BACKEND"] == "django.core.cache.backends.redis.RedisCache"
    assert caches["default"]["OPTIONS"] == {"socket_connect_timeout": 2, "socket_timeout": 2}


@pytest.mark.django_db
def test_cache_that_is_away_is_told_as_busy(settings):
    address = f"redis://127.0.0.1:{free_port()}/0"
    redis = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": address}
    settings.CACHES = {"default": redis}
    client = Client(raise_request_exception=False)

    try:
        answer = client.post(reverse("account_request_login_code"), {"email": "a@example.org"})
    finally:
        cache.close()

    assert answer.status_code == 503
    assert answer["Retry-After"] == "10"


def test_pooler_of_the_example_keeps_what_the_site_needs():
    example = (settings.BASE_DIR / "deploy/pgbouncer.ini").read_text()

    assert "pool_mode = transaction" in example
    assert "ignore_startup_parameters = options" in example
