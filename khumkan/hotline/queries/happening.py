"""Whether the thing that a case waits for has happened: asked of the programmes, for many people at once."""

from collections.abc import Callable, Iterable, Mapping

from khumkan.hotline.choices import Thing
from khumkan.isolation.queries import stuck as care
from khumkan.screening.queries import stuck as tests
from khumkan.vaccination.queries import stuck as doses

#: What can be looked up. A change of phone and a certificate are known by their event alone.
ASKED: Mapping[Thing, Callable[[Iterable[int]], set[int]]] = {
    Thing.TEST_PLACE: tests.have_place,
    Thing.RESULT: tests.owe_nothing,
    Thing.BED: care.need_no_bed,
    Thing.DOSE_DATE: doses.have_date,
}
#: The events that solve a case, by what it waits for. Who is named is told. Each event more costs every act
#: that writes it, so that the rare ways are left to the look that is taken again every few minutes.
EVENTS: Mapping[Thing, tuple[str, ...]] = {
    Thing.TEST_PLACE: ("screening.booked",),
    Thing.RESULT: ("screening.result_released", "screening.result_corrected"),
    Thing.BED: ("isolation.bed_held", "isolation.admitted", "isolation.team_found", "isolation.care_declined"),
    Thing.DOSE_DATE: ("vaccination.booked",),
    Thing.PHONE: ("accounts.phone_change_done",),
    Thing.CERTIFICATE: ("isolation.certificate_issued", "vaccination.certificate_issued"),
}


def happened_to(thing: Thing, person_ids: Iterable[int]) -> set[int]:
    """Return those for whom a thing has happened. At most one query; nobody for what only an event tells."""
    ask = ASKED.get(thing)
    return ask(person_ids) if ask else set()


def has_happened(thing: Thing, person_id: int) -> bool:
    """Tell whether a thing has happened for one person."""
    return person_id in happened_to(thing, [person_id])
