"""What people searched for and did not find: counted by words of the dictionary, never as it was typed.

A search is no act of anybody in particular, so nothing of it stands in the record.
"""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import F

from khumkan import record
from khumkan.hotline.models import SearchGap
from khumkan.hotline.permissions import knowledge as permissions
from khumkan.hotline.rules import gaps as rules
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Missing

#: Sets of words that are kept at most: whoever types at random must not fill the disk.
MOST_KEPT = 50_000


def note_search(*, words: Sequence[str], has_result: bool) -> str:
    """Count a search by its known words, and return the key by which `note_opened` counts what was opened.

    :param words: known words, each once; none are not counted.
    """
    if not words:
        return ""
    key = rules.key_of(words)
    if not SearchGap.objects.filter(key=key).exists():
        if SearchGap.objects.count() >= MOST_KEPT:
            return ""
        SearchGap.objects.get_or_create(key=key, defaults={"words": list(words), "last_on": clock.today()})
    counted: dict[str, Any] = {"searched": F("searched") + 1, "last_on": clock.today()}
    if not has_result:
        counted |= {"without_result": F("without_result") + 1, "settled_on": None}
    SearchGap.objects.filter(key=key).update(**counted)
    return key


def note_opened(*, key: str) -> None:
    """Count that somebody opened a result of a search; an unknown key counts nothing."""
    SearchGap.objects.filter(key=key, opened__lt=F("searched")).update(opened=F("opened") + 1)


@transaction.atomic
def settle(*, gap_id: int, by: Actor) -> None:
    """Note that staff saw to a gap: an article was written, a word added, or nothing is needed.

    :raises Missing: for one that is not there.
    """
    permissions.check_may_edit(by)
    gap = SearchGap.objects.select_for_update().filter(pk=gap_id).first()
    if gap is None:
        raise Missing("no such gap")
    gap.settled_on = clock.today()
    gap.save(update_fields=["settled_on"])
    record.write("hotline.gap_settled", by=by, about=gap)
