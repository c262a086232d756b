from django.apps import AppConfig


class OffersTestsConfig(AppConfig):
    """Only the tests' settings know this app; its tables are made without migrations."""

    name = "foundation.offers.tests"
    label = "offers_tests"
