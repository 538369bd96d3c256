"""Advisory locks: each keeps others away from its own matter, and from nothing else."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from stations.locks import Lock, take, wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


def free_elsewhere():
    """Which locks another connection can take at this moment."""

    @transaction.atomic
    def look():
        return {lock for lock in Lock if take(lock)}

    def look_and_leave():
        try:
            return look()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(look_and_leave).result()


@pytest.mark.parametrize("lock", Lock)
@pytest.mark.parametrize("hold", [take, wait_for])
def test_lock_keeps_others_from_its_own_matter_only(lock, hold):
    with transaction.atomic():
        hold(lock)
        free = free_elsewhere()

    assert free == set(Lock) - {lock}
    assert free_elsewhere() == set(Lock)
