"""Reading YAML so that every value knows the line it stands on."""

import re
from dataclasses import dataclass, field
from pathlib import Path

import yaml

Steps = tuple[str | int, ...]
LARGEST = 1_000_000  # bytes; the Bangkok workshop has some 40,000
LONGEST_NAME = 60  # letters of a name that are worth repeating in a mistake


@dataclass(frozen=True, order=True)
class Mistake:
    """What is wrong in a file: on which line, at which place in it, and what was expected.

    line: from 1; 0 where it is no file's but an option's.
    """

    line: int
    place: str
    expected: str


class Unreadable(Exception):
    """The file can't be loaded. `mistakes`: all that was found; nothing was written."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        super().__init__(f"{len(mistakes)} mistakes")
        self.mistakes = sorted(set(mistakes))


def shown(text: object, longest: int = LONGEST_NAME) -> str:
    """Return what a file says as a line of a terminal can show it."""
    letters = "".join(letter if letter.isprintable() else "�" for letter in str(text))
    return letters if len(letters) <= longest else letters[:longest] + "…"


@dataclass
class Document:
    """A file as plain values, the line of each by its path, and what was wrong on the way.

    is_whole: false where the file could not be read to its end, so that nothing can be checked.
    """

    data: object = None
    is_whole: bool = False
    lines: dict[Steps, int] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    _told: set[Steps] = field(default_factory=set)

    def mistake(self, path: Steps, expected: str) -> None:
        """Note a mistake at `path`, or at the nearest place around it that the file has.

        Only the first at a place is kept: what was no value at all is not told of its length.
        """
        if path in self._told:
            return
        self._told.add(path)
        known = path
        while known and known not in self.lines:
            known = known[:-1]
        steps = [str(step + 1) if isinstance(step, int) else shown(step) for step in path]
        self.mistakes.append(
            Mistake(self.lines.get(known, 1), ".".join(steps) or "the file", expected)
        )

    def is_wrong(self, *paths: Steps) -> bool:
        """Return whether something was told already, at one of `paths` or inside it."""
        return any(told[: len(path)] == path for path in paths for told in self._told)

    def broken(self, line: int, expected: str) -> None:
        """Note what keeps the file as a whole from being read."""
        self.mistakes.append(Mistake(line, "the file", expected))


class _Loader(yaml.SafeLoader):
    """YAML with fewer surprises: 10:30 is no number, NO no boolean, and nothing is an alias."""

    yaml_implicit_resolvers = {}

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.MarkedYAMLError(
                problem="write it out; aliases are not read",
                problem_mark=self.current_event.start_mark,
            )
        return super().compose_node(parent, index)


for _tag, _pattern, _first in (
    ("null", r"^(?:~|null|)$", ["~", "n", ""]),
    ("bool", r"^(?:true|false)$", ["t", "f"]),
    ("int", r"^-?(?:0|[1-9][0-9]{0,17})$", list("-0123456789")),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), _first)


def read(path: Path) -> Document:
    """Return what the YAML file at `path` holds; where it is no YAML at all, the mistake in it."""
    document = Document()
    text = _text(path, document)
    if text is None:
        return document
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        document.data = None if node is None else _value(loader, node, (), document)
        document.is_whole = True
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        document.broken(line, f"text without the character U+{error.character:04X}")
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = ", ".join(filter(None, (error.context, error.problem)))
        document.broken(mark.line + 1 if mark else 1, f"YAML; {shown(problem, longest=200)}")
    except RecursionError:
        document.broken(1, "fewer things inside each other")
    return document


def _text(path: Path, document: Document) -> str | None:
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
        if len(raw) > LARGEST:
            document.broken(1, f"a file of {LARGEST:,} bytes at most")
            return None
        return raw.decode()
    except OSError as error:
        document.broken(1, f"a file that can be read ({error.strerror})")
    except UnicodeDecodeError as error:
        document.broken(raw.count(b"\n", 0, error.start) + 1, "text in UTF-8")
    return None


def _value(loader: _Loader, node: yaml.Node, path: Steps, document: Document) -> object:
    document.lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        return [_value(loader, item, (*path, n), document) for n, item in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        return _mapping(loader, node, path, document)
    try:
        return loader.construct_object(node)
    except (yaml.YAMLError, ValueError):
        document.mistake(path, f"a plain value, without {shown(node.tag)}")
        return None


def _mapping(
    loader: _Loader, node: yaml.MappingNode, path: Steps, document: Document
) -> dict[str, object]:
    found: dict[str, object] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            document.lines[(*path, "?")] = line
            document.mistake((*path, "?"), "a name, not a list of them")
            continue
        key = key_node.value
        place = (*path, key)
        document.lines[place] = line
        if key in found:
            document.mistake(place, "this name once only")
            continue
        found[key] = _value(loader, value_node, place, document)
    return found
