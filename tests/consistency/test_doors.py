"""Every page of the staff refuses the anonymous and the wrong role, whatever stands behind it."""

from collections.abc import Iterator
from http import HTTPStatus
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from legalaid.people.states import Role
from tests.scenes import Region, make_region

STAFF = ("desk/", "expert/", "authority/", "office/", "figures/", "watch/", "kiosk/pair/")
SAMPLES = {"uuid": str(UUID(int=7)), "int": "7", "slug": "seven", "str": "seven", "path": "seven"}


def _routes(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns, route)
        else:
            yield route, pattern


def _address(route: str, pattern: URLPattern) -> str:
    for name, converter in pattern.pattern.converters.items():
        kind = next(k for k in SAMPLES if type(converter).__name__.lower().startswith("string" if k == "str" else k))
        route = route.replace(f"<{kind}:{name}>", SAMPLES[kind])
    return "/" + route


ROUTES = [
    pytest.param(_address(route, pattern), pattern, id=route)
    for route, pattern in _routes(get_resolver().url_patterns)
    if route.startswith(STAFF)
]


@pytest.fixture
def region(db: None) -> Region:
    return make_region()


def test_there_are_routes_to_walk() -> None:
    assert len(ROUTES) > 10


@pytest.mark.parametrize(("address", "pattern"), ROUTES)
def test_every_staff_page_says_which_roles_it_wants(address: str, pattern: URLPattern) -> None:
    roles = getattr(pattern.callback, "staff_roles", ())
    assert roles, f"{address} is not guarded"
    assert set(roles) <= set(Role)


def _answers(client: Client, address: str) -> list[HttpResponse]:
    """The answers to the methods the page has."""
    both = (client.get(address), client.post(address))
    return [answer for answer in both if answer.status_code != HTTPStatus.METHOD_NOT_ALLOWED]


@pytest.mark.parametrize(("address", "pattern"), ROUTES)
def test_the_anonymous_are_asked_to_log_in(client: Client, address: str, pattern: URLPattern) -> None:
    answers = _answers(client, address)
    assert answers
    for answer in answers:
        assert answer.status_code == HTTPStatus.FOUND, address
        assert answer["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize(("address", "pattern"), ROUTES)
def test_a_wrong_role_sees_what_a_stranger_sees(
    client: Client, region: Region, address: str, pattern: URLPattern
) -> None:
    wanted = set(pattern.callback.staff_roles)
    for name in ("operator", "expert", "coordinator", "office", "observer", "duty_officer"):
        if Role(name) not in wanted:
            client.force_login(region.users[name], backend="legalaid.people.backends.StaffBackend")
            statuses = [answer.status_code for answer in _answers(client, address)]
            assert set(statuses) == {HTTPStatus.NOT_FOUND}, f"{name} at {address}"
