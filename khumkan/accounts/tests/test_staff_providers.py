"""Staff through a provider: only after linking, and the second factor stays."""

import pytest

from khumkan.accounts import testing
from khumkan.accounts.models import ProviderLink, Session
from khumkan.accounts.oidc import providers
from khumkan.accounts.tests import provider as fake
from khumkan.kernel.actors import Role

pytestmark = pytest.mark.django_db
START, BACK, LINK = (f"/sign-in/staff/provider/office/{rest}" for rest in ("", "back/", "link/"))


@pytest.fixture
def office(settings):
    made = fake.Provider()
    providers.forget()
    settings.KHUMKAN_OIDC = {"office": made.settings(audience="staff", identity_claim="", acr=[])}
    yield made
    made.close()


@pytest.fixture
def officer():
    made = testing.user(Role.OFFICER)
    made.factors.create(kind="totp", label="phone")
    return made


def go(client, office, start, **who):
    return client.get(BACK, office.sign_in(client.post(start).url, number="", **who))


def test_a_linked_account_stands_for_the_password_only(client, office, officer):
    testing.sign_in(client, officer)
    assert go(client, office, LINK).url == "/account/"
    client.cookies.clear()
    Session.objects.all().delete()
    assert go(client, office, START).url == "/sign-in/staff/factor/"
    assert not Session.objects.exists()


def test_an_account_that_is_not_linked_opens_nothing(client, office, officer):
    assert go(client, office, START).url == "/sign-in/staff/"


def test_a_subject_is_linked_to_one_user(client, office, officer):
    ProviderLink.objects.create(
        issuer=office.issuer, subject="s-1", user=testing.user(Role.NURSE, scope_kind="site", key=1)
    )
    testing.sign_in(client, officer)
    go(client, office, LINK)
    assert ProviderLink.objects.get().user != officer
