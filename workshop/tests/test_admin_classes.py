"""How the organisers' screens are built: few classes deep, on what Django documents alone."""

import ast
from pathlib import Path

import pytest
from django.contrib import admin

from foundation.backoffice.forms import ScopedForm
from workshop.tests.admin_walk import screens_of

ROOT = Path(__file__).parents[2]
APPS = ("foundation", "registration", "agenda", "worldcafe", "workshop")
MOST_ABOVE = 5
# Documented by Django although they begin with an underscore.
DOCUMENTED = {"_meta", "_default_manager", "_base_manager"}


def is_ours(cls: type) -> bool:
    return cls.__module__.partition(".")[0] in APPS


def screens_and_inlines() -> list[type]:
    screens = screens_of(admin.site).values()
    return [*map(type, screens), *(inline for screen in screens for inline in screen.inlines)]


def files_of_screens() -> list[Path]:
    found = [path.relative_to(ROOT) for app in APPS for path in (ROOT / app).rglob("*.py")]
    return [
        path
        for path in found
        if "tests" not in path.parts
        and ("backoffice" in path.parts or "admin" in path.parts or "admin" in path.stem)
    ]


def private_names(path: Path) -> tuple[set[str], set[str]]:
    """The names with one underscore in front: those defined, and those asked of an object."""
    tree = ast.parse((ROOT / path).read_text())
    defined = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    asked = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return {name for name in defined if is_private(name)}, {n for n in asked if is_private(n)}


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


@pytest.mark.parametrize("cls", screens_and_inlines(), ids=lambda cls: cls.__name__)
def test_screen_has_few_classes_of_ours_above_it(cls):
    above = [each.__name__ for each in cls.__mro__[1:] if is_ours(each)]

    assert 1 <= len(above) <= MOST_ABOVE, above


def test_screens_ask_django_for_nothing_private():
    names = {path: private_names(path) for path in files_of_screens()}
    of_ours = set().union(*(defined for defined, _asked in names.values()))

    asked = {str(path): found - of_ours - DOCUMENTED for path, (_own, found) in names.items()}

    assert len(names) > 15
    assert {path: found for path, found in asked.items() if found} == {}


def test_screens_and_their_forms_override_nothing_private_of_django():
    classes = screens_and_inlines()
    classes += [cls.form for cls in classes] + [
        cls.formset for cls in classes if hasattr(cls, "formset")
    ]

    overridden = {
        f"{cls.__name__}.{name}"
        for cls in {each for cls in classes for each in filter(is_ours, cls.__mro__)}
        for name in filter(is_private, vars(cls))
        if name not in DOCUMENTED and is_of_django(name, cls)
    }

    assert is_of_django("_update_errors", ScopedForm)
    assert len(classes) > 20
    assert overridden == set()


def is_of_django(name: str, cls: type) -> bool:
    return any(name in vars(base) for base in cls.__mro__ if not is_ours(base))
