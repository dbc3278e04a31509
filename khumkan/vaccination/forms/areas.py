"""What officers write of phases, choices of districts, figures of cases, and what they narrow coverage to."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from khumkan.policies.states import PhaseState
from khumkan.ui import fields
from khumkan.ui.forms import Form
from khumkan.vaccination.actions.case_files import LARGEST_BYTES
from khumkan.vaccination.actions.phases import SECTIONS, Draft
from khumkan.vaccination.choices import Vaccine

COUNTRY, PROVINCES, BY_CASES = "country", "provinces", "by_cases"
OWN = "own"
MOST_DOSES = 100_000_000


class PhaseForm(Form):
    """A phase as an officer drafts it."""

    number = fields.NumberField(label=_("Number of the phase"), min_value=1, max_value=99, width=3)
    years = fields.TextField(
        label=_("Year"),
        help_text=_("In the common era, such as 2021, or 2021-2022."),
        max_length=9,
        width=10,
    )
    title_th = fields.TextField(label=_("Name in Thai"), max_length=200)
    title_en = fields.TextField(label=_("Name in English"), max_length=200)
    opens_on = fields.DateField(label=_("First day"))
    closes_on = fields.DateField(label=_("Last day"), help_text=_("Empty: until further notice."), required=False)
    vaccines = fields.CheckboxesField(label=_("Vaccines"), choices=Vaccine.choices)
    sections = fields.CheckboxesField(label=_("Insured under"), choices=())
    doses = fields.NumberField(
        label=_("Doses expected for the phase"), min_value=1, max_value=MOST_DOSES, help_text=_("First and second.")
    )
    lists_lock_on = fields.DateField(
        label=_("Lists lock on"), help_text=_("From this day on employers change their lists by request only.")
    )
    areas = fields.RadioField(
        label=_("Where"),
        choices=[
            (COUNTRY, _("The whole country")),
            (PROVINCES, _("The provinces ticked below")),
            (BY_CASES, _("Districts chosen by their cases")),
        ],
        hints={BY_CASES: _("Among the provinces ticked below; without any, in the whole country.")},
    )
    provinces = fields.CheckboxesField(label=_("Provinces"), choices=(), required=False)

    def __init__(self, *args: Any, provinces: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["provinces"].choices = provinces  # type: ignore[attr-defined]
        sections = [(str(number), _("Section %(number)s") % {"number": number}) for number in SECTIONS]
        self.fields["sections"].choices = sections  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Check that provinces are ticked where they are asked for, and none where they would be forgotten."""
        cleaned = super().clean() or {}
        if cleaned.get("areas") == PROVINCES and not cleaned.get("provinces"):
            self.add_error("provinces", _("Tick at least one province."))
        if cleaned.get("areas") == COUNTRY and cleaned.get("provinces"):
            self.add_error("provinces", _("You chose the whole country: leave the provinces empty."))
        return cleaned

    def draft(self) -> Draft:
        """Return what was written."""
        said = self.cleaned_data
        ticked = tuple(said["provinces"])
        by_cases = said["areas"] == BY_CASES
        return Draft(
            number=said["number"],
            years=said["years"],
            title_th=said["title_th"],
            title_en=said["title_en"],
            opens_on=said["opens_on"],
            closes_on=said["closes_on"],
            vaccines=[Vaccine(one) for one in said["vaccines"]],
            sections=[int(one) for one in said["sections"]],
            doses=said["doses"],
            lists_lock_on=said["lists_lock_on"],
            area_codes=() if by_cases else ticked,
            chosen_by_cases=by_cases,
            frame_codes=ticked if by_cases else (),
        )


#: What an officer may make of a phase, in the words of a choice.
MOVES = (
    (PhaseState.PAUSED, _("Pause it: nobody new gets a date")),
    (PhaseState.OPEN, _("Open it again")),
    (PhaseState.CLOSED, _("Close it for good")),
)


class MoveForm(Form):
    """What becomes of a phase, and why."""

    to = fields.RadioField(label=_("What becomes of the phase?"), choices=())
    why = fields.LongTextField(
        label=_("Why?"), help_text=_("Everybody in the office reads this. No names of people."), max_length=200, rows=2
    )

    def __init__(self, *args: Any, moves: Iterable[PhaseState], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        possible = set(moves)
        choices = [(state.value, words) for state, words in MOVES if state in possible]
        self.fields["to"].choices = choices  # type: ignore[attr-defined]


class ChoiceForm(Form):
    """A choice of districts to simulate."""

    phase = fields.SelectField(label=_("For which phase"), choices=())
    figures = fields.SelectField(label=_("Whose case figures"), choices=())
    until_on = fields.DateField(label=_("Last day that counts"))
    days = fields.NumberField(label=_("Days that count"), min_value=1, max_value=60, width=3)
    least_rate = fields.NumberField(
        label=_("Cases per 100,000 insured persons from which a district is opened"),
        decimals=2,
        min_value=0,
        max_value=100_000,
        width=10,
    )
    doses = fields.NumberField(
        label=_("Doses for these districts"),
        help_text=_("Together they get no more than this, first and second doses."),
        min_value=0,
        max_value=MOST_DOSES,
    )

    def __init__(
        self, *args: Any, phases: Sequence[tuple[str, str]], files: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phase"].choices = [("", _("Choose")), *phases]  # type: ignore[attr-defined]
        self.fields["figures"].choices = [(OWN, _("Our own tests")), *files]  # type: ignore[attr-defined]


class CaseFileForm(Form):
    """Figures that somebody else counted."""

    file = fields.FileField(
        label=_("File"),
        help_text=_("CSV in UTF-8 with the headings date, province, new_cases, and district if it is known."),
        accept=".csv",
        largest=LARGEST_BYTES,
    )
    source = fields.TextField(
        label=_("Who counted?"), help_text=_("Such as: daily briefings of the situation centre."), max_length=200
    )


class CoverageForm(Form):
    """Days and province of the coverage. Everything may be left as it is."""

    first = fields.DateField(label=_("From"), required=False)
    last = fields.DateField(label=_("To"), required=False)
    province = fields.SelectField(label=_("Province"), required=False, choices=())

    def __init__(self, *args: Any, provinces: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["province"].choices = [("", _("All provinces")), *provinces]  # type: ignore[attr-defined]
