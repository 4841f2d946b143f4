"""Files that are whole or absent: written under another name and renamed, and locked while two may want them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from filelock import FileLock, Timeout

if TYPE_CHECKING:
    from numpy.typing import NDArray


def write_atomic(path: str | os.PathLike[str], content: str | bytes) -> Path:
    """Write `content` to `path` so that a reader, or a kill at any moment, finds the old file or the new one."""
    with whole(Path(path)) as file:
        file.write(content.encode() if isinstance(content, str) else content)
    return Path(path)


@contextmanager
def whole(path: Path) -> Iterator[IO[bytes]]:
    """A file to write to, which takes its name when the block has ended well; otherwise nothing is left of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write_rows(file: Path, parts: Iterable[NDArray[Any]], count: int) -> None:
    """Arrays one after another as one .npy of `count` rows, never all in memory.

    Written, and not mapped: on a full disk a mapped file ends the process without a word.
    """
    import numpy as np  # not needed by those who only write text

    with open(file, "wb") as out:
        done = 0
        for part in parts:
            if not done:
                shape = (count, *part.shape[1:])
                header = {"descr": np.lib.format.dtype_to_descr(part.dtype), "fortran_order": False, "shape": shape}
                np.lib.format.write_array_header_2_0(out, header)
            out.write(np.ascontiguousarray(part).data)
            done += len(part)
        out.flush()
        os.fsync(out.fileno())
    if done != count:
        raise ValueError(f"{count} rows were announced; got {done}")


@contextmanager
def locked(path: str | os.PathLike[str], wait: bool = True) -> Iterator[None]:
    """Hold the lock of `path` (a file beside it): other processes wait; a killed holder's lock is released.

    Without `wait`, a lock that another process holds is an error.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path.with_name(f".{path.name}.lock"))
    try:
        lock.acquire(timeout=-1 if wait else 0)
    except Timeout:
        raise BlockingIOError(f"another process holds the lock of {path}") from None
    try:
        yield
    finally:
        lock.release()
