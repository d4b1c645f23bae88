"""Digests the rows of an Arrow table as data/FORMAT.md tells it."""

import hashlib
import json

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

TYPES = {"time": pa.timestamp("us", tz="UTC"), "float": pa.float64(), "int": pa.int64(), "bool": pa.bool_(), "string": pa.string()}
MISSING = {"time": np.int64(-(2**63)), "int": np.int64(-(2**63)), "float": np.uint64(0x7FF8000000000001)}


def fingerprint(schema):
    text = json.dumps(schema, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(b"mantis/schema/1\0" + text.encode()).hexdigest()


def column(field, values):
    """The digest of one column. A missing value must be a null, never a NaN."""
    name, kind, nullable, n = field["name"], field["type"], field["nullable"], len(values)
    h = hashlib.sha256(f"mantis/col/1\0{name}\0{kind}\0{str(nullable).lower()}\0{n}\0".encode())
    values = (values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values).cast(TYPES[kind])
    assert nullable or values.null_count == 0, name
    if kind == "string":
        for text in values.to_pylist():
            raw = text.encode()
            h.update(len(raw).to_bytes(4, "little") + raw)
        return h.digest()
    valid = values.is_valid().to_numpy(zero_copy_only=False)
    if nullable:
        h.update(np.packbits(valid, bitorder="little").tobytes())
    if kind == "bool":
        h.update(np.packbits(values.to_numpy(zero_copy_only=False), bitorder="little").tobytes())
        return h.digest()
    words = values.cast(pa.int64()) if kind == "time" else values
    words = pc.fill_null(words, pa.scalar(0, words.type)).to_numpy()
    assert kind != "float" or np.isfinite(words).all(), name
    words = words.view(np.uint64).copy()
    words[~valid] = MISSING[kind].view(np.uint64) if n else 0
    h.update(words.astype("<u8").tobytes())
    return h.digest()


def content(schema, table):
    """The content of a part; schema is as the fingerprint has it."""
    h = hashlib.sha256(b"mantis/part/1\0" + fingerprint(schema).encode())
    assert [f["name"] for f in schema["fields"]] == table.column_names
    for field in schema["fields"]:
        h.update(column(field, table.column(field["name"])))
    return h.hexdigest()
