"""Refusals and verdicts: every no carries a sentence that a clerk could read out."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext


@dataclass(frozen=True)
class Reason:
    """Why something is so, as a sentence marked with `N_` and the values that it names.

    :param code: short and stable, for tests, counters and the API.
    """

    code: str
    text: str
    params: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        translated = gettext(self.text)
        return translated % self.params if self.params else translated


@dataclass(frozen=True)
class Verdict:
    """An answer together with its reasons."""

    allowed: bool
    reasons: tuple[Reason, ...] = ()

    def __bool__(self) -> bool:
        return self.allowed

    @staticmethod
    def yes(*reasons: Reason) -> "Verdict":
        """Return a permitting verdict."""
        return Verdict(True, reasons)

    @staticmethod
    def no(*reasons: Reason) -> "Verdict":
        """Return a refusing verdict; it must say why."""
        if not reasons:
            raise ValueError("a refusal needs a reason")
        return Verdict(False, reasons)


class Refused(Exception):
    """What was asked cannot be done; the text says why, in words for the person who asked.

    :param text: an English sentence marked for translation, with `%(name)s` for the values.
    :param code: short and stable, for tests, counters and the API.
    """

    def __init__(self, text: str, code: str = "refused", /, **params: object) -> None:
        super().__init__(text)
        self.reasons: tuple[Reason, ...] = (Reason(code, text, params),)

    @property
    def code(self) -> str:
        """The code of the first reason."""
        return self.reasons[0].code

    def __str__(self) -> str:
        return " ".join(str(reason) for reason in self.reasons)


class Missing(Exception):
    """There is no such thing for this actor: unknown and foreign look alike, and both become page 404."""


def check(verdict: Verdict) -> None:
    """Raise the refusal of a verdict that does not allow.

    :raises Refused: with all reasons of the verdict.
    """
    if not verdict.allowed:
        refusal = Refused(verdict.reasons[0].text, verdict.reasons[0].code)
        refusal.reasons = verdict.reasons
        raise refusal
