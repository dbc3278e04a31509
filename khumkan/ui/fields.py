"""Fields of forms: each knows its control, its keyboard, its autocompletion and its sentences."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khumkan.kernel import identifiers
from khumkan.kernel.dates import common_year, parse_date
from khumkan.kernel.digits import only_digits, plain
from khumkan.kernel.errors import Refused
from khumkan.kernel.identifiers import IdentifierKind
from khumkan.ui.widgets import Checkboxes, DateBoxes, Radios

WIDTHS = (2, 3, 4, 5, 10, 20, 30)
#: Before and after the point together; a longer number is a mistake, or meant to keep the machine busy.
MOST_DIGITS = 18
CHOOSE = gettext_lazy("Choose")
Choices = Iterable[tuple[Any, Any]]


def _attrs(*, width: int | None = None, autocomplete: str = "", **more: object) -> dict[str, Any]:
    if width is not None and width not in WIDTHS:
        raise ValueError(f"a control is {WIDTHS} characters wide, not {width}")
    attrs: dict[str, Any] = {"class": f"govuk-input--width-{width}"} if width else {}
    if autocomplete:
        attrs["autocomplete"] = autocomplete
    return attrs | more


class TextField(forms.CharField):
    """One line of text."""

    def __init__(
        self, *, width: int | None = None, autocomplete: str = "", max_length: int = 200, **kwargs: Any
    ) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs=_attrs(width=width, autocomplete=autocomplete)))
        super().__init__(max_length=max_length, **kwargs)


class LongTextField(forms.CharField):
    """Some lines of text; characters are counted while one types."""

    def __init__(self, *, max_length: int, rows: int = 5, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Name the limit for the counter; the browser itself must not cut what was pasted."""
        return super().widget_attrs(widget) | {"maxlength": str(self.max_length)}


class EmailField(forms.EmailField):
    """An e-mail address."""

    def __init__(self, *, autocomplete: str = "email", **kwargs: Any) -> None:
        widget = forms.EmailInput(attrs=_attrs(width=30, autocomplete=autocomplete, spellcheck="false"))
        super().__init__(widget=widget, **kwargs)


class PasswordField(forms.CharField):
    """A password; password managers and pasting are welcome.

    :param new: it is being chosen, not asked for.
    """

    def __init__(self, *, new: bool = False, **kwargs: Any) -> None:
        attrs = _attrs(width=20, autocomplete="new-password" if new else "current-password", spellcheck="false")
        super().__init__(widget=forms.PasswordInput(attrs=attrs), strip=False, **kwargs)


class CodeField(forms.CharField):
    """A one-time code, which the phone may fill in by itself."""

    def __init__(self, *, length: int = 6, **kwargs: Any) -> None:
        attrs = {"class": "kk-code", "autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": "20"}
        super().__init__(widget=forms.TextInput(attrs=attrs), **kwargs)
        self.length = length

    def to_python(self, value: Any) -> str:
        """Return the digits; blanks and Thai digits do not matter."""
        digits = only_digits(super().to_python(value) or "")
        if value and len(digits) != self.length:
            raise ValidationError(_("The code has %(length)d digits.") % {"length": self.length}, code="code_length")
        return digits


class IdNumberField(forms.CharField):
    """An identity number as it stands on the document, with or without blanks and hyphens.

    :param kind: which document; None leaves the check to the form, which asks for the kind too.
    """

    def __init__(self, *, kind: IdentifierKind | None = IdentifierKind.THAI, **kwargs: Any) -> None:
        keyboard = "numeric" if kind is IdentifierKind.THAI else "text"
        widget = forms.TextInput(attrs=_attrs(width=20, autocomplete="off", inputmode=keyboard, spellcheck="false"))
        super().__init__(max_length=40, widget=widget, **kwargs)
        self.kind = kind

    def to_python(self, value: Any) -> str:
        """Return the number as it is stored."""
        text = super().to_python(value) or ""
        if not text or self.kind is None:
            return plain(text)
        if reason := identifiers.problem(self.kind, text):
            raise ValidationError(str(reason), code=reason.code)
        return identifiers.normalise(self.kind, text)


class PhoneField(forms.CharField):
    """A telephone number of Thailand; another country's with its `+` and code. Cleans to `+66812345678`."""

    def __init__(self, *, autocomplete: str = "tel", **kwargs: Any) -> None:
        attrs = _attrs(width=20, autocomplete=autocomplete)
        super().__init__(max_length=40, widget=forms.TextInput(attrs=attrs | {"type": "tel"}), **kwargs)

    def to_python(self, value: Any) -> str:
        """Return the number in its international form."""
        text = plain(super().to_python(value) or "")
        if not text:
            return ""
        try:
            number = phonenumbers.parse(text, "TH")
        except phonenumbers.NumberParseException as error:
            raise self._unreadable() from error
        if not phonenumbers.is_valid_number(number):
            raise self._unreadable()
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    @staticmethod
    def _unreadable() -> ValidationError:
        return ValidationError(_("Enter a telephone number, for example 081 234 5678."), code="phone")


