"""Every setting of Nightshift, in one frozen object.

A setting comes from the environment (``NIGHTSHIFT_`` and its name in capitals), else from what ``nightshift up`` wrote to
``stack.json`` in the home folder, else it has the default below.
"""

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, NonNegativeFloat, PositiveFloat, PositiveInt, SecretStr, ValidationError
from pydantic_settings import BaseSettings, JsonConfigSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from models.errors import ConfigurationError

STACK_FILE = "stack.json"
SWPC = "https://services.swpc.noaa.gov/json/goes/primary/"
# The HEK's search interface; sunpy's client asks the same way. It wants a field of view, here wider than the Sun.
HEK = (
    "https://www.lmsal.com/hek/her?cosec=2&cmd=search&type=column&event_type=fl&event_coordsys=helioprojective"
    "&x1=-5000&x2=5000&y1=-5000&y2=5000&result_limit=500&event_starttime={day}T00:00:00&event_endtime={next_day}T00:00:00"
)
# Folders of a month with the science files of GOES 16 and later, and of GOES 8 to 15; sunpy's XRSClient asks there too.
NCEI = {
    "goes-16": "https://data.ngdc.noaa.gov/platforms/solar-space-observing-satellites/goes/goes{satellite}/l2/data/"
    "xrsf-l2-avg1m_science/{day:%Y/%m}/",
    "goes-8": "https://www.ncei.noaa.gov/data/goes-space-environment-monitor/access/science/xrs/goes{satellite:02d}/"
    "xrsf-l2-avg1m_science/{day:%Y/%m}/",
}
Fraction = Annotated[float, Field(ge=0, le=1)]


class Home(BaseSettings):
    """The one setting that says where the others may lie."""

    model_config = SettingsConfigDict(env_prefix="NIGHTSHIFT_", env_ignore_empty=True, frozen=True)

    home: Path = Field(Path("~/.nightshift"), description="Folder of the local stack: its data, ports, secrets and logs.")


