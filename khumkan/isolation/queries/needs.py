"""What people need at the place, or on the way, as they told it last."""

from collections.abc import Iterable

from khumkan.isolation.choices import Need
from khumkan.isolation.models import Triage

#: What somebody who drives has to know. What a person eats or believes is not needed on the way.
ON_THE_WAY = (Need.WHEELCHAIR, Need.CHILD, Need.INTERPRETER, Need.HEARING)


def needs_of(care_ids: Iterable[int]) -> dict[int, tuple[Need, ...]]:
    """Return the needs by care, from the latest triage of each. One query; who has none is left out."""
    latest = Triage.objects.filter(care__in=list(care_ids)).order_by("care", "-at", "-pk").distinct("care")
    told = {care: answers.get("needs") or () for care, answers in latest.values_list("care", "answers")}
    return {care: tuple(need for need in Need if need.value in codes) for care, codes in told.items() if codes}


def on_the_way(needs: Iterable[Need]) -> tuple[Need, ...]:
    """Keep the needs that matter in a vehicle."""
    return tuple(need for need in needs if need in ON_THE_WAY)
