"""Doses and dates as resources of FHIR R4 (4.0.1). People stand in them by their reference alone.

Only what R4 asks for and what we know is written; an element of which nothing is known is left out, never empty.
"""

from collections.abc import Sequence
from typing import Any

from khumkan.kernel import clock
from khumkan.places.models import Site
from khumkan.vaccination.choices import InjectedIn, Vaccine
from khumkan.vaccination.models import Dose, Injection
from khumkan.vaccination.rules import codes
from khumkan.vaccination.states import DoseState

CVX = "http://hl7.org/fhir/sid/cvx"
ACT_SITE = "http://terminology.hl7.org/CodeSystem/v3-ActSite"
ROUTE = "http://terminology.hl7.org/CodeSystem/v3-RouteOfAdministration"
#: How the states of a dose with a date are called.
APPOINTMENT = {
    DoseState.BOOKED: "booked",
    DoseState.AT_SITE: "arrived",
    DoseState.GIVEN: "fulfilled",
}


def immunization(given: Injection, *, base: str) -> dict[str, Any]:
    """Return a dose as an Immunization; one that was struck says that it was entered in error."""
    vaccine = Vaccine(given.vaccine)
    resource: dict[str, Any] = {
        "resourceType": "Immunization",
        "id": str(given.pk),
        "status": "completed" if given.struck_at is None else "entered-in-error",
        "vaccineCode": {
            "coding": [{"system": CVX, "code": codes.CVX[vaccine]}],
            "text": str(vaccine.label),
        },
        "patient": _person(given.person.reference, base=base),
        "occurrenceDateTime": clock.bangkok(given.given_at).isoformat(timespec="seconds"),
        "recorded": clock.bangkok(given.written_at).isoformat(timespec="seconds"),
        "primarySource": given.site_id is not None,
        "lotNumber": given.lot_number,
        "protocolApplied": [{"doseNumberPositiveInt": given.number}],
        "route": {"coding": [{"system": ROUTE, "code": "IM"}]},
    }
    if given.site is not None:
        resource["location"] = _site(given.site, base=base)
    if given.lot is not None:
        resource["expirationDate"] = given.lot.expires_on.isoformat()
    if given.injected_in in codes.ACT_SITE:
        code = codes.ACT_SITE[InjectedIn(given.injected_in)]
        resource["site"] = {"coding": [{"system": ACT_SITE, "code": code}]}
    if given.licence:
        licence = {"identifier": {"system": f"{base}licence", "value": given.licence}}
        resource["performer"] = [{"actor": licence}]
    return resource


def appointment(dose: Dose, site: Site, *, base: str) -> dict[str, Any]:
    """Return the date of a dose as an Appointment."""
    assert dose.session is not None
    state = DoseState(dose.state)
    return {
        "resourceType": "Appointment",
        "id": str(dose.pk),
        "identifier": [{"system": f"{base}dose", "value": dose.reference}],
        "status": APPOINTMENT[state],
        "description": f"COVID-19 vaccination, dose {dose.number}",
        "start": clock.bangkok(dose.session.starts_at).isoformat(timespec="seconds"),
        "end": clock.bangkok(dose.session.ends_at).isoformat(timespec="seconds"),
        "participant": [
            {"actor": _person(dose.person.reference, base=base), "status": "accepted"},
            {"actor": _site(site, base=base), "status": "accepted"},
        ],
    }


def bundle(resources: Sequence[dict[str, Any]], *, following: str = "") -> dict[str, Any]:
    """Return what a search found as a Bundle.

    :param following: the address of the next part, where there is one.
    """
    found: dict[str, Any] = {
        "resourceType": "Bundle",
        "type": "searchset",
        "entry": [{"resource": each, "search": {"mode": "match"}} for each in resources],
    }
    if following:
        found["link"] = [{"relation": "next", "url": following}]
    if not resources:
        del found["entry"]  # FHIR knows no empty list
    return found


def _person(reference: str, *, base: str) -> dict[str, Any]:
    return {"type": "Patient", "identifier": {"system": f"{base}person", "value": reference}}


def _site(site: Site, *, base: str) -> dict[str, Any]:
    return {
        "type": "Location",
        "identifier": {"system": f"{base}site", "value": site.reference},
        "display": site.name_th,
    }
