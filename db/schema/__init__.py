"""The tables, as SQLAlchemy declares them.

                  run    one row per flow run; the only table that a rerun may grow
                  night  one row per archive and date: bounds, outcome, both accounts
model_version ──┐
                ├─▶ score ─▶ detection        one score per stored file and model version, whatever it says
source_file ────┘   │           └─▶ event     what several files, receivers and stations saw of the same thing
                    └─▶ embedding             features by which like files are found
  ├─▶ sky_metric        what models say of and measure on frames of the sky, in the place of scores
  ├─▶ injection         bursts put into copies of the files, and whether they were found: no observation
  ├─▶ cloud_injection   likewise clouds into copies of frames
  └─▶ artifact          every object in S3: raw files, shards, pictures, reports

catalogue_event         what catalogues of others say of a night
verification            how well a model version agrees with one: night × model version × catalogue × station × metric
"""

from db.schema.base import Base
from db.schema.events import Event, EventMember
from db.schema.files import FILE_STATES, NIGHT_COUNTS, NIGHT_OUTCOMES, Artifact, Night, Run, SourceFile
from db.schema.sky import SKY_CLASSES, SKY_FAULTS, CloudInjection, SkyMetric
from db.schema.trials import INJECTED_THROUGH, CatalogueEntry, Injection, Verification
from db.schema.verdicts import VERDICT_STATES, Detection, Embedding, ModelVersion, Score

__all__ = [
    "FILE_STATES",
    "INJECTED_THROUGH",
    "NIGHT_COUNTS",
    "NIGHT_OUTCOMES",
    "SKY_CLASSES",
    "SKY_FAULTS",
    "VERDICT_STATES",
    "Artifact",
    "Base",
    "CatalogueEntry",
    "CloudInjection",
    "Detection",
    "Embedding",
    "Event",
    "EventMember",
    "Injection",
    "ModelVersion",
    "Night",
    "Run",
    "Score",
    "SkyMetric",
    "SourceFile",
    "Verification",
]
