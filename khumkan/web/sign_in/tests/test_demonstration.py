"""One-click sign-in exists in the demonstration on this machine, and cannot be switched on elsewhere (S21)."""

import importlib
import os
import subprocess
import sys

import pytest
from django.urls import NoReverseMatch, clear_url_caches, reverse

from khumkan.accounts import testing
from khumkan.accounts.actions.demonstration import offer
from khumkan.accounts.models import DemonstrationEntry, Session
from khumkan.accounts.states import Method
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Missing
from khumkan.ui.testing import assert_page_is_sound
from khumkan.web.sign_in import urls

pytestmark = pytest.mark.django_db


def load_urls():
    """Read the addresses again, as a process does at its start."""
    importlib.reload(urls)
    importlib.reload(importlib.import_module(__import__("django.conf").conf.settings.ROOT_URLCONF))
    clear_url_caches()


@pytest.fixture
def demo(settings):
    settings.KHUMKAN_DEMO = True
    load_urls()
    yield
    settings.KHUMKAN_DEMO = False
    load_urls()


@pytest.fixture
def officer():
    return testing.user(Role.OFFICER)


def test_one_click_signs_in(client, demo, officer):
    entry = offer("Somsri, national officer", role=Role.OFFICER, user=officer)
    person = offer("Somchai, result since this morning", role=Role.PERSON, person_id=7)
    page = client.get("/sign-in/demo/")
    assert_page_is_sound(page)
    client.post(f"/sign-in/demo/{entry.pk}/")
    assert Session.objects.get().user == officer
    client.post(f"/sign-in/demo/{person.pk}/")
    session = Session.objects.get()
    assert (session.person_id, session.method) == (7, Method.DEMONSTRATION)
    assert client.post("/sign-in/demo/999/").status_code == 404


def test_a_browser_on_another_machine_finds_nothing(client, demo, officer):
    entry = offer("x", role=Role.OFFICER, user=officer)
    assert client.get("/sign-in/demo/", REMOTE_ADDR="10.0.0.7").status_code == 404
    assert client.post(f"/sign-in/demo/{entry.pk}/", REMOTE_ADDR="10.0.0.7").status_code == 404
    assert not Session.objects.exists()


def test_outside_the_demonstration_there_is_no_such_address(client, officer):
    with pytest.raises(NoReverseMatch):
        reverse("sign_in:demonstration")
    DemonstrationEntry.objects.create(label="x", role="officer", user=officer)
    assert client.get("/sign-in/demo/").status_code == 404
    with pytest.raises(Missing):
        offer("x", role=Role.OFFICER, user=officer)


def test_even_with_the_address_nothing_opens_outside(client, demo, officer, settings):
    entry = offer("x", role=Role.OFFICER, user=officer)
    settings.KHUMKAN_DEMO = False
    assert client.post(f"/sign-in/demo/{entry.pk}/").status_code == 404
    assert not Session.objects.exists()


@pytest.mark.parametrize(
    "environment",
    [
        {"KHUMKAN_HOSTS": "khumkan.example"},
        {"KHUMKAN_HOSTS": "127.0.0.1,khumkan.example"},
        {"KHUMKAN_HOSTS": "*"},
        {"KHUMKAN_HOSTS": "192.168.1.20"},
        {"KHUMKAN_PRODUCTION": "1"},
    ],
    ids=str,
)
def test_the_settings_refuse_a_demonstration_that_others_could_reach(environment):
    asked = os.environ | {"KHUMKAN_DEMO": "1"} | environment
    done = subprocess.run(
        [sys.executable, "-c", "import khumkan.config.settings"], env=asked, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "loopback only" in done.stderr


def test_control_on_the_loopback_the_settings_agree():
    asked = {name: value for name, value in os.environ.items() if name != "KHUMKAN_HOSTS"} | {"KHUMKAN_DEMO": "1"}
    subprocess.run([sys.executable, "-c", "import khumkan.config.settings"], env=asked, check=True)
