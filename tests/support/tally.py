"""tally.py DIRECTORY: adds up the JUnit files that the test tiers left there.

Prints a line a tier and, last, "N passed, N failed, N skipped". Exits with 1 when a test failed, a tier ended badly
(DIRECTORY/TIER.failed) or nothing passed.
"""

import pathlib
import sys
import xml.etree.ElementTree


def count(file: pathlib.Path) -> tuple[int, int, int]:
    """(passed, failed, skipped) of one JUnit file."""
    passed = failed = skipped = 0
    for case in xml.etree.ElementTree.parse(file).iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        elif case.find("skipped") is not None or case.get("status") == "notrun":
            skipped += 1
        else:
            passed += 1
    return passed, failed, skipped


def main() -> int:
    results = pathlib.Path(sys.argv[1])
    total = [0, 0, 0]
    for file in sorted(results.glob("*.xml")):
        counts = count(file)
        print(f"{file.stem:>20}: {counts[0]} passed, {counts[1]} failed, {counts[2]} skipped")
        total = [a + b for a, b in zip(total, counts)]
    broken = sorted(file.stem for file in results.glob("*.failed"))
    if broken:
        print(f"tiers that failed: {', '.join(broken)}")
    print(f"{total[0]} passed, {total[1]} failed, {total[2]} skipped")
    return 1 if broken or total[1] or not total[0] else 0


if __name__ == "__main__":
    sys.exit(main())
