"""Every threshold is data: terms with versions, phases with areas and budgets, eligibility written once.

- `terms` declares a kind of terms on a frozen dataclass; `lookup.in_force(Cls, on=day)` gives what holds on a day.
- A version is never edited. An officer proposes the next one with a reason and a source, another approves it, and a
  decision keeps the number of the version it was made under.
- `eligibility` is a small language of criteria over facts: one rule answers for one person, with the reasons in
  words, and selects the same persons in the whole registry as a query.
- `models.Phase` says where, when and with what budget a programme runs.

This package can be imported while Django is still loading: what it offers here does not import the models.
"""

from khumkan.policies.lookup import both_in_force, diff, history, in_force, version
from khumkan.policies.terms import Terms, amended, term, terms

__all__ = ["Terms", "amended", "both_in_force", "diff", "history", "in_force", "term", "terms", "version"]
