"""What a caller is asked, and what is right. The right answers leave this layer in no page."""

from collections.abc import Mapping

from khumkan.hotline.models import Verification
from khumkan.hotline.rules import verifying as rules
from khumkan.hotline.rules.verifying import Question
from khumkan.hotline.terms.cases import CaseTerms
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.policies import in_force
from khumkan.registry.models import Person
from khumkan.registry.queries import employment, persons
from khumkan.registry.queries.employers import employers


def asked_of(person: Person, *, by: Actor) -> tuple[Question, ...]:
    """Return the questions for a caller: the same for this member of staff all day, whoever reloads the page."""
    terms = in_force(CaseTerms, on=clock.today())
    seed = f"{person.reference}.{by.id}.{clock.today().isoformat()}"
    return rules.choose(known_of(person), count=terms.questions, seed=seed)


def known_of(person: Person) -> Mapping[Question, str]:
    """Return the right answers that the register knows, as digits. Four queries; they are shown to nobody."""
    end = rules.DIGITS
    phone = persons.phone_of(person.pk)
    documents = persons.documents_of(person.pk)
    born = person.birth_date
    employer_id = employment.employers_of([person.pk], on=clock.today()).get(person.pk)
    employer = employers([employer_id]).get(employer_id) if employer_id is not None else None
    last4 = documents[0].last4 if documents else ""
    return {
        Question.BIRTH_DATE: f"{born:%d%m%Y}" if born is not None and person.birth_precision == "D" else "",
        Question.NUMBER_END: last4 if last4.isdecimal() else "",
        Question.PHONE_END: phone[-end:] if len(phone) > end else "",
        Question.EMPLOYER: employer.account_number[-end:] if employer is not None else "",
    }


def verified_until(person: Person, *, by: Actor) -> Verification | None:
    """Return the verification of this caller by this member of staff that holds now, or None. One query."""
    if by.id is None:
        return None
    rows = Verification.objects.filter(person=person, by_staff=by.id, until__gt=clock.now())
    return rows.order_by("-until").first()
