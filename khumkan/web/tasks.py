"""What the shell hands from one to another: imported with the queue, so in every process."""

from khumkan.web import hotline_figures

__all__ = ["hotline_figures"]
