"""What a page of the admin would post if nothing were touched."""

from django.utils import timezone


def filled(response) -> dict:
    """Times are those on the page: by the clock of the edited workshop."""
    screen, row = response.context["adminform"].model_admin, response.context["original"]
    edited = screen.edited_workshop(response.wsgi_request, row)
    with timezone.override(edited and edited.zone):
        return _posted(response)


def _posted(response) -> dict:
    context = response.context
    forms = [context["adminform"].form]
    for each in context["inline_admin_formsets"]:
        forms += [each.formset.management_form, *each.formset.forms]
    data = {}
    for field in (field for form in forms for field in form):
        value = field.value()
        if hasattr(field.field.widget, "widgets"):
            parts = field.field.widget.decompress(value)
            data |= {f"{field.html_name}_{n}": part for n, part in enumerate(parts)}
        else:
            data[field.html_name] = value
    return {name: value for name, value in data.items() if value is not None and value is not False}


def agreed(client, asked, follow=True):
    """Press the button of the page that asks before something is taken away."""
    assert "digest" in asked.context, "nothing was asked"
    data: dict[str, list[str]] = {}
    for name, value in asked.context["fields"]:
        data.setdefault(name, []).append(value)
    data[asked.context["sure"]] = [asked.context["digest"]]
    return client.post(asked.wsgi_request.get_full_path(), data, follow=follow)
