"""Forms as pages show them."""

from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext as _

#: Fields that are filled by choosing, not by writing.
CHOSEN = (forms.ChoiceField, forms.MultipleChoiceField, forms.ModelChoiceField, forms.FileField)
STOCK_SENTENCE = forms.Field.default_error_messages["required"]


class Said:
    """Lets every missing answer be named: eleven times “This field is required.” helps nobody."""

    fields: dict[str, forms.Field]
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if field.error_messages.get("required") is STOCK_SENTENCE:
                field.error_messages["required"] = _sentence_later(field)


class Form(Said, forms.Form):
    """A form whose controls leave all checks to the server, which answers in the page's language."""


class ModelForm(Said, forms.ModelForm):  # type: ignore[type-arg]
    """The same for a form made from a model."""


def _sentence(field: forms.Field) -> str:
    label = {"label": field.label or ""}
    if isinstance(field, forms.BooleanField):
        return _("Tick “%(label)s” to go on.") % label
    if isinstance(field, CHOSEN):
        return _("Choose: %(label)s") % label
    return _("Please fill in: %(label)s") % label


#: Put together only when it is shown: most forms are filled in.
_sentence_later = lazy(_sentence, str)
