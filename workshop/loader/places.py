"""Reading YAML so that every value knows the line it stands on."""

import re
from dataclasses import dataclass, field
from pathlib import Path

import yaml

Steps = tuple[str | int, ...]


@dataclass(frozen=True, order=True)
class Mistake:
    """What is wrong in a file: on which line, at which place in it, and what was expected."""

    line: int
    place: str
    expected: str


class Unreadable(Exception):
    """The file can't be loaded. `mistakes`: all that was found; nothing was written."""

    def __init__(self, mistakes: list[Mistake]):
        super().__init__(f"{len(mistakes)} mistakes")
        self.mistakes = sorted(set(mistakes))


@dataclass
class Document:
    """A file as plain values, the line of each by its path, and what was wrong on the way."""

    data: object = None
    lines: dict[Steps, int] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)

    def mistake(self, path: Steps, expected: str) -> None:
        """Note a mistake at `path`, or at the nearest place around it that the file has."""
        known = path
        while known and known not in self.lines:
            known = known[:-1]
        place = ".".join(str(step + 1) if isinstance(step, int) else step for step in path)
        self.mistakes.append(Mistake(self.lines.get(known, 1), place or "the file", expected))


class _Loader(yaml.SafeLoader):
    """YAML with fewer surprises: 10:30 is no number, NO no boolean, and nothing is an alias."""

    yaml_implicit_resolvers = {}

    def compose_node(self, parent, index):
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark
            raise yaml.MarkedYAMLError(
                problem="write it out; aliases are not read", problem_mark=mark
            )
        return super().compose_node(parent, index)


for _tag, _pattern, _first in (
    ("null", r"^(?:~|null|)$", ["~", "n", ""]),
    ("bool", r"^(?:true|false)$", ["t", "f"]),
    ("int", r"^-?(?:0|[1-9][0-9]*)$", list("-0123456789")),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), _first)


def read(path: Path) -> Document:
    """The YAML file at `path`; a file that is no YAML at all has its mistake noted."""
    document = Document()
    try:
        loader = _Loader(path.read_text(encoding="utf-8"))
        node = loader.get_single_node()
        if node is not None:
            document.data = _value(loader, node, (), document)
    except OSError as error:
        document.mistake((), f"a file that can be read ({error.strerror})")
    except UnicodeDecodeError:
        document.mistake((), "text in UTF-8")
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        problem = getattr(error, "problem", None) or "this can't be read"
        document.mistakes.append(Mistake(line, "the file", f"YAML: {problem}"))
    return document


def _value(loader: _Loader, node: yaml.Node, path: Steps, document: Document):
    document.lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        return [_value(loader, item, (*path, n), document) for n, item in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        return _mapping(loader, node, path, document)
    return loader.construct_object(node)


def _mapping(loader: _Loader, node: yaml.MappingNode, path: Steps, document: Document) -> dict:
    found = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        place = (*path, key)
        if key in found:
            document.lines[place] = key_node.start_mark.line + 1
            document.mistake(place, "this name once only")
            continue
        document.lines[place] = key_node.start_mark.line + 1
        found[key] = _value(loader, value_node, place, document)
    return found
