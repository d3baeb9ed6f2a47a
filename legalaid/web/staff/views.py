"""Where a member of staff lands after logging in; what she learns her work from."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from legalaid.directory.pack_queries import parts
from legalaid.kernel.actor import Actor
from legalaid.people.services import be_seen
from legalaid.people.states import Role
from legalaid.web.staff.access import WORKING_ROLE, staff
from legalaid.web.staff.doors import landing_of


@staff(*Role)
def home(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The first door of her first role."""
    landing = landing_of(actor)
    if landing is None:
        raise Http404
    return redirect(landing)


@require_POST
@staff(*Role)
def work_as(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """She works in one of her roles, or in all of them again (an empty `role`)."""
    role = request.POST.get("role", "")
    if role and role not in request.staff_roles:  # type: ignore[attr-defined]  # set by staff.access
        raise Http404
    if role:
        request.session[WORKING_ROLE] = role
    else:
        request.session.pop(WORKING_ROLE, None)
    return redirect("staff-home")


@require_POST
@staff(*Role)
def seen(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """A page of hers says that it is open."""
    be_seen(actor=actor, now=timezone.now())
    return HttpResponse(status=204)


READERS = (Role.OPERATOR, Role.EXPERT)


@require_GET
@staff(*READERS, Role.COORDINATOR, Role.OFFICE)
def guide(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Training scripts for her role; a coordinator and the office read all of them."""
    mine = {role.value for role in READERS if actor.has(role)} or {role.value for role in READERS}
    texts = [one for one in parts("training") if one.data.get("reader") in mine]
    return render(request, "staff/guide.html", {"texts": texts})
