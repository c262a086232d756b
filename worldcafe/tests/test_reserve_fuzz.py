"""Any text at all in the reservation form: never a 500, nothing stored that can't be shown."""

import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registration.tests.factories import ParticipantFactory
from worldcafe.models import Reservation
from worldcafe.tests.factories import TableFactory
from worldcafe.tests.test_pages import cafes_of, html_of, verb

pytestmark = pytest.mark.django_db

ODD = st.sampled_from(
    [
        "\x07",
        "\u200b\u200d",
        "\u202egnp.exe",
        "=1+1",
        "ភាសាខ្មែរ",
        "שלום עולם",
        "👩‍👧‍👦" * 30,
        "<script>alert(1)</script>",
        "{{ 1 }}{% if %}",
        "%(table)s %s {0}",
        "line\r\nline\rline\x0bline\u2028line",
        "x" * 5_000,
    ]
)
# A NUL is refused before any form sees it: workshop/tests/inputs.
TEXT = ODD | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=160
)


@settings(
    deadline=None,
    max_examples=80,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(practice=TEXT, country=st.just("KH") | TEXT, summary=TEXT, brings=TEXT)
def test_reserve_with_any_text(client, practice, country, summary, brings):
    table = TableFactory(number=5)
    person = ParticipantFactory(workshop=table.cafe.workshop)
    client.force_login(person.user)
    texts = {"practice": practice, "country": country, "summary": summary, "brings": brings}

    response = client.post(verb("reserve", table), texts)

    made = Reservation.objects.filter(table=table).first()
    assert response.status_code == (302 if made else 200)
    if made:
        assert made.practice
        assert made.summary
        for text in (made.practice, made.summary, made.brings):
            assert not [c for c in text if unicodedata.category(c) == "Cc" and c not in "\n\t"]
        html_of(client, cafes_of(person.workshop))
        html_of(client, table.get_absolute_url())
