"""Whether a certificate of establishment status holds on a day."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Standing(StrEnum):
    """What a check of a certificate finds."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Paper:
    """What of a certificate decides whether it holds. `valid_until` is its last day."""

    issued_on: date
    valid_until: date
    is_revoked: bool


def standing(paper: Paper | None, *, on: date) -> Standing:
    """Say how a certificate stands on a day; a revoked one stays revoked whatever its days say."""
    if paper is None:
        return Standing.UNKNOWN
    if paper.is_revoked:
        return Standing.REVOKED
    return Standing.VALID if paper.issued_on <= on <= paper.valid_until else Standing.EXPIRED
