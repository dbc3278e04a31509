"""Other words for things: what people write, and the words of our articles that they mean."""

from django.db import IntegrityError, transaction

from khumkan import record
from khumkan.hotline.models import Synonym
from khumkan.hotline.permissions import knowledge as permissions
from khumkan.hotline.rules import search
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Missing, Refused
from khumkan.kernel.words import N_


@transaction.atomic
def add(*, word: str, meant: str, by: Actor) -> Synonym:
    """Let the search look for `meant` as well when somebody writes `word`.

    :raises Refused: when one is empty, both are the same, or it is there already.
    """
    permissions.check_may_edit(by)
    word, meant = (" ".join(search.plain_form(text).split()) for text in (word, meant))
    if not word or not meant or word == meant:
        raise Refused(N_("Please write a word, and other words that it means."), "synonym_empty")
    try:
        with transaction.atomic():
            made = Synonym.objects.create(word=word, meant=meant, added_by=by.id, added_at=clock.now())
    except IntegrityError as error:
        raise Refused(N_("This is known already."), "synonym_known") from error
    record.write("hotline.synonym_added", by=by, about=made)
    return made


@transaction.atomic
def remove(*, synonym_id: int, by: Actor) -> Synonym:
    """Take a word out again. Twice is harmless.

    :raises Missing: for one that is not there.
    """
    permissions.check_may_edit(by)
    found = Synonym.objects.select_for_update().filter(pk=synonym_id).first()
    if found is None:
        raise Missing("no such synonym")
    if found.removed_at is None:
        found.removed_by, found.removed_at = by.id, clock.now()
        found.save(update_fields=["removed_by", "removed_at"])
        record.write("hotline.synonym_removed", by=by, about=found)
    return found
