"""Every write of policies: `terms` and `phases`."""

from khumkan.policies.actions.phases import draft_phase, move_phase, seed_phase, set_areas, sign_phase
from khumkan.policies.actions.terms import approve, propose, reject, seed

__all__ = ["approve", "draft_phase", "move_phase", "propose", "reject", "seed", "seed_phase", "set_areas", "sign_phase"]
