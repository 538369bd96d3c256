"""What a station has lent, got back, keeps and counted, for the walk."""

from dataclasses import dataclass

from stations import lending
from tests.factories import House
from tests.stations import shelf


@dataclass
class Shelf:
    """What a station has lent, got back, keeps and counted."""

    house: House

    def __post_init__(self):
        self.supply = shelf.supply(self.house, count=5)
        self.out = shelf.lent(self.house, self.supply, borrower="李福生", phone="13800138000")
        self.returned = shelf.lent(self.house, self.supply)
        lending.take_back(self.returned, by=self.house.volunteer)
        self.visit = shelf.tapped(self.house)

    def pk(self, name):
        if name in ("supply", "edit_supply"):
            return self.supply.pk
        return (self.returned if name == "undo_take_back" else self.out).pk
