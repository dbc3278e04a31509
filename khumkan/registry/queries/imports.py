"""Looking at imports."""

from django.db.models import QuerySet

from khumkan.kernel.actors import Actor, ActorKind, Role
from khumkan.kernel.errors import Missing
from khumkan.registry.models import Import, ImportRow, KeptFile


def imports_for(by: Actor) -> "QuerySet[Import]":
    """Return the imports that the actor may see, the latest first: all for national officers, otherwise one's own."""
    if by.is_national(Role.OFFICER, Role.ADMINISTRATOR, Role.AUDITOR, Role.SYSTEM):
        return Import.objects.select_related("employer")
    if by.id is None or by.kind is ActorKind.PERSON:
        return Import.objects.none()
    return Import.objects.select_related("employer").filter(by_kind=by.kind.value, by_id=by.id)


def import_for(by: Actor, reference: str) -> Import:
    """Return one import that the actor may see.

    :raises Missing: for an unknown import and for one that the actor may not see alike.
    """
    found = imports_for(by).filter(reference=reference).first()
    if found is None:
        raise Missing
    return found


def kept_file_of(batch: Import) -> KeptFile | None:
    """Return how far the reading of a kept file is, or None when the import is over or was read at once."""
    return KeptFile.objects.filter(pk=batch.pk).first()


def rows_not_taken_over(batch: Import) -> "QuerySet[ImportRow]":
    """Return the refused and duplicate rows of an import in the order of the file."""
    return ImportRow.objects.filter(batch=batch).order_by("row_number")
