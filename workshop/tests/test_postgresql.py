"""The database beneath everything."""

from django.db import connection


def test_driver_is_psycopg2():
    assert connection.Database.__name__ == "psycopg2"
