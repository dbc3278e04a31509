"""What the queue does of the hotline, by subject; how callers are found and looks are watched is offered along."""

from khumkan.hotline import finding
from khumkan.hotline.tasks import calls, cases, reading

__all__ = ["calls", "cases", "finding", "reading"]
