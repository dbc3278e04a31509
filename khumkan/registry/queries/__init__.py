"""Every read of the registry.

Functions that take `by` keep to what the actor may see; the others serve the layers above.
"""

from khumkan.registry.queries.employers import (
    area_of,
    branches_of,
    contacts_of_employers,
    employer_by_account,
    employer_for,
    employers,
    employers_for,
    filings_of,
    find_employer,
)
from khumkan.registry.queries.employment import sizes, workers_of
from khumkan.registry.queries.filings import FilingMonth, file_of, files_of, months_of, own_branch
from khumkan.registry.queries.imports import import_for, imports_for, kept_file_of, rows_not_taken_over
from khumkan.registry.queries.integrity import orphans
from khumkan.registry.queries.persons import (
    Contacts,
    changes_of,
    contacts_of,
    documents_of,
    find_people,
    find_typed,
    numbers_of,
    people,
    people_for,
    person_by_number,
    person_by_reference,
    person_for,
    person_referred,
    persons_for,
    phone_of,
)

__all__ = [
    "Contacts",
    "FilingMonth",
    "area_of",
    "branches_of",
    "changes_of",
    "contacts_of",
    "contacts_of_employers",
    "documents_of",
    "employer_by_account",
    "employer_for",
    "employers",
    "employers_for",
    "file_of",
    "files_of",
    "filings_of",
    "find_employer",
    "find_people",
    "find_typed",
    "import_for",
    "imports_for",
    "kept_file_of",
    "months_of",
    "numbers_of",
    "orphans",
    "own_branch",
    "people",
    "people_for",
    "person_by_number",
    "person_by_reference",
    "person_for",
    "person_referred",
    "persons_for",
    "phone_of",
    "rows_not_taken_over",
    "sizes",
    "workers_of",
]
