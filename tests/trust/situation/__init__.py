"""What the walks of trust need to know of the pages of the situation centre, by subject."""

from tests.trust.parts import Parts

PARTS = Parts.of(__name__)
