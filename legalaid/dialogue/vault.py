"""Files of recordings: each piece encrypted with its recording's key, that key wrapped by the installation's.

AES-256-GCM; the name of a piece is bound to its text, so pieces cannot be exchanged. A piece is on the disk (fsync of
file and folder) before anybody is told that it was taken.
"""

from __future__ import annotations

import base64
import os
import secrets
import shutil
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap
from django.conf import settings

KEY_BYTES, NONCE_BYTES = 32, 12


class VaultClosed(Exception):
    """There is no key of the installation, or not the one that wrapped this recording."""


def installation_key() -> bytes:
    """RECORDING_KEY; in the demo alone it is derived from the demo's own secret. Raises VaultClosed."""
    if settings.RECORDING_KEY:
        try:
            key = base64.b64decode(settings.RECORDING_KEY, validate=True)
        except ValueError:
            raise VaultClosed from None
        if len(key) != KEY_BYTES:
            raise VaultClosed
        return key
    if not settings.DEMO:
        raise VaultClosed
    return HKDF(SHA256(), KEY_BYTES, None, b"legalaid.recordings").derive(settings.SECRET_KEY.encode())


def new_key() -> bytes:
    """A recording's own key, wrapped. Raises VaultClosed."""
    return aes_key_wrap(installation_key(), secrets.token_bytes(KEY_BYTES))


def _open(wrapped: bytes | memoryview) -> AESGCM:
    try:
        return AESGCM(aes_key_unwrap(installation_key(), bytes(wrapped)))
    except (InvalidUnwrap, ValueError):
        raise VaultClosed from None


def _folder(recording: UUID) -> Path:
    return Path(settings.RECORDINGS_DIR) / str(recording)


def _name(take: int, number: int) -> str:
    return f"{take:04d}-{number:06d}"


def put(recording: UUID, wrapped: bytes | memoryview, take: int, number: int, text: bytes) -> None:
    """Encrypt a piece and have it on the disk."""
    folder, name = _folder(recording), _name(take, number)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = nonce + _open(wrapped).encrypt(nonce, text, f"{recording}/{name}".encode())
    draft = folder / f"{name}.{secrets.token_hex(4)}.new"
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(sealed)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(folder / name)
    entry = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(entry)
    finally:
        os.close(entry)


def get(recording: UUID, wrapped: bytes | memoryview, take: int, number: int) -> bytes:
    """A piece in clear. Raises VaultClosed when it is not what was put there."""
    name = _name(take, number)
    sealed = (_folder(recording) / name).read_bytes()
    try:
        return _open(wrapped).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], f"{recording}/{name}".encode())
    except InvalidTag:
        raise VaultClosed from None


def remove(recording: UUID) -> None:
    """Remove the files of a recording; gone already is gone."""
    if _folder(recording).exists():
        shutil.rmtree(_folder(recording))
