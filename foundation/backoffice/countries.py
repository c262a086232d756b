"""The column of countries: told and sorted by name in the reader's language, never by code."""

from typing import Any

from django.contrib import admin
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Func, IntegerField
from django.db.models.sql.compiler import SQLCompiler
from django.utils.translation import gettext_lazy as _
from django_countries import countries


class SortedCountry(Func):
    """A country by whose name lists are sorted; rows without one come last."""

    output_field = IntegerField()

    def __init__(self, country: str) -> None:
        super().__init__(F(country))

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, *args: Any, **kwargs: Any
    ) -> tuple[str, Any]:
        """Ask for its place among all names, which are those of the language active now."""
        sql, params = compiler.compile(self.get_source_expressions()[0])
        codes = [code for code, _name in countries]
        return f"array_position(%s::varchar[], {sql})", [codes, *params]


@admin.display(description=_("country"), ordering=SortedCountry("country"))
def country_name(row: Any) -> str:
    """Return the name of a row's country."""
    return str(row.country.name)
