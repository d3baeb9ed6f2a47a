"""Search over topics, requests and memos for the staff. The question travels in the body: addresses stand in logs."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from legalaid.insight.search import search
from legalaid.kernel.actor import Actor
from legalaid.people.states import Role
from legalaid.web.staff.access import staff


@staff(Role.OPERATOR, Role.EXPERT, Role.OFFICE)
def find(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """What was found for the words typed; a reader sees what her role shows her elsewhere."""
    asked = request.POST.get("asked", "").strip()
    context = {
        "asked": asked, "found": search(actor, asked) if asked else None, "expert": actor.has(Role.EXPERT),
        "operator": actor.has(Role.OPERATOR),
    }  # fmt: skip
    return render(request, "desk/search.html", context)
