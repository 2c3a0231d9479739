"""
A district, or an online course: more workbooks than one evening of one machine.

The files are shared among workers, each of which counts its part with the very functions that count a
class. Counts are whole numbers and add up, so it makes no difference to any figure how many workers
there were.

However many pupils there are, a worker holds no more than a few hundred at once, and no more of them than
`MOST_HELD_BYTES`. What all of them together keep of a file is whose it is, and why it was not taken if it
was not: a few hundred bytes, so that a million files take a few hundred megabytes.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .article import Article
from .classroom import MADE_UP, Passed, Pupil
from .faults import LessonError
from .intake import files_in, pupils_in, settled, size_of
from .layers import Layer
from .tally import added, counts
from .words import Words

if TYPE_CHECKING:
    import pandas as pd

MOST_WORKERS = 61
"""
Processes of one machine: more of them Windows cannot wait for, and Python refuses them there.

See https://docs.python.org/3/library/concurrent.futures.html#concurrent.futures.ProcessPoolExecutor.
Elsewhere it is as well that a machine of 256 cores does not start 256: each of them takes as much memory
as the tables do that it works with, and a district is read before so many have begun.
"""

MOST_HELD_BYTES = 100_000_000
"""Bytes of pupils that a worker holds: a tenth of what a class may take, because there are several workers."""

_AT_ONCE = 500
"""Files of a part, and pupils that are held before they are counted."""

_FEWEST = 250
"""Files of a part, where every worker has one: to cut smaller is not worth their while."""

_JOINED = 16
"""So many parts are added up at once."""

_SHARES = 2
"""So many parts or more has each worker, where there are enough files: none then waits long for another."""


@dataclass(frozen=True)
class District:
    """What many classes handed in, as counts."""

    counted: "pd.DataFrame"
    """The table of `tally.counts`, from which come all figures of a class."""
    pupils: int
    made_up: int
    """How many of them are no learners but a rehearsal."""
    passed: tuple[Passed, ...]
    """Files that were not taken."""
    replaced: tuple[Passed, ...]
    """Older files of learners of whom a newer one was taken."""
    partly: tuple[Passed, ...]
    """Files that were taken, and of which a part could not be read."""


def count_district(  # noqa: PLR0913, PLR0917 - what is counted, and by how many
    source: Path,
    article: Article,
    layers: Mapping[str, Layer],
    words: Words,
    workers: int | None = None,
    tell: Callable[[int, int], None] | None = None,
) -> District:
    """
    Count what many classes have done.

    Files are read as `intake.hand_in` reads them, and with the same result: each learner counts once,
    with their newest file. Learners of whom there are several are few, so all files are counted
    first, and what is older is taken off again.

    Parameters
    ----------
    source
        A folder with everything below it, a zip, or a single file. A zip is one worker's work: unpack
        a large one first.
    article
        The article they must be of.
    layers
        All layers, by name.
    words
        The words people read.
    workers
        How many processes of this machine share the work, `MOST_WORKERS` at most. Without a number,
        Dask's own settings decide: where a script has connected to a cluster, its machines do the work,
        and all of them must see the files under the same name.
    tell
        Called with how many steps are done and how many there are.

    Returns
    -------
    District

    Raises
    ------
    LessonError
        When there is no such folder or file, when the number of workers is not one, or when the extra
        ``scale`` is not installed, which brings Dask.
    """
    try:
        import dask.bag
        from dask.callbacks import Callback
    except ImportError:
        raise LessonError(words("exports.no_dask")) from None
    if workers is not None and not 1 <= workers <= MOST_WORKERS:
        raise LessonError(words("exports.workers", workers=workers, most=MOST_WORKERS))
    if not os.path.lexists(source):
        raise LessonError(words("intake.no_source", source=source))
    found = list(files_in(source, words))
    unread = tuple(one for one in found if isinstance(one, Passed))
    paths = [str(one) for one in found if isinstance(one, Path)]
    each = max(1, -(-len(paths) // (workers or 1)))
    size = min(_AT_ONCE, each, max(_FEWEST, each // _SHARES))
    work = _Work(source, article, layers, words)

    def shared(do: Callable[[Any], _Part], all_: Sequence[Any], settings: Mapping[str, object]) -> _Part:
        tasks = [all_[at : at + size] for at in range(0, len(all_), size)]
        if not tasks:
            return _joined([])
        bag = dask.bag.from_sequence(tasks, npartitions=len(tasks)).map(do)  # type: ignore[no-untyped-call]
        with Callback(posttask=_telling(tell)):  # type: ignore[no-untyped-call]
            part: _Part = bag.reduction(_joined, _joined, split_every=_JOINED).compute(**settings)
        return part

    with _workers(workers) as settings:
        whole = shared(work.count, paths, settings)
        several = _several(whole.where, whole.joined)
        corrected = shared(work.correct, several, settings)
    counted = _joined([whole, corrected]).counted
    ids, often = {name for name, _ in whole.where}, {name for names, _ in several for name in names}
    ids = (ids - often) | {name for name, _ in corrected.where}
    partly = [one for name, one in whole.partly if name not in often] + [one for _, one in corrected.partly]
    return District(
        counted[counted["n"] != 0].reset_index(drop=True),
        len(ids),
        sum(name.startswith(MADE_UP) for name in ids),
        (*unread, *whole.passed, *corrected.passed),
        tuple(sorted(corrected.replaced, key=attrgetter("file"))),
        tuple(sorted(partly, key=attrgetter("file"))),
    )


@contextmanager
def _workers(number: int | None) -> Iterator[dict[str, object]]:
    """Start so many processes, once for all that they are to do, and say to Dask that they do it."""
    import dask
    from dask import multiprocessing, system

    if number is None:
        # Dask takes as many as there are cores. A cluster does not ask for this number.
        most = min(dask.config.get("num_workers", None) or system.CPU_COUNT, MOST_WORKERS)
        with dask.config.set(num_workers=most):
            yield {}
        return
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(number, mp_context=multiprocessing.get_context()) as pool:  # type: ignore[no-untyped-call]
        # A chunk of several parts would let one worker wait for the other.
        yield {"scheduler": "processes", "pool": pool, "chunksize": 1}


@dataclass(frozen=True)
class _Part:
    """What one worker found, or several."""

    counted: "pd.DataFrame"
    where: tuple[tuple[str, str], ...] = ()
    """Of each pupil the id, and the file or zip they are in."""
    joined: tuple[tuple[str, str], ...] = ()
    """Pairs of ids: a workbook, and another whose work was brought into it."""
    passed: tuple[Passed, ...] = ()
    replaced: tuple[Passed, ...] = ()
    partly: tuple[tuple[str, Passed], ...] = ()
    """Files of which a part could not be read, each with the id of its pupil."""


def _joined(parts: Iterable[_Part]) -> _Part:
    """Join what workers found."""
    some = list(parts)
    return _Part(
        added([part.counted for part in some]),
        tuple(one for part in some for one in part.where),
        tuple(one for part in some for one in part.joined),
        tuple(one for part in some for one in part.passed),
        tuple(one for part in some for one in part.replaced),
        tuple(one for part in some for one in part.partly),
    )


class _Counting:
    """Counts pupils while they pass by, and lets go of them."""

    def __init__(self, article: Article, layers: Mapping[str, Layer]) -> None:
        self._article = article
        self._layers = layers
        self._some: list[Pupil] = []
        self._held = 0
        self._total = added([])

    def take(self, pupil: Pupil) -> None:
        """Count one more."""
        self._some.append(pupil)
        self._held += size_of(pupil)
        if len(self._some) >= _AT_ONCE or self._held > MOST_HELD_BYTES:
            self.total()

    def total(self) -> "pd.DataFrame":
        """Give the counts of all so far."""
        self._total = added([self._total, counts(self._some, self._article, self._layers)])
        self._some.clear()
        self._held = 0
        return self._total


class _TooMuchError(LessonError):
    """The files of learners who are there several times take more memory than there is for them."""

    def __init__(self, why: str, file: str) -> None:
        super().__init__(why)
        self.file = file
        """The file with which they do."""


@dataclass(frozen=True)
class _Work:
    """What a worker does with its part of the files. It is sent to every worker."""

    source: Path
    article: Article
    layers: Mapping[str, Layer]
    words: Words

    def count(self, paths: Sequence[str]) -> _Part:
        """Count everything in some files."""
        counting = _Counting(self.article, self.layers)
        where: list[tuple[str, str]] = []
        joined: list[tuple[str, str]] = []
        passed: list[Passed] = []
        partly: list[tuple[str, Passed]] = []
        for path, one in self._found(paths):
            if isinstance(one, Passed):
                passed.append(one)
                continue
            counting.take(one)
            where.append((one.id, path))
            joined += [(one.id, other) for other in one.joined]
            partly += [(one.id, said) for said in self._said(one)]
        return _Part(counting.total(), tuple(where), tuple(joined), tuple(passed), partly=tuple(partly))

    def correct(self, learners: Sequence[tuple[Sequence[str], Sequence[str]]]) -> _Part:
        """Say what to add to the counts so that learners who are there several times count once, and who then is there."""
        try:
            return self._corrected(learners)
        except _TooMuchError as error:
            if len(learners) == 1:
                # They stay as they were counted, each file for itself.
                names, _ = learners[0]
                return _Part(added([]), tuple((name, "") for name in names), passed=(Passed(error.file, str(error)),))
            half = len(learners) // 2
        # To read the files once more takes time, and there is enough of that.
        return _joined([self.correct(learners[:half]), self.correct(learners[half:])])

    def _corrected(self, learners: Sequence[tuple[Sequence[str], Sequence[str]]]) -> _Part:
        ids = {name for names, _ in learners for name in names}
        paths = sorted({path for _, paths in learners for path in paths})
        all_, newest = _Counting(self.article, self.layers), _Counting(self.article, self.layers)

        def theirs() -> Iterator[Pupil]:
            # Of each learner one file is held until all are read.
            sizes: dict[str, int] = {}
            held = 0
            for _, one in self._found(paths):
                if isinstance(one, Pupil) and one.id in ids:
                    known = sizes.get(one.id, 0)
                    sizes[one.id] = max(known, size_of(one))
                    held += sizes[one.id] - known
                    if held > MOST_HELD_BYTES:
                        why = self.words("exports.too_much_alike", megabytes=MOST_HELD_BYTES // 1_000_000)
                        raise _TooMuchError(why, one.file)
                    all_.take(one)
                    yield one

        pupils, _, replaced = settled(theirs(), self.words)
        for pupil in pupils:
            newest.take(pupil)
        off = all_.total()
        counted = added([newest.total(), off.assign(n=-off["n"])])
        partly = tuple((pupil.id, said) for pupil in pupils for said in self._said(pupil))
        # Where a file stands does not matter any more, only whose it is.
        return _Part(counted, tuple((pupil.id, "") for pupil in pupils), replaced=replaced, partly=partly)

    def _found(self, paths: Iterable[str]) -> Iterator[tuple[str, Pupil | Passed]]:
        """Read files, and say of everything which of them it came from."""
        here = ""

        def noted() -> Iterator[Path]:
            nonlocal here
            for path in paths:
                here = path
                yield Path(path)

        for one in pupils_in(noted(), self.source, self.article, self.layers, self.words):
            yield here, one

    def _said(self, pupil: Pupil) -> list[Passed]:
        return [Passed(pupil.file, self.words("intake.partly", lines=pupil.damaged))] if pupil.damaged else []


def _several(where: Iterable[tuple[str, str]], joined: Iterable[tuple[str, str]]) -> list[tuple[list[str], list[str]]]:
    """
    Give the learners who are there more than once: the ids they go by, and their files.

    Ids that are linked, one to the next, stay together, so that one worker sees all there is to settle.
    """
    files: dict[str, list[str]] = {}
    for name, path in where:
        files.setdefault(name, []).append(path)
    leader: dict[str, str] = {}

    def leads(name: str) -> str:
        while (above := leader.get(name, name)) != name:
            # Each name on the way is led on by one: however long a row of files name each other, it stays short.
            name = leader[name] = leader.get(above, above)
        return name

    for one, other in joined:
        if one in files and other in files:
            first, second = sorted((leads(one), leads(other)))
            leader[second] = first
    groups: dict[str, list[str]] = {}
    for name in sorted(files):
        groups.setdefault(leads(name), []).append(name)
    gathered = [(names, [path for name in names for path in files[name]]) for names in groups.values()]
    return [(names, paths) for names, paths in gathered if len(paths) > 1]


def _telling(tell: Callable[[int, int], None] | None) -> Callable[..., None]:
    """Make what Dask calls after each step, with what is running and what is left."""

    def told(_key: object, _result: object, _graph: object, state: Mapping[str, Any], _worker: object) -> None:
        if tell is not None:
            done = len(state["finished"])
            tell(done, done + sum(len(state[name]) for name in ("ready", "waiting", "running")))

    return told
