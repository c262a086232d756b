"""The caller's address, as it stands in history and in the limits."""

import pytest
from django.test import RequestFactory

from foundation.core.audit import client_address

PROXY = "192.0.2.1"


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("203.0.113.5", "203.0.113.5"),
        ("198.51.100.1, 203.0.113.5", "203.0.113.5"),
        ("203.0.113.5:4711", "203.0.113.5"),
        ("2001:db8::5", "2001:db8::5"),
        ("[2001:db8::5]:4711", "2001:db8::5"),
        ("[2001:db8::5]", "2001:db8::5"),
        ("fe80::5%eth0", "fe80::5"),
        ("203.0.113.5:4711:1", PROXY),
        ("unknown", PROXY),
        ("", PROXY),
    ],
)
def test_address_is_read_as_proxies_write_it_or_is_the_proxys(settings, forwarded, address):
    settings.TRUSTED_PROXIES = 1
    request = RequestFactory().get("/", REMOTE_ADDR=PROXY, headers={"X-Forwarded-For": forwarded})

    assert client_address(request) == address


def test_address_is_not_believed_of_who_is_no_proxy_of_ours():
    request = RequestFactory().get(
        "/", REMOTE_ADDR=PROXY, headers={"X-Forwarded-For": "203.0.113.5"}
    )

    assert client_address(request) == PROXY


def test_address_is_nothing_where_the_server_knows_none():
    assert client_address(RequestFactory().get("/", REMOTE_ADDR="")) is None
