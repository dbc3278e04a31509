"""The parameters of the hotline's rules, by subject."""

from khumkan.hotline.terms.calls import CallTerms
from khumkan.hotline.terms.cases import CaseTerms, StuckTerms
from khumkan.hotline.terms.reading import ReadingTerms

__all__ = ["CallTerms", "CaseTerms", "ReadingTerms", "StuckTerms"]
