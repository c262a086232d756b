"""Arrows between the apps run one way: worldcafe → agenda → registration → workshop."""

import ast
from pathlib import Path

import pytest
from django.conf import settings

ORDER = ["worldcafe", "agenda", "registration", "workshop"]
# What puts the apps together may name them all.
NAMES_ALL = (
    "workshop/urls.py",
    "workshop/settings.py",
    "workshop/loader/",
    "workshop/demo/",
    "workshop/management/commands/",
)


def modules() -> list[str]:
    """Every module of ours that the arrows hold for, by its path in the project."""
    found = []
    for app in ORDER:
        for path in sorted((settings.BASE_DIR / app).rglob("*.py")):
            name = path.relative_to(settings.BASE_DIR).as_posix()
            if "/tests/" not in name and "/migrations/" not in name:
                found.append(name)
    return found


def imports(source: str) -> set[str]:
    """Top-level names of everything `source` imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


def dotted_names(source: str) -> set[str]:
    """The apps that texts such as "agenda.models.Session" name."""
    texts = {
        node.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return {
        text.split(".")[0]
        for text in texts
        if "." in text and all(part.isidentifier() for part in text.split("."))
    }


def left_of(name: str) -> set[str]:
    return set(ORDER[: ORDER.index(name.split("/")[0])])


def read(name: str) -> str:
    return (Path(settings.BASE_DIR) / name).read_text()


@pytest.mark.parametrize("name", modules())
def test_module_imports_nothing_from_the_left(name):
    forbidden = set() if name.startswith(NAMES_ALL) else left_of(name)

    assert not imports(read(name)) & forbidden


@pytest.mark.parametrize("name", modules())
def test_module_names_nothing_from_the_left_in_a_text(name):
    forbidden = set() if name.startswith(NAMES_ALL) else left_of(name)

    assert not dotted_names(read(name)) & forbidden


def test_reading_sees_every_kind_of_import():
    source = (
        "def f():\n    import agenda.models as a\n    from worldcafe import models\nx = 'agenda.x'"
    )

    assert imports(source) == {"agenda", "worldcafe"}
    assert dotted_names(source) == {"agenda"}
    assert left_of("registration/mail.py") == {"worldcafe", "agenda"}
