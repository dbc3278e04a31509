"""The tables of the testing programme, by subject."""

from khumkan.screening.models.cases import Case, Contact, OutbreakAlert
from khumkan.screening.models.figures import DailyFigure
from khumkan.screening.models.lab import Manifest, Pool, Result, ResultFile, ResultFileRow
from khumkan.screening.models.registrations import Attendance, Registration, Session
from khumkan.screening.models.rounds import Drawn, FrameUnit, Round, RoundEmployer, Stratum
from khumkan.screening.models.specimens import CustodyStep, Specimen
from khumkan.screening.models.visits import SessionClose

__all__ = [
    "Attendance",
    "Case",
    "Contact",
    "CustodyStep",
    "DailyFigure",
    "Drawn",
    "FrameUnit",
    "Manifest",
    "OutbreakAlert",
    "Pool",
    "Registration",
    "Result",
    "ResultFile",
    "ResultFileRow",
    "Round",
    "RoundEmployer",
    "Session",
    "SessionClose",
    "Specimen",
    "Stratum",
]
