"""Examples for the pages of the register that stand by subject."""

from tests.pages.parts import Parts

PARTS = Parts.of(__name__)
