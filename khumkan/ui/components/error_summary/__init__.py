"""All that is wrong with a form, at its top, with links to the fields."""

from django.forms import BaseForm
from django.utils.safestring import SafeString

from khumkan.ui.components.field import first_control_id
from khumkan.ui.rendering import render


def error_summary(form: BaseForm) -> SafeString:
    """List what is wrong with a form in the order of its fields; nothing for a form without errors."""
    if not form.errors:
        return SafeString("")
    found = [("", error) for error in form.non_field_errors()]
    for bound in form:
        found += [(first_control_id(bound), error) for error in bound.errors]
    return render("error_summary/error_summary", {"errors": found})
