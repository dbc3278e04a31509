"""Administrators name provinces, sites and employers as people do, and see what was found."""

import pytest
from django.test import Client
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from khumkan.accounts import scopes, testing
from khumkan.accounts.models import RoleGrant
from khumkan.kernel.actors import Actor, Role, ScopeKind
from khumkan.loans.actions.banks import add_bank
from khumkan.places.models import Province, Site
from khumkan.registry.models import Employer
from khumkan.registry.tests.support import employer
from khumkan.screening.tests.registering import a_site

pytestmark = pytest.mark.django_db


@pytest.fixture
def site() -> Site:
    return a_site(name_th="สนามกีฬา", name_en="Stadium")


@pytest.fixture
def factory() -> Employer:
    return employer()


@pytest.fixture
def chonburi() -> Province:
    return Province.objects.create(code="20", name_th="ชลบุรี", name_en="Chon Buri", sort_key="chonburi")


@pytest.mark.parametrize("typed", ["20", "๒๐", "ชลบุรี", " chon buri ", "Chon Buri"])
def test_a_province_is_found_by_code_or_name(chonburi: Province, typed: str) -> None:
    assert scopes.directory().find(ScopeKind.PROVINCE, typed) == "20"


def test_a_site_is_found_by_reference_however_it_is_typed(site: Site) -> None:
    for typed in (site.reference, site.reference.lower().replace("-", " ")):
        assert scopes.directory().find(ScopeKind.SITE, typed) == str(site.pk)


def test_an_employer_is_found_by_account_number(factory: Employer) -> None:
    account = factory.account_number
    for typed in (account, f"{account[:2]}-{account[2:9]}-{account[9:]}"):
        assert scopes.directory().find(ScopeKind.EMPLOYER, typed) == str(factory.pk)


def test_a_bank_is_found_by_its_three_digits_and_named() -> None:
    bank = add_bank(code="002", name_th="ธนาคารกรุงเทพ", name_en="Bangkok Bank", by=Actor.system("test"))
    assert scopes.directory().find(ScopeKind.BANK, "๐๐๒") == str(bank.pk)
    with translation.override("en"):
        assert scopes.names_of([("bank", str(bank.pk))]) == {("bank", str(bank.pk)): "Bangkok Bank (002)"}


@pytest.mark.parametrize("kind", [kind for kind in ScopeKind if kind is not ScopeKind.NATIONAL])
def test_what_does_not_exist_is_not_found(kind: ScopeKind, site: Site, factory: Employer) -> None:
    for typed in ("99", "x", str(site.pk), str(factory.pk), "L-22222-22222", "0000000000"):
        assert scopes.directory().find(kind, typed) is None


def test_names_come_in_one_query_for_each_kind(
    chonburi: Province, site: Site, factory: Employer, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    asked = [("province", "20"), ("site", str(site.pk)), ("employer", str(factory.pk)), ("bank", "7"), ("national", "")]

    with translation.override("en"), django_assert_num_queries(4):
        names = scopes.names_of(asked)

    assert names["province", "20"] == "Chon Buri (20)"
    assert names["site", str(site.pk)] == f"Stadium ({site.reference})"
    assert factory.account_number in names["employer", str(factory.pk)]
    assert names["bank", "7"] == "7", "what is gone keeps its key"
    assert ("national", "") not in names


def test_an_administrator_gives_a_role_at_a_site_by_its_reference(client: Client, site: Site) -> None:
    testing.sign_in(client, testing.user(Role.ADMINISTRATOR))
    swabber = testing.user()
    values = {"role": "swabber", "scope_kind": "site", "key": site.reference, "form_key": "one"}

    response = client.post(f"/office/users/{swabber.pk}/roles/", values, follow=True)

    assert RoleGrant.objects.get(user=swabber).key == str(site.pk)
    assert f"สนามกีฬา ({site.reference})" in response.text
