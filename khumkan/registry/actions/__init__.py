"""Every single write of the registry. Files of many rows: `khumkan.registry.actions.imports`."""

from khumkan.registry.actions.employers import EmployerDetails, register_employer, set_employer_contact
from khumkan.registry.actions.periods import employ, end_cover, refresh_sections, start_cover
from khumkan.registry.actions.persons import (
    Correction,
    PersonDetails,
    add_document,
    correct_person,
    register_person,
    set_contact,
    withdraw_document,
)

__all__ = [
    "Correction",
    "EmployerDetails",
    "PersonDetails",
    "add_document",
    "correct_person",
    "employ",
    "end_cover",
    "refresh_sections",
    "register_employer",
    "register_person",
    "set_contact",
    "set_employer_contact",
    "start_cover",
    "withdraw_document",
]
