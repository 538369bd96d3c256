"""What a shared computer and a shared list must not carry from one reader to the next."""

from django.conf import settings
from django.urls import reverse

from tests.factories import UnitFactory


def test_signing_out_leaves_a_residents_receipt_behind(house, client_of):
    client = client_of(house.volunteer)

    response = client.post(reverse("accounts:logout"))

    cookie = response.cookies[settings.RECEIPT_COOKIE_NAME]
    assert (cookie.value, cookie["path"], cookie["max-age"]) == ("", settings.RECEIPT_COOKIE_PATH, 0)


def test_list_behind_a_number_names_no_unit_of_another_community(house, client_of):
    foreign = UnitFactory(name="远处物业")

    page = client_of(house.secretary).get(
        reverse("reports:tickets"), {"figure": "received", "unit": foreign.pk}
    )

    assert "远处物业" not in page.content.decode()
