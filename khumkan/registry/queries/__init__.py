"""Every read of the registry.

Functions that take `by` keep to what the actor may see; the others serve the layers above.
"""

from khumkan.registry.queries.employers import (
    contacts_of_employers,
    employer_by_account,
    employer_for,
    employers,
    employers_for,
)
from khumkan.registry.queries.employment import (
    FrameRow,
    employers_of,
    headcounts,
    sizes,
    workers_frame,
    workers_of,
    works_for,
)
from khumkan.registry.queries.imports import import_for, imports_for, kept_file_of, rows_not_taken_over
from khumkan.registry.queries.integrity import orphans
from khumkan.registry.queries.persons import (
    Contacts,
    contacts_of,
    documents_of,
    find_people,
    named_among,
    people,
    people_for,
    person_by_number,
    person_by_reference,
    person_for,
    persons_for,
    persons_with_phone,
    phone_of,
    section_on,
)

__all__ = [
    "Contacts",
    "FrameRow",
    "contacts_of",
    "contacts_of_employers",
    "documents_of",
    "employer_by_account",
    "employer_for",
    "employers",
    "employers_for",
    "employers_of",
    "find_people",
    "headcounts",
    "import_for",
    "imports_for",
    "kept_file_of",
    "named_among",
    "orphans",
    "people",
    "people_for",
    "person_by_number",
    "person_by_reference",
    "person_for",
    "persons_for",
    "persons_with_phone",
    "phone_of",
    "rows_not_taken_over",
    "section_on",
    "sizes",
    "workers_frame",
    "workers_of",
    "works_for",
]
