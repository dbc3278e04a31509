"""Who the person is in the register: name, address, cover, work, how the person is reached."""

from khumkan.places import queries as places
from khumkan.registry.models import Contact, Coverage, Employment, Person
from khumkan.registry.queries import persons
from khumkan.web.own_data.values import Part, last_digits, named, of, rows

PERSON = named(
    *("reference", "title", "first_name", "last_name", "birth_date", "sex", "nationality", "language", "section"),
    known_since="created_at",
)
CONTACT = named("kind", "is_primary", "verified_at", "added_at", value="address")
COVER = named("section", "started_on", "ended_on")
WORK = named("started_on", "ended_on", "employer")


def person(found: Person) -> Part:
    """Return what the register says of a person. Four queries, and those for the names of the areas."""
    codes = [code for code in (found.subdistrict_code, found.district_code, found.province_code) if code]
    jobs = Employment.objects.filter(person=found).select_related("employer")
    names = places.area_names(codes) if codes else {}
    return {
        **of(found, PERSON),
        "lives_in": [names.get(code, code) for code in codes],
        "documents": last_digits(each.last4 for each in persons.documents_of(found.pk)),
        "contacts": rows(Contact.objects.filter(person=found).order_by("added_at", "pk"), CONTACT),
        "cover": rows(Coverage.objects.filter(person=found).order_by("started_on", "pk"), COVER),
        "work": rows(jobs.order_by("started_on", "pk"), WORK),
    }
