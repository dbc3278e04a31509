"""What the walks of trust need to know of the pages of the loan programme, by subject."""

from tests.trust.parts import Parts

PARTS = Parts.of(__name__)
