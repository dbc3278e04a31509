"""What roles and tokens are limited to, looked up where it lives: provinces and sites in `places`, employers in the
register, banks in `loans`.
"""

from collections.abc import Callable, Iterable, Mapping

from khumkan.accounts.scopes import Scope
from khumkan.kernel import references
from khumkan.kernel.actors import ScopeKind
from khumkan.kernel.digits import only_digits, plain
from khumkan.loans.queries import banks
from khumkan.places import queries as places
from khumkan.registry import queries as registry


class Directory:
    """See `khumkan.accounts.scopes.Directory`."""

    def find(self, kind: ScopeKind, typed: str) -> str | None:
        """Return the key of a province by code or name, of a site by reference, of an employer by account number,
        of a bank by its three digits.
        """
        finder = FINDERS.get(kind)
        return finder(plain(typed)) if finder else None

    def names(self, scopes: Iterable[Scope]) -> Mapping[Scope, str]:
        """Return names with the code or number by which the thing can be found again; one query for each kind."""
        keys: dict[str, set[str]] = {}
        for kind, key in scopes:
            keys.setdefault(kind, set()).add(key)
        return {
            (kind, key): name
            for kind, wanted in keys.items()
            if kind in NAMERS
            for key, name in NAMERS[ScopeKind(kind)](wanted).items()
        }


def _province(typed: str) -> str | None:
    found = places.province_called(typed)
    return found.pk if found else None


def _site(typed: str) -> str | None:
    found = places.site_called(references.normalise(typed))
    return str(found.pk) if found else None


def _employer(typed: str) -> str | None:
    found = registry.employer_by_account(only_digits(typed))
    return str(found.pk) if found else None


def _bank(typed: str) -> str | None:
    found = banks.bank_by_code(typed)
    return str(found.pk) if found else None


def _province_names(codes: Iterable[str]) -> dict[str, str]:
    return {code: f"{name} ({code})" for code, name in places.area_names(codes).items()}


def _site_names(keys: Iterable[str]) -> dict[str, str]:
    return {str(pk): f"{site} ({site.reference})" for pk, site in places.sites(_ids(keys)).items()}


def _employer_names(keys: Iterable[str]) -> dict[str, str]:
    found = registry.employers(_ids(keys))
    return {str(pk): f"{employer} ({employer.account_number})" for pk, employer in found.items()}


def _bank_names(keys: Iterable[str]) -> dict[str, str]:
    return {str(pk): f"{bank} ({bank.code})" for pk, bank in banks.banks(_ids(keys)).items()}


def _ids(keys: Iterable[str]) -> list[int]:
    return [int(key) for key in keys if key.isdigit()]


FINDERS: Mapping[ScopeKind, Callable[[str], str | None]] = {
    ScopeKind.PROVINCE: _province,
    ScopeKind.SITE: _site,
    ScopeKind.EMPLOYER: _employer,
    ScopeKind.BANK: _bank,
}
NAMERS: Mapping[ScopeKind, Callable[[Iterable[str]], dict[str, str]]] = {
    ScopeKind.PROVINCE: _province_names,
    ScopeKind.SITE: _site_names,
    ScopeKind.EMPLOYER: _employer_names,
    ScopeKind.BANK: _bank_names,
}
