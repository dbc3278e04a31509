"""The tables of the hospitels.

Sites, rooms, beds and stays are few and stay whole on one node, exclusion constraints and all; what grows with the
people (cares, triages, observations) carries the person's id.
"""

from khumkan.isolation.models.cares import Care, Party, PartyRequest, Triage
from khumkan.isolation.models.discharges import Certificate, Discharge
from khumkan.isolation.models.figures import BedForecast
from khumkan.isolation.models.rounds import Escalation, Observation
from khumkan.isolation.models.sites import Bed, Facility, Room
from khumkan.isolation.models.stays import DoorNote, Stay
from khumkan.isolation.models.transport import Pickup, Run

__all__ = [
    "Bed",
    "BedForecast",
    "Care",
    "Certificate",
    "Discharge",
    "DoorNote",
    "Escalation",
    "Facility",
    "Observation",
    "Party",
    "PartyRequest",
    "Pickup",
    "Room",
    "Run",
    "Stay",
    "Triage",
]
