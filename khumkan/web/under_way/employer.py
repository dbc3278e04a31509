"""All that is under way for the enterprises of an HR office; nothing of any single person."""

from collections.abc import Sequence
from dataclasses import dataclass

from khumkan.kernel.actors import Actor
from khumkan.loans.models import Application, EmployerCertificate, Loan
from khumkan.loans.queries import applications, certificates, covenants
from khumkan.registry.models import Employer
from khumkan.registry.queries import filings
from khumkan.screening.queries import rounds
from khumkan.screening.queries.rounds import Visit
from khumkan.vaccination.queries import lists
from khumkan.vaccination.queries.lists import Offer
from khumkan.web.under_way import enterprise, lending
from khumkan.web.under_way.thing import Thing, in_order

#: Whoever comes for more enterprises finds the others on the pages of each part.
MOST_EMPLOYERS = 5
MOST_LOANS = 5


@dataclass(frozen=True)
class Enterprises:
    """What is known of an actor's enterprises, asked once for what is under way and for what happened."""

    employers: Sequence[Employer]
    visits: Sequence[Visit]
    offers: Sequence[Offer]
    applications: Sequence[Application]
    certificates: Sequence[EmployerCertificate]
    loans: Sequence[Loan]


def enterprises_of(by: Actor) -> Enterprises:
    """Return what there is of an actor's enterprises. Fifteen queries at most, two more for each further enterprise."""
    employers = list(filings.own_employers(by)[:MOST_EMPLOYERS])
    return Enterprises(
        employers,
        rounds.visits_of(by),
        lists.offers_for(by),
        [each for employer in employers for each in applications.of_employer(by, employer)],
        [each for employer in employers for each in certificates.of_employer(by, employer)],
        list(covenants.own_loans(by)[:MOST_LOANS]),
    )


def of_employer(by: Actor, known: Enterprises) -> list[Thing]:
    """Return what is under way, what asks for something first. A query for each enterprise, loan and open list."""
    return in_order(
        [
            *enterprise.testing(known.visits),
            *enterprise.vaccination(by, known.offers),
            *enterprise.filings(known.employers),
            *lending.applications(known.applications),
            *lending.papers(known.certificates, known.applications),
            *lending.workers(known.loans),
        ]
    )
