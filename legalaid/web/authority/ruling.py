"""How an authority's dialogues go: the way of media, recording, hidden addresses. For coordinators and the office."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from legalaid.dialogue import services, vault
from legalaid.dialogue.media_queries import policies_of, policy_of, pool
from legalaid.dialogue.media_rules import healthy
from legalaid.dialogue.recording_rules import MOST_DAYS
from legalaid.dialogue.states import MediaPolicy
from legalaid.dialogue.turn import has_relays
from legalaid.directory.policies import get_managed_authority, managed_authorities
from legalaid.directory.services import set_authority_phone
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import DomainError
from legalaid.people.states import Role
from legalaid.web.citizen.forms import DoorForm
from legalaid.web.staff.access import staff

HINTS = {
    MediaPolicy.AUTO: gettext_lazy(
        "Двое говорят напрямую: это быстрее, и сервер не видит разговора. Если людей больше четырёх или у кого-то "
        "слабая связь, разговор сам переходит на сервер."
    ),
    MediaPolicy.SERVER: gettext_lazy(
        "Картинка и звук всегда идут через медиасервер. Помещается шесть человек. На слабой линии картинка хуже, чем "
        "напрямую; сервер расшифровывает разговор, чтобы передать его дальше."
    ),
    MediaPolicy.MESH: gettext_lazy(
        "Разговор зашифрован от браузера до браузера и не заходит на сервер. Помещаются четыре человека, пятого "
        "позвать не получится."
    ),
}
"""What follows from each way, in plain words."""


class RulingForm(DoorForm):
    """The rules of one authority's dialogues."""

    way = forms.ChoiceField(
        label=gettext_lazy("Как идут картинка и звук"), choices=MediaPolicy.choices, widget=forms.RadioSelect,
        required=False,
    )  # fmt: skip
    recording = forms.BooleanField(label=gettext_lazy("Разрешить запись разговоров"), required=False)
    keep_days = forms.CharField(
        label=gettext_lazy("Сколько дней хранить запись"), required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 3, "autocomplete": "off"}),
    )  # fmt: skip
    relay_only = forms.BooleanField(label=gettext_lazy("Скрывать адреса собеседников друг от друга"), required=False)

    def values(self) -> dict[str, Any]:
        """What was chosen, as keyword arguments of the service."""
        self.is_valid()
        days = str(self.cleaned_data.get("keep_days", "")).strip()
        return {
            "media": self.data.get("way", ""), "recording": bool(self.cleaned_data.get("recording")),
            "keep_days": int(days) if days.isascii() and days.isdigit() and len(days) < 5 else None,
            "relay_only": bool(self.cleaned_data.get("relay_only")),
        }  # fmt: skip


@require_GET
@staff(Role.COORDINATOR, Role.OFFICE)
def rulings(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The rules of every authority whose rules the reader sets; with one authority at once its page."""
    ids = managed_authorities(actor)
    if len(ids) == 1:
        return redirect("authority-ruling", ids[0])
    return render(request, "authority/rulings.html", {"rows": policies_of(ids)})


@staff(Role.COORDINATOR, Role.OFFICE)
def ruling(request: HttpRequest, actor: Actor, authority_id: int) -> HttpResponseBase:
    """The rules of one authority, and what follows from them."""
    own = get_managed_authority(actor, authority_id)
    status = 200
    if request.method == "POST":
        form = RulingForm(request.POST)
        try:
            services.set_policy(authority_id=own.pk, actor=actor, now=timezone.now(), **form.values())
        except DomainError as error:
            if error.code == "not_found":
                raise
            form.errors.clear()
            form.refuse(error)
            status = 422
        else:
            messages.success(request, _("Сохранено. Правила действуют для разговоров с этой минуты."))
            return redirect("authority-ruling", own.pk)
    else:
        policy = policy_of(own.pk)
        form = RulingForm(initial={
            "way": policy.media, "recording": policy.recording, "keep_days": policy.keep_days,
            "relay_only": policy.relay_only,
        })  # fmt: skip
    context = {
        "authority": own, "form": form, "hints": {way.value: hint for way, hint in HINTS.items()},
        "several": len(managed_authorities(actor)) > 1, "most_days": MOST_DAYS, "has_key": _has_key(),
        "has_relays": has_relays(), "has_nodes": any(healthy(node, timezone.now()) for node in pool()),
        "watches": actor.has(Role.COORDINATOR, authority_id=own.pk),
    }  # fmt: skip
    return render(request, "authority/ruling.html", context, status=status)


@require_POST
@staff(Role.COORDINATOR, Role.OFFICE)
def phone(request: HttpRequest, actor: Actor, authority_id: int) -> HttpResponseBase:
    """The number people at home call when nothing else works."""
    try:
        set_authority_phone(
            authority_id=authority_id, phone=request.POST.get("phone", ""), actor=actor, now=timezone.now()
        )  # fmt: skip
    except DomainError as error:
        if error.code == "not_found":
            raise
        messages.error(request, str(error.text))
    else:
        messages.success(request, _("Телефон сохранён."))
    return redirect("authority-ruling", authority_id)


def _has_key() -> bool:
    try:
        vault.installation_key()
    except vault.VaultClosed:
        return False
    return True
