from __future__ import annotations

import gzip
import json

import pytest

from resilienza_sim.classroom.recording import (
    Recording,
    packed,
    read_recording,
    recording_schema,
    unpacked,
)
from resilienza_sim.errors import ResilienzaError


def told(recording: Recording) -> dict:
    return json.loads(recording.model_dump_json())


def zipped(data: object) -> bytes:
    return gzip.compress(json.dumps(data).encode())


def test_what_is_written_is_read_again_and_has_always_the_same_bytes(recording, tmp_path) -> None:
    path = tmp_path / "lesson.json.gz"
    path.write_bytes(packed(recording))
    assert read_recording(path) == recording
    assert packed(read_recording(path)) == path.read_bytes()


def test_its_schema_names_every_part(recording) -> None:
    schema = recording_schema()
    assert schema["properties"].keys() == told(recording).keys()
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize(
    "content",
    [b"", b"not gzip", gzip.compress(b"{"), gzip.compress(b'{"format": NaN}')],
    ids=["empty", "text", "cut JSON", "NaN"],
)
def test_what_is_damaged_is_told_in_a_sentence(content: bytes) -> None:
    with pytest.raises(ResilienzaError) as problem:
        unpacked(content, "a.json.gz")
    assert problem.value.key == "recording_damaged"
    assert "a.json.gz" in problem.value.text("it")


def test_a_file_cut_short_or_with_something_behind_it_is_damaged(recording) -> None:
    content = packed(recording)
    for wrong in (content[:-20], content + b"more"):
        with pytest.raises(ResilienzaError, match="damaged"):
            unpacked(wrong, "a.json.gz")


def test_what_unfolds_without_end_is_not_unfolded(monkeypatch) -> None:
    monkeypatch.setattr("resilienza_sim.classroom.recording.LARGEST_TEXT", 1_000)
    with pytest.raises(ResilienzaError, match="damaged"):
        unpacked(gzip.compress(b" " * 1_000_000), "a.json.gz")


def test_another_thing_and_another_version_are_told_apart(recording) -> None:
    with pytest.raises(ResilienzaError) as problem:
        unpacked(zipped([1]), "a.json.gz")
    assert problem.value.key == "recording_other"
    with pytest.raises(ResilienzaError) as problem:
        unpacked(zipped({**told(recording), "version": 2}), "a.json.gz")
    assert problem.value.values["found"] == 2


def _shorter(data: dict) -> None:
    data["arms"][0]["suffering"][0].pop()


def _stranger(data: dict) -> None:
    data["ties"][0]["b"] = 10_000


def _no_quarter(data: dict) -> None:
    data["people"][0]["quarter"] = 9


def _too_much(data: dict) -> None:
    data["arms"][1]["flags"][3][2] = 1 << 20


def _unknown(data: dict) -> None:
    data["more"] = 1


@pytest.mark.parametrize("spoil", [_shorter, _stranger, _no_quarter, _too_much, _unknown])
def test_parts_that_do_not_go_together_are_refused(recording, spoil) -> None:
    data = told(recording)
    spoil(data)
    with pytest.raises(ResilienzaError) as problem:
        unpacked(zipped(data), "a.json.gz")
    assert problem.value.key == "recording_wrong"


def test_the_schema_that_is_shipped_is_the_schema(package) -> None:
    shipped = (package / "classroom" / "recording.schema.json").read_text("utf-8")
    assert json.loads(shipped) == recording_schema(), (
        "write it again: resilienza_sim.classroom.recording.recording_schema()"
    )
