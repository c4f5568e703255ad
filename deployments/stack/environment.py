"""What a process needs in its environment before it imports Prefect."""

from pathlib import Path

from db.settings import Settings


def prefect_environment(home: Path, api_url: str | None, login: str | None) -> dict[str, str]:
    """Return the variables that make Prefect use the server at ``api_url``, and nothing else of the user's Prefect."""
    environment = {
        "PREFECT_HOME": str(home / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",  # rather an error than a second server with an empty database
        "DO_NOT_TRACK": "1",  # Prefect's client counts its users unless this is set
        # A server whose Postgres restarts answers 500 for some seconds; the client by itself asks again at 429, 502 and 503 alone.
        "PREFECT_CLIENT_RETRY_EXTRA_CODES": "500",
        "PREFECT_CLIENT_MAX_RETRIES": "3",  # 2, 4 and 8 s apart: Postgres needs 3 s to start; a dead server is asked several times
    }
    if api_url:
        environment["PREFECT_API_URL"] = api_url
    if login:
        environment["PREFECT_API_AUTH_STRING"] = login
    return environment


def child_environment(settings: Settings) -> dict[str, str]:
    """Return what a command adds to ``os.environ``, or to a child's, before Prefect is imported there."""
    login = settings.prefect_api_auth_string
    secret = login.get_secret_value() if login else None
    return {"NIGHTSHIFT_HOME": str(settings.folder), **prefect_environment(settings.folder, settings.prefect_api_url, secret)}
