"""The ``lessonkit`` command."""

import argparse
import os
import shutil
import sys
import textwrap
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

from .faults import LessonError
from .places import data_folder, notebooks_folder, package_folder, repository_folder, work_folder
from .rules import faults_of, layers_or_faults, lessons_in
from .words import Words

if TYPE_CHECKING:
    import pandas as pd

    from .classroom import Passed
    from .layers import Layer
    from .lesson import Lesson

_MOST_LETTERS = 20
_IN = "   "  # before the lines that go on with what a number or a file's name began


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run the command.

    Parameters
    ----------
    arguments
        What was typed after ``lessonkit``; by default what the system says was typed.

    Returns
    -------
    int
        0 when all is well, 1 when there is something to put right.
    """
    options = _parser().parse_args(arguments)
    if isinstance(sys.stdout, TextIOWrapper):
        # A learner's file may be called by letters that this terminal does not have.
        sys.stdout.reconfigure(errors="replace")
    try:
        return _run(options)
    except LessonError as error:
        _say(str(error))
        return 1


def _run(options: argparse.Namespace) -> int:
    match options.command:
        case "lab":
            from .server import serve

            if options.work:
                # The server and every kernel it starts inherit it.
                os.environ["LESSONKIT_WORK"] = str(work_folder() / Path(options.work).expanduser())
            status = serve(options.notebooks, port=options.port, browser=not options.no_browser, extra=options.extra)
        case "class":
            status = _class(options)
        case "rehearse":
            status = _rehearse(options.number, options.to, options.article, options.seed)
        case "print":
            status = _print(options.article, options.to, replace=options.replace, guide=options.guide)
        case "pack":
            status = _pack(options.article, options.to, without_key=options.without_key, replace=options.replace)
        case _:
            status = _check(options.articles)
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="lessonkit", description="Mark one real news article three times.")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    lab = subparsers.add_parser("lab", help="open the notebooks in JupyterLab")
    lab.add_argument("--no-browser", action="store_true", help="only print the address")
    lab.add_argument("--port", type=int, help="use this port; otherwise a free one is found")
    lab.add_argument(
        "--notebooks", type=Path, default=notebooks_folder(), metavar="FOLDER", help="open this folder instead"
    )
    lab.add_argument(
        "--work",
        metavar="NAME",
        help="keep the work apart under this name, on a computer that several learners or classes share",
    )
    lab.add_argument("extra", nargs="*", metavar="-- OPTION", help="handed on to JupyterLab")

    check = subparsers.add_parser("check", help="hold lessons against all rules and say what to put right")
    check.add_argument(
        "articles", nargs="*", metavar="ARTICLE", help="name or folder of a lesson; all of them if none is named"
    )

    group = subparsers.add_parser("class", help="read the files that learners handed in")
    group.add_argument("folder", type=Path, metavar="FOLDER", help="folder or zip of kept files")
    group.add_argument("--article", default="idlib", help="name of the lesson; idlib if none is named")
    group.add_argument("--to", type=Path, metavar="FOLDER", help="write tables, gradebooks and a report there")
    group.add_argument("--replace", action="store_true", help="write over files that are there already")
    group.add_argument("--names", action="store_true", help="list the made-up names on the report")
    group.add_argument("--workers", type=int, metavar="N", help="for a district: share the files among N processes")

    rehearse = subparsers.add_parser("rehearse", help="make up workbooks to practise with")
    rehearse.add_argument("number", type=int, metavar="N", help="how many")
    rehearse.add_argument("--to", type=Path, required=True, metavar="FOLDER", help="where to; nothing is written over")
    rehearse.add_argument("--article", default="idlib", help="name of the lesson; idlib if none is named")
    rehearse.add_argument("--seed", type=int, default=0, help="another number makes other workbooks")

    paper = subparsers.add_parser("print", help="make worksheets and the teacher's key, as HTML and PDF")
    paper.add_argument("article", metavar="ARTICLE", help="name of the lesson")
    paper.add_argument("--to", type=Path, metavar="FOLDER", help="where to; a new folder here if none is named")
    paper.add_argument("--replace", action="store_true", help="write over sheets that are there already")
    paper.add_argument("--guide", action="store_true", help="the teacher's guide as well, a file for each page")

    packed = subparsers.add_parser("pack", help="make a copy for pupils, as a zip")
    packed.add_argument("article", metavar="ARTICLE", help="name of the lesson")
    packed.add_argument("--without-key", action="store_true", help="leave out the key: the only copy there is to make")
    packed.add_argument("--to", type=Path, required=True, metavar="FILE.zip", help="the file to write")
    packed.add_argument("--replace", action="store_true", help="write over a file that is there already")
    return parser


def _class(options: argparse.Namespace) -> int:
    """Read a class, say what there is and what to talk about, and write it out where that is asked for."""
    from .exports import write_exports
    from .intake import hand_in
    from .lesson import open_lesson
    from .tally import counts

    lesson = open_lesson(options.article)
    words = lesson.words
    to: Path | None = options.to
    if to is not None and options.folder.is_dir() and to.resolve().is_relative_to(options.folder.resolve()):
        raise LessonError(words("exports.inside", folder=to, source=options.folder))
    if options.workers is not None:
        return _district(lesson, options)
    tell = _bar(words) if sys.stderr.isatty() else None
    group = hand_in(options.folder, lesson.article, lesson.layers, words, tell)
    made_up = sum(pupil.made_up for pupil in group.pupils)
    if not _handed_in((*group.passed, *group.replaced, *group.partly), len(group.pupils), made_up, words):
        return 1
    counted = counts(group.pupils, lesson.article, lesson.layers)
    _talk(lesson, counted, len(group.pupils))
    if to is None:
        _say_wrapped(words("exports.to"))
        return 0
    fields = [line.name for task in lesson.tasks.values() for line in task.lines]
    written = write_exports(
        group, to, words, fields=fields, names=options.names, replace=options.replace, counted=counted
    )
    for why in written.left_out:
        _say(why)
    _say(words("exports.done", number=len(written.files), folder=to))
    _say(words("exports.careful"))
    return 0


def _district(lesson: "Lesson", options: argparse.Namespace) -> int:
    """Count many classes, and write the report that there is of them."""
    from .district import count_district
    from .exports import report, write_report

    words = lesson.words
    tell = _bar(words) if sys.stderr.isatty() else None
    found = count_district(options.folder, lesson.article, lesson.layers, words, options.workers, tell)
    if not _handed_in((*found.passed, *found.replaced, *found.partly), found.pupils, found.made_up, words):
        return 1
    _talk(lesson, found.counted, found.pupils)
    if options.to is None:
        _say_wrapped(words("exports.to_report"))
        return 0
    page = report(found.counted, lesson.article, lesson.layers, words, made_up=found.made_up)
    for path in write_report(page, options.to, words, replace=options.replace).files:
        _say(str(path))
    _say(words("exports.only_report"))
    return 0


def _handed_in(told: Sequence["Passed"], pupils: int, made_up: int, words: Words) -> bool:
    """Say how many pupils there are, and which files were not taken and why."""
    if pupils:
        _say_wrapped(words("intake.pupils", pupils=pupils))
        if made_up:
            _say_wrapped(words("intake.made_up", pupils=made_up))
    for one in told:
        _say_wrapped(f"{one.file}: {one.why}", after=_IN)
    if not pupils:
        _say_wrapped(words("intake.nobody"))
    return bool(pupils)


def _talk(lesson: "Lesson", counted: "pd.DataFrame", pupils: int) -> None:
    """Say what is most worth a class's talk: the words, never whose marks are on them."""
    from .divided import topics

    words = lesson.words
    found = topics(counted, lesson.article, lesson.layers.values(), words)
    _say("")
    _say_wrapped(words("exports.report_talk"))
    if not found:
        _say_wrapped(words("class.talk_one" if pupils == 1 else "class.talk_none"))
    for number, one in enumerate(found, start=1):
        _say_wrapped(f"{one.where} “{one.beginning}”", f"{number}. ", _IN)
        _say_wrapped(one.ask, _IN, _IN)
    _say("")


