"""The local stack: PostgreSQL, S3, Prefect, Dask and the simulated archives, as processes on loopback."""

from deployments.stack.doctor import doctor
from deployments.stack.environment import child_environment
from deployments.stack.finding import Finding
from deployments.stack.stack import PartStatus, discard, down, status, up

__all__ = ["Finding", "PartStatus", "child_environment", "discard", "doctor", "down", "status", "up"]
