"""The packages' own test (debian/tests), run as Debian runs it, in a machine of its own."""

from pathlib import Path

from service import make_machine

from support.daemon import REPOSITORY


def test_the_packages_pass_their_own_test(debs: list[Path]) -> None:
    with make_machine() as machine:
        machine.copy_in(REPOSITORY / "packaging" / "debian", "/tmp/source/debian")
        machine.write("/tmp/source/debian/files", "")  # as in a tree that was built: there is nothing to build for it
        files = [f"/tmp/{deb.name}" for deb in debs]
        for deb, file in zip(debs, files):
            machine.copy_in(deb, file)
        # The machine is a container of its own, which the runner for the machine it runs on cannot know.
        isolated = "--ignore-restrictions=isolation-container"
        done = machine.run("autopkgtest", isolated, *files, "/tmp/source", "--", "null", check=False, timeout=600)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "served, refused and logged" in done.stdout
