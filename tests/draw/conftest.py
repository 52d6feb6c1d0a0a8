"""Trees of the other tests are drawn here, too."""

from __future__ import annotations

import sys
from pathlib import Path

for folder in ("properties", "walk"):
    sys.path.append(str(Path(__file__).resolve().parents[1] / folder))
