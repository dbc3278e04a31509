"""How far a long piece of work is."""

from django.utils.safestring import SafeString

from khumkan.ui.rendering import anchor, render


def progress(value: int, total: int, label: str) -> SafeString:
    """Write a bar with its figures in words."""
    return render("progress/progress", {"value": value, "total": max(total, 1), "label": label, "key": anchor(label)})
