"""Weights that are not shipped are fetched once, and what goes wrong is said."""

import logging
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import open_clip
import pytest

from db.settings import load_settings
from tasks import checkpoints
from tasks.checkpoints import checkpoint_of, fetch_checkpoints

TAG = "laion2b_s34b_b79k"
CONTENT = b"weights of a model" * 100


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("NIGHTSHIFT_HOME", str(tmp_path))
    monkeypatch.setattr(checkpoints, "_failed", {})
    load_settings.cache_clear()
    yield tmp_path
    monkeypatch.undo()
    load_settings.cache_clear()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The paths asked for of a server that has the weights; open_clip looks there."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", str(len(CONTENT)))
            self.end_headers()
            self.wfile.write(CONTENT)

        def log_message(self, *_: object) -> None:
            pass

    serving = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=serving.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{serving.server_port}/vit_b_32.safetensors"
    monkeypatch.setattr(open_clip, "get_pretrained_cfg", lambda _, tag: {"url": url} if tag == TAG else {})
    yield asked
    serving.shutdown()
    serving.server_close()


def wish(monkeypatch: pytest.MonkeyPatch, weights: str) -> None:
    monkeypatch.setenv("NIGHTSHIFT_CLIP_WEIGHTS", weights)
    load_settings.cache_clear()


def test_unless_asked_nothing_is_fetched(home: Path, server: list[str]) -> None:
    assert fetch_checkpoints(["radio-clip", "radio-gate"]) == {} and server == []
    assert checkpoint_of("radio-clip") is None


def test_weights_are_fetched_once_and_found_by_their_name(home: Path, server: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    wish(monkeypatch, TAG)
    assert checkpoint_of("radio-clip") is None  # asking where they are fetches nothing
    found = fetch_checkpoints(["radio-clip", "radio-gate"])
    assert found == {"radio-clip": home / "weights" / f"{TAG}.safetensors"} == fetch_checkpoints(["radio-clip"])
    path = checkpoint_of("radio-clip")
    assert path is not None and path.read_bytes() == CONTENT and len(server) == 1
    assert checkpoint_of("radio-gate") is None
    assert {item.name for item in (home / "weights").iterdir()} == {f"{TAG}.safetensors", f"{TAG}.lock"}


def test_a_file_of_ones_own_is_taken_as_it_is(home: Path, server: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    own = home / "own.pt"
    own.write_bytes(CONTENT)
    wish(monkeypatch, str(own))
    assert fetch_checkpoints(["radio-clip"]) == {"radio-clip": own} and server == []


def test_what_cannot_be_had_is_said_once_and_its_model_is_skipped(
    home: Path, server: list[str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    wish(monkeypatch, "laion2b_s34b_b79")
    with caplog.at_level(logging.WARNING):
        assert fetch_checkpoints(["radio-clip"]) == {"radio-clip": None} == fetch_checkpoints(["radio-clip"])
    (said,) = [record.getMessage() for record in caplog.records if record.name == "tasks.checkpoints"]
    assert "NIGHTSHIFT_CLIP_WEIGHTS: laion2b_s34b_b79 cannot be had" in said and TAG in said
