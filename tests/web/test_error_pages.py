"""Pages shown when something went wrong: each says what happened, what is not lost, and where to go."""

import pytest
from django.test import Client, RequestFactory
from django.views.defaults import bad_request, permission_denied, server_error

from legalaid.directory.models import Agreement
from tests.scenes import make_region
from tests.support.html_lint import problems

pytestmark = pytest.mark.django_db


def test_an_unknown_page(client: Client) -> None:
    answer = client.get("/no/such/page/")
    assert answer.status_code == 404
    assert "Такой страницы нет" in answer.content.decode()


def test_who_signed_in_again_while_sending_a_form_is_told_what_to_do() -> None:
    region, client = make_region(), Client()
    sent = client.post("/office/agreements/new/", {"number": "1"})
    assert sent.status_code == 302
    assert "next=/office/agreements/new/" in sent["Location"]
    client.force_login(region.users["office"], backend="legalaid.people.backends.StaffBackend")
    before = Agreement.objects.count()
    answer = client.get("/office/agreements/new/")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    said = answer.content.decode()
    assert "она не сохранилась" in said
    assert 'href="/staff/"' in said
    assert problems(said) == []
    assert Agreement.objects.count() == before
    assert client.get("/office/agreements/new/", headers={"accept": "application/json"}).content == b""


def test_a_form_without_its_token_is_explained() -> None:
    answer = Client(enforce_csrf_checks=True).post("/", {"story": "Не засчитали стаж"})
    assert answer.status_code == 403
    assert "Ничего не изменилось" in answer.content.decode()


@pytest.mark.parametrize(("view", "status"), [(bad_request, 400), (permission_denied, 403)])
def test_a_refused_request(client: Client, view: object, status: int) -> None:
    request = client.get("/").wsgi_request
    answer = view(request, Exception())  # type: ignore[operator]
    assert answer.status_code == status
    assert problems(answer.content.decode()) == []


def test_a_broken_server_needs_nothing_of_the_request(rf: RequestFactory) -> None:
    answer = server_error(rf.get("/"))
    assert answer.status_code == 500
    assert "Вы всё сделали правильно" in answer.content.decode()
    assert problems(answer.content.decode()) == []
