"""Where a member of staff lands after logging in."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from legalaid.kernel.actor import Actor
from legalaid.people.states import Role
from legalaid.web.staff.access import landing_of, staff


@staff(*Role)
def home(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The first door of her first role."""
    return redirect(landing_of(actor))
