"""classify: judge files on this machine."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer


def classify(
    files: Annotated[list[Path], typer.Argument(help="Files to judge.", metavar="FILE...")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Let every classifier judge files, without database, server or network."""
    from models.errors import ConfigurationError
    from tasks.classify import classify_file

    for path in files:
        if not path.is_file():
            raise ConfigurationError(f"FILE: {path} is no file")
    for path in files:
        result = classify_file(path, files)
        if as_json:
            typer.echo(json.dumps(result, ensure_ascii=False))
        else:
            _show(result)


def _show(result: dict[str, Any]) -> None:
    typer.secho(result["file"], bold=True)
    if result["state"] == "quarantined":
        typer.echo(f"  quarantined: {result['reason']}")
    for verdict in result["verdicts"]:
        name = f"{verdict['model']} {verdict['version']}" + (" *" if verdict["headline"] else "")
        if verdict["state"] != "judged":
            typer.echo(f"  {name:<18} {verdict['state']}: {verdict['reason']}")
            continue
        typer.echo(f"  {name:<18} {verdict['label']}  score {verdict['score']:.2f} (threshold {verdict['threshold']:.2f})")
        if "cloud_fraction" in verdict["metrics"]:
            _show_sky(verdict["metrics"])
            continue
        for found in (found for found in verdict["detections"] if found["score"] >= verdict["threshold"]):
            time = (
                f"{found['t_start'][11:19]} to {found['t_end'][11:19]} UTC"
                if found["t_start"] and found["t_end"]
                else "time unknown"
            )
            band = f"{found['frequency_low_mhz']:.1f} to {found['frequency_high_mhz']:.1f} MHz"
            typer.echo(f"      {found['label']:<13} {time}  {band}  score {found['score']:.2f}")


def _show_sky(metrics: dict[str, Any]) -> None:
    covered, spread = metrics["cloud_fraction"], metrics["cloud_fraction_sigma"]
    typer.echo(
        f"      {covered:.0%} ± {spread:.0%} of the field under cloud ({metrics['okta']} okta), {metrics['sky_class']};"
        f" clear-sky reference: {metrics['reference']}"
    )
