"""What every template knows of the site."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from legalaid.people.services import SEEN_EVERY
from legalaid.web.kiosk.paired import RESTS_FOR, visitors_page
from legalaid.web.staff.access import WORKING_ROLE


def site(request: HttpRequest) -> dict[str, Any]:
    """Names of the service and the region, the telephone, whether this is the demo, and a booth."""
    return {
        "region_name": settings.REGION_NAME,
        "support_phone": getattr(request, "near_phone", settings.SUPPORT_PHONE),
        "demo": settings.DEMO,
        "seen_every": int(SEEN_EVERY.total_seconds()),
        "staff_nav": getattr(request, "staff_nav", []),
        "working_roles": _working_roles(request),
        "booth_rests": int(RESTS_FOR.total_seconds()) if visitors_page(request) else 0,
    }


def _working_roles(request: HttpRequest) -> list[dict[str, Any]]:
    """What somebody with several roles may work in, «all» last; nothing for everybody else."""
    held = getattr(request, "staff_roles", [])
    if len(held) < 2:
        return []
    chosen = request.session.get(WORKING_ROLE)
    rows = [{"code": role.value, "label": role.label, "current": role == chosen} for role in held]
    return [*rows, {"code": "", "label": _("все роли"), "current": chosen not in held}]
