"""The questions of “What can I get?”."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from khumkan.hotline.queries import checker
from khumkan.hotline.rules.checking import Answers
from khumkan.ui import fields
from khumkan.ui.forms import Form

NOT_INSURED, UNSURE = "none", "unsure"


class CheckerForm(Form):
    """A few questions; the answers stand in the address and are kept nowhere."""

    section = fields.RadioField(
        label=_("How are you insured?"),
        choices=[
            ("33", _("I am an employee (section 33)")),
            ("39", _("I was an employee and go on by myself (section 39)")),
            ("40", _("I work for myself (section 40)")),
            (UNSURE, _("I am not sure")),
            (NOT_INSURED, _("I am not insured")),
        ],
    )
    about = fields.CheckboxesField(
        label=_("What is true for you today?"),
        help_text=_("Tick everything that fits."),
        choices=[
            ("severe", _("It is hard to breathe, my chest hurts, or I can hardly stay awake")),
            ("positive", _("A test found that I am infected")),
            ("contact", _("I met somebody infected")),
            ("symptoms", _("I have a fever, a cough, a sore throat or no sense of smell")),
            ("vaccination", _("I would like to be vaccinated")),
            ("lost_work", _("I lost my work")),
            ("employer", _("I am an employer")),
        ],
        required=False,
    )
    province = fields.SelectField(
        label=_("Province"), help_text=_("For the nearest places. You may leave it empty."), choices=(), required=False
    )
    district = fields.TextField(
        label=_("District"), help_text=_("For example: Din Daeng"), max_length=60, width=20, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["province"].choices = [("", _("Choose")), *checker.provinces()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Find the district that was written, within its province."""
        cleaned = super().clean() or {}
        written, province = cleaned.get("district"), cleaned.get("province")
        cleaned["district_code"] = ""
        if written and not province:
            self.add_error("province", _("Choose the province, too: districts of many provinces are called alike."))
        elif written:
            cleaned["district_code"] = checker.district_called(written, province_code=str(province))
            if not cleaned["district_code"]:
                self.add_error("district", _("We know no such district there. Leave it empty for the whole province."))
        return cleaned

    def answers(self) -> Answers:
        """Return what was said."""
        said, ticked = self.cleaned_data["section"], set(self.cleaned_data["about"])
        section = None if said == NOT_INSURED else 0 if said == UNSURE else int(said)
        return Answers(
            section=section,
            is_severe="severe" in ticked,
            is_positive="positive" in ticked,
            met_somebody="contact" in ticked,
            has_symptoms="symptoms" in ticked,
            wants_vaccination="vaccination" in ticked,
            lost_work="lost_work" in ticked,
            is_employer="employer" in ticked,
        )
