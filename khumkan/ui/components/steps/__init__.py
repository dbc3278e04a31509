"""How far one is in a journey of several pages."""

from collections.abc import Sequence

from django.utils.safestring import SafeString

from khumkan.ui.rendering import render


def steps(labels: Sequence[str], current: int) -> SafeString:
    """Write the steps of a journey; `current` counts from 1."""
    states = [
        "done" if number < current else "now" if number == current else "next" for number in range(1, len(labels) + 1)
    ]
    return render(
        "steps/steps", {"steps": list(zip(labels, states, strict=True)), "current": current, "total": len(labels)}
    )
