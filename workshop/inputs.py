"""What a request carries is looked at before anything else reads it: what is odd is a 400."""

import unicodedata
from collections.abc import Callable, Iterator

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponseBase
from django.http.request import UnreadablePostError

ENCODINGS = {"", "utf-8", "utf8", "us-ascii"}
# Unicode's own bound for text that can be worked on piece by piece (UAX 15, stream-safe): putting
# more of them into order takes time with their square.
MOST_MARKS = 30


class ReadableInput:
    """Refuses what no browser sends: another encoding, a broken body, NUL, marks piled up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        encoding = (request.content_params or {}).get("charset", "")
        if encoding.strip("\"' ").lower() not in ENCODINGS:
            raise BadRequest("Another encoding than UTF-8")
        for text in _texts_of(request):
            if "\x00" in text:
                raise BadRequest("NUL in the input")
            if not text.isascii() and marks_pile_up(text):
                raise BadRequest("Too many combining marks in a row")
        return self.get_response(request)


def _texts_of(request: HttpRequest) -> Iterator[str]:
    """Every name and value that came with the address or the form."""
    try:
        sent = [request.GET, request.POST]
    except (UnreadablePostError, ValueError, LookupError) as error:
        raise BadRequest("A body that can't be read") from error
    yield request.path
    for data in sent:
        for name, values in data.lists():
            yield name
            yield from values


def marks_pile_up(text: str) -> bool:
    """Return whether more combining marks stand on one letter than any script puts there."""
    count = 0
    for character in text:
        count = count + 1 if unicodedata.combining(character) else 0
        if count > MOST_MARKS:
            return True
    return False