def _rehearse(number: int, folder: Path, article: str, seed: int) -> int:
    """Make up a class."""
    from .lesson import open_lesson
    from .rehearsal import rehearse

    lesson = open_lesson(article)
    layers = {layer.name: layer for layer in lesson.layers.values() if lesson.article.over(layer.over)}
    keys = {name: key for name in layers if (key := lesson.key(name))}
    fields = [line.name for task in lesson.tasks.values() for line in task.lines]
    paths = rehearse(number, folder, lesson.article, layers, keys, lesson.words, seed, fields)
    _say(lesson.words("rehearse.done", number=len(paths), folder=folder))
    return 0


def _print(article: str, folder: Path | None, *, replace: bool, guide: bool) -> int:
    """Make the sheets of a lesson."""
    from .lesson import open_lesson
    from .outbox import put_all, refuse_taken
    from .printing import print_sheets

    lesson = open_lesson(article)
    layers = [layer for layer in lesson.layers.values() if lesson.article.over(layer.over)]
    keys = {layer.name: lesson.key(layer.name) for layer in layers}
    folder = folder or Path(f"{lesson.article.name}-print")
    leaves = _leaves(lesson, folder / "guide") if guide else {}
    if not replace:
        refuse_taken(leaves, lesson.words)
    made = print_sheets(
        lesson.article,
        list(lesson.layers.values()),
        keys,
        lesson.words,
        folder,
        replace=replace,
        tell=_say,
    )
    put_all({path: partial(iter, [page]) for path, page in leaves.items()}, lesson.words, replace=replace, tell=_say)
    if lesson.article.key_is_away:
        _say(lesson.words("print.key_away"))
    elif without := [layer.title for layer in layers if keys[layer.name] is None]:
        _say(lesson.words("print.no_key", article=lesson.article.name, layers=", ".join(without)))
    if made.missing:
        _say(lesson.words("print.no_letters", letters=" ".join(sorted(made.missing)[:_MOST_LETTERS])))
    _begin(folder, layers, keys, lesson.words, shown=not made.missing)
    return 0


