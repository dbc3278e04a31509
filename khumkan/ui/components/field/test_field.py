"""A field of a form."""

import pytest
from django import forms

from khumkan.ui.forms import Form
from khumkan.ui.gallery import ExampleForm
from khumkan.ui.testing import problems_of_page, written


def test_hint_and_error_are_read_with_the_control() -> None:
    field = written("{% field form.number %}", form=ExampleForm({}))
    assert 'aria-describedby="id_number_helptext id_number_error"' in field
    assert 'aria-invalid="true"' in field
    assert 'id="id_number_error"' in field


def test_a_group_has_a_legend_that_its_errors_belong_to() -> None:
    field = written("{% field form.born_on %}", form=ExampleForm({}))
    assert '<fieldset class="govuk-fieldset" aria-describedby="id_born_on_helptext id_born_on_error">' in field
    assert field.count("<label") == 3


def test_the_label_may_be_the_heading() -> None:
    assert "<h1" in written("{% field form.name heading=True %}", form=ExampleForm())
    assert "<h1" in written("{% field form.sex heading=True %}", form=ExampleForm())


def test_what_may_be_left_out_says_so() -> None:
    assert "kk-optional" in written("{% field form.note %}", form=ExampleForm())
    assert "kk-optional" not in written("{% field form.name %}", form=ExampleForm())


def test_what_was_typed_is_escaped() -> None:
    assert "<script>" not in written("{{ form }}", form=ExampleForm({"name": "<script>", "born_on_day": "<script>"}))


@pytest.mark.parametrize("name", list(ExampleForm.base_fields))
def test_every_control_has_a_label(name: str) -> None:
    page = "<html lang=th><title>a</title><h1>b</h1>" + written("{% field bound %}", bound=ExampleForm({})[name])
    assert problems_of_page(page) == []


def test_stock_fields_look_the_same() -> None:
    class Stock(Form):
        which = forms.ChoiceField(widget=forms.RadioSelect, choices=[("a", "A")])
        text = forms.CharField()

    page = written("{{ form }}", form=Stock())
    assert "govuk-radios__input" in page
    assert "govuk-input" in page
