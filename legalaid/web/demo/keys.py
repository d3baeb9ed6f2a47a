"""Signed addresses of the demo's one-click logins, printed by `legalaid demo`."""

from urllib.parse import urlencode

from django.core import signing
from django.urls import reverse

SALT = "legalaid.web.demo"
LANDING = {
    "citizen": "/",
    "operator": "/desk/",
    "expert": "/expert/",
    "coordinator": "/authority/",
    "office": "/office/",
    "duty_officer": "/watch/",
    "observer": "/figures/",
}
"""Role → the page its login opens, in the order they are printed."""


def login_path(role: str, user_id: int | None) -> str:
    """Path of the one-click login of `role` as the user; None for the citizen, who has no account."""
    key = signing.dumps([role, user_id], salt=SALT)
    return f"{reverse('demo-login', args=[role])}?{urlencode({'key': key})}"


def user_behind(role: str, key: str) -> int | None:
    """Return the user the key of `role` was made for; raise signing.BadSignature for any other key."""
    signed_role, user_id = signing.loads(key, salt=SALT)
    if signed_role != role or role not in LANDING:
        raise signing.BadSignature("the key belongs to another role")
    return None if user_id is None else int(user_id)
