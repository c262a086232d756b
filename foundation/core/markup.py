"""Organisers' texts: Markdown in, safe HTML out."""

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


def to_html(text: str) -> SafeString:
    """`text`, written in Markdown, as HTML of the tags above; links open without a referrer."""
    return mark_safe(  # noqa: S308 - cleaned by nh3 in this very line
        nh3.clean(
            _markdown.render(text), tags=ALLOWED_TAGS, url_schemes={"https", "http", "mailto"}
        )
    )
