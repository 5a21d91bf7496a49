"""Every tier below tests/ imports the shared support as `support.NAME`, from wherever pytest is started."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
