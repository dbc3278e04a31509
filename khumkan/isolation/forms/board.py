"""What is chosen on the bed board and on the forecast."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khumkan.isolation.choices import FacilityKind, Level
from khumkan.isolation.words import LEVELS
from khumkan.ui import fields
from khumkan.ui.forms import Form

#: Kinds of sites that have beds.
WITH_BEDS = [(kind.value, kind.label) for kind in FacilityKind if kind is not FacilityKind.HOME]


class BoardForm(Form):
    """A choice by GET; what cannot be read counts as not chosen."""

    province = fields.SelectField(label=gettext_lazy("Province"), choices=(), required=False)
    level = fields.SelectField(label=gettext_lazy("Level"), choices=(), required=False)
    kind = fields.SelectField(label=gettext_lazy("Kind of site"), choices=(), required=False)

    def __init__(self, *args: Any, provinces: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        levels = [(str(level.value), shown.words) for level, shown in LEVELS.items()]
        for name, choices in (("province", provinces), ("level", levels), ("kind", WITH_BEDS)):
            self.fields[name].choices = [("", _("All")), *choices]  # type: ignore[attr-defined]

    def chosen(self) -> tuple[str, Level | None, str]:
        """Return province, level and kind; nothing where all are wanted."""
        asked = self.cleaned_data if self.is_bound and self.is_valid() else {}
        level = asked.get("level", "")
        return asked.get("province", ""), Level(int(level)) if level else None, asked.get("kind", "")
