"""Examples for the pages of the situation centre, by subject."""

from tests.pages.parts import Parts

PARTS = Parts.of(__name__)
