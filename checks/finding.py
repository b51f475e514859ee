"""What one piece of evidence came to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Finding"]


@dataclass(frozen=True)
class Finding:
    """One piece of evidence: its kind, part, outcome and JSON-ready details."""

    kind: str
    part: str
    outcome: str
    detail: Mapping[str, Any]
