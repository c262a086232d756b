"""The forms of a page, as a browser would send them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

Attributes = list[tuple[str, str | None]]


@dataclass
class Button:
    words: str
    name: str = ""
    value: str = ""
    action: str = ""  # where it sends the form instead


@dataclass
class Box:
    name: str
    value: str
    label: str


@dataclass
class Form:
    """fields: what it sends as it stands. boxes: what can be ticked in it."""

    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    boxes: list[Box] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)

    def values_of(self, name: str) -> list[str]:
        """Return what all boxes of this name send, ticked."""
        return [box.value for box in self.boxes if box.name == name]


class FormReader(HTMLParser):
    """Collects the forms of a page: what is filled in, what can be ticked, and the buttons."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select = self._area = ""
        self._button: Button | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(said.get("action", ""), said.get("method", "get").lower())
            self.forms.append(self._form)
        elif self._form is None or "disabled" in said:
            return
        elif tag == "input":
            self._read_input(self._form, said)
        elif tag == "select":
            self._select = said["name"]
        elif tag == "option" and "selected" in said and self._select:
            self._form.fields.setdefault(self._select, []).append(said.get("value", ""))
        elif tag == "textarea":
            self._area = said["name"]
            self._form.fields[self._area] = [""]
        elif tag == "button":
            names = [said.get(each, "") for each in ("name", "value", "formaction")]
            self._button = Button("", *names)
            self._form.buttons.append(self._button)

    @staticmethod
    def _read_input(form: Form, said: dict[str, str]) -> None:
        kind, name, value = said.get("type", "text"), said.get("name", ""), said.get("value", "")
        if kind == "submit":
            form.buttons.append(Button(value, name, value))
        elif kind in ("checkbox", "radio"):
            value = said.get("value", "on")
            form.boxes.append(Box(name, value, said.get("aria-label", "")))
            if "checked" in said:
                form.fields.setdefault(name, []).append(value)
        elif name:
            form.fields.setdefault(name, []).append(value)

    def handle_data(self, data: str) -> None:
        if self._form and self._area:
            self._form.fields[self._area][0] += data
        elif self._button:
            self._button.words = " ".join(f"{self._button.words} {data}".split())

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "button":
            self._button = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea" and self._form and self._area:
            [text] = self._form.fields[self._area]
            self._form.fields[self._area] = [text.removeprefix("\n")]
            self._area = ""
