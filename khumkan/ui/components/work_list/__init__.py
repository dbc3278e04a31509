"""Work to be done on a phone: one large target after the other."""

from django.utils.safestring import SafeString

from khumkan.ui.rendering import render, toned


def work_list(content: str) -> SafeString:
    """Set `work_item`s one below the other, in the order in which they are to be done."""
    return render("work_list/work_list", {"content": content})


def work_item(content: str, title: str, href: str = "", status: str = "", tone: str = "plain") -> SafeString:
    """Write one piece of work; the whole box leads to `href`."""
    values = {"content": content, "title": title, "href": href, "status": status, "tone": toned(tone)}
    return render("work_list/work_item", values)
