"""The participants' forms. They check shape; `registration.actions.registering` does the rest."""

from datetime import date

from django import forms
from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_countries import countries

from foundation.accounts.models import User
from foundation.series.models import Workshop
from registration.actions.details import Details, verified_lost
from registration.fields import AffiliationChoice, Line, Paragraphs, field_of, validate_readable
from registration.models import Invitation, Participant, SensitiveDetails


def typed(autocomplete: str) -> dict:
    """Attributes of a line that people type: what it is, and written either way round."""
    return {"attrs": {"autocomplete": autocomplete, "dir": "auto"}}


class DetailsForm(forms.Form):
    """What every form about a registration asks, with the reason where it isn't plain."""

    badge_name = field_of(
        Participant,
        "badge_name",
        form_class=Line,
        validators=[validate_readable],
        widget=forms.TextInput(**typed("name")),
        help_text=gettext_lazy("As you want to be called. It is printed on your badge."),
    )
    organisation = forms.ModelChoiceField(
        None,
        required=False,
        empty_label=gettext_lazy("My organisation is not on the list"),
        label=gettext_lazy("Organisation"),
        help_text=gettext_lazy("It is printed on your badge. If you come for several, choose one."),
    )
    other_organisation = field_of(
        Participant,
        "other_organisation",
        form_class=Line,
        validators=[validate_readable],
        widget=forms.TextInput(**typed("organization")),
        help_text=gettext_lazy("If you come on your own, write “independent”."),
    )
    job_title = field_of(
        Participant,
        "job_title",
        form_class=Line,
        widget=forms.TextInput(**typed("organization-title")),
        help_text=gettext_lazy("Helps organisers to put working groups together."),
    )
    country = field_of(
        Participant,
        "country",
        help_text=gettext_lazy(
            "The country you work in, so that the whole region is at the table."
        ),
    )
    affiliations = AffiliationChoice(
        None,
        required=False,
        label=gettext_lazy("Which groups do you belong to?"),
        help_text=gettext_lazy(
            "Some sessions are open to certain affiliations only. Tick those that you hold; an "
            "organiser checks them. If none fits, tick none."
        ),
    )
    days = forms.TypedMultipleChoiceField(
        coerce=date.fromisoformat,
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("On which days will you be there?"),
        help_text=gettext_lazy("Rooms and meals are planned from this."),
        error_messages={"required": gettext_lazy("Tick at least one day.")},
    )
    dietary = field_of(
        SensitiveDetails,
        "dietary",
        form_class=Paragraphs,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        help_text=gettext_lazy("Allergies, and what you don’t eat, so that there is food for you."),
    )
    access = field_of(
        SensitiveDetails,
        "access",
        form_class=Paragraphs,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        help_text=gettext_lazy(
            "What makes it possible for you to take part: a step-free way, an interpreter, a "
            "place to rest."
        ),
    )

    def __init__(self, *args, workshop: Workshop, **kwargs):
        super().__init__(*args, **kwargs)
        self.workshop = workshop
        self.fields["organisation"].queryset = workshop.organisations.all()
        self.fields["affiliations"].queryset = workshop.affiliations.all()
        self.fields["country"].choices = [("", _("Choose a country")), *countries]
        self.fields["days"].choices = [
            (day.isoformat(), date_format(day, "l j F Y")) for day in workshop.dates
        ]

    def clean(self):
        cleaned = super().clean()
        listed, other = cleaned.get("organisation"), cleaned.get("other_organisation")
        if listed and other:
            sentence = _(
                "You have chosen an organisation from the list already: do one or the other."
            )
            self.add_error("other_organisation", sentence)
        elif (
            not listed and not other and not {"organisation", "other_organisation"} & {*self.errors}
        ):
            sentence = _("Choose your organisation, or write its name into the next field.")
            self.add_error("organisation", sentence)
        return cleaned

    def details(self) -> Details:
        """The answers of a valid form."""
        names = Details.__dataclass_fields__
        return Details(
            **{name: self.cleaned_data[name] for name in names if name != "affiliations"},
            affiliations=list(self.cleaned_data["affiliations"]),
        )

    def mistakes(self) -> list[tuple[str, str, str]]:
        """Every mistake, in the order of the page: the id of its field, its label, the sentence."""
        return [
            (field.id_for_label or f"{field.auto_id}_0", field.label, sentence)
            for field in self
            for sentence in field.errors
        ]


