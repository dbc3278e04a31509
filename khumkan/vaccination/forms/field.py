"""What is typed at a vaccination site, with one thumb; and how a device says when a step was done."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from django.utils.translation import get_language
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from khumkan.kernel import clock
from khumkan.kernel.dates import show_date
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_
from khumkan.places.models import Site
from khumkan.ui import fields
from khumkan.ui.forms import Form
from khumkan.vaccination.actions.presence import Sent
from khumkan.vaccination.choices import DoorOutcome, InjectedIn, Question, Reaction, StockKind, TurnedBack
from khumkan.vaccination.models import Lot, SiteLot
from khumkan.vaccination.queries import site_doses
from khumkan.vaccination.rules.visits import NO, YES, Vitals, speaking_against

#: What a person can have: beyond it somebody typed wrong.
TEMPERATURES, PRESSURES, WEIGHTS = (33, 43), (40, 260), (20, 300)
YES_NO = ((YES, _("Yes")), (NO, _("No")))


def sent_by(data: Mapping[str, Any]) -> Sent:
    """Return the key of a step and when it was done, as the page or a device that was cut off says.

    :raises Refused: for a key that is none.
    """
    try:
        key = UUID(str(data.get("client_key") or uuid4()))
    except ValueError:
        raise Refused(N_("This form has expired. Go back, reload the page and try again."), "key_wrong") from None
    return Sent(client_key=key, done_at=done_at(data))


def done_at(data: Mapping[str, Any]) -> datetime:
    """Return when a step was done, as a device that was cut off says; without that, now."""
    try:
        told = datetime.fromisoformat(str(data.get("done_at", "")))
    except ValueError:
        return clock.now()
    return told if told.tzinfo else told.replace(tzinfo=UTC)


class FindForm(Form):
    """A scanned or typed code, a name, or a number; never sent in an address."""

    wanted = fields.TextField(
        label=_("Code, name or identity number"),
        help_text=_("Scan the QR code with the phone's camera, or type what stands below it."),
        width=20,
        max_length=80,
        autocomplete="off",
    )


class CheckInForm(Form):
    """Nothing is typed to let somebody in who is on the list."""


class MeasureForm(Form):
    """Weight, temperature, blood pressure."""

    weight = fields.NumberField(label=_("Weight"), decimals=1, width=4, suffix="kg", required=False)
    temperature = fields.NumberField(
        label=_("Temperature"), decimals=1, width=4, suffix="°C", help_text=_("For example 36.6")
    )
    systolic = fields.NumberField(label=_("Upper blood pressure"), width=4, suffix="mmHg", help_text=_("Such as 120"))
    diastolic = fields.NumberField(label=_("Lower blood pressure"), width=4, suffix="mmHg", help_text=_("Such as 80"))

    def clean(self) -> dict[str, Any]:
        """Find what nobody can have, and pressures that were exchanged."""
        cleaned = super().clean() or self.cleaned_data
        spans = {"temperature": TEMPERATURES, "systolic": PRESSURES, "diastolic": PRESSURES, "weight": WEIGHTS}
        for name, (least, most) in spans.items():
            value = cleaned.get(name)
            if value is not None and not least <= value <= most:
                text = _now("This must be between %(least)s and %(most)s. Please look again.")
                self.add_error(name, text % {"least": least, "most": most})
        upper, lower = cleaned.get("systolic"), cleaned.get("diastolic")
        if upper is not None and lower is not None and upper <= lower:
            self.add_error("diastolic", _("The lower blood pressure must be below the upper one."))
        return cleaned

    @property
    def vitals(self) -> Vitals:
        """What was measured."""
        found = self.cleaned_data
        return Vitals(
            weight=found["weight"],
            temperature=found["temperature"],
            systolic=int(found["systolic"]),
            diastolic=int(found["diastolic"]),
        )


class ScreeningForm(Form):
    """The questions about health, and the consent. Nothing is chosen beforehand."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in Question:
            self.fields[question.value] = fields.RadioField(label=question.label, choices=YES_NO)
        self.fields["consent"] = fields.RadioField(label=_("Does the person agree to this dose?"), choices=YES_NO)
        self.fields["doctor"] = fields.TextField(
            label=_("Doctor who decided, when an answer speaks against the dose"),
            required=False, max_length=80, width=20, autocomplete="off",
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Say at each answer that speaks against the dose that it does, unless a doctor decided."""
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("doctor"):
            for question, why in speaking_against({name: str(value) for name, value in cleaned.items()}):
                said = (
                    _("Not today: put the dose off.")
                    if why is TurnedBack.UNWELL
                    else _("A doctor has to decide first. Enter the name below, or put the dose off.")
                )
                self.add_error(question.value, said)
        return cleaned

    @property
    def answers(self) -> dict[str, str]:
        """Yes or no by the code of the question, and the consent."""
        return {name: self.cleaned_data[name] for name in (*Question.values, "consent")}


class NeedleForm(Form):
    """What was given: the lot chosen or scanned, where, and by whom."""

    lot = fields.RadioField(label=_("Lot"), choices=(), required=False)
    lot_number = fields.TextField(
        label=_("Or scan or type the lot number on the vial"), required=False, max_length=40, width=20,
        autocomplete="off",
    )  # fmt: skip
    injected_in = fields.RadioField(label=_("Where?"), choices=InjectedIn.choices)
    licence = fields.TextField(
        label=_("Licence number of who gives the dose"),
        help_text=_("Taken over from the dose before. Change it when somebody else gives this one."),
        max_length=20, width=10, autocomplete="off",
    )  # fmt: skip

    def __init__(self, *args: Any, lots: Sequence[SiteLot], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lots = {str(row.lot_id): row.lot for row in lots}
        self.fields["lot"].choices = [(str(row.lot_id), lot_words(row)) for row in lots]  # type: ignore[attr-defined]
        if not self.initial.get("licence"):
            self.fields["licence"].help_text = ""

    def clean(self) -> dict[str, Any]:
        """Find the lot; of one chosen and another one typed, neither."""
        cleaned = super().clean() or self.cleaned_data
        chosen, typed = self.lots.get(cleaned.get("lot", "")), cleaned.get("lot_number", "")
        scanned = site_doses.lot_numbered(typed) if typed else None
        if typed and scanned is None:
            self.add_error("lot_number", _("The office does not know this lot. Do not give it, and call the office."))
        elif chosen and scanned and chosen.pk != scanned.pk:
            self.add_error("lot_number", _("This is another lot than the one you chose."))
        elif not (chosen or scanned):
            self.add_error("lot", _("Choose the lot, or scan the number on the vial."))
        cleaned["found"] = scanned or chosen
        return cleaned

    @property
    def found(self) -> Lot:
        """The lot that was chosen or scanned."""
        lot: Lot = self.cleaned_data["found"]
        return lot


class LeaveForm(Form):
    """How the person feels before leaving."""

    felt = fields.CheckboxesField(
        label=_("What does the person feel?"),
        help_text=_("Tick nothing when they feel well."),
        choices=Reaction.choices,
        required=False,
    )
    doctor = fields.TextField(
        label=_("Doctor who saw the person, when there is a warning sign"),
        required=False, max_length=80, width=20, autocomplete="off",
    )  # fmt: skip


class TurnBackForm(Form):
    """Why somebody leaves without a dose."""

    because = fields.RadioField(label=_("Why is no dose given?"), choices=TurnedBack.choices)


class DoorForm(Form):
    """What happened at the door to somebody who is not on today's list."""

    wanted = fields.TextField(label=_("Code or identity number"), required=False, max_length=80, autocomplete="off")
    outcome = fields.RadioField(
        label=_("What happened?"),
        choices=[
            (each.value, each.label)
            for each in (
                DoorOutcome.NOT_ON_LIST, DoorOutcome.OTHER_DAY, DoorOutcome.OTHER_SITE, DoorOutcome.MISMATCH,
            )
        ],
    )  # fmt: skip
    words = fields.TextField(
        label=_("Note for colleagues"), help_text=_("No illness and no result."), required=False, max_length=200
    )


class StockForm(Form):
    """Doses that came, left or were lost."""

    what = fields.RadioField(
        label=_("What happened?"),
        choices=[(each.value, each.label) for each in StockKind if each is not StockKind.GIVEN],
        hints={StockKind.COUNTED.value: _("Enter how many doses there are now.")},
    )
    lot = fields.SelectField(label=_("Lot"), choices=())
    doses = fields.NumberField(label=_("How many doses?"), width=5)
    to_site = fields.SelectField(label=_("To which site, when doses are sent on?"), choices=(), required=False)
    note = fields.TextField(label=_("Note"), required=False, max_length=200)

    def __init__(self, *args: Any, lots: Sequence[Lot], sites: Sequence[Site], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lots = {str(lot.pk): lot for lot in lots}
        self.sites = {site.reference: site for site in sites}
        for name, choices in (
            ("lot", [(str(lot.pk), f"{lot.number} · {lot.get_vaccine_display()}") for lot in lots]),
            ("to_site", [(site.reference, str(site)) for site in sites]),
        ):
            field = self.fields[name]
            field.choices = [*field.choices, *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for what each kind of change needs."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("what") == StockKind.SENT_ON and not cleaned.get("to_site"):
            self.add_error("to_site", _("Choose the site to which the doses are sent."))
        if cleaned.get("what") == StockKind.COUNTED and not cleaned.get("note"):
            self.add_error("note", _("Please say why the count is different."))
        return cleaned


class WarmthForm(Form):
    """The thermometer of the refrigerator."""

    celsius = fields.NumberField(label=_("Temperature of the refrigerator"), decimals=1, width=4, suffix="°C")


class SpanForm(Form):
    """From which day until which day, by GET; what cannot be read counts as not asked."""

    first = fields.DateField(label=_("From"), required=False)
    last = fields.DateField(label=_("Until"), required=False)


class HeldForm(Form):
    """What an officer decides about doses that were too warm or too cold."""

    decision = fields.RadioField(
        label=_("What did the maker or the cold chain officer say?"),
        choices=(("release", _("The doses may be given")), ("discard", _("The doses are thrown away"))),
    )
    why = fields.TextField(label=_("Who decided, and why"), max_length=150)


def lot_words(row: SiteLot) -> str:
    """Return how a lot is called where one is chosen: number, vaccine, last day, and doses left."""
    return _now("%(lot)s · %(vaccine)s · until %(day)s · %(doses)s left") % {
        "lot": row.lot.number,
        "vaccine": row.lot.get_vaccine_display(),
        "day": show_date(row.lot.expires_on, get_language() or "th", short=True),
        "doses": row.doses,
    }