class NumberField(forms.DecimalField):
    """A number; thousands may be set apart by commas and Thai digits are understood.

    :param decimals: places after the point; with none the value is an int.
    """

    def __init__(
        self, *, decimals: int = 0, prefix: Any = "", suffix: Any = "", width: int = 10, **kwargs: Any
    ) -> None:
        self.decimals, self.prefix_text, self.suffix_text = decimals, prefix, suffix
        keyboard = "decimal" if decimals else "numeric"
        widget = forms.TextInput(attrs=_attrs(width=width, inputmode=keyboard, autocomplete="off"))
        super().__init__(decimal_places=decimals, max_digits=MOST_DIGITS, widget=widget, **kwargs)

    def to_python(self, value: Any) -> Any:
        """Return a `Decimal`, or an int where there are no decimals."""
        if isinstance(value, str):
            value = plain(value).replace(",", "").replace(" ", "")
        number = super().to_python(value)
        if number is None:
            return None
        if not number.is_finite() or number.adjusted() > MOST_DIGITS:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return number if self.decimals or number != number.to_integral_value() else int(number)

    def validate(self, value: Any) -> None:
        """Check limits on the number as a decimal."""
        super().validate(Decimal(value) if isinstance(value, int) else value)

    def run_validators(self, value: Any) -> None:
        """Check digits and places on the number as a decimal."""
        super().run_validators(Decimal(value) if isinstance(value, int) else value)


class DateField(forms.Field):
    """A date in three boxes, in either era.

    :param birthday: it is the reader's own birthday, which the browser may know.
    """

    widget = DateBoxes

    def __init__(
        self, *, earliest: date | None = None, latest: date | None = None, birthday: bool = False, **kwargs: Any
    ) -> None:
        kwargs.setdefault("widget", DateBoxes(birthday=birthday))
        super().__init__(**kwargs)
        self.earliest, self.latest = earliest, latest

    def to_python(self, value: Any) -> date | None:
        """Return the date."""
        if value is None or isinstance(value, date):
            return value
        if isinstance(value, Mapping):
            return self._from_boxes({part: plain(text) for part, text in value.items()})
        try:
            return parse_date(str(value)) if value else None
        except Refused as refusal:
            raise ValidationError(str(refusal), code=refusal.code) from refusal

    def _from_boxes(self, parts: Mapping[str, str]) -> date | None:
        if not any(parts.values()):
            return None
        missing = {
            "day": _("The date needs a day."),
            "month": _("The date needs a month."),
            "year": _("The date needs a year."),
        }
        for part, sentence in missing.items():
            if not parts[part]:
                raise ValidationError(sentence, code=f"date_without_{part}")
        if not all(text.isascii() and text.isdigit() and len(text) <= 4 for text in parts.values()):
            raise ValidationError(_("Write the date in figures, for example 27 3 1988."), code="date_unreadable")
        try:
            return date(common_year(int(parts["year"])), int(parts["month"]), int(parts["day"]))
        except ValueError as error:
            raise ValidationError(_("There is no such date in the calendar."), code="date_unreal") from error

    def validate(self, value: Any) -> None:
        """Check that the date lies within its limits."""
        super().validate(value)
        if value and self.earliest and value < self.earliest:
            raise ValidationError(_("This date is too early."), code="date_early")
        if value and self.latest and value > self.latest:
            raise ValidationError(_("This date is too late."), code="date_late")

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare dates, not texts."""
        try:
            return bool(self.to_python(data) != initial)
        except ValidationError:
            return True


class TimeField(forms.TimeField):
    """A time of day, `08:30` or `08.30`."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TimeInput(attrs=_attrs(width=5, autocomplete="off"), format="%H:%M")
        super().__init__(widget=widget, input_formats=["%H:%M", "%H.%M", "%H:%M:%S"], **kwargs)

    def to_python(self, value: Any) -> Any:
        """Return the time; Thai digits are understood."""
        return super().to_python(plain(value).removesuffix("น.").strip() if isinstance(value, str) else value)


class RadioField(forms.ChoiceField):
    """One of a few; nothing is chosen beforehand.

    :param hints: words below the options, by value.
    """

    def __init__(self, *, hints: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(widget=Radios(hints=hints), **kwargs)


class YesNoField(forms.TypedChoiceField):
    """Yes or no, without either chosen beforehand; cleans to a bool, or None where it is optional and empty."""

    def __init__(self, **kwargs: Any) -> None:
        choices = (("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No")))
        super().__init__(widget=Radios(), choices=choices, coerce=lambda v: v == "yes", empty_value=None, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Return the option of a bool."""
        return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value


class SelectField(forms.ChoiceField):
    """One of many, in a list that opens.

    :param prompt: the first entry, which is no answer.
    """

    def __init__(self, *, choices: Choices, prompt: Any = CHOOSE, **kwargs: Any) -> None:
        super().__init__(choices=[("", prompt), *choices], **kwargs)


class CheckboxesField(forms.MultipleChoiceField):
    """Any of a few."""

    def __init__(self, *, hints: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(widget=Checkboxes(hints=hints), **kwargs)


class TickField(forms.BooleanField):
    """One box to tick; when it is required, it must be ticked."""


class FileField(forms.FileField):
    """A file.

    :param accept: endings that the browser offers, for instance `.csv,.xlsx`; they are checked here again.
    :param largest: in bytes.
    """

    def __init__(self, *, accept: str = "", largest: int = 5_000_000, **kwargs: Any) -> None:
        super().__init__(widget=forms.FileInput(attrs={"accept": accept} if accept else {}), **kwargs)
        self.endings, self.largest = tuple(filter(None, accept.lower().split(","))), largest

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Check size and ending."""
        file = super().clean(data, initial)
        if isinstance(file, UploadedFile):
            self._check(file)
        return file

    def _check(self, file: "UploadedFile[bytes]") -> None:
        if file.size is not None and file.size > self.largest:
            size = {"size": filesizeformat(self.largest)}
            raise ValidationError(_("The file is larger than %(size)s.") % size, code="file_large")
        if self.endings and not str(file.name).lower().endswith(self.endings):
            endings = {"endings": ", ".join(self.endings)}
            raise ValidationError(_("The file must be one of: %(endings)s.") % endings, code="file_kind")
