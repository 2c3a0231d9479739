"""The workbook among processes: some are killed, some write at once, and the disk fills up."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lessonkit.article import Article
from lessonkit.layers import Layer
from lessonkit.words import Words
from lessonkit.workbook import Workbook, append

from .test_workbook import events_in, ids, is_one_clear_sentence, mark, posix

Open = Callable[[], Workbook]
Start = Callable[..., subprocess.Popen[str]]
KILLS = 200
PATIENCE = 60  # seconds; two slow cores may be busy with something else

COMMON = """
import os, sys, time
from pathlib import Path
from lessonkit.article import read_article
from lessonkit.faults import LessonError
from lessonkit.layers import read_layers
from lessonkit.places import data_folder
from lessonkit.words import read_words
from lessonkit.workbook import Workbook, append

folder = Path(sys.argv[1])
data = data_folder()
known = read_article(data / "idlib"), read_layers(data), folder, read_words(data)

def put(workbook, name, **more):
    raw = {"id": name, "segment": "s4", "first": 0, "last": 1, "tag": "party", "reason": "because " + name, **more}
    workbook.put([workbook.mark_from(raw, "sourcing")])

def say(*words):
    # One write each, so that a killed process has said a line or has not.
    os.write(1, (" ".join(words) + "\\n").encode())
"""

NURSERY = """
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        workbook = Workbook(*known)
        for number in range(10**6):
            put(workbook, f"m{line.strip()}-{number}")
            say("saved", f"m{line.strip()}-{number}")
    say("born", str(child))
    os.waitpid(child, 0)
    say("dead")
"""

MARKER = """
name, count = sys.argv[2], int(sys.argv[3])
workbook = Workbook(*known)
say("ready")
sys.stdin.readline()
for number in range(count):
    put(workbook, f"{name}-{number}")
    say("saved", f"{name}-{number}")
sys.stdin.readline()
say("sees", str(len(Workbook(*known).marks("sourcing"))))
"""

TEARER = """
import random, signal
line = b'{"v": 1, "at": "2026-01-01T00:00:00.000+00:00", "event": "mark", "mark": {"id": "torn"}}'
chance = random.Random(int(sys.argv[2]))
death = time.monotonic() + 1 + 2 * chance.random()
journal = os.open(folder / "idlib.jsonl", os.O_WRONLY | os.O_APPEND)
say("ready")
sys.stdin.readline()
while True:
    os.write(journal, line[: chance.randrange(1, len(line))])
    if time.monotonic() > death:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(chance.random() * float(sys.argv[3]))
"""


@pytest.fixture
def reopen(article: Article, layers: dict[str, Layer], words: Words, tmp_path: Path) -> Open:
    """Open the workbook again, as the next notebook does."""
    return lambda: Workbook(article, layers, tmp_path, words)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start processes of our own, and leave none behind."""
    running: list[subprocess.Popen[str]] = []

    def start(script: str, *arguments: object) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", COMMON + script, str(tmp_path), *map(str, arguments)]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        running.append(process)
        return process

    yield start
    for process in running:
        process.kill()
        process.communicate()


def tell(process: subprocess.Popen[str], line: str = "") -> None:
    assert process.stdin
    process.stdin.write(f"{line}\n")
    process.stdin.flush()


def hear(process: subprocess.Popen[str]) -> list[str]:
    assert process.stdout
    return process.stdout.readline().split()


def saved_by(process: subprocess.Popen[str], count: int) -> set[str]:
    said = [hear(process) for _ in range(count)]
    assert all(words[:1] == ["saved"] for words in said), said
    return {words[1] for words in said}


