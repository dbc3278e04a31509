"""A state as a page shows it."""

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class Shown:
    """The words for a state, and the colour of its tag.

    :param tone: `plain`, `info`, `wait`, `good`, `bad` or `done`.
    """

    words: Promise
    tone: str
