"""What is posted of old ledgers."""

from tests.tickets import ledgers


def _file(house, stage, role):
    return {"station": house.station.pk, "answered": "end", "file": ledgers.sent(ledgers.csv(ledgers.DONE))}


def _columns(house, stage, role):
    """As they were read."""
    ledger = stage.ledgers[0 if house == stage.house else 1]
    return {f"column_{one['place']}": one["field"] for one in ledger.columns}


BODIES = {"tickets:ledgers": _file, "tickets:ledger_columns": _columns}
