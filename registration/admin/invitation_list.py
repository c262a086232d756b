"""Many invitations typed as lines; every mistaken line is told with its number."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.series.models import Workshop
from registration.admin.invitation_lines import numbered_lines, person_of
from registration.models import Affiliation, Invitation, Organisation, Participant, Status

MOST_LINES = 300


def refuse_known_address(
    workshop: Workshop, email: str, invitation: Invitation | None = None
) -> None:
    """Raise a ValidationError where `email` is invited or registered at `workshop` already."""
    others = workshop.invitations.filter(email=email)
    if invitation and invitation.pk:
        others = others.exclude(pk=invitation.pk)
    if others.exists():
        raise ValidationError(
            _("%(email)s is invited already. Send that invitation again instead."),
            params={"email": email},
        )
    # Whoever cancelled may well be invited. That somebody protected is registered is told to
    # nobody: their invitation is accepted onto what they have.
    here = Participant.objects.listed().filter(workshop=workshop, user__email=email)
    if here.exclude(status=Status.CANCELLED).exists():
        raise ValidationError(
            _("%(email)s is registered already; there is nothing to invite to."),
            params={"email": email},
        )


class InvitationListForm(forms.Form):
    lines = forms.CharField(
        label=gettext_lazy("People"),
        widget=forms.Textarea(attrs={"rows": 12, "class": "vLargeTextField"}),
        max_length=100_000,
        help_text=gettext_lazy(
            "One person a line: the e-mail address, a comma, the name. The name may be left out. "
            "You can also paste two columns of a spreadsheet, or lines such as Name "
            "<name@example.org>."
        ),
    )
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), required=False, label=gettext_lazy("Organisation of them all")
    )
    affiliations = forms.ModelMultipleChoiceField(
        Affiliation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("Affiliations of them all"),
        help_text=gettext_lazy("Verified as soon as an invitation is used."),
    )

    def __init__(self, *args: Any, workshop: Workshop, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.workshop = workshop
        organisation = cast("forms.ModelChoiceField[Organisation]", self.fields["organisation"])
        organisation.queryset = workshop.organisations.all()
        affiliations = cast("forms.ModelChoiceField[Affiliation]", self.fields["affiliations"])
        affiliations.queryset = workshop.affiliations.all()

    def clean_lines(self) -> list[tuple[str, str]]:
        """Return pairs of address and name.

        Raises: a ValidationError that names each mistaken line.
        """
        lines = list(numbered_lines(self.cleaned_data["lines"]))
        if len(lines) > MOST_LINES:
            raise ValidationError(_("At most %(most)d lines at once."), params={"most": MOST_LINES})
        people: dict[str, str] = {}
        mistakes = []
        for number, line in lines:
            try:
                email, name = person_of(line)
                self._check(email, people)
            except ValidationError as error:
                what = {"number": number, "mistake": " ".join(error.messages)}
                mistakes.append(_("Line %(number)d: %(mistake)s") % what)
            else:
                people[email] = name
        if mistakes:
            raise ValidationError(mistakes)
        return list(people.items())

    def _check(self, email: str, before: dict[str, str]) -> None:
        if email in before:
            raise ValidationError(_("%(email)s stands in the list twice."), params={"email": email})
        refuse_known_address(self.workshop, email)
