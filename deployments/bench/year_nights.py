"""Nights one after the other in one process, a line of JSON after each: ``python -m deployments.bench.year_nights …``."""

import argparse
import json
import logging
import os
import sys
import time
from datetime import date, timedelta
from typing import Any

from db.settings import load_settings
from deployments.stack import child_environment


def main() -> None:
    """Observe nights of a mirror, as `nightshift night` does one."""
    parser = argparse.ArgumentParser(prog="python -m deployments.bench.year_nights")
    parser.add_argument("--archive", required=True, help="address of the mirror")
    parser.add_argument("--first", type=date.fromisoformat, required=True)
    parser.add_argument("--nights", type=int, required=True)
    chosen = parser.parse_args()
    os.environ.update(child_environment(load_settings()))
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "WARNING")
    logging.getLogger("httpx").setLevel(logging.WARNING)

    from flows.nightly import nightly  # after the environment is set

    for number in range(chosen.nights):
        night = chosen.first + timedelta(days=number)
        start, used = time.perf_counter(), time.process_time()
        state = nightly(night.isoformat(), chosen.archive, return_state=True)
        ended: Any = state.result(raise_on_failure=False)
        record = None if isinstance(ended, BaseException) else ended[0][0]
        told = {
            "night": night.isoformat(),
            "seconds": time.perf_counter() - start,
            "flow_cpu_s": time.process_time() - used,
            "outcome": record.outcome if record else f"broke off: {state.message}",
            "stored": record.stored if record else 0,
            "timings": dict(record.timings) if record else {},
        }
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
