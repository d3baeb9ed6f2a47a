"""Authorities of the region: the office adds them and says what they are called and how to reach them."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from legalaid.directory.policies import get_managed_authority
from legalaid.directory.queries import agreements_in_force, authorities_counted
from legalaid.directory.refusals import ChangedMeanwhile
from legalaid.directory.services import open_authority, set_authority
from legalaid.directory.versions import AUTHORITY, row_version
from legalaid.kernel.actor import Actor
from legalaid.kernel.clock import local_day
from legalaid.kernel.errors import DomainError, NotFound
from legalaid.people.states import Role
from legalaid.reception.queries.hours import posts_of, topics_of_authority
from legalaid.web.office.meanwhile import differences
from legalaid.web.office.network_forms import AuthorityForm, NewAuthorityForm
from legalaid.web.staff.access import staff


@require_GET
@staff(Role.OFFICE)
def authorities(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """All authorities: whose they are, how to reach them, how many posts and topics, whether they answer now."""
    today = local_day(timezone.now(), settings.REGION_TIME_ZONE)
    return render(request, "office/authorities.html", {"rows": authorities_counted(today)})


@staff(Role.OFFICE)
def new(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """One more authority."""
    zone = settings.REGION_TIME_ZONE
    form = NewAuthorityForm(request.POST or None, zone=zone, initial={"timezone": zone})
    if request.method == "POST" and form.is_valid():
        try:
            made = open_authority(
                details=form.details(), code=form.cleaned_data["code"], actor=actor, now=timezone.now()
            )
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, _("Орган добавлен. Граждане увидят его, когда соглашение с ним вступит в силу."))
            return redirect("office-authority", made.pk)
    return render(request, "office/authority_new.html", {"form": form}, status=422 if form.errors else 200)


@staff(Role.OFFICE)
def authority(request: HttpRequest, actor: Actor, authority_id: int) -> HttpResponseBase:
    """One authority; a POST writes its details."""
    found, now = get_managed_authority(actor, authority_id), timezone.now()
    form = AuthorityForm(request.POST or None, zone=found.timezone, initial=vars(found))
    moved: ChangedMeanwhile | None = None
    if request.method == "POST" and form.is_valid():
        try:
            set_authority(authority_id=authority_id, details=form.details(), actor=actor, now=now,
                          seen=request.POST.get("seen"))  # fmt: skip
        except NotFound:
            raise
        except ChangedMeanwhile as error:
            moved, found = error, get_managed_authority(actor, authority_id)
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, _("Орган сохранён."))
            return redirect("office-authority", authority_id)
    context = {
        "authority": found, "form": form, "seen": row_version(found, AUTHORITY), "moved": moved,
        "differences": differences(form, AuthorityForm(zone=found.timezone, initial=vars(found))) if moved else [],
        "posts": posts_of(found.pk), "topics": topics_of_authority(found.pk),
        "agreements": agreements_in_force(found.pk, local_day(now, found.timezone)),
    }  # fmt: skip
    status = 409 if moved else 422 if form.errors else 200
    return render(request, "office/authority.html", context, status=status)
