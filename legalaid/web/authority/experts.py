"""Experts of the authority: which topics they answer and in which languages."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from legalaid.directory.states import Language
from legalaid.kernel.actor import Actor
from legalaid.people.states import Role
from legalaid.reception import services
from legalaid.reception.hours_policies import get_coordinated_authority
from legalaid.reception.queries.hours import experts_of, topics_of_authority
from legalaid.web.authority.forms import is_id
from legalaid.web.staff.access import staff


@require_GET
@staff(Role.COORDINATOR)
def experts(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The experts with what they answer."""
    wanted = request.GET.get("authority", "")
    own = get_coordinated_authority(actor, int(wanted) if is_id(wanted) else None)
    topics = list(topics_of_authority(own.pk))
    titles = {topic.code: topic.title for topic in topics}
    rows = [
        {
            "user": one.user, "topics": one.topics, "languages": one.languages,
            "titles": [titles[code] for code in one.topics if code in titles],
            "spoken": [str(Language(code).label) for code in one.languages],
        }
        for one in experts_of(own.pk, timezone.now())
    ]  # fmt: skip
    context = {"authority": own, "rows": rows, "topics": topics, "languages": Language.choices}
    return render(request, "authority/experts.html", context)


@require_POST
@staff(Role.COORDINATOR)
def save_expert(request: HttpRequest, actor: Actor, authority_id: int, user_id: int) -> HttpResponseBase:
    """Topics and languages of one expert."""
    services.set_expert_profile(
        authority_id=authority_id, user_id=user_id, topic_codes=request.POST.getlist("topic"),
        languages=request.POST.getlist("language"), actor=actor, now=timezone.now(),
    )  # fmt: skip
    messages.success(request, _("Сохранено: новые заявки пойдут к специалисту по этим темам."))
    return redirect("authority-experts")
