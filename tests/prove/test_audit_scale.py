"""The audit page over a million entries: as few statements as over one; its times are printed, not judged."""

import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import AreaFactory, House, person

pytestmark = [pytest.mark.prove, pytest.mark.django_db]
ENTRIES = 1_000_000
MOST_STATEMENTS = 12
# Three communities of ten share the entries; one of fifty is a look at a number, one of ten thousand is marked.
FILL = """
INSERT INTO accounts_auditentry
    (at, action, actor_id, person_id, post_id, area_id, subject, detail, device, is_marked)
SELECT now() - (n || ' seconds')::interval,
       (ARRAY['sign_in', 'sign_out'])[1 + n %% 2], %(lead)s, %(lead)s, NULL,
       (%(areas)s::bigint[])[1 + n %% 10], '', '', 'abc', false
FROM generate_series(1, %(entries)s) n WHERE n %% 50 > 0
UNION ALL
SELECT now() - (n || ' seconds')::interval, 'revealed', %(lead)s, NULL, %(post)s,
       (%(areas)s::bigint[])[1 + n / 50 %% 10], 'HY01-20260101-' || lpad((n %% 1000)::text, 3, '0'), '回访', 'abc',
       n %% 10000 = 0
FROM generate_series(50, %(entries)s, 50) n
"""


@pytest.fixture
def house(db):
    """Its community has a tenth of a million entries; nine neighbours have the rest."""
    house = House()
    areas = [house.area, *AreaFactory.create_batch(9, parent=house.area.parent)]
    values = {
        "lead": house.lead.pk,
        "post": house.lead.posts.get().pk,
        "areas": [area.pk for area in areas],
        "entries": ENTRIES,
    }
    with connection.cursor() as cursor:
        cursor.execute(FILL, values)
        cursor.execute("ANALYZE accounts_auditentry")
    return house


def addresses(house):
    page = reverse("tickets:audit")
    street = person("secretary", area=house.area.parent)
    asked = ("", "?action=revealed", "?marked=on", "?ticket=HY01-20260101-050", "?page=150")
    days = "?day_after=2020-01-01&day_before=2020-01-02"
    return [
        *((house.secretary, page + query) for query in (*asked, days, f"?person={house.lead.pk}")),
        *((street, page + query) for query in asked),
        (house.dispatcher, page),
        (house.lead, page),
    ]


def test_audit_page_needs_few_statements(house, client_of):
    for reader, address in addresses(house):
        client = client_of(reader)
        client.get(address)
        with CaptureQueriesContext(connection) as statements:
            started = time.perf_counter()
            answer = client.get(address)
            spent = time.perf_counter() - started
        slowest = max(float(statement["time"]) for statement in statements.captured_queries)
        print(
            f"{reader.active_posts[0]} {address}: {len(statements)} statements, {spent * 1000:.0f} ms, "
            f"slowest {slowest * 1000:.0f} ms, {answer.context['page_obj'].paginator.count} entries"
        )
        assert answer.status_code == 200
        assert len(statements) <= MOST_STATEMENTS, address
