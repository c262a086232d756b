"""What a page of the admin would post if nothing were touched."""

from django.utils import timezone

from foundation.backoffice.scope import Scoped


def filled(response) -> dict:
    """Times are those on the page: by the clock of the edited workshop."""
    screen, row = response.context["adminform"].model_admin, response.context["original"]
    with timezone.override(zone_of(screen, response.wsgi_request, row)):
        return _posted(response)


def zone_of(screen, request, row):
    """The clock of a form; the operators' own know no workshop."""
    if not isinstance(screen, Scoped):
        return None
    edited = screen.edited_workshop(request, row)
    return edited and edited.zone


def _posted(response) -> dict:
    context = response.context
    forms = [context["adminform"].form]
    for each in context["inline_admin_formsets"]:
        forms += [each.formset.management_form, *each.formset.forms]
    data = {}
    for field in (field for form in forms for field in form):
        value = field.value()
        if hasattr(field.field.widget, "widgets"):
            data |= _parts(field, value)
        else:
            data[field.html_name] = value
    return {name: value for name, value in data.items() if value is not None and value is not False}


def _parts(field, value) -> dict:
    """A moment is two texts, to the minute."""
    widget = field.field.widget
    parts = value if isinstance(value, list) else widget.decompress(value)
    shown = [part.format_value(each) for part, each in zip(widget.widgets, parts, strict=True)]
    return {f"{field.html_name}_{n}": text for n, text in enumerate(shown)}


def agreed(client, asked, follow=True):
    """Press the button of the page that asks before something is taken away."""
    assert "digest" in asked.context, "nothing was asked"
    data: dict[str, list[str]] = {}
    for name, value in asked.context["fields"]:
        data.setdefault(name, []).append(value)
    data[asked.context["sure"]] = [asked.context["digest"]]
    return client.post(asked.wsgi_request.get_full_path(), data, follow=follow)
