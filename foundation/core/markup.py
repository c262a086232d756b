"""Organisers' texts: Markdown in, safe HTML out."""

from functools import lru_cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

# Images pass nh3 by default; nothing here may load from another host.
ALLOWED_TAGS = {
    "a",
    "blockquote",
    "br",
    "code",
    "em",
    "h3",
    "h4",
    "hr",
    "li",
    "ol",
    "p",
    "strong",
    "ul",
}

_markdown = MarkdownIt("commonmark", {"html": False})


@lru_cache(maxsize=256)
def to_html(text: str) -> SafeString:
    """Return Markdown as HTML of the tags above, whose links open without a referrer.

    Kept by its text. The one place of the site where HTML is called safe.
    """
    return mark_safe(  # noqa: S308 - cleaned by nh3 in this very line
        nh3.clean(
            _markdown.render(text), tags=ALLOWED_TAGS, url_schemes={"https", "http", "mailto"}
        )
    )
