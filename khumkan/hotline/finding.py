"""How a caller is found by the references of other programmes, and where the hotline's day with them begins.

Imported with the queue, so in every process.
"""

from django.urls import reverse

from khumkan.hotline.queries import cases
from khumkan.isolation.queries import calls as care
from khumkan.screening.queries import callers
from khumkan.vaccination.queries import desk as doses


def page_of_case(reference: str) -> str:
    """Return the address of a case, or nothing when there is none."""
    return reverse("hotline:case", args=[reference]) if cases.exists(reference) else ""


callers.begin_at("hotline:file")
callers.offer_page("HC-", page_of_case)
callers.offer_owner("V-", doses.person_of)
callers.offer_owner("H-", care.person_of)
