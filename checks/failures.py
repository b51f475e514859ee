"""Counterexamples that were found: kept as small files, and tried first on the next run.

One that still fails refutes its claim at once, whatever the seed.  One that passes stays as a case
to be tried again, and is counted.  What a run finds for a claim that holds does not depend on them.

Instances alone are kept.  An enumeration goes through all its cases in any case, and a statistical
test that is run again with a seed at which it rejected would no longer have its level.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from checks.record import BadRecord, dumps
from checks.replay import load_payload

__all__ = ["keep", "load_kept"]

SHOWN = ["claim", "part", "kind", "outcome", "where", "lhs", "rhs", "undefined"]
SHOWN += ["instance", "shown"]
"""What of a finding is kept."""

Payload = Mapping[str, Any]


def load_kept(folder: Path) -> dict[str, tuple[Payload, ...]]:
    """Return the counterexamples in a folder by their claims; none if there is no folder.

    Raises:
        BadRecord: a file is none; the message names it.

    Example:
        >>> load_kept(Path("no/such/folder"))
        {}
    """
    found: dict[str, tuple[Payload, ...]] = {}
    for path in sorted(folder.glob("*.json")):
        payload = load_payload(path)
        if payload["kind"] != "cross-check":
            raise BadRecord(f"{path}: a {payload['kind']}; expected a counterexample (cross-check)")
        name = str(payload["claim"])
        found[name] = (*found.get(name, ()), payload)
    return found


def keep(record: Mapping[str, Any], folder: Path) -> list[Path]:
    """Write the counterexamples of a record that are not yet in a folder; return their files.

    Raises:
        OSError: the folder cannot be made.
        BadInput: a file cannot be written.
    """
    from numeric.files import write_whole

    written = []
    for entry in record["claims"]:
        for finding in entry["evidence"]:
            if finding["kind"] != "cross-check" or finding["outcome"] != "refuted":
                continue
            path = folder / _name(finding)
            if "instance" not in finding or path.exists():
                continue
            own = {"file": entry["file"]} if entry.get("file") else {}
            kept = {key: finding[key] for key in SHOWN if key in finding}
            folder.mkdir(parents=True, exist_ok=True)
            write_whole(path, dumps(kept | own | {"versions": record["versions"]}))
            written.append(path)
    return written


def _name(finding: Payload) -> str:
    """Return the name of a file: the part, and a digest of the instance."""
    text = json.dumps(finding["instance"], sort_keys=True)
    return f"{finding['part'].replace('/', '-')}-{sha256(text.encode()).hexdigest()[:8]}.json"
