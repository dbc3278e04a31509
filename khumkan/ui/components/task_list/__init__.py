"""The parts of a longer piece of work, and which are done."""

from django.utils.safestring import SafeString

from khumkan.ui.rendering import anchor, render, toned


def task_list(content: str) -> SafeString:
    """Set `task`s one below the other."""
    return render("task_list/task_list", {"content": content})


def task(text: str, status: str, href: str = "", tone: str = "plain", hint: str = "") -> SafeString:
    """Write one task with its state; without `href` it cannot be begun yet."""
    values = {"text": text, "status": status, "href": href, "tone": toned(tone), "hint": hint}
    return render("task_list/task", values | {"key": anchor(text)})
