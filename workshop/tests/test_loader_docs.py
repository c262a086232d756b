"""docs/workshop-file.md says what the loader does."""

import re
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from agenda.models import Session
from foundation.series.models import Partner, Resource
from workshop.tests.workshop_files import with_, written
from workshop.workshop_file import load
from workshop.workshop_file.schema import INSIDE, SECTIONS, About

PAGE = (settings.BASE_DIR / "docs" / "workshop-file.md").read_text()
[EXAMPLE] = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
KINDS = {"workshop": About} | {name: kind for name, (kind, _keys) in SECTIONS.items()} | INSIDE


def part_about(section: str) -> str:
    """What the page says under the heading that names `section`."""
    parts = re.split(r"^### ", PAGE, flags=re.MULTILINE)[1:]
    wanted = "cafe" if section == "tables" else section
    [part] = [part for part in parts if wanted in re.findall(r"\w+", part.split("\n")[0])[:2]]
    return part


@pytest.mark.django_db
def test_example_of_the_page_loads(tmp_path):
    loaded = load(written(tmp_path, EXAMPLE))

    assert loaded.workshop.sessions.count() == 3


@pytest.mark.django_db
def test_mistakes_look_as_the_page_shows_them(tmp_path, monkeypatch):
    text = with_("slug: vientiane-2031", "slug: vientiane 2031", EXAMPLE)
    text = with_("  venue: Riverside Hotel", "  venue: Riverside Hotel\n  venu: The same", text)
    text = with_("starts: 10:30", "starts: 09:30", text)
    text = with_("admits: [member]", "admits: [membre]", text)
    written(tmp_path, text).rename(tmp_path / "small.yaml")
    monkeypatch.chdir(tmp_path)

    with pytest.raises(CommandError) as caught:
        call_command("load_workshop", "small.yaml", stdout=StringIO())

    assert f"```\nCommandError: {caught.value}\n```" in PAGE


@pytest.mark.parametrize("section", KINDS)
def test_page_names_every_field_and_which_are_required(section):
    part = part_about(section)

    for name, field in KINDS[section].model_fields.items():
        assert re.search(rf"\b{name}\b", part), name
        assert (f"**{name}**" in part) == field.is_required(), name


@pytest.mark.parametrize(
    ("section", "choices"),
    [
        ("partners", Partner.Part),
        ("resources", Resource.Kind),
        ("sessions", Session.Kind),
        ("sessions", Session.Access),
        ("sessions", Session.Listing),
    ],
)
def test_page_names_every_choice(section, choices):
    part = part_about(section)

    assert [value for value in choices.values if f"`{value}`" not in part] == []
