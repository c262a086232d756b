"""Form fields as the site draws them."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms.renderers import BaseRenderer
from django.forms.utils import flatatt
from django.template.loader import render_to_string
from django.utils.safestring import SafeString


class QuickSelect(forms.Select):
    """A long list of options in one template: Django's, one for each, takes longer than a page."""

    def render(
        self,
        name: str,
        value: Any,
        attrs: Mapping[str, Any] | None = None,
        renderer: BaseRenderer | None = None,
    ) -> SafeString:
        """Return the select; an option whose value is among those of `value` is chosen."""
        context = {
            "attributes": flatatt(self.build_attrs(self.attrs, {"name": name, **(attrs or {})})),
            "choices": [(str(key), text) for key, text in self.choices],
            "chosen": self.format_value(value),
        }
        return render_to_string("core/quick_select.html", context)
