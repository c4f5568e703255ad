"""rebuild and fsck: the database from its bundles, and whether database and bucket agree."""

import typer


def rebuild() -> None:
    """Restore every night that the database lacks from the bundles in S3; what it has stays as it is."""
    import time

    from tasks.bundle import latest_bundles
    from tasks.bundle import rebuild as restore

    start = time.perf_counter()
    restored = kept = 0
    for manifest, lacking in restore(latest_bundles()):
        restored, kept = restored + lacking, kept + (not lacking)
        typer.echo(f"{manifest.archive} {manifest.night}: {'restored' if lacking else 'is there already'}")
    typer.echo(f"{restored} nights restored, {kept} were there, in {time.perf_counter() - start:.1f} s")
