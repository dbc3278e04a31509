"""A browser and a server that shows the gallery, both without a database."""

from collections.abc import Iterator

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test import override_settings
from django.test.testcases import LiveServerThread
from pytest_django import Settings

ALONE = {
    "ROOT_URLCONF": "khumkan.ui.tests.urls",
    "UI_NAVIGATION": "khumkan.ui.tests.menus.for_request",
    "UI_PERSON_TABS": "khumkan.ui.tests.menus.tabs_of_person",
    "GALLERY": True,
    "MIDDLEWARE": ["csp.middleware.CSPMiddleware", "khumkan.ui.language.ChosenLanguage"],
    "ALLOWED_HOSTS": ["localhost", "testserver"],
    "MESSAGE_STORAGE": "django.contrib.messages.storage.cookie.CookieStorage",
}


@pytest.fixture(autouse=True)
def this_layer_alone(settings: Settings) -> None:
    """Answer without the layers above."""
    for name, value in ALONE.items():
        setattr(settings, name, value)


@pytest.fixture(scope="module")
def gallery_url() -> Iterator[str]:
    """Serve the gallery and the error pages; no longer than a module, for the settings reach the whole process."""
    with override_settings(**ALONE):
        server = LiveServerThread("localhost", StaticFilesHandler, connections_override={}, port=0)
        server.daemon = True
        server.start()
        server.is_ready.wait()
        assert server.error is None
        yield f"http://localhost:{server.port}"
        server.terminate()
