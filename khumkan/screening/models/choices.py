"""The closed lists, where the models look for them."""

from khumkan.screening.choices import (
    Certainty,
    Channel,
    DoorOutcome,
    Ground,
    Method,
    Outcome,
    ResultSource,
    RowVerdict,
)

__all__ = ["Certainty", "Channel", "DoorOutcome", "Ground", "Method", "Outcome", "ResultSource", "RowVerdict"]
