"""The frame of a page: language, navigation, error pages, the gallery."""

import json
import re

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client, RequestFactory
from pytest_django import Settings

from khumkan.ui import errors
from khumkan.ui.components import __path__ as components
from khumkan.ui.gallery import COMPONENTS, gallery
from khumkan.ui.language import ChosenLanguage
from khumkan.ui.testing import assert_page_is_sound

README = COMPONENTS.parent / "README.md"


@pytest.mark.parametrize("language", ["th", "en"])
def test_the_gallery_is_sound(client: Client, language: str) -> None:
    response = client.get("/gallery/", {"lang": language})
    assert response.status_code == 200
    assert_page_is_sound(response)


def test_the_gallery_is_there_in_the_demonstration_only(client: Client, settings: Settings) -> None:
    settings.GALLERY = False
    assert client.get("/gallery/").status_code == 404
    assert client.get("/gallery/curve.csv").status_code == 404


def test_one_example_alone_and_no_other(client: Client) -> None:
    assert "kk-tag--bad" in client.get("/gallery/?only=tag").content.decode()
    assert client.get("/gallery/?only=../x").status_code == 404
    assert client.get("/gallery/form.csv").status_code == 404
    assert client.get("/gallery/map.csv").status_code == 200


def test_every_component_has_template_example_test_and_a_line_in_the_readme() -> None:
    folders = [folder for folder in COMPONENTS.iterdir() if (folder / "__init__.py").exists()]
    assert len(folders) > 20
    assert components
    readme = README.read_text(encoding="utf-8")
    for folder in folders:
        assert (folder / "example.html").exists(), folder.name
        assert (folder / f"test_{folder.name}.py").exists(), folder.name
        example = (folder / "example.html").read_text(encoding="utf-8")
        named = set(re.findall(r"\{% (\w+)", example)) - {"translate", "if", "for"}
        assert any(f"{{% {name}" in readme for name in named), folder.name


def test_a_page_is_thai_until_another_language_is_chosen(client: Client) -> None:
    first = client.get("/gallery/?only=tag", headers={"accept-language": "en"})
    assert '<html lang="th"' in first.content.decode()
    assert first["Content-Language"] == "th"
    assert "Cookie" in first["Vary"]
    chosen = client.get("/gallery/?only=tag&lang=en")
    assert '<html lang="en"' in chosen.content.decode()
    assert chosen.cookies["django_language"]["httponly"]
    assert '<html lang="en"' in client.get("/gallery/?only=tag").content.decode()


def test_an_unknown_language_changes_nothing(client: Client) -> None:
    response = client.get('/gallery/?only=tag&lang="><script>')
    assert '<html lang="th"' in response.content.decode()
    assert "django_language" not in response.cookies
    assert_page_is_sound(response)


def test_the_links_to_languages_keep_the_rest_of_the_address(client: Client) -> None:
    assert "/gallery/?only=tag&amp;lang=en" in client.get("/gallery/?only=tag").content.decode()


def test_the_language_ends_with_the_request() -> None:
    seen = []
    middleware = ChosenLanguage(lambda request: seen.append(request.LANGUAGE_CODE) or gallery(request))
    request = RequestFactory().get("/gallery/?only=tag&lang=en")
    assert '<html lang="en"' in middleware(request).content.decode()
    assert seen == ["en"]


@pytest.mark.parametrize("status", list(errors.SENTENCES))
def test_every_error_page_is_sound_and_has_a_reference(client: Client, status: int) -> None:
    response = client.get(f"/error/{status}/")
    assert response.status_code == status
    assert_page_is_sound(response)
    assert re.search(r"E-[2-9A-Z]{5}-[2-9A-Z]{5}", response.content.decode())
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("status", [500, 503])
def test_the_page_for_a_broken_system_asks_nothing_of_it(status: int, settings: Settings) -> None:
    settings.UI_NAVIGATION = "khumkan.nowhere.broken"
    response = errors.error_page(RequestFactory().get("/"), status, retry_after=30)
    assert_page_is_sound(response)
    assert response["Retry-After"] == "30"


def test_the_reference_stands_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("ERROR", "khumkan.errors"):
        page = errors.broken(RequestFactory().get("/somewhere/")).content.decode()
    reference = caplog.records[0].args[0]  # type: ignore[index]
    assert str(reference) in page


def test_the_sentence_of_a_refusal_is_shown_and_escaped() -> None:
    page = errors.error_page(RequestFactory().get("/"), 422, text="The <b>place</b> is taken.")
    assert "The &lt;b&gt;place&lt;/b&gt; is taken." in page.content.decode()


def test_the_handlers_answer_with_their_status() -> None:
    request = RequestFactory().get("/")
    assert errors.bad_request(request, ValueError()).status_code == 400
    assert errors.forbidden(request, PermissionDenied()).status_code == 403
    assert errors.missing(request, Http404()).status_code == 404
    assert errors.csrf_failed(request).status_code == 403


def test_htmx_is_told_what_the_content_policy_allows(client: Client) -> None:
    page = client.get("/gallery/?only=tag")
    config = re.search(r'name="htmx-config" content="([^"]+)"', page.content.decode())
    assert config is not None
    values = json.loads(config[1].replace("&quot;", '"'))
    assert values["allowEval"] is values["allowScriptTags"] is values["includeIndicatorStyles"] is False
    assert values["selfRequestsOnly"] is True


def test_without_navigation_a_page_still_has_its_frame(client: Client, settings: Settings) -> None:
    settings.UI_NAVIGATION = ""
    response = client.get("/gallery/?only=tag")
    assert_page_is_sound(response)
    assert "kk-header" in response.content.decode()


def test_the_style_sheet_carries_nobody_elses_identity() -> None:
    css = (COMPONENTS.parent / "static" / "ui" / "khumkan.css").read_text(encoding="utf-8")
    assert not re.search(r"GDS|crest|crown|data:|@import", css)
    files = re.findall(r"url\(\"?\./([^)\"]+)", css)
    assert files
    assert all((COMPONENTS.parent / "static" / "ui" / file).exists() for file in files)
