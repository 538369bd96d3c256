"""Places, and what goes on at a station besides tickets: visits, supplies, loans. One concept a file.

People are named by AUTH_USER_MODEL only.
"""

from stations.models.calendar import CalendarDay, CalendarYear, LocalDay
from stations.models.loan import Loan
from stations.models.places import (
    CALENDAR_VERSION,
    Area,
    Building,
    Facility,
    OpeningHours,
    Station,
    Unit,
    phone_number,
    unit_serving,
)
from stations.models.supply import Supply, SupplyChange
from stations.models.visit import Visit

__all__ = [
    "CALENDAR_VERSION",
    "Area",
    "Building",
    "CalendarDay",
    "CalendarYear",
    "Facility",
    "Loan",
    "LocalDay",
    "OpeningHours",
    "Station",
    "Supply",
    "SupplyChange",
    "Unit",
    "Visit",
    "phone_number",
    "unit_serving",
]
