"""What every template knows of the site."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """Names of the service and the region, the telephone, and whether this is the demo."""
    return {
        "region_name": settings.REGION_NAME,
        "support_phone": getattr(request, "near_phone", settings.SUPPORT_PHONE),
        "demo": settings.DEMO,
        "staff_nav": getattr(request, "staff_nav", []),
    }