@posix
def test_no_acknowledged_mark_is_lost_by_200_kills_at_random_moments(start: Start, reopen: Open) -> None:
    chance = random.Random(2020)  # noqa: S311 - it decides when to kill, and nothing secret
    nursery = start(NURSERY)
    acknowledged: set[str] = set()
    size = 0
    for kill in range(KILLS):
        tell(nursery, str(kill))
        born, child = hear(nursery)
        assert born == "born"
        acknowledged |= saved_by(nursery, wanted := chance.randrange(4))
        # The first mark of a child takes longer: it opens the journal first.
        time.sleep(chance.random() * (0.002 if wanted else 0.010))
        os.kill(int(child), signal.SIGKILL)
        while (said := hear(nursery)) != ["dead"]:
            acknowledged.add(said[1])

        found = reopen()
        assert acknowledged <= ids(found), kill
        assert all("breaks off" in sentence for sentence in found.messages)
        if kill % 20 == 0:
            found.put([mark(found, f"mine-{kill}")])
            acknowledged.add(f"mine-{kill}")
        if found.path.exists():
            assert found.path.stat().st_size >= size
            size = found.path.stat().st_size

    assert len(acknowledged) > KILLS
    # Beside what was acknowledged, at most the one mark that was on its way at each kill.
    assert len(ids(reopen())) <= len(acknowledged) + KILLS
    assert [path.name for path in reopen().path.parent.iterdir()] == ["idlib.jsonl"]


def test_four_processes_marking_at_once_lose_nothing_and_see_everything(start: Start, reopen: Open) -> None:
    markers = [start(MARKER, name, 200) for name in "abcd"]
    for marker in markers:
        assert hear(marker) == ["ready"]
    for marker in markers:
        tell(marker)
    acknowledged = set().union(*(saved_by(marker, 200) for marker in markers))
    for marker in markers:
        tell(marker)

    assert [hear(marker) for marker in markers] == [["sees", "800"]] * 4
    found = reopen()
    assert len(acknowledged) == 800
    assert ids(found) == acknowledged
    assert found.messages == []
    # Each stands on a line of its own, for whoever else reads the file.
    events = events_in(found.path)
    assert {event["mark"]["id"] for event in events if event["event"] == "mark"} == acknowledged
    assert {event["id"] for event in events if event["event"] == "open"} >= {found.id}


@posix
@pytest.mark.parametrize(("pause", "marks"), [(0.002, 300), (0.000_1, 1500)], ids=["slow", "fast"])
def test_a_process_that_leaves_torn_lines_and_dies_costs_the_other_nothing(
    start: Start, reopen: Open, tmp_path: Path, pause: float, marks: int
) -> None:
    other = reopen()
    other.put([mark(other, "first")])
    marker = start(MARKER, "a", marks)
    assert hear(marker) == ["ready"]
    tearers = [start(TEARER, seed, pause) for seed in range(2)]
    for tearer in tearers:
        assert hear(tearer) == ["ready"]
        tell(tearer)
    tell(marker)
    acknowledged = saved_by(marker, marks)

    for number, tearer in enumerate(tearers):
        tearer.kill()
        tearer.wait(PATIENCE)
        other.put([mark(other, f"last-{number}")])
    found = reopen()

    assert ids(found) == acknowledged | {"first", "last-0", "last-1"} == ids(other)
    assert found.messages == []
    lines = (tmp_path / "idlib.jsonl").read_bytes().split(b"\n")
    alone = {json.loads(line)["mark"]["id"] for line in lines if line.startswith(b"{") and is_a_mark(line)}
    assert alone == ids(found)


def is_a_mark(line: bytes) -> bool:
    try:
        return bool(json.loads(line)["event"] == "mark")
    except ValueError:
        return False