class AgreedForm(DetailsForm):
    """Those details, with what a participant agrees to; a text that doesn't exist isn't asked.

    The page names the version of the texts that it shows. Where they were changed before the form
    came back, it is shown once more, with the new texts and nothing ticked.
    """

    texts_version = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)
    agrees_to_conduct = forms.BooleanField(
        label=gettext_lazy("I have read the code of conduct and will keep to it"),
        error_messages={
            "required": gettext_lazy("Only those who agree to the code of conduct can take part.")
        },
    )
    agrees_to_data_use = forms.BooleanField(
        label=gettext_lazy("I have read how my data are used and agree"),
        error_messages={
            "required": gettext_lazy("Without your agreement we may not keep your registration.")
        },
    )

    def __init__(self, *args, workshop: Workshop, **kwargs):
        super().__init__(*args, workshop=workshop, **kwargs)
        if not workshop.code_of_conduct:
            del self.fields["agrees_to_conduct"]
        if not workshop.data_notice:
            del self.fields["agrees_to_data_use"]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("texts_version") != self.workshop.texts_version:
            self._ask_again()
        return cleaned

    def _ask_again(self):
        sentence = _("This text has changed since you opened the form: please read it again.")
        self.data = self.data.copy()
        self.errors.pop("texts_version", None)
        for name in {"agrees_to_conduct", "agrees_to_data_use"} & {*self.fields}:
            self.data.pop(name, None)
            self.errors.pop(name, None)
            self.add_error(name, sentence)


class RegistrationForm(AgreedForm):
    """The public form."""

    email = field_of(
        User,
        "email",
        label=gettext_lazy("E-mail"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=gettext_lazy(
            "We send you a link to it, and you sign in with it. Use one that is yours alone."
        ),
    )
    field_order = ["badge_name", "email"]


class InvitedForm(AgreedForm):
    """The form behind an invitation: the address is fixed, what it verifies isn't asked."""

    def __init__(self, *args, invitation: Invitation, **kwargs):
        organisation = invitation.organisation
        kwargs["initial"] = {
            "badge_name": invitation.name,
            "organisation": organisation,
            "country": organisation.country if organisation else None,
        }
        super().__init__(*args, workshop=invitation.workshop, **kwargs)
        self.verified = list(invitation.affiliations.all())
        choice = self.fields["affiliations"]
        choice.queryset = choice.queryset.exclude(pk__in=[each.pk for each in self.verified])
        if self.verified:
            choice.label = _("Do you belong to any other group?")


class ChangeForm(DetailsForm):
    """Change what one told. What would be verified no longer is told before it is saved."""

    accepts_loss = forms.BooleanField(
        required=False,
        label=gettext_lazy("I have read this and want to change it"),
    )

    def __init__(self, *args, participant: Participant, **kwargs):
        self.participant = participant
        kwargs["initial"] = _answers_of(participant)
        super().__init__(*args, workshop=participant.workshop, **kwargs)
        self.fields["affiliations"].verified = frozenset(
            participant.participant_affiliations.verified().values_list("affiliation_id", flat=True)
        )
        self.lost = []

    def clean(self):
        cleaned = super().clean()
        if not self.errors:
            self.lost = verified_lost(self.participant, self.details())
            if self.lost and not cleaned.get("accepts_loss"):
                sentence = _("Nothing is saved yet: tick this if you want to go on.")
                self.add_error("accepts_loss", sentence)
        return cleaned


def _answers_of(participant: Participant) -> dict:
    sensitive = SensitiveDetails.objects.filter(participant=participant).first()
    return {
        "badge_name": participant.badge_name,
        "organisation": participant.organisation_id,
        "other_organisation": participant.other_organisation,
        "job_title": participant.job_title,
        "country": participant.country,
        "affiliations": [
            each.affiliation_id for each in participant.participant_affiliations.all()
        ],
        "days": [each.on.isoformat() for each in participant.attendances.all()],
        "dietary": sensitive.dietary if sensitive else "",
        "access": sensitive.access if sensitive else "",
    }


def sensitive_note() -> str:
    """Who reads dietary and access needs, and how long they are kept."""
    return _(
        "Only organisers, and whoever sees to meals and rooms, read these two; each reading is on "
        "record. They are erased %(days)d days after the workshop."
    ) % {"days": settings.SENSITIVE_DETAILS_KEPT_DAYS}
