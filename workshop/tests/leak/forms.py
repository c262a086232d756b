"""The forms of a page as a browser would send them, with what is empty filled in."""

from html.parser import HTMLParser

FILLED = {
    "email": "stranger@example.org",
    "number": "1",
    "date": "2030-01-02",
    "url": "https://example.org/",
}


class _Forms(HTMLParser):
    """Collects every form that is posted: where to, and with what."""

    def __init__(self):
        super().__init__()
        self.found: list[tuple[str, dict]] = []
        self._data = self._select = self._area = None

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            is_posted = attrs.get("method", "").lower() == "post"
            self._data = {} if is_posted else None
            self._action = attrs.get("action") or ""
        elif self._data is None:
            return
        elif tag == "input" and attrs.get("name"):
            self._input(attrs)
        elif tag == "select":
            self._select = attrs.get("name")
        elif tag == "option" and self._select:
            self._option(attrs)
        elif tag == "textarea":
            self._area = attrs.get("name")
            self._data[self._area] = ""
        elif tag == "button" and attrs.get("name"):
            self._data.setdefault(attrs["name"], attrs.get("value", ""))

    def _input(self, attrs):
        kind, name = attrs.get("type", "text"), attrs["name"]
        if kind in ("checkbox", "radio"):
            if "checked" in attrs or "required" in attrs:
                self._data.setdefault(name, []).append(attrs.get("value", "on"))
        elif kind == "submit":
            self._data.setdefault(name, attrs.get("value", ""))
        elif kind not in ("file", "image", "button", "reset"):
            self._data[name] = attrs.get("value") or FILLED.get(kind, "Text")

    def _option(self, attrs):
        value = attrs.get("value") or ""
        if "selected" in attrs and value:
            self._data.setdefault(self._select, []).append(value)
        elif value and self._select not in self._data:
            self._data.setdefault("", {}).setdefault(self._select, value)

    def handle_data(self, data):
        if self._area:
            self._data[self._area] += data

    def handle_endtag(self, tag):
        if tag == "textarea" and self._area:
            self._data[self._area] = self._data[self._area].strip() or "Text"
            self._area = None
        elif tag == "select":
            self._select = None
        elif tag == "form" and self._data is not None:
            firsts = self._data.pop("", {})
            self.found.append((self._action, firsts | self._data))
            self._data = None


def forms_in(response) -> list[tuple[str, dict]]:
    """Of every form to be posted: its address ("" is the page's own) and what it would send."""
    if "html" not in response.headers.get("Content-Type", ""):
        return []
    parser = _Forms()
    parser.feed(response.content.decode())
    return [
        (action, data)
        for action, data in parser.found
        if "logout" not in action and "i18n" not in action
    ]
