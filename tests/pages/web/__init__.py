"""Examples for the pages of the shell, by subject."""

from tests.pages.parts import Parts

PARTS = Parts.of(__name__)
