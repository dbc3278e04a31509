"""The answer to a test as a letter to the person."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from khumkan.kernel import clock, dates
from khumkan.registry.models import Person
from khumkan.screening.queries.answers import PersonResult
from khumkan.ui.documents import Letter, letter_pdf


def letter(told: PersonResult, person: Person) -> bytes:
    """Return the answer as a PDF in the language of the page. Only the person gets it."""
    language = get_language() or "th"
    words = told.words
    facts = [
        (_("Name"), person.full_name),
        (_("Result"), str(words.title)),
        (_("Test"), told.method_words),
        (_("Specimen taken"), f"{dates.show_datetime(told.taken_at, language)}, {told.site_name}"),
        (_("Code of the specimen"), told.code),
    ]
    if told.released_at is not None:
        facts.append((_("Answer released"), dates.show_datetime(told.released_at, language)))
    return letter_pdf(
        Letter(
            language=language[:2],
            title=_("Result of your test"),
            reference=told.registration_reference,
            date=clock.today(),
            addressee=(person.full_name,),
            paragraphs=(str(words.meaning), *(str(step) for step in words.steps)),
            facts=tuple(facts),
        )
    )
