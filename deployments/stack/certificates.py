"""The certificate authority and the certificate of the local Dask cluster."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from deployments.stack.files import write_private

LIFE = timedelta(days=3650)
RENEW = timedelta(days=30)


def ensure_certificates(folder: Path) -> None:
    """Make ``ca.pem``, ``cert.pem`` and ``key.pem`` in ``folder``, unless they are there and good for another month.

    The authority signs one certificate, which scheduler, workers and clients share, and its own key is never written: who
    holds ``key.pem`` is us, and nobody can make a second one.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    authority_file, certificate_file, key_file = (folder / name for name in ("ca.pem", "cert.pem", "key.pem"))
    now = datetime.now(UTC)
    if authority_file.exists() and certificate_file.exists() and key_file.exists():
        known = x509.load_pem_x509_certificate(certificate_file.read_bytes())
        if known.not_valid_before_utc < now < known.not_valid_after_utc - RENEW:
            return

    def name(of: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, of)])

    def draft(subject: str, key: ec.EllipticCurvePrivateKey, is_authority: bool) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(name(subject))
            .issuer_name(name("nightshift dask authority"))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))  # a day of grace for a clock that is set back
            .not_valid_after(now + LIFE)
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=0 if is_authority else None), critical=True)
            # Python 3.13 verifies strictly (RFC 5280): both key identifiers and the usage of the authority's key must be there.
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False)
            .add_extension(usage(is_authority), critical=True)
        )

    def usage(is_authority: bool) -> x509.KeyUsage:
        signs = {"digital_signature": not is_authority, "key_cert_sign": is_authority, "crl_sign": is_authority}
        others = ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only")
        return x509.KeyUsage(**signs, **dict.fromkeys(others, False))

    authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = draft("nightshift dask authority", authority_key, True).sign(authority_key, hashes.SHA256())
    certificate = draft("nightshift dask", key, False).sign(authority_key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    plain = serialization.NoEncryption()
    write_private(key_file, key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain).decode())
    write_private(authority_file, authority.public_bytes(pem).decode())
    write_private(certificate_file, certificate.public_bytes(pem).decode())
