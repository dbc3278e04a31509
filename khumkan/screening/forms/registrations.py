"""What is asked of somebody who registers, and of officers who plan sessions: each question decides something."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from khumkan.accounts.forms import OnBehalf
from khumkan.kernel.dates import show_date, show_hours
from khumkan.screening.choices import Ground, Method, Risk, Symptom
from khumkan.screening.queries.offers import Offer
from khumkan.screening.rules.answers import Answers
from khumkan.ui import fields
from khumkan.ui.days import DayBackField
from khumkan.ui.forms import Form

PREGNANT, ILLNESS = "pregnant", "illness"


class _Questions(Form):
    """What is asked on every ground."""

    ground: Ground
    about = fields.CheckboxesField(
        label=gettext_lazy("Does one of these apply to you?"),
        help_text=gettext_lazy("Leave it empty if none does. It decides only who comes first."),
        choices=(
            (PREGNANT, gettext_lazy("I am pregnant")),
            (
                ILLNESS,
                gettext_lazy("I have a long-term illness, such as diabetes or a disease of lungs, heart or kidneys"),
            ),
        ),
        required=False,
    )

    def answers(self) -> Answers:
        """Return the answers of a valid form."""
        told = self.cleaned_data
        return Answers(
            met_on=told.get("met_on"),
            symptoms=tuple(Symptom(code) for code in told.get("symptoms", ())),
            since=told.get("since"),
            risks=tuple(Risk(code) for code in told.get("risks", ())),
            pregnant=PREGNANT in told["about"],
            illness=ILLNESS in told["about"],
        )


class ContactForm(_Questions):
    """Somebody who met a case."""

    ground = Ground.CONTACT
    met_on = DayBackField(
        label=gettext_lazy("When did you last meet the infected person?"),
        help_text=gettext_lazy("Living, eating or travelling together and working side by side count."),
    )
    symptoms = fields.CheckboxesField(
        label=gettext_lazy("Do you feel ill?"),
        help_text=gettext_lazy("Leave it empty if you feel well."),
        choices=Symptom.choices,
        required=False,
    )
    field_order = ("met_on", "symptoms", "about")


class SymptomsForm(_Questions):
    """Somebody who feels ill."""

    ground = Ground.SYMPTOMS
    symptoms = fields.CheckboxesField(label=gettext_lazy("What do you feel?"), choices=Symptom.choices)
    since = DayBackField(label=gettext_lazy("When did it begin?"))
    field_order = ("symptoms", "since", "about")


class RiskForm(_Questions):
    """Somebody at high risk."""

    ground = Ground.HIGH_RISK
    risks = fields.CheckboxesField(label=gettext_lazy("What puts you at risk?"), choices=Risk.choices)
    field_order = ("risks", "about")


class InvitedForm(_Questions):
    """Somebody who was invited: the day of the contact is known."""

    ground = Ground.CONTACT
    symptoms = fields.CheckboxesField(
        label=gettext_lazy("Do you feel ill?"),
        help_text=gettext_lazy("Leave it empty if you feel well."),
        choices=Symptom.choices,
        required=False,
    )
    field_order: tuple[str, ...] = ("symptoms", "about")


FORMS: dict[str, type[_Questions]] = {form.ground.value: form for form in (ContactForm, SymptomsForm, RiskForm)}


class PlaceForm(Form):
    """One of the places offered."""

    session = fields.RadioField(label=gettext_lazy("Day and place"), choices=())

    def __init__(self, *args: Any, offers: Sequence[Offer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["session"]
        choice.choices = [(str(offer.session_id), offer_words(offer)) for offer in offers]  # type: ignore[attr-defined]


class OnBehalfPlaceForm(PlaceForm, OnBehalf):
    """The same for staff who act for a person."""

    field_order = ("session", "because")


class FindForm(Form):
    """Whom the hotline looks for: never by name, so that nobody can browse."""

    what = fields.TextField(
        label=gettext_lazy("Number, telephone or reference"),
        help_text=gettext_lazy(
            "The whole identity number, passport or telephone number, or a reference such as T-7K4M9-2QXC3."
        ),
        max_length=40,
        width=20,
    )


class DeskInvitedForm(InvitedForm, OnBehalf, FindForm):
    """The same questions as to somebody who was invited, asked on the telephone: first who is calling."""

    field_order = ("what", "symptoms", "about", "because")


def offer_words(offer: Offer) -> str:
    """Return a place as one line to choose."""
    language = get_language() or "th"
    hours = show_hours(offer.starts_at, offer.ends_at, language)
    words = f"{show_date(offer.day, language, weekday=True)}, {hours}, {offer.site_name}"
    if offer.km is None:
        return words
    return _("%(place)s (about %(km)d km)") % {"place": words, "km": max(1, round(offer.km))}


class OpenDaysForm(Form):
    """Open sessions on the opening days of sites."""

    province = fields.SelectField(label=gettext_lazy("Province"), choices=())
    first = fields.DateField(label=gettext_lazy("First day"))
    last = fields.DateField(label=gettext_lazy("Last day"))
    method = fields.RadioField(label=gettext_lazy("Method"), choices=Method.choices)
    places = fields.NumberField(
        label=gettext_lazy("Places in each session"),
        help_text=gettext_lazy("Leave it empty to take what each site can serve a day."),
        required=False,
        min_value=1,
    )

    def __init__(self, *args: Any, provinces: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["province"].choices = [("", _("Choose a province")), *provinces]  # type: ignore[attr-defined]


class PlacesForm(Form):
    """How many places a session has."""

    places = fields.NumberField(label=gettext_lazy("Places"), min_value=0)


class CancelForm(Form):
    """Why a session is cancelled."""

    why = fields.TextField(
        label=gettext_lazy("Why is it cancelled?"),
        help_text=gettext_lazy(
            "For example: hall too hot. The office reads this; the persons are told only that it is cancelled."
        ),
        max_length=150,
    )
