"""What other systems read of doses: the field list of the national immunisation centre, and FHIR R4.

Translation only: queries do the work.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, cast

from django.conf import settings
from django.http import HttpRequest
from ninja import Query, Router, Schema

from khumkan.accounts.access import Request
from khumkan.accounts.bearer import TokenWith
from khumkan.accounts.tokens import SCOPES
from khumkan.kernel.actors import Actor
from khumkan.kernel.words import N_
from khumkan.places.models import Site
from khumkan.vaccination import fhir
from khumkan.vaccination.choices import Vaccine
from khumkan.vaccination.models import Dose, Injection
from khumkan.vaccination.queries import reporting as queries
from khumkan.vaccination.queries.reporting import MOST_AT_ONCE, Reported
from khumkan.vaccination.rules import codes

IMMUNIZATIONS, FHIR = "vaccination:immunizations:read", "vaccination:fhir:read"
SCOPES[IMMUNIZATIONS] = N_("Read the doses of a site for the national immunisation centre: with names and numbers")
SCOPES[FHIR] = N_("Read the doses and dates of a site as FHIR: with references, without names")
router = Router(tags=["Vaccination"])
fhir_router = Router(tags=["FHIR R4"])
#: Sexes as the centre numbers them.
GENDERS = {"M": "1", "F": "2"}


class HospitalOut(Schema):
    """The site. The centre's code of five digits is added by who sends the report: sites of ours have none."""

    hospital_code: str
    hospital_name: str
    his_identifier: str


class PatientOut(Schema):
    """The person; dates in the common era."""

    CID: str
    hn: str
    passport_no: str
    prefix: str
    first_name: str
    last_name: str
    gender: str
    birth_date: date | None
    chw_code: str
    amp_code: str
    tmb_code: str
    mobile_phone: str
    nationality: str


class ScheduleOut(Schema):
    """One dose of the plan."""

    schedule_date: date
    treatment_number: int
    complete: str
    visit_date: date | None


class PlanOut(Schema):
    """The doses that belong together."""

    vaccine_code: str
    schedule: list[ScheduleOut]


class PractitionerOut(Schema):
    """Who gave it."""

    license_number: str
    name: str
    role: str


class GivenOut(Schema):
    """The dose."""

    lot_number: str
    expiration_date: date | None
    serial_no: str
    vaccine_manufacturer_id: int
    vaccine_plan_no: int
    vaccine_route_name: str
    practitioner: PractitionerOut


class ReactionOut(Schema):
    """What happened after it: in words, and as a code where the centre's code is known."""

    report_datetime: datetime
    reaction_date: date
    reaction_detail_text: str
    vaccine_reaction_symptom_id: int | None


class AppointmentOut(Schema):
    """The next date."""

    appointment_datetime: datetime
    appointment_cause: str
    provis_aptype_code: str


class VisitOut(Schema):
    """The visit at which it was given."""

    visit_datetime: datetime
    visit_immunization: list[GivenOut]
    visit_immunization_reaction: list[ReactionOut]
    appointment: list[AppointmentOut]


class ImmunizationOut(Schema):
    """One dose in the field list of the national immunisation centre. Ask for more with the last `id` as `after`."""

    id: int
    hospital: HospitalOut
    patient: PatientOut
    immunization_plan: list[PlanOut]
    visit: VisitOut


@router.get(
    "sites/{site}/immunizations",
    response=list[ImmunizationOut],
    auth=TokenWith(IMMUNIZATIONS),
    operation_id="list_immunizations",
)
def immunizations(
    request: HttpRequest, site: str, day: date, after: Annotated[int, Query(ge=0)] = 0
) -> list[dict[str, Any]]:
    """Doses that a site gave on a day and that count, for the national immunisation centre; 500 at most."""
    where = queries.site_of_system(_actor(request), site)
    return [_immunization(each) for each in queries.reported_at(_actor(request), where, day, after=after)]


@fhir_router.get("Immunization", response=dict[str, Any], auth=TokenWith(FHIR), operation_id="search_fhir_immunization")
def fhir_immunizations(
    request: HttpRequest, location: str, date: date, after: Annotated[int, Query(ge=0)] = 0
) -> dict[str, Any]:
    """Doses that a site gave on a day, as a searchset of Immunization; struck ones are `entered-in-error`."""
    where = queries.site_of_system(_actor(request), location)
    found = queries.injections_at(where, date, after=after)
    following = _following("Immunization", where, date, found)
    return fhir.bundle([fhir.immunization(each, base=_base()) for each in found], following=following)


