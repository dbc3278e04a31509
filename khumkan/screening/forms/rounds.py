"""What officers say of a round."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from khumkan.kernel.errors import Verdict
from khumkan.screening.choices import Method
from khumkan.screening.round_words import KEYS, RULES
from khumkan.screening.rules.designs import suits
from khumkan.screening.rules.sampling import Design, SizeRule, StratumKey
from khumkan.screening.terms.rounds import RoundTerms
from khumkan.ui import fields
from khumkan.ui.forms import Form

HUNDRED = Decimal(100)
WHOLE_COUNTRY = "all"
WORKPLACE = "workplace"


class AreaForm(Form):
    """Where the round goes."""

    province = fields.SelectField(label=_("Province"), choices=())

    def __init__(self, *args: Any, provinces: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["province"].choices = provinces  # type: ignore[attr-defined]


class ChoiceForm(Form):
    """Which enterprises a round takes: those that are ticked, and all from a risk on."""

    employers = fields.CheckboxesField(label=_("Enterprises, the riskiest first"), required=False)
    least = fields.NumberField(
        label=_("And all with a risk of at least"),
        help_text=_("Of 100 points. Leave it empty to take only those you tick."),
        min_value=1,
        max_value=100,
        required=False,
        width=5,
    )

    def __init__(
        self, *args: Any, employers: Sequence[tuple[str, str]], hints: Mapping[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["employers"].choices = employers  # type: ignore[attr-defined]
        self.fields["employers"].widget.hints = hints

    @property
    def ticked(self) -> set[int]:
        """The enterprises that were ticked."""
        return {int(pk) for pk in self.cleaned_data["employers"]}


class NewRoundForm(ChoiceForm):
    """A round without its design."""

    title = fields.TextField(
        label=_("Name of the round"), help_text=_("So that colleagues recognise it."), max_length=200
    )
    method = fields.RadioField(label=_("Method"), choices=Method.choices)
    first_day = fields.DateField(label=_("First day of testing"))
    last_day = fields.DateField(label=_("Last day of testing"))


class DesignForm(Form):
    """How the round draws. What does not belong to the chosen rule is not looked at."""

    keys = fields.CheckboxesField(
        label=_("Stratify by"),
        help_text=_("Each stratum gets its share of the sample."),
        required=False,
        choices=[(key.value, words) for key, words in KEYS.items()],
    )
    stages = fields.RadioField(
        label=_("Whom to draw"),
        choices=[("one", _("Workers of all chosen enterprises")), ("two", _("First enterprises, then their workers"))],
        hints={"two": _("For many enterprises: a team goes to few of them. Larger ones have a larger chance.")},
    )
    per_enterprise = fields.NumberField(
        label=_("Workers drawn in each enterprise"), help_text=_("Only for two stages."), required=False, width=5
    )
    rule = fields.RadioField(label=_("How many"), choices=[(rule.value, words) for rule, words in RULES.items()])
    share = fields.NumberField(label=_("Share of the workers"), suffix="%", decimals=2, required=False, width=5)
    number = fields.NumberField(label=_("Number of workers"), required=False, width=5)
    prevalence = fields.NumberField(
        label=_("Find a case if so many are infected"), suffix="%", decimals=2, required=False, width=5
    )
    confidence = fields.NumberField(label=_("How sure"), suffix="%", decimals=1, required=False, width=5)
    sensitivity = fields.NumberField(
        label=_("Sensitivity of the test"),
        help_text=_("Of 100 infected, so many test positive."),
        suffix="%",
        decimals=1,
        required=False,
        width=5,
    )
    scope = fields.RadioField(
        label=_("Find it in"),
        choices=[("round", _("the round as a whole")), ("stratum", _("each stratum on its own"))],
        required=False,
    )
    minimum = fields.NumberField(
        label=_("The fewest of a stratum"),
        help_text=_("Workers; enterprises when these are drawn first."),
        min_value=1,
        max_value=1000,
        width=5,
    )
    reserve = fields.NumberField(
        label=_("Substitutes kept ready"), suffix="%", decimals=1, min_value=0, max_value=100, width=5
    )

    def design(self, terms: RoundTerms, before: Design) -> Design:
        """Return the design that was filled in; what was left empty is as before."""
        filled = {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}
        shares = ("share", "prevalence", "confidence", "sensitivity", "reserve")
        return Design(
            keys=tuple(StratumKey(key) for key in filled.get("keys", ())),
            size_bounds=terms.size_bounds,
            two_stage=filled["stages"] == "two",
            per_enterprise=int(filled.get("per_enterprise", before.per_enterprise)),
            rule=SizeRule(filled["rule"]),
            number=int(filled.get("number", before.number)),
            in_each=filled.get("scope") == "stratum",
            minimum=int(filled["minimum"]),
            intraclass=terms.intraclass,
            **{name: filled[name] / HUNDRED if name in filled else getattr(before, name) for name in shares},
        )

    def clean(self) -> dict[str, Any]:
        """Refuse numbers that no share and no count can be, before they become a design."""
        cleaned = super().clean() or {}
        for name in ("share", "prevalence", "confidence", "sensitivity"):
            value = cleaned.get(name)
            if value is not None and not 0 < value <= HUNDRED:
                self.add_error(name, _("Between 0 and 100 percent, please."))
        for name in ("per_enterprise", "number"):
            value = cleaned.get(name)
            if value is not None and not 0 < value <= 10_000_000:
                self.add_error(name, _("A whole number above 0, please."))
        return cleaned

    def refuse(self, verdict: Verdict) -> bool:
        """Put the reasons of a verdict beside their fields; return whether there were any."""
        for reason in () if verdict.allowed else verdict.reasons:
            name = reason.code.removeprefix("design_")
            self.add_error(name if name in self.fields else None, str(reason))
        return not verdict.allowed


def filled_in(design: Design) -> dict[str, Any]:
    """Return what the form shows for a design."""
    return {
        "keys": [key.value for key in design.keys],
        "stages": "two" if design.two_stage else "one",
        "per_enterprise": design.per_enterprise or None,
        "rule": design.rule.value,
        "share": _percent(design.share),
        "number": design.number or None,
        "prevalence": _percent(design.prevalence),
        "confidence": _percent(design.confidence),
        "sensitivity": _percent(design.sensitivity),
        "scope": "stratum" if design.in_each else "round",
        "minimum": design.minimum,
        "reserve": _percent(design.reserve),
    }


def first_design(terms: RoundTerms, method: Method) -> Design:
    """Return the design that an officer finds filled in."""
    return Design(
        keys=(StratumKey.INDUSTRY, StratumKey.SIZE),
        size_bounds=terms.size_bounds,
        per_enterprise=terms.per_enterprise,
        rule=SizeRule.SHARE,
        share=terms.share,
        prevalence=terms.prevalence,
        confidence=terms.confidence,
        sensitivity=terms.pcr_sensitivity if method is Method.PCR else terms.rapid_sensitivity,
        minimum=terms.minimum,
        reserve=terms.reserve,
        intraclass=terms.intraclass,
    )


def refused_by_rules(form: DesignForm, design: Design) -> bool:
    """Tell whether the rules refuse a design, with the reasons put into the form."""
    return form.refuse(suits(design))


class FreezeForm(Form):
    """The last thing that may be said before the freeze."""

    public_source = fields.TextField(
        label=_("Public number to mix in, if any"),
        help_text=_(
            "Something that comes out in public after today, such as “first prize of the Government Lottery of 16 "
            "August 2021”. Then not even the office can know the draw beforehand."
        ),
        required=False,
        max_length=200,
    )


class DrawForm(Form):
    """What came out in public."""

    public_value = fields.TextField(label=_("What came out"), max_length=40, width=20)


class ArrangeForm(Form):
    """Where and when the drawn are tested."""

    place = fields.SelectField(label=_("Place"), choices=())
    first_day = fields.DateField(label=_("From"))
    last_day = fields.DateField(label=_("To"))
    per_day = fields.NumberField(label=_("People a day at one place"), min_value=1, max_value=20_000, width=5)

    def __init__(self, *args: Any, sites: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = [  # type: ignore[attr-defined]
            ("", fields.CHOOSE),
            (WORKPLACE, _("At the workplace: the team comes")),
            *sites,
        ]


class SubstitutesForm(Form):
    """When substitutes come, where no session ahead has room."""

    day = fields.DateField(
        label=_("Day for substitutes"), help_text=_("Only needed when no session ahead has room."), required=False
    )


def _percent(share: Decimal) -> str:
    text = f"{share * HUNDRED:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
