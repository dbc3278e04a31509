"""The tables of the registry.

Tables that grow with the population (documents, contacts, cover, employment, filing lines) carry no foreign key *in the
database* to the person or employer: checking one costs five seconds a million rows of an import, and a database spread
over several machines cannot have them. Only `actions` and `imports` write, rows are never deleted, and
`queries.integrity.orphans` counts what ought not to exist.
"""

from khumkan.registry.models.employers import Branch, Employer, EmployerContact
from khumkan.registry.models.filings import EmployerMonth, Filing, FilingLine
from khumkan.registry.models.imports import Import, ImportRow, KeptFile, KeptPiece
from khumkan.registry.models.periods import Coverage, Employment
from khumkan.registry.models.persons import Contact, IdentityDocument, Person, PersonChange

__all__ = [
    "Branch",
    "Contact",
    "Coverage",
    "Employer",
    "EmployerContact",
    "EmployerMonth",
    "Employment",
    "Filing",
    "FilingLine",
    "IdentityDocument",
    "Import",
    "ImportRow",
    "KeptFile",
    "KeptPiece",
    "Person",
    "PersonChange",
]
