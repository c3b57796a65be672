"""A small disk that can be filled: a tmpfs of its own. Only root can have one."""

import subprocess
from pathlib import Path

#: Room for one journal of final dots (64 kB in these cases), and not for two.
_SIZE = 100 * 2**10


class Disk:
    """To be mounted on `folder`, which it makes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "filler"

    def mount(self) -> None:
        """Make it. Raises OSError when this user may not mount."""
        self.folder.mkdir(parents=True)
        words = ["mount", "-t", "tmpfs", "-o", f"size={_SIZE}", "tmpfs", str(self.folder)]
        try:
            subprocess.run(words, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError) as error:
            self.folder.rmdir()
            raise OSError("a disk cannot be mounted here") from error

    def unmount(self) -> None:
        """Take it away, with what is on it."""
        subprocess.run(["umount", "-l", str(self.folder)], check=False, capture_output=True)

    def fill(self) -> None:
        """Not a byte more goes on it."""
        with self._filler.open("wb", buffering=0) as file:
            for size in (2**16, 2**10, 1):
                try:
                    while True:
                        file.write(b"\0" * size)
                except OSError:
                    continue

    def free(self) -> None:
        """There is room again."""
        self._filler.unlink(missing_ok=True)
