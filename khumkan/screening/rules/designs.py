"""Which designs make sense: said before a round is planned, in words."""

from decimal import Decimal

from khumkan.kernel.errors import Reason, Verdict
from khumkan.kernel.words import N_
from khumkan.screening.rules.sampling import Design, SizeRule

PROBLEMS = {
    "share": N_("The share of the workers must be more than 0 and at most 100 percent."),
    "number": N_("Please say how many workers are to be drawn."),
    "prevalence": N_("The prevalence must be more than 0 and at most 50 percent."),
    "confidence": N_("The confidence must be at least 50 and less than 100 percent."),
    "sensitivity": N_("The sensitivity of the test must be more than 0 and at most 100 percent."),
    "per_enterprise": N_("Please say how many workers are drawn in each enterprise: two or more."),
    "minimum": N_("Draw at least one worker of each stratum: nobody in the frame may be without a chance."),
    "minimum_of_enterprises": N_(
        "With two stages, draw at least two enterprises of a stratum, or no interval can be given."
    ),
}
#: Where a problem is said, when it is not named like its part of the design.
PART = {"minimum_of_enterprises": "minimum"}


def suits(design: Design) -> Verdict:
    """Say whether a round can be drawn and estimated by this design, and if not, what to change."""
    wrong = [name for name, fits in _checks(design) if not fits]
    if not wrong:
        return Verdict.yes()
    return Verdict.no(*(Reason(f"design_{PART.get(name, name)}", PROBLEMS[name]) for name in wrong))


def _checks(design: Design) -> list[tuple[str, bool]]:
    checks = {
        SizeRule.SHARE: [("share", 0 < design.share <= 1)],
        SizeRule.NUMBER: [("number", design.number > 0)],
        SizeRule.DETECT: [
            ("prevalence", 0 < design.prevalence <= Decimal("0.5")),
            ("confidence", Decimal("0.5") <= design.confidence < 1),
            ("sensitivity", 0 < design.sensitivity <= 1),
        ],
    }[design.rule]
    if design.two_stage:
        return [
            *checks,
            ("per_enterprise", design.per_enterprise >= 2),
            ("minimum_of_enterprises", design.minimum >= 2),
        ]
    return [*checks, ("minimum", design.minimum >= 1)]
