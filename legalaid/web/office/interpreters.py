"""The interpreters: who speaks which language and when, so that a time can be offered with one of them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import DomainError, NotFound
from legalaid.people.states import Role
from legalaid.reception import services
from legalaid.reception.queries import interpreters as queries
from legalaid.web.office.network import USUAL_ZONE
from legalaid.web.office.network_forms import InterpreterForm, interpreter_initial
from legalaid.web.staff.access import staff


@require_GET
@staff(Role.OFFICE)
def interpreters(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """All of them, by language."""
    return render(request, "office/interpreters.html", {"people": queries.interpreters()})


@staff(Role.OFFICE)
def interpreter(request: HttpRequest, actor: Actor, interpreter_id: int | None = None) -> HttpResponseBase:
    """One interpreter, or a new one; a POST writes her details."""
    person = None if interpreter_id is None else queries.interpreter_by_id(interpreter_id)
    if person is None and interpreter_id is not None:
        raise NotFound
    initial = interpreter_initial(person) if person else {"timezone": USUAL_ZONE}
    form = InterpreterForm(request.POST or None, zone=str(initial["timezone"]), initial=initial)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            if person is None:
                person = services.add_interpreter(details=form.details(), actor=actor, now=now)
            else:
                services.set_interpreter(interpreter_id=person.pk, details=form.details(), actor=actor, now=now)
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, _("Переводчик сохранён."))
            return redirect("office-interpreter", person.pk)
    context = {
        "person": person, "form": form,
        "booked": queries.bookings_of_interpreter(person.pk, timezone.now()) if person else [],
    }  # fmt: skip
    return render(request, "office/interpreter.html", context, status=422 if form.errors else 200)


@require_POST
@staff(Role.OFFICE)
def stop(request: HttpRequest, actor: Actor, interpreter_id: int) -> HttpResponseBase:
    """She interprets no longer."""
    try:
        passed = services.stop_interpreter(interpreter_id=interpreter_id, actor=actor, now=timezone.now())
    except NotFound:
        raise
    except DomainError as error:
        messages.error(request, str(error.text))
    else:
        said = _("Новых записей к этому переводчику не будет.")
        if passed:
            said += " " + ngettext("Его %(n)s запись передана другому.", "Передано другим записей: %(n)s.", passed) % {
                "n": passed
            }
        messages.success(request, said)
    return redirect("office-interpreter", interpreter_id)


@require_POST
@staff(Role.OFFICE)
def resume(request: HttpRequest, actor: Actor, interpreter_id: int) -> HttpResponseBase:
    """She interprets again."""
    services.resume_interpreter(interpreter_id=interpreter_id, actor=actor, now=timezone.now())
    messages.success(request, _("Переводчик снова работает."))
    return redirect("office-interpreter", interpreter_id)
