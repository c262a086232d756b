"""Countries in lists stand by name, in the reader's language."""

import pytest
from django.utils import translation

from foundation.backoffice.countries import SortedCountry
from foundation.series.models import Workshop
from foundation.series.tests.factories import WorkshopFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("language", "names"),
    [("en", ["Cambodia", "Germany", "Laos", "South Korea"]), ("de", ["Deutschland", "Kambodscha"])],
)
def test_countries_are_sorted_by_name_in_the_readers_language(language, names):
    for code in ("KH", "KR", "LA", "DE"):  # by code, Germany would be first
        WorkshopFactory(country=code)

    with translation.override(language):
        found = [made.country.name for made in Workshop.objects.order_by(SortedCountry("country"))]

    assert found[: len(names)] == names
