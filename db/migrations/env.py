"""Alembic's entry point: our metadata, the address that `db.migrate.alembic_config` put into the configuration."""

from alembic import context
from sqlalchemy import create_engine

from db.schema import Base

url = context.config.get_main_option("sqlalchemy.url")
assert url is not None
engine = create_engine(url)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata, compare_type=True, compare_server_default=True)
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
