"""What the fields understand and what they say."""

from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from khumkan.kernel.identifiers import IdentifierKind, thai_check_digit
from khumkan.ui import fields
from khumkan.ui.forms import Form
from khumkan.ui.testing import written


class Born(Form):
    """A form with a date alone."""

    born_on = fields.DateField(label="Born", latest=date(2026, 1, 1), required=False)


def boxes(day: object, month: object, year: object) -> dict[str, str]:
    return {"born_on_day": str(day), "born_on_month": str(month), "born_on_year": str(year)}


@pytest.mark.parametrize("year", ["2531", "1988", "๒๕๓๑"])
def test_a_date_is_understood_in_both_eras_and_both_digits(year: str) -> None:
    form = Born(boxes(27, 3, year))
    assert form.is_valid(), form.errors
    assert form.cleaned_data["born_on"] == date(1988, 3, 27)


def test_a_date_is_understood_in_one_piece() -> None:
    form = Born({"born_on": "1988-03-27"})
    assert form.is_valid()
    assert form.cleaned_data["born_on"] == date(1988, 3, 27)


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2025, 12, 31)), st.sampled_from(["th", "en"]))
def test_what_is_shown_is_understood(day: date, language: str) -> None:
    with translation.override(language):
        shown = fields.DateBoxes().format_value(day)
    form = Born({f"born_on_{part}": text for part, text in shown.items()})
    assert form.is_valid()
    assert form.cleaned_data["born_on"] == day


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (("", 3, 2531), "date_without_day"),
        ((27, "", 2531), "date_without_month"),
        ((27, 3, ""), "date_without_year"),
        ((31, 2, 2531), "date_unreal"),
        (("a", 3, 2531), "date_unreadable"),
        ((1, 1, 2600), "date_late"),
        ((1, 1, 99999), "date_unreadable"),
        ((0, 0, 0), "date_unreal"),
        (("²", 3, 2531), "date_unreadable"),
    ],
)
def test_a_wrong_date_says_what_is_wrong(typed: tuple[Any, Any, Any], code: str) -> None:
    form = Born(boxes(*typed))
    assert form.errors.as_data()["born_on"][0].code == code


def test_no_date_is_no_error_where_it_is_optional() -> None:
    form = Born(boxes("", "", ""))
    assert form.is_valid()
    assert form.cleaned_data["born_on"] is None


def test_a_date_that_stays_has_not_changed() -> None:
    assert not Born(boxes(27, 3, 2531), initial={"born_on": date(1988, 3, 27)}).has_changed()
    assert Born(boxes(28, 3, 2531), initial={"born_on": date(1988, 3, 27)}).has_changed()
    assert Born(boxes("x", 3, 2531), initial={"born_on": date(1988, 3, 27)}).has_changed()


def test_what_was_typed_comes_back() -> None:
    page = written("{% field form.born_on %}", form=Born(boxes(31, 2, 2531)))
    assert 'value="31"' in page
    assert 'value="2531"' in page


@pytest.mark.parametrize("typed", ["081 234 5678", "0812345678", "+66 81 234 5678", "๐๘๑-๒๓๔-๕๖๗๘"])
def test_a_phone_number_is_understood_as_people_write_it(typed: str) -> None:
    assert fields.PhoneField().clean(typed) == "+66812345678"


@pytest.mark.parametrize("typed", ["12345", "abc", "081 234 567", "+66"])
def test_what_is_no_phone_number_is_refused(typed: str) -> None:
    with pytest.raises(forms.ValidationError):
        fields.PhoneField().clean(typed)


def test_an_identity_number_may_have_blanks_and_begin_with_zero() -> None:
    number = "012345678901"
    number += str(thai_check_digit(number))
    typed = f"{number[0]} {number[1:5]}-{number[5:10]}-{number[10:]}"
    assert fields.IdNumberField().clean(typed) == number


def test_an_identity_number_with_a_mistyped_digit_is_refused() -> None:
    with pytest.raises(forms.ValidationError):
        fields.IdNumberField().clean("1234567890123")
    assert fields.IdNumberField(kind=IdentifierKind.PASSPORT).clean("ab 123456") == "AB123456"
    assert fields.IdNumberField(kind=None).clean(" ab1 ") == "ab1"


def test_a_code_may_have_blanks_and_thai_digits() -> None:
    assert fields.CodeField().clean("๑๒๓ 456") == "123456"
    with pytest.raises(forms.ValidationError):
        fields.CodeField().clean("12345")


def test_numbers_may_have_commas() -> None:
    assert fields.NumberField().clean("1,234") == 1234
    assert fields.NumberField(decimals=1).clean("๑๒.๕") == Decimal("12.5")
    assert fields.NumberField(decimals=2).clean("1,234.50") == Decimal("1234.50")
    assert fields.NumberField(required=False).clean("") is None


@pytest.mark.parametrize("typed", ["1.5", "x", "NaN", "Infinity", "1e400", "1e999999"])
def test_what_is_no_whole_number_is_refused(typed: str) -> None:
    with pytest.raises(forms.ValidationError):
        fields.NumberField().clean(typed)


def test_limits_of_numbers() -> None:
    with pytest.raises(forms.ValidationError):
        fields.NumberField(min_value=1).clean("0")


@pytest.mark.parametrize("typed", ["08:30", "08.30", "๐๘.๓๐ น."])
def test_a_time_is_understood(typed: str) -> None:
    assert fields.TimeField().clean(typed) == time(8, 30)


def test_yes_and_no_are_chosen() -> None:
    assert fields.YesNoField().clean("yes") is True
    assert fields.YesNoField().clean("no") is False
    assert fields.YesNoField(required=False).clean("") is None
    assert fields.YesNoField().prepare_value(False) == "no"


def test_a_list_begins_with_no_answer() -> None:
    field = fields.SelectField(choices=[("10", "Bangkok")])
    with pytest.raises(forms.ValidationError):
        field.clean("")
    assert field.clean("10") == "10"


def test_a_file_is_checked_again_here() -> None:
    field = fields.FileField(accept=".csv,.xlsx", largest=3)
    assert field.clean(SimpleUploadedFile("a.CSV", b"abc")).name == "a.CSV"
    with pytest.raises(forms.ValidationError, match="csv"):
        field.clean(SimpleUploadedFile("a.exe", b"abc"))
    with pytest.raises(forms.ValidationError):
        field.clean(SimpleUploadedFile("a.csv", b"abcd"))


def test_each_keyboard_and_completion_is_named() -> None:
    class Person(Form):
        phone = fields.PhoneField()
        code = fields.CodeField()
        password = fields.PasswordField(new=True)
        born_on = fields.DateField(birthday=True)
        mail = fields.EmailField()

    page = written("{{ form }}", form=Person())
    for hint in ("tel", "one-time-code", "new-password", "bday-year", "email"):
        assert f'autocomplete="{hint}"' in page
    assert page.count('inputmode="numeric"') == 4


def test_an_unknown_width_fails() -> None:
    with pytest.raises(ValueError, match="17"):
        fields.TextField(width=17)


def test_hints_belong_to_their_option() -> None:
    class Choice(Form):
        which = fields.RadioField(choices=[("a", "A"), ("b", "B")], hints={"b": "the other one"})
        some = fields.CheckboxesField(choices=[("a", "A")], hints={"a": "any"})

    page = written("{{ form }}", form=Choice())
    assert 'aria-describedby="id_which_1_hint"' in page
    assert 'id="id_some_0_hint"' in page
