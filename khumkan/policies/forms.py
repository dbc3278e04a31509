"""The form for proposing terms, made from their declaration, and the form for deciding."""

from collections.abc import Mapping
from dataclasses import fields as parts_of
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, get_args, get_origin

from django import forms
from django.utils.translation import gettext_lazy as _

from khumkan.kernel.errors import Refused
from khumkan.policies import codec, wording
from khumkan.policies.terms import Term, Terms, from_json, kind_of
from khumkan.ui import fields
from khumkan.ui.forms import Form

PREFIX = "term_"


class ProposeForm(Form):
    """All parameters of a kind, filled with the values in force, and what a proposal needs besides."""

    def __init__(self, current: Terms, data: Mapping[str, Any] | None = None) -> None:
        self._cls = type(current)
        self._terms = kind_of(self._cls).terms
        first = {PREFIX + one.name: _initial(one, getattr(current, one.name)) for one in self._terms}
        super().__init__(data, initial=first)
        for one in self._terms:
            self.fields[PREFIX + one.name] = _field(one)
        self.fields["effective_from"] = fields.DateField(label=_("From which day"), help_text=_("Today or later."))
        self.fields["why"] = fields.LongTextField(label=_("Why this changes"), max_length=2000, rows=3)
        self.fields["source"] = fields.LongTextField(
            label=_("Source"), help_text=_("The order, announcement or study it rests on."), max_length=1000, rows=2
        )
        self.values: Terms | None = None

    def parameters(self) -> list[Any]:
        """Return the bound fields of the parameters."""
        return [self[PREFIX + one.name] for one in self._terms]

    def clean(self) -> dict[str, Any]:
        """Put the values together; each that does not fit is told at its own field."""
        cleaned = super().clean() or self.cleaned_data
        stored: dict[str, Any] = {}
        for one in self._terms:
            if PREFIX + one.name in cleaned:
                try:
                    stored[one.name] = _stored(one, cleaned[PREFIX + one.name])
                    codec.decode(one.type, stored[one.name], name=str(_(one.help)))
                except Refused as refusal:
                    self.add_error(PREFIX + one.name, str(refusal))
        if not self.errors:
            self.values = from_json(self._cls, stored)
        return cleaned


class RejectForm(Form):
    """Why a proposal is rejected."""

    why = fields.LongTextField(label=_("Why you reject it"), max_length=1000, rows=3)


def _field(one: Term) -> forms.Field:
    words: dict[str, Any] = {"label": _(one.help)}
    declared = codec.without_none(one.type)
    if declared is not one.type:
        words["required"] = False
    choices = _choices_of(one.type)
    if choices is not None:
        many = get_origin(one.type) is not None
        return (
            fields.CheckboxesField(choices=choices, required=False, **words)
            if many
            else fields.RadioField(choices=choices, **words)
        )
    if declared is bool:
        return fields.YesNoField(**words)
    if declared in (int, Decimal):
        limits = {"min_value": one.at_least, "max_value": one.at_most}
        return fields.NumberField(decimals=0 if declared is int else 6, **limits, **words)
    if declared is date:
        return fields.DateField(**words)
    return _text_field(one, words)


def _text_field(one: Term, words: dict[str, Any]) -> forms.Field:
    origin = get_origin(one.type)
    if origin is None or type(None) in get_args(one.type):
        return fields.TextField(width=30, **words | {"required": False})
    hint: Any = _("One on each line.") if origin in (tuple, frozenset) else _("On each line: name = value")
    parts = _part_names(one.type)
    if parts:
        hint = _("On each line: %(parts)s") % {"parts": ", ".join(f"{part} = …" for part in parts)}
    return fields.LongTextField(required=False, max_length=20_000, rows=6, help_text=hint, **words)


def _part_names(declared: Any) -> list[str]:
    inner = get_args(declared)[:1]
    return [part.name for part in parts_of(inner[0])] if inner and hasattr(inner[0], "__dataclass_fields__") else []


def _choices_of(declared: Any) -> list[tuple[str, str]] | None:
    inner = get_args(declared)[0] if get_origin(declared) in (tuple, frozenset) else declared
    if not (isinstance(inner, type) and issubclass(inner, Enum)):
        return None
    return [(str(one.value), wording.label(one)) for one in inner]


def _initial(one: Term, value: Any) -> Any:
    if _choices_of(one.type) is not None:
        return codec.encode(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    return value if codec.without_none(one.type) in (bool, int, date) else wording.as_text(value)


def _stored(one: Term, cleaned: Any) -> Any:
    if isinstance(cleaned, str):
        return wording.read(one.type, cleaned) if _choices_of(one.type) is None else cleaned
    return cleaned if isinstance(cleaned, list) else codec.encode(cleaned)
