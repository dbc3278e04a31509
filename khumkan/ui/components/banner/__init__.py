"""News above a page: something was done, or something is to be known."""

from django.contrib.messages.storage.base import Message
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from khumkan.kernel.words import N_
from khumkan.ui.rendering import render, toned

#: Tone and title of the messages that actions leave behind, by Django's level.
LEVELS = {
    "success": ("good", N_("Done")),
    "warning": ("wait", N_("Please note")),
    "error": ("bad", N_("There is a problem")),
}


def banner(content: str, title: str, tone: str = "info", announce: bool = False) -> SafeString:
    """Write a box of news.

    :param announce: read it out at once, for what the reader has just caused.
    """
    return render("banner/banner", {"content": content, "title": title, "tone": toned(tone), "announce": announce})


def message_banner(message: Message) -> SafeString:
    """Write the box for a message of `django.contrib.messages`."""
    tone, title = LEVELS.get(message.level_tag, ("info", N_("News")))
    return render(
        "banner/banner", {"content": message.message, "title": gettext(title), "tone": tone, "announce": True}
    )