@fhir_router.get("Appointment", response=dict[str, Any], auth=TokenWith(FHIR), operation_id="search_fhir_appointment")
def fhir_appointments(
    request: HttpRequest, location: str, date: date, after: Annotated[int, Query(ge=0)] = 0
) -> dict[str, Any]:
    """Dates at a site on a day, as a searchset of Appointment."""
    where = queries.site_of_system(_actor(request), location)
    found = queries.doses_at(where, date, after=after)
    following = _following("Appointment", where, date, found)
    return fhir.bundle([fhir.appointment(each, where, base=_base()) for each in found], following=following)


def _following(resource: str, site: Site, day: date, found: Sequence[Injection | Dose]) -> str:
    """Return the address of the next part, or nothing when this was the last one."""
    if len(found) < MOST_AT_ONCE:
        return ""
    return f"{_base()}{resource}?location={site.reference}&date={day.isoformat()}&after={found[-1].pk}"


def _immunization(each: Reported) -> dict[str, Any]:
    given = each.injection
    site = given.site
    return {
        "id": given.pk,
        "hospital": {
            "hospital_code": "",
            "hospital_name": site.name_th if site is not None else given.given_elsewhere,
            "his_identifier": f"khumkan:{site.reference}" if site is not None else "khumkan",
        },
        "patient": _patient(each),
        "immunization_plan": [_plan(each)],
        "visit": {
            "visit_datetime": given.given_at,
            "visit_immunization": [_given(given)],
            "visit_immunization_reaction": [
                {
                    "report_datetime": event.reported_at,
                    "reaction_date": event.began_on,
                    "reaction_detail_text": ", ".join(str(reaction.label) for reaction in reactions),
                    "vaccine_reaction_symptom_id": next(
                        (codes.SYMPTOM[reaction] for reaction in reactions if reaction in codes.SYMPTOM), None
                    ),
                }
                for event, reactions in each.events
            ],
            "appointment": _appointment(each),
        },
    }


def _patient(each: Reported) -> dict[str, Any]:
    person = each.injection.person
    return {
        "CID": each.numbers.get("thai", ""),
        "hn": person.reference,
        "passport_no": each.numbers.get("passport", "") or each.numbers.get("foreign", ""),
        "prefix": person.title,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "gender": GENDERS.get(person.sex, ""),
        "birth_date": person.birth_date,
        "chw_code": person.province_code,
        "amp_code": person.district_code[2:],
        "tmb_code": person.subdistrict_code[4:],
        "mobile_phone": _national(each.phone),
        "nationality": person.nationality,
    }


def _plan(each: Reported) -> dict[str, Any]:
    given, coming = each.injection, each.next_dose
    schedule = [
        {
            "schedule_date": given.given_on,
            "treatment_number": given.number,
            "complete": "Y",
            "visit_date": given.given_on,
        }
    ]
    if coming is not None and coming.number > given.number:
        day = coming.session.day if coming.session is not None else coming.due_from
        schedule.append({"schedule_date": day, "treatment_number": coming.number, "complete": "N", "visit_date": None})
    return {"vaccine_code": codes.COVID, "schedule": schedule}


def _given(given: Injection) -> dict[str, Any]:
    return {
        "lot_number": given.lot_number,
        "expiration_date": given.lot.expires_on if given.lot is not None else None,
        "serial_no": "",
        "vaccine_manufacturer_id": codes.MANUFACTURER[Vaccine(given.vaccine)],
        "vaccine_plan_no": given.number,
        "vaccine_route_name": "intramuscular",
        "practitioner": {"license_number": given.licence, "name": "", "role": "vaccinator"},
    }


def _appointment(each: Reported) -> list[dict[str, Any]]:
    coming = each.next_dose
    if coming is None or coming.session is None or coming.number <= each.injection.number:
        return []
    return [
        {
            "appointment_datetime": coming.session.starts_at,
            "appointment_cause": f"COVID-19 {coming.number}",
            "provis_aptype_code": codes.COVID,
        }
    ]


def _national(phone: str) -> str:
    """Write a telephone number as the centre does: with 0 instead of +66."""
    return f"0{phone.removeprefix('+66')}" if phone.startswith("+66") else phone


def _base() -> str:
    return f"{str(settings.KHUMKAN_ADDRESS).rstrip('/')}/api/fhir/"


def _actor(request: HttpRequest) -> Actor:
    return cast(Request, request).actor