def test_every_beginning_of_a_write_that_was_killed_leaves_the_next_write_whole(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    line = '{"v": 1, "event": "name", "pseudonym": "ü🌊"}\n'.encode()
    for cut in range(len(line) + 1):
        path.write_bytes(line + line[:cut])

        end = append(path, line)

        assert path.read_bytes().startswith(line + line[:cut])
        assert path.read_bytes().splitlines(keepends=True)[-1] == line
        assert end == path.stat().st_size


FULL_DISK = """
import json

def tried(name):
    try:
        put(workbook, name)
    except LessonError as error:
        return str(error)
    return ""

facts = {}
ballast = folder / "ballast"
ballast.write_bytes(bytes(24_000))
workbook = Workbook(*known)
# With a name of known length, the disk fills up in the middle of the same line each time.
opened = {**workbook.kept(), "id": "0123456789abcdef", "pseudonym": "grey heron"}
workbook.restore(opened)
saved = []
while not (said := tried(f"m{len(saved)}")):
    saved.append(f"m{len(saved)}")
here = lambda book: sorted(mark.id for mark in book.marks("sourcing"))
facts["said"] = said
facts["saved"] = sorted(saved)
facts["here"] = here(workbook)
facts["is torn"] = not workbook.path.read_bytes().endswith(b"\\n")
facts["said again"] = tried("m" + str(len(saved)))
meanwhile = Workbook(*known)
facts["there"], facts["told"] = here(meanwhile), meanwhile.messages
workbook.path.write_bytes(b"")  # somebody empties the file, and there is no room to write it again
ballast.unlink()
blocker = folder / "blocker"
with blocker.open("wb", buffering=0) as file:
    try:
        while file.write(bytes(1000)): pass
    except OSError:
        pass
facts["said when emptied"] = tried("x")
blocker.unlink()
facts["same put"] = tried("m" + str(len(saved)))
facts["one more"] = tried("more")
again = Workbook(*known)
facts["in the end"], facts["messages in the end"] = here(again), again.messages
facts["files"] = sorted(path.name for path in folder.iterdir())

# Much at once, more than there is room for, into a file that does not exist yet.
raw = again.kept()["marks"][0]
much = {**again.kept(), "marks": [{**raw, "id": f"n{number}"} for number in range(500)]}
second = Workbook(known[0], known[1], folder / "second", known[3])
try:
    second.restore(much)
except LessonError as error:
    facts["said restoring"] = str(error)
facts["restored"] = here(second)
facts["half a file"] = second.path.exists()
print(json.dumps(facts))
"""


@pytest.fixture(scope="module")
def full_disk(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Mark on a disk of 64 KB until it is full, and after room was made."""
    folder = tmp_path_factory.mktemp("small disk")
    who = ["--map-root-user"] if sys.platform != "win32" and os.geteuid() else []
    mounted = 'mount -t tmpfs -o size=64k none "$1" && exec "$2" -c "$3" "$1"'
    command = ["unshare", "--mount", *who, "sh", "-c", mounted, "sh", str(folder), sys.executable, COMMON + FULL_DISK]
    done = None
    if shutil.which("unshare"):
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)
    if done and done.returncode == 0:
        facts: dict[str, Any] = json.loads(done.stdout)
        return facts
    if done and "Traceback" in done.stderr:
        pytest.fail(done.stderr)
    reason = f"NOT TESTED: a full disk. No small disk can be mounted here: {done.stderr if done else 'no unshare'}"
    if os.environ.get("LESSONKIT_REQUIRE_ALL") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def test_a_full_disk_is_named_and_nothing_is_taken_for_saved(full_disk: dict[str, Any]) -> None:
    assert len(full_disk["saved"]) > 10
    assert full_disk["here"] == full_disk["saved"]
    assert is_one_clear_sentence(full_disk["said"], "idlib.jsonl", "no room left", "Make room")
    assert full_disk["said again"] == full_disk["said"]


def test_a_disk_that_fills_up_in_the_middle_of_a_line_costs_nothing_that_was_saved(full_disk: dict[str, Any]) -> None:
    assert full_disk["is torn"]
    assert full_disk["there"] == full_disk["saved"]
    assert len(full_disk["told"]) == 1
    assert is_one_clear_sentence(full_disk["told"][0], "idlib.jsonl", "breaks off")


def test_once_there_is_room_the_same_mark_is_saved_and_the_next_one_too(full_disk: dict[str, Any]) -> None:
    the_same = f"m{len(full_disk['saved'])}"

    assert full_disk["same put"] == full_disk["one more"] == ""
    assert full_disk["in the end"] == sorted([*full_disk["saved"], the_same, "more"])
    assert full_disk["messages in the end"] == []
    assert full_disk["files"] == ["idlib.jsonl"]


def test_what_could_not_be_written_again_for_want_of_room_is_written_later(full_disk: dict[str, Any]) -> None:
    assert "no room left" in full_disk["said when emptied"]
    assert set(full_disk["saved"]) <= set(full_disk["in the end"])


def test_a_kept_file_with_more_than_there_is_room_for_is_not_taken_for_restored(full_disk: dict[str, Any]) -> None:
    assert is_one_clear_sentence(full_disk["said restoring"], "second", "idlib.jsonl", "no room left")
    assert full_disk["half a file"]
    assert full_disk["restored"] == []
