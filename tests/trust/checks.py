"""Checks and scopes: which of them a request met, and what happens when one of them lets everything pass."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import FunctionType
from typing import Any, cast

from django.db.models import Q

import khumkan
from khumkan.isolation.permissions import cares as hospitels
from khumkan.kernel.actors import Actor
from khumkan.places import queries as places
from khumkan.places.models import Site
from khumkan.registry.models import Employer, Person
from khumkan.registry.queries import persons
from khumkan.screening.models import OutbreakAlert
from khumkan.screening.permissions import figures, registrations, rounds, scopes
from khumkan.screening.queries import outbreaks, sessions
from khumkan.screening.queries import registrations as registration_queries
from khumkan.situation.permissions import figures as situation
from khumkan.vaccination.permissions import scopes as vaccination


def _found() -> dict[str, FunctionType]:
    modules = [
        importlib.import_module(each.name)
        for each in pkgutil.walk_packages(khumkan.__path__, "khumkan.")
        if "permissions" in each.name.split(".") and "tests" not in each.name.split(".")
    ]
    return {
        f"{module.__name__.removeprefix('khumkan.')}.{name}": each
        for module in modules
        for name, each in vars(module).items()
        if isinstance(each, FunctionType) and name.startswith("check_") and each.__module__ == module.__name__
    }


#: Every raising check of every programme, by its full name.
CHECKS = _found()


Open = Callable[..., Any]
#: What decides how far somebody sees, and the same without any limit.
SCOPES: dict[str, tuple[FunctionType, Open]] = {
    "kernel.actors.Actor.has": (cast(FunctionType, Actor.has), lambda *_: True),
    "isolation.permissions.cares.province_codes": (
        cast(FunctionType, hospitels.province_codes), lambda *_: None,
    ),
    "isolation.permissions.cares.site_ids": (cast(FunctionType, hospitels.site_ids), lambda *_: None),
    "isolation.permissions.cares.is_officer_of": (
        cast(FunctionType, hospitels.is_officer_of), lambda *_: True,
    ),
    "screening.permissions.scopes.site_ids": (cast(FunctionType, scopes.site_ids), lambda *_: None),
    "screening.permissions.figures.visible_provinces": (cast(FunctionType, figures.visible_provinces), lambda _: None),
    "screening.permissions.rounds.readable": (cast(FunctionType, rounds.readable), lambda _: Q()),
    "screening.permissions.rounds.provinces_of": (cast(FunctionType, rounds.provinces_of), lambda _: None),
    "screening.permissions.rounds.employers_of": (
        cast(FunctionType, rounds.employers_of), lambda _: frozenset(Employer.objects.values_list("pk", flat=True)),
    ),
    "screening.permissions.registrations.is_officer_of": (
        cast(FunctionType, registrations.is_officer_of), lambda *_: True,
    ),
    "screening.queries.sessions._scoped": (cast(FunctionType, sessions._scoped), lambda rows, *_: rows),
    "screening.queries.registrations._may_see": (
        cast(FunctionType, registration_queries._may_see), lambda *_: True,
    ),
    "screening.queries.outbreaks.alerts_for": (
        cast(FunctionType, outbreaks.alerts_for),
        lambda _: OutbreakAlert.objects.select_related("employer").order_by("pk"),
    ),
    "vaccination.permissions.scopes.province_codes": (
        cast(FunctionType, vaccination.province_codes), lambda *_: None,
    ),
    "situation.permissions.figures.visible_provinces": (
        cast(FunctionType, situation.visible_provinces), lambda _: None,
    ),
    "situation.permissions.figures.listed_provinces": (
        cast(FunctionType, situation.listed_provinces), lambda _: None,
    ),
    "places.queries.sites_for": (cast(FunctionType, places.sites_for), lambda _: Site.objects.order_by("pk")),
    "registry.queries.persons.persons_for": (
        cast(FunctionType, persons.persons_for), lambda _: Person.objects.all(),
    ),
}  # fmt: skip


def _door(*args: Any, _instead: Callable[..., Any], **kwargs: Any) -> Any:
    return _instead(*args, **kwargs)


@contextmanager
def replaced(function: FunctionType, instead: Callable[..., Any]) -> Iterator[None]:
    """Let a function do something else for everybody who holds it, however it was imported."""
    code, defaults, named = function.__code__, function.__defaults__, function.__kwdefaults__
    function.__code__, function.__defaults__ = _door.__code__, None
    function.__kwdefaults__ = {"_instead": instead}
    try:
        yield
    finally:
        function.__code__, function.__defaults__, function.__kwdefaults__ = code, defaults, named


def allow(*args: Any, **kwargs: Any) -> int:
    """Allow it, and say who it was, as some of the checks do."""
    by = kwargs["by"] if "by" in kwargs else args[0]
    return by.id or 0


@contextmanager
def watched() -> Iterator[set[str]]:
    """Note the names of the checks that refuse something meanwhile, and of the scopes that are asked for."""
    refused: set[str] = set()
    with ExitStack() as stack:
        for name, function in CHECKS.items():
            stack.enter_context(replaced(function, _watching(name, function, refused)))
        for name, (function, _) in SCOPES.items():
            stack.enter_context(replaced(function, _watching(name, function, refused, always=True)))
        yield refused


def _watching(name: str, function: FunctionType, noted: set[str], *, always: bool = False) -> Open:
    usual = FunctionType(function.__code__, function.__globals__, name, function.__defaults__)
    usual.__kwdefaults__ = function.__kwdefaults__

    def watching(*args: Any, **kwargs: Any) -> Any:
        if always:
            noted.add(name)
        try:
            return usual(*args, **kwargs)
        except Exception:
            noted.add(name)
            raise

    return watching
