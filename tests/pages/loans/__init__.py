"""Examples for the pages of the loan programme, by subject."""

from tests.pages.parts import Parts

PARTS = Parts.of(__name__)
