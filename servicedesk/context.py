"""What every template may know about the installation; nothing here asks the database."""

from django.conf import settings
from django.http import HttpRequest


def product(request: HttpRequest) -> dict[str, object]:
    return {"demo": settings.DEMO, "public_url": settings.PUBLIC_URL}
