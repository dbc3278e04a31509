"""The tables of the vaccination programme, by subject."""

from khumkan.vaccination.models.days import EmployerDay, SiteDay
from khumkan.vaccination.models.enrolments import Dose, Enrolment, Session
from khumkan.vaccination.models.figures import CoverageDay, CoverageFigure, DailyDose
from khumkan.vaccination.models.lists import ListFile, Listing, ListRequest, ListRow, Roster
from khumkan.vaccination.models.phases import (
    CaseCount,
    CaseFile,
    DistrictChoice,
    DistrictRate,
    InsuredCount,
    PhaseDetail,
)
from khumkan.vaccination.models.plans import Plan, PlanGroup, PlannedDose, PlannedPlace, PlannedSession, WaitingTally
from khumkan.vaccination.models.records import AdverseEvent, Certificate, Correction, FollowUp, Injection
from khumkan.vaccination.models.stock import Lot, SiteLot, StockMove, Warmth
from khumkan.vaccination.models.visits import DoorNote, StandBy, Visit, VisitStep

__all__ = [
    "AdverseEvent",
    "CaseCount",
    "CaseFile",
    "Certificate",
    "Correction",
    "CoverageDay",
    "CoverageFigure",
    "DailyDose",
    "DistrictChoice",
    "DistrictRate",
    "DoorNote",
    "Dose",
    "EmployerDay",
    "Enrolment",
    "FollowUp",
    "Injection",
    "InsuredCount",
    "ListFile",
    "ListRequest",
    "ListRow",
    "Listing",
    "Lot",
    "PhaseDetail",
    "Plan",
    "PlanGroup",
    "PlannedDose",
    "PlannedPlace",
    "PlannedSession",
    "Roster",
    "Session",
    "SiteDay",
    "SiteLot",
    "StandBy",
    "StockMove",
    "Visit",
    "VisitStep",
    "WaitingTally",
    "Warmth",
]
