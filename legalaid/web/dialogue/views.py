"""What pages of every door ask for beside their room."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from legalaid.kernel.tickets import BadTicket, live_from_page


@require_POST
def live_ticket(request: HttpRequest) -> HttpResponse:
    """Exchange a page's note of its topics for a live ticket of 60 s; a note that is not the reader's is unknown."""
    try:
        ticket = live_from_page(request.POST.get("page", ""), user_id=request.user.pk)
    except BadTicket:
        raise Http404 from None
    return JsonResponse({"ticket": ticket})
