"""The walks of trust: employers' monthly filings."""

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor
from khumkan.registry import rules
from khumkan.registry.actions import imports
from khumkan.registry.models import Employer, Import
from khumkan.registry.models.employers import HEAD_OFFICE
from khumkan.registry.states import ImportKind
from tests.trust.marks import E, Page, form, look

SYSTEM = Actor.system("test")
PAGES: dict[str, Page] = {
    "own_filings": look(E, get=302),
    "filing_template": look(E),
    "employer_filings": look(E, thing="filing_employer", within="employer"),
    "send_filing": form(E, thing="filing_employer", within="employer"),
    "file_nobody": form(E, thing="filing_employer", within="employer"),
    "filing_file": look(E, thing="filing", within="employer"),
    "filing_rows": look(E, thing="filing", within="employer"),
}


def sent_for(employer: Employer) -> Import:
    """Keep a filing of last month that nobody has read yet."""
    month = rules.month_before(clock.today())
    filing = imports.checked_filing(employer_id=employer.pk, branch_serial=HEAD_OFFICE, month=month, by=SYSTEM)
    chunks = [f"id_number,first_name,wage\n1,{employer.reference},15000\n".encode()]
    return imports.receive_import(kind=ImportKind.FILING, chunks=chunks, name="filing.csv", filing=filing, by=SYSTEM)[0]


FILLED: dict[str, Callable[[Any], dict[str, Any]]] = {
    "registry:send_filing": lambda _world: {"file": SimpleUploadedFile("filing.csv", b"id_number,first_name,wage\n")},
}
THINGS: dict[str, tuple[Callable[[Any], tuple[object, ...]], Callable[[], tuple[object, ...]]]] = {
    "filing_employer": (lambda corner: (corner.employer.reference,), lambda: (references.new("E"),)),
    "filing": (lambda corner: (corner.filing.reference,), lambda: (references.new("F"),)),
}
