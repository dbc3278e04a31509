"""A field of a form: label, hint, error, control, in this order."""

from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.safestring import SafeString

from khumkan.ui.rendering import render
from khumkan.ui.widgets import DateBoxes

#: Which branch of the template draws a widget; the first class that fits wins.
SHAPES: tuple[tuple[type[forms.Widget], str, str], ...] = (
    (forms.HiddenInput, "hidden", ""),
    (forms.MultipleHiddenInput, "hidden", ""),
    (forms.CheckboxInput, "tick", "govuk-checkboxes__input"),
    (forms.CheckboxSelectMultiple, "group", ""),
    (forms.RadioSelect, "group", ""),
    (DateBoxes, "group", ""),
    (forms.Select, "control", "govuk-select"),
    (forms.Textarea, "control", "govuk-textarea"),
    (forms.FileInput, "control", "kk-file"),
    (forms.PasswordInput, "password", "govuk-input govuk-password-input__input govuk-js-password-input-input"),
)
ERROR_CLASSES = {"govuk-select": "govuk-select--error", "govuk-textarea": "govuk-textarea--error", "kk-file": ""}


def field(bound: BoundField, heading: bool = False) -> SafeString:
    """Write one field of a form.

    :param heading: the label or legend is the page's only heading of level 1.
    """
    shape, classes = _shape(bound.field.widget)
    if bound.errors and shape in ("control", "password"):
        classes = f"{classes} {ERROR_CLASSES.get(classes, 'govuk-input--error')}".strip()
    own = bound.field.widget.attrs.get("class", "")
    limit = bound.field.widget.attrs.get("maxlength") if isinstance(bound.field.widget, forms.Textarea) else None
    attrs: dict[str, Any] = {"class": f"{classes} {own}".strip()} if classes or own else {}
    if limit:
        attrs["class"] += " govuk-js-character-count"
        attrs["aria-describedby"] = " ".join(filter(None, (bound.aria_describedby, f"{bound.auto_id}-info")))
    return render(
        "field/field",
        {
            "field": bound,
            "shape": shape,
            "control": bound.as_widget(attrs=attrs),
            "heading": heading,
            "optional": _says_optional(bound, shape),
            "limit": limit,
            "prefix": getattr(bound.field, "prefix_text", ""),
            "suffix": getattr(bound.field, "suffix_text", ""),
            "described": bound.aria_describedby or "",
        },
    )


def first_control_id(bound: BoundField) -> str:
    """Return the id of the control that a link to the field leads to."""
    widget = bound.field.widget
    if isinstance(widget, DateBoxes):
        return f"{bound.auto_id}_day"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return f"{bound.auto_id}_0"
    return bound.id_for_label


def _shape(widget: forms.Widget) -> tuple[str, str]:
    for kind, shape, classes in SHAPES:
        if isinstance(widget, kind):
            return shape, classes
    return "control", "govuk-input"


def _says_optional(bound: BoundField, shape: str) -> bool:
    return not bound.field.required and shape != "tick" and not getattr(bound.field, "quietly_optional", False)
