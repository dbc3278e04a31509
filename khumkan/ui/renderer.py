"""The way from a Django form to our markup."""

from typing import Any

from django.forms.renderers import TemplatesSetting

#: Stock widgets whose markup must be ours; all others get their look by class.
TEMPLATES = {
    "django/forms/widgets/radio.html": "ui/widgets/radios.html",
    "django/forms/widgets/checkbox_select.html": "ui/widgets/checkboxes.html",
}


class Renderer(TemplatesSetting):
    """Writes every form, field and widget in the look of Khumkan; named by `FORM_RENDERER`."""

    form_template_name = "ui/widgets/form.html"
    field_template_name = "ui/widgets/field.html"

    def get_template(self, template_name: str) -> Any:
        """Return our template where there is one for a stock widget."""
        return super().get_template(TEMPLATES.get(template_name, template_name))
