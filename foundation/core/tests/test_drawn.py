"""Drawn pieces are kept under all that they show."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from django.template import engines
from django.utils import timezone, translation

from foundation.core import drawn as module
from foundation.core.drawn import drawn


@dataclass(frozen=True)
class Piece:
    text: str
    at: datetime = datetime(2027, 2, 9, 9, tzinfo=UTC)


@pytest.fixture
def template(monkeypatch):
    """A template that shows a piece, counting how often it is asked for."""
    source = (
        "{% load i18n %}{% translate 'free' %} {{ text }} {{ at|date:'H:i' }} {{ at|date:'l' }}"
    )
    asked = []

    def render(name, context):
        asked.append(name)
        return engines["django"].from_string(source).render(context)

    module._drawn.cache_clear()
    monkeypatch.setattr(module, "render_to_string", render)
    yield asked
    module._drawn.cache_clear()


def test_piece_is_drawn_once_for_what_it_shows(template):
    first, again = drawn("piece.html", Piece("one")), drawn("piece.html", Piece("one"))

    other = drawn("piece.html", Piece("two"))

    assert first == again != other
    assert len(template) == 2


def test_piece_is_escaped(template):
    html = drawn("piece.html", Piece("<script>"))

    assert "&lt;script&gt;" in html


def test_piece_is_drawn_anew_for_another_language_and_another_clock(template):
    with timezone.override("Asia/Bangkok"):
        thai = drawn("piece.html", Piece("one"))
    with timezone.override("America/Costa_Rica"):
        tica = drawn("piece.html", Piece("one"))
    with timezone.override("Asia/Bangkok"), translation.override("es"):
        spanish = drawn("piece.html", Piece("one"))

    assert "16:00 Tuesday" in thai
    assert "03:00 Tuesday" in tica
    assert "16:00 martes" in spanish
