"""From page to page."""

from django.test import RequestFactory

from khumkan.kernel.pages import Page
from khumkan.ui.testing import written


def test_the_rest_of_the_question_stays() -> None:
    request = RequestFactory().get("/list/?q=สมชาย&page=2")
    links = written("{% pagination list %}", request=request, list=Page([1], 2, has_next=True))
    assert links.count("q=%E0%B8%AA") == 2
    assert "page=1" in links
    assert "page=3" in links


def test_a_list_of_one_page_has_no_links() -> None:
    request = RequestFactory().get("/list/")
    assert written("{% pagination list %}", request=request, list=Page([1], 1, has_next=False)) == ""