def _begin(folder: Path, layers: Sequence["Layer"], keys: Mapping[str, object], words: Words, *, shown: bool) -> None:
    """Say which of the many files to print first, and on which paper."""
    first = next(layer.name for layer in layers if layer.over == "article")
    # Where the PDF files lack letters, it is the others that can be printed.
    kind, ending = ("a4", "pdf") if shown else ("html", "html")
    sheet, key = (folder / kind / f"{first}-{name}.{ending}" for name in ("worksheet", "key"))
    if keys[first] is None:
        _say_wrapped(words("print.begin", worksheet=sheet))
    else:
        _say_wrapped(words("print.begin_key", worksheet=sheet, key=key))
    _say_wrapped(words("print.paper"))


def _leaves(lesson: "Lesson", folder: Path) -> dict[Path, bytes]:
    """Make the pages of the teacher's guide; nothing is written yet, so that a refusal leaves no half of it."""
    from .guide import read_guide
    from .panels.leaves import printable

    pages = read_guide(lesson.article)
    if not pages:
        raise LessonError(lesson.words("guide.none", article=lesson.article.name))
    return {folder / f"{one.name}.html": printable((one,), lesson.article, lesson.words).encode() for one in pages}


def _pack(article: str, to: Path, *, without_key: bool, replace: bool) -> int:
    """Make a copy for pupils."""
    from .lesson import LABS, open_lesson
    from .packing import Places, pack

    lesson = open_lesson(article)
    if not without_key:
        _say(lesson.words("pack.without"))
        return 1
    typed = [layer.name for layer in lesson.layers.values() if layer.over == "article"]
    keys = {name: key for name in typed if (key := lesson.key(name)) is not None}
    places = Places(repository_folder(), package_folder(), data_folder(), notebooks_folder())
    made = pack(lesson.article, lesson.layers, keys, LABS, lesson.words, places, to, replace=replace)
    names = {"article": lesson.article.name, "notebooks": ", ".join(made.notebooks)}
    _say(lesson.words("pack.packed", file=made.file, files=len(made.names), **names))
    if made.left_out:
        _say(lesson.words("pack.left_out", names=", ".join(made.left_out)))
    return 0


def _say(text: object) -> None:
    sys.stdout.write(f"{text}\n")


def _say_wrapped(text: str, first: str = "", after: str = "") -> None:
    """Say something of several lines, broken between words where the terminal ends."""
    # A file's name and an address are not torn: they are to be found again.
    wrapped = textwrap.TextWrapper(break_long_words=False, break_on_hyphens=False)
    wrapped.width = shutil.get_terminal_size().columns
    wrapped.initial_indent, wrapped.subsequent_indent = first, after
    _say(wrapped.fill(text))


def _bar(words: Words) -> Callable[[int, int], None]:
    """Give something that draws how far the reading is, on one line of the terminal."""
    drawn = ""

    def tell(done: int, total: int) -> None:
        nonlocal drawn
        said = words("intake.reading", done=done, total=total)
        columns = shutil.get_terminal_size().columns
        room = max(0, min(40, columns - len(said) - 4))
        full = room * done // max(1, total)
        # A line that is full, or fuller, would go on in the next one and stay there.
        line = (f"{said} [{'#' * full}{'.' * (room - full)}]" if room else said)[: columns - 1]
        # Drawn a hundred times and not a hundred thousand.
        if drawn != (drawn := f"{full}/{100 * done // max(1, total)}"):
            sys.stderr.write(f"\r{line}")
        if done >= total:
            sys.stderr.write(f"\r{' ' * len(line)}\r")
        sys.stderr.flush()

    return tell


def _check(articles: Sequence[str]) -> int:
    data = data_folder()
    layers, faults = layers_or_faults(data)
    folders = [_folder(data, name) for name in articles] if articles else lessons_in(data)
    for folder in folders:
        if not folder.is_dir():
            faults.append(
                f"There is no lesson “{folder.name}”. The lessons are {', '.join(path.name for path in lessons_in(data))}."
            )
            continue
        found = faults_of(folder, layers)
        faults.extend(found)
        if not found:
            sys.stdout.write(f"{folder.name}: nothing to put right.\n")
    for fault in faults:
        sys.stdout.write(f"{fault}\n")
    return 1 if faults else 0


def _folder(data: Path, name: str) -> Path:
    """Take a name as a lesson's name first, and as a folder's path where there is no such lesson."""
    named = data / name
    return named if named.is_dir() else Path(name)


if __name__ == "__main__":
    sys.exit(main())
