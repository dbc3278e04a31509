"""The gallery in a real browser: accessible, fitting, working by keyboard, with and without JavaScript."""

import pytest
from playwright.sync_api import Browser, Page, expect

from khumkan.ui.testing import (
    accessibility_problems,
    assert_accessible,
    assert_no_sideways_scroll,
    take_picture,
)

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("language", ["th", "en"])
def test_all_components_are_accessible_and_fit(page: Page, gallery_url: str, language: str, width: int) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{gallery_url}/gallery/?lang={language}")
    assert_accessible(page)
    assert_no_sideways_scroll(page, width=width)
    assert complaints == [], "the content policy or a script complains"
    assert take_picture(page, f"gallery-{language}-{width}").stat().st_size > 50_000


def test_the_page_fits_a_small_phone_and_large_letters(page: Page, gallery_url: str) -> None:
    page.goto(f"{gallery_url}/gallery/?lang=th")
    assert_no_sideways_scroll(page, width=320)


def test_an_error_page_is_accessible(page: Page, gallery_url: str) -> None:
    page.goto(f"{gallery_url}/error/500/")
    assert_accessible(page)
    assert_no_sideways_scroll(page, width=320)


def test_axe_finds_what_is_wrong(page: Page, gallery_url: str) -> None:
    """The control: without it, a check that never finds anything would look the same."""
    page.goto(f"{gallery_url}/gallery/?only=tag")
    page.evaluate("document.querySelector('main').innerHTML += '<input name=a><img src=b><p class=c>x</p>'")
    problems = accessibility_problems(page)
    assert {"label", "image-alt"} <= {problem.split(":")[0] for problem in problems}


def test_too_wide_a_page_is_found(page: Page, gallery_url: str) -> None:
    page.goto(f"{gallery_url}/gallery/?only=tag")
    page.evaluate("document.querySelector('main').append('x'.repeat(400))")
    page.evaluate("document.querySelector('.govuk-template__body').style.whiteSpace = 'nowrap'")
    with pytest.raises(AssertionError, match="wider"):
        assert_no_sideways_scroll(page, width=390)


def test_the_keyboard_reaches_the_content_first(page: Page, gallery_url: str) -> None:
    page.goto(f"{gallery_url}/gallery/?only=search_box")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "govuk-skip-link"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "search-q"


def test_a_form_with_errors_has_the_focus_on_their_list(page: Page, gallery_url: str) -> None:
    page.goto(f"{gallery_url}/gallery/?only=error_summary")
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    page.click(".govuk-error-summary a >> nth=1")
    assert page.evaluate("document.activeElement.id") == "id_wrong-number"


def test_a_form_is_sent_once_however_often_the_button_is_pressed(page: Page, gallery_url: str) -> None:
    page.goto(f"{gallery_url}/gallery/?only=form")
    sent = page.evaluate(
        """() => {
            const form = document.querySelector("form[method=post]:not(.kk-inline-form)");
            let sent = 0;
            window.addEventListener("submit", (event) => {
                if (!event.defaultPrevented) sent += 1;
                event.preventDefault();
            });
            form.requestSubmit(); form.requestSubmit(); form.requestSubmit();
            return sent;
        }"""
    )
    assert sent == 1


def test_the_menu_of_a_phone_opens(page: Page, gallery_url: str) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{gallery_url}/gallery/?only=tag")
    assert not page.is_visible("#navigation")
    page.click(".govuk-service-navigation__toggle")
    assert page.is_visible("#navigation")
    assert page.get_by_role("list", name="ภาพรวม").get_by_role("link", name="รายวัน").is_visible()


def test_everything_is_there_without_javascript(browser: Browser, gallery_url: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(f"{gallery_url}/gallery/")
    assert page.is_visible("#navigation")
    assert page.is_visible("text=ดูความคืบหน้าล่าสุด")
    assert not page.is_visible("[data-print]")
    context.close()


def test_targets_are_large_enough_for_a_thumb(page: Page, gallery_url: str) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{gallery_url}/gallery/?only=work_list")
    heights = page.eval_on_selector_all(".kk-work__item", "items => items.map(i => i.getBoundingClientRect().height)")
    assert min(heights) >= 64


def test_on_paper_the_frame_is_left_out(page: Page, gallery_url: str) -> None:
    page.goto(f"{gallery_url}/gallery/?only=button")
    page.emulate_media(media="print")
    assert not page.is_visible(".kk-language")
    assert not page.is_visible(".govuk-button >> nth=0")
