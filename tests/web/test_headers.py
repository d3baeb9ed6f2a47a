"""What every answer carries."""

import pytest
from django.test import Client


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/healthz", "/nothing/", "/accounts/login/"])
def test_no_page_may_ask_for_devices_or_foreign_hosts(client: Client, address: str) -> None:
    headers = client.get(address).headers
    assert "camera=()" in headers["permissions-policy"]
    assert "default-src 'self'" in headers["content-security-policy"]
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
