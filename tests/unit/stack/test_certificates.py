"""Promises of `deployments.stack.certificates`."""

import ssl
from pathlib import Path

import pytest
from cryptography import x509

from deployments.stack.certificates import ensure_certificates


def shake_hands(authority: Path, ours: Path) -> None:
    """Carry out a TLS handshake in memory, both sides with the certificate in ``ours``, trusting ``authority``."""
    contexts = []
    for purpose in (ssl.Purpose.SERVER_AUTH, ssl.Purpose.CLIENT_AUTH):
        context = ssl.create_default_context(purpose, cafile=str(authority / "ca.pem"))
        context.check_hostname = False
        context.verify_mode = ssl.CERT_REQUIRED
        context.verify_flags |= ssl.VERIFY_X509_STRICT  # what Python 3.13 does by default
        context.load_cert_chain(ours / "cert.pem", ours / "key.pem")
        contexts.append(context)
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    sides = [contexts[0].wrap_bio(back, there), contexts[1].wrap_bio(there, back, server_side=True)]
    for _ in range(4):
        for side in sides:
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue


def test_both_sides_trust_the_certificate_even_strictly(tmp_path: Path) -> None:
    ensure_certificates(tmp_path)
    shake_hands(tmp_path, tmp_path)


def test_certificate_of_another_home_is_refused(tmp_path: Path) -> None:
    for home in ("ours", "theirs"):
        ensure_certificates(tmp_path / home)
    with pytest.raises(ssl.SSLError):
        shake_hands(tmp_path / "ours", tmp_path / "theirs")


def test_certificates_are_private_and_made_once(tmp_path: Path) -> None:
    ensure_certificates(tmp_path)
    first = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert set(first) == {"ca.pem", "cert.pem", "key.pem"}
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in tmp_path.iterdir())
    ensure_certificates(tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == first


def test_missing_key_makes_a_new_authority(tmp_path: Path) -> None:
    ensure_certificates(tmp_path)
    first = (tmp_path / "ca.pem").read_bytes()
    (tmp_path / "key.pem").unlink()
    ensure_certificates(tmp_path)
    assert (tmp_path / "ca.pem").read_bytes() != first
    shake_hands(tmp_path, tmp_path)


def test_certificate_can_sign_nothing(tmp_path: Path) -> None:
    ensure_certificates(tmp_path)
    certificate = x509.load_pem_x509_certificate((tmp_path / "cert.pem").read_bytes())
    assert not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
