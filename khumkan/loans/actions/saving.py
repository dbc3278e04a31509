"""Writing some columns of an application by a statement that is planned once, where many wait for what is locked."""

from collections.abc import Iterable
from functools import cache
from typing import Any, cast

from django.db import connection
from django.db.models import Field

from khumkan.kernel import prepared
from khumkan.loans.models import Application


def save(application: Application, names: Iterable[str]) -> None:
    """Write these columns, as `Application.save` with `update_fields` would.

    :param names: of fields.
    :raises LookupError: when the row is not there any more.
    """
    fields = [_field(name) for name in sorted(set(names))]
    values = {each.attname: each.get_db_prep_save(getattr(application, each.attname), connection) for each in fields}
    if not prepared.rows(_statement(tuple(values)), {**values, "pk": application.pk}):
        raise LookupError(f"there is no application {application.pk}")


@cache
def _statement(names: tuple[str, ...]) -> str:
    columns = ", ".join(f'"{_field(name).column}" = %({name})s' for name in names)
    return f"UPDATE loans_application SET {columns} WHERE id = %(pk)s::bigint RETURNING id"  # noqa: S608


def _field(name: str) -> "Field[Any, Any]":
    return cast("Field[Any, Any]", Application._meta.get_field(name))
