"""The ways out: what a message looks like to a provider, what a provider can answer, and who speaks to whom."""

from khumkan.messages.adapters.base import Adapter, Letter, Outcome, Receipt, Result, Unavailable, adapter_of

__all__ = ["Adapter", "Letter", "Outcome", "Receipt", "Result", "Unavailable", "adapter_of"]
