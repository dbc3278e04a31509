"""The pages about a person."""

from django.test import RequestFactory

from khumkan.ui.components.person_tabs import person_tabs
from khumkan.ui.navigation import person_tabs as tabs_of


def test_every_programme_has_its_page_and_one_is_where_the_reader_is() -> None:
    request = RequestFactory().get("/desk/tests/person/P-22222-22222/")
    tabs = tabs_of(request, "P-22222-22222")
    written = person_tabs({"request": request}, "P-22222-22222")
    assert written.count("<a ") == (len(tabs) if len(tabs) > 1 else 0)
    assert written.count('aria-current="page"') <= 1
