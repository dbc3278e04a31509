"""What the hotline fills in: cases, who is at the desk, answers of a caller, marks of a review."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from khumkan.hotline.actions.closing import BY_HAND
from khumkan.hotline.choices import Closed, Reason, Reply, Skill, Spoken, Thing
from khumkan.hotline.rules.verifying import Question
from khumkan.hotline.words import QUESTIONS
from khumkan.ui import fields
from khumkan.ui.forms import Form

LONGEST_NOTE = 1_000
MARKS = [("1", _("1: not at all")), ("2", "2"), ("3", "3"), ("4", "4"), ("5", _("5: very well"))]


class OpenForm(Form):
    """A case for a person whose file is open."""

    reason = fields.RadioField(label=_("Why does the person call?"), choices=Reason.choices)
    language = fields.RadioField(label=_("Language of the call"), choices=Spoken.choices, initial=Spoken.THAI)
    keep = fields.YesNoField(
        label=_("Do you work on it yourself?"),
        help_text=_("If not, it goes to a colleague who knows about it."),
        initial=True,
    )
    note = fields.LongTextField(
        label=_("Note"),
        help_text=_("In your own words. Only the hotline reads it."),
        max_length=LONGEST_NOTE,
        rows=3,
        required=False,
    )


class OpenForAnybodyForm(OpenForm):
    """A case for somebody who is not in the register, or does not say who they are, or for an employer."""

    account = fields.TextField(
        label=_("Employer’s account"),
        help_text=_("Ten digits, when an employer calls. Empty for anybody else."),
        max_length=20,
        width=20,
        required=False,
    )
    phone = fields.PhoneField(
        label=_("Telephone to call back"),
        help_text=_("Kept sealed. Without it we cannot answer."),
        required=False,
    )
    field_order = ("reason", "account", "phone", "language", "keep", "note")


class NoteForm(Form):
    """A note."""

    note = fields.LongTextField(label=_("Note"), max_length=LONGEST_NOTE, rows=3)


class WaitForm(Form):
    """What a case waits for."""

    thing = fields.SelectField(label=_("What solves it?"), choices=Thing.choices)


class ReplyForm(Form):
    """A reply that is ready in both languages."""

    reply = fields.SelectField(label=_("Message"), choices=Reply.choices)


class HandForm(Form):
    """A colleague."""

    to = fields.TextField(label=_("User name of the colleague"), max_length=60, width=20, autocomplete="off")


class EscalateForm(Form):
    """Why a case is passed up."""

    why = fields.LongTextField(label=_("Why does a supervisor have to look?"), max_length=LONGEST_NOTE, rows=3)


class CloseForm(Form):
    """Why a case is closed."""

    because = fields.RadioField(label=_("Why is it closed?"), choices=[(one.value, one.label) for one in BY_HAND])
    note = fields.LongTextField(label=_("Note"), max_length=LONGEST_NOTE, rows=2, required=False)


class MergeForm(Form):
    """Into which case."""

    into = fields.RadioField(label=_("Into which case?"), choices=())

    def __init__(self, *args: Any, others: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].choices = list(others)  # type: ignore[attr-defined]


class PresenceForm(Form):
    """What somebody at the desk knows and speaks."""

    skills = fields.CheckboxesField(label=_("What do you know about?"), choices=Skill.choices)
    languages = fields.CheckboxesField(label=_("In which languages do you help?"), choices=Spoken.choices)


class VerifyForm(Form):
    """The questions that make sure who calls. What is right, the page never shows."""

    def __init__(self, *args: Any, asked: Sequence[Question], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in asked:
            label, hint = QUESTIONS[question]
            self.fields[question.value] = fields.TextField(
                label=label, help_text=hint, max_length=20, width=10, autocomplete="off", required=False
            )

    def typed(self) -> dict[Question, str]:
        """Return the answers of a valid form."""
        return {Question(name): str(value) for name, value in self.cleaned_data.items()}


class VouchForm(Form):
    """Why a supervisor vouches for a caller."""

    because = fields.TextField(
        label=_("Why do you vouch for this caller?"),
        help_text=_("For example: the daughter calls for her sick father. The person can read this."),
        max_length=120,
    )


class BulkForm(Form):
    """What is done with many cases at once; shown first, then confirmed."""

    act = fields.RadioField(
        label=_("What is done with them?"),
        choices=[
            (f"close.{Closed.SOLVED.value}", _("Close them: solved by the hotline")),
            (f"close.{Closed.NOT_NEEDED.value}", _("Close them: not needed any more")),
            ("hand", _("Give them to a colleague")),
        ],
    )
    to = fields.TextField(
        label=_("User name of the colleague"), max_length=60, width=20, autocomplete="off", required=False
    )


class ReviewForm(Form):
    """Marks of a closed case."""

    listened = fields.RadioField(label=_("Was the caller listened to?"), choices=MARKS)
    solved = fields.RadioField(label=_("Was it solved?"), choices=MARKS)
    plain = fields.RadioField(label=_("Were the words plain and polite?"), choices=MARKS)
    note = fields.LongTextField(label=_("Note"), max_length=LONGEST_NOTE, rows=3, required=False)
