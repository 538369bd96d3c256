"""What residents say and what they are told: every sentence invented, in the voice heard at such a desk."""

from tickets.demo.texts.facilities import FACILITIES
from tickets.demo.texts.fire import FIRE
from tickets.demo.texts.houses import HOUSES
from tickets.demo.texts.hygiene import HYGIENE
from tickets.demo.texts.neighbours import NEIGHBOURS
from tickets.demo.texts.others import OTHERS
from tickets.demo.texts.parking import PARKING
from tickets.demo.texts.utilities import UTILITIES

MATTERS = (*UTILITIES, *HOUSES, *FACILITIES, *FIRE, *PARKING, *HYGIENE, *NEIGHBOURS, *OTHERS)

__all__ = ["MATTERS"]