class Settings(Home):
    """All settings; see the module's text for where they come from."""

    # The stores. Unset ones are those of the local stack.
    database_url: SecretStr | None = Field(None, description="postgresql+psycopg:// address of the database.")
    s3_endpoint: str | None = Field(None, description="Address of the S3 service; unset with a real AWS account.")
    s3_bucket: str = Field("nightshift", description="Bucket that holds raw files, shards, pictures and reports.")
    s3_access_key: str | None = Field(None, description="Access key; unset, boto3 looks in its usual places.")
    s3_secret_key: SecretStr | None = Field(None, description="Secret key.")
    s3_region: str = Field("us-east-1", description="Region of the bucket.")
    s3_checksums: Literal["when_supported", "when_required"] = Field(
        "when_supported", description="'when_required' for S3 services that refuse the checksums that boto3 sends since 1.36."
    )

    # The engines.
    dask_address: str | None = Field(None, description="Address of a Dask scheduler.")
    dask_tls_ca: Path | None = Field(None, description="Certificate authority of a tls:// scheduler (PEM file).")
    dask_tls_cert: Path | None = Field(None, description="Our certificate (PEM file).")
    dask_tls_key: Path | None = Field(None, description="Our private key (PEM file).")
    dask_workers: PositiveInt | None = Field(None, description="Workers of the local cluster; unset, one a core.")
    prefect_api_url: str | None = Field(None, description="Address of the Prefect API.")
    prefect_api_auth_string: SecretStr | None = Field(None, description="user:password of the Prefect API.")

    # The archives. Their declarations hold the real addresses.
    archive_roots: dict[str, str] = Field(
        default_factory=dict, description="Other roots of archives, by name: http(s)://, ftp://, or a folder; unset, the real ones."
    )
    archive_products: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="Products to fetch, by archive; unset, the first of each archive's declaration."
    )
    jsoc_email: str | None = Field(
        None, description="E-mail address registered with the JSOC, which exports HMI's magnetograms to such only; unset, none."
    )
    catalogues: Path | None = Field(
        None, description="Folder of burst lists, event reports and replies of the HEK that nights are compared with."
    )
    simulated_url: str | None = Field(None, description="Address of the simulated archives.")
    flare_lists: dict[str, str] = Field(
        default_factory=lambda: {"swpc": SWPC + "xray-flares-7-day.json", "hek": HEK},
        description="Addresses of lists of flares, by name (swpc, hek), with {day} and {next_day} where they want dates.",
    )
    xray_flux: dict[str, str] = Field(
        default_factory=lambda: {"swpc": SWPC + "xrays-7-day.json", **NCEI},
        description="Addresses of GOES' X-ray flux: of the last week (swpc), folders of older science files (goes-16, goes-8).",
    )
    region_summaries: tuple[str, ...] = Field(
        (
            "ftp://ftp.swpc.noaa.gov/pub/warehouse/{next_day:%Y}/SRS/{next_day:%Y%m%d}SRS.txt",  # of the running year
            "https://www.ngdc.noaa.gov/stp/space-weather/swpc-products/daily_reports/solar_region_summaries/"
            "{next_day:%Y/%m/%Y%m%d}SRS.txt",
        ),
        description="Addresses of NOAA's Solar Region Summary, tried in order, with {day} and {next_day}, on which it is issued.",
    )

    # Manners towards archives.
    connections_per_host: PositiveInt = Field(4, description="Downloads from one host at a time.")
    request_timeout_s: PositiveFloat = Field(30.0, description="Seconds without a byte after which a request is given up.")
    listing_timeout_s: PositiveFloat = Field(120.0, description="Seconds without a byte for a directory listing.")
    request_retries: Annotated[int, Field(ge=0)] = Field(
        4, description="Further tries of a request that failed for a passing reason."
    )

    # The site's own camera.
    camera_name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")] = Field(
        "sky-camera", description="Name of the sky camera in the tables; NIGHTSHIFT_ARCHIVE_ROOTS says where its frames lie."
    )
    camera_directory: str = Field(
        "{night:%Y-%m-%d}/", description="Folder of a night below the camera's root; the night begins at the site's noon."
    )

    camera_horizon: Path | None = Field(
        None, description="Picture of 160 x 128 pixels, white where trees, buildings or the dome's edge are seen."
    )
    camera_weather: Path | None = Field(None, description="Weather station's log, CSV: time, air_c, humidity (0 to 1).")
    camera_mount: Path | None = Field(None, description="Mount's log, CSV: time, altitude_deg, position_deg.")

    # What judges.
    clip_weights: str = Field(
        "",
        description="Weights of radio-clip: one of open_clip's names for ViT-B-32 (0.6 GB, fetched once), or a file; unset, none.",
    )

    cadences: dict[str, NonNegativeFloat] = Field(
        default_factory=dict, description="Seconds between files that a model judges, by model; unset, each model's own; 0: all."
    )

    # When it is safe to open under the sky camera (models/sky/safety.md).
    sky_unsafe_fraction: Fraction = Field(0.6, description="Cloud over so much of the field, or more, is unsafe.")
    sky_safe_fraction: Fraction = Field(0.3, description="Cloud over less of the field is safe.")
    sky_agree_frames: PositiveInt = Field(3, description="So many of the newest judged frames must agree before anything changes.")
    sky_window_frames: PositiveInt = Field(5, description="How many the newest judged frames are.")
    sky_latch_s: PositiveFloat = Field(1800.0, description="Seconds unsafe after the last unsafe moment.")
    sky_stale_s: PositiveFloat = Field(300.0, description="Seconds after which the newest frame says nothing any more: unsafe.")
    sky_unknown_s: PositiveFloat = Field(120.0, description="Seconds without a frame that could be judged: unsafe.")
    alpaca_host: str = Field(
        "127.0.0.1", description="Address on which `nightshift watch sky --serve` answers ASCOM Alpaca clients."
    )
    alpaca_discovery_port: Annotated[int, Field(gt=0, lt=65536)] | None = Field(
        None, description="UDP port of Alpaca's discovery, 32227 by its standard; unset, clients are told the address by hand."
    )

    # Who is told, and by whose clock.
    site_timezone: ZoneInfo = Field(
        ZoneInfo("UTC"), description="IANA name of the observatory's time; the nights are checked at 09:00."
    )
    notify_block: str | None = Field(
        None, description="'type/name' of a notification block of the Prefect server, such as slack-webhook/operators."
    )

    # What is known of ourselves.
    injections: Annotated[int, Field(ge=0)] = Field(
        300, description="Bursts injected into copies of a night's files, to see how many are found again; 0: none."
    )

    # What is kept.
    keep_raw: bool = Field(True, description="Copy the raw files of remote archives to S3.")
    quick_looks: Annotated[int, Field(ge=0)] = Field(20, description="Quick-looks of detections drawn at once in a night.")
    keep_unused_days: PositiveInt = Field(30, description="Days that `nightshift fsck --sweep` keeps objects that nothing names.")
    batch_parts: PositiveInt = Field(16, description="Parts (station x hour) that one Prefect task settles.")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment first, then the local stack's file."""
        home = Path(init_settings().get("home") or Home().home).expanduser()
        return init_settings, env_settings, JsonConfigSettingsSource(settings_cls, json_file=home / STACK_FILE)

    @property
    def folder(self) -> Path:
        """``home`` as an absolute path."""
        return self.home.expanduser().resolve()


@lru_cache(maxsize=1)
def load_settings() -> Settings:
    """Return the settings of this process, read once.

    Raises
    ------
    ConfigurationError
        Naming the first setting that is wrong.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "NIGHTSHIFT_" + "_".join(str(part) for part in first["loc"]).upper()
        raise ConfigurationError(f"{name}: {first['msg']}") from error
