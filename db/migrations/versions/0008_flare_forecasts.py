"""Forecasts of flares, read from the scores

Revision ID: 0008
Revises: 0007
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# A view: a forecast is what a model said of an image, and stands in `score` once.
FLARE_FORECAST = """
CREATE VIEW flare_forecast AS
SELECT s.source_file_id, s.model_version_id, f.archive, f.night, f.name, m.name AS model, m.version, m.headline, m.enabled,
       f.start_time AS t_start, f.start_time + interval '24 hours' AS t_end, said.goes_class, said.probability,
       CASE WHEN said.goes_class = 'C1' THEN s.threshold END AS threshold,
       CASE WHEN said.goes_class = 'C1' THEN s.positive END AS positive
FROM score s
JOIN source_file f ON f.id = s.source_file_id
JOIN model_version m ON m.id = s.model_version_id
CROSS JOIN LATERAL (VALUES
    ('C1', (s.scores ->> 'active')::double precision),
    ('M1', (s.scores ->> 'flare_m_24h')::double precision),
    ('X1', (s.scores ->> 'flare_x_24h')::double precision)
) AS said (goes_class, probability)
WHERE m.instrument = 'sun' AND s.state = 'judged' AND f.state = 'stored' AND said.probability IS NOT NULL
"""


def upgrade() -> None:
    op.execute(FLARE_FORECAST)


def downgrade() -> None:
    op.execute("DROP VIEW flare_forecast")
