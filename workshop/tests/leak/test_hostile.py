"""Texts that mean harm, or are only unusual, in every text field of every model of ours."""

from html.parser import HTMLParser

import pytest
from django.apps import apps
from django.db import models
from django.db.models.functions import Cast, Concat, Left
from django_countries.fields import CountryField

from workshop.tests.leak.addresses import addresses
from workshop.tests.leak.walking import Walk
from workshop.tests.our_apps import our_labels

pytestmark = pytest.mark.django_db

HARM = (
    "<script>hostile(1)</script>\"'><img src=hostile onerror=hostile(1)>x{{ 7*7 }}x{% raw %}"
    "[l](javascript:hostile(1))![i](https://hostile.example/i)"
)
SHORT_HARM = "\"'><b onx=hostile>"
UNUSUAL = "=1+1 ខ្មែរ \u202eעברית العربية\u202c 🧒🏽 " + "ก็" * 5000
# What isn't prose: parts of addresses, keys, names that the code knows, choices.
NO_PROSE = (models.SlugField, models.EmailField, models.URLField, CountryField)
NO_TEXT = {"timezone", "password", "nonce", "digest", "kind", "history_type"}


def texts_of(model) -> list:
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField)
        and not isinstance(field, NO_PROSE)
        and not (field.choices or field.name in NO_TEXT)
    ]


def fill(text: str, short: str) -> int:
    """Put `text` into every text of every row, `short` where it is too long; how many fields."""
    count = 0
    for model in (each for app in our_labels() for each in apps.get_app_config(app).get_models()):
        changes = {}
        for field in texts_of(model):
            longest = field.max_length or 6000
            fits = text if len(text) + 8 < longest else short
            key = Cast("pk", models.CharField())  # names are unique at a workshop
            changes[field.name] = Left(Concat(key, models.Value(fits)), longest)
        if changes:
            model._base_manager.update(**changes)
        count += len(changes)
    return count


class Harm(HTMLParser):
    """Collects what a browser would run or load of the text."""

    def __init__(self):
        super().__init__()
        self.found, self._is_script = [], False

    def handle_starttag(self, tag, attrs):
        said = " ".join(f"{name}={value}" for name, value in attrs)
        self._is_script = tag == "script" and dict(attrs).get("type") != "application/json"
        loads = [
            value or "" for name, value in attrs if name in ("src", "href", "action", "srcset")
        ]
        if (
            any(name.startswith("on") for name, _value in attrs)
            or any(value.strip().lower().startswith("javascript:") for value in loads)
            or (tag not in ("a", "form") and any("hostile" in value for value in loads))
        ):
            self.found.append(f"<{tag} {said}>"[:200])

    def handle_data(self, data):
        if self._is_script and "hostile" in data:
            self.found.append(data[:200])

    def handle_endtag(self, tag):
        self._is_script = False


def harm_in(html: str) -> list[str]:
    parser = Harm()
    parser.feed(html)
    return parser.found + (["{{ 7*7 }} was worked out"] if "x49x" in html else [])


@pytest.mark.parametrize("viewer", ["operator", "member", "nobody"])
def test_harmful_text_is_shown_and_never_run(world, viewer):
    walk, harm, shown = Walk(world, viewer), {}, 0
    assert fill(HARM, SHORT_HARM) > 50

    for address in addresses(world, is_staff=viewer == "operator"):
        response = walk.visit(address)
        if response is not None and "html" in response.headers.get("Content-Type", ""):
            html = response.content.decode()
            shown += "hostile" in html
            if found := harm_in(html):
                harm[address.path] = found

    assert not harm
    assert not walk.findings, "\n".join(walk.findings)
    assert shown > 3


@pytest.mark.parametrize("viewer", ["operator", "member"])
def test_unusual_text_breaks_no_page(world, viewer):
    walk = Walk(world, viewer)
    fill(UNUSUAL, "=ខ្មែរ\u202eעב\u202c🧒🏽")

    for address in addresses(world, is_staff=viewer == "operator"):
        walk.visit(address)

    assert not walk.findings, "\n".join(walk.findings)


@pytest.mark.parametrize(
    "html",
    [
        f"<p>{HARM}</p>",
        f'<input value="{SHORT_HARM}">',
        '<a href=" JavaScript:hostile(1)">',
        "<script>var a = 'hostile'</script>",
        "<p>x49x</p>",
    ],
)
def test_harm_is_found_where_it_is(html):
    assert harm_in(html)
