"""What the kernel says of a process."""

import re
from pathlib import Path


def cpu_seconds(pid: int) -> float:
    """What all threads of a process have used until now, in the kernel and out of it."""
    tasks = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9


def memory_mib(pid: int, field: str = "VmRSS") -> float:
    """VmRSS: what is resident now; VmHWM: the most that ever was."""
    found = re.search(rf"^{field}:\s*(\d+) kB$", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    assert found
    return int(found[1]) / 1024


def descriptors(pid: int) -> int:
    return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())
