"""What a teacher shows of a class: where it agrees, where it differs, and what to talk about."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING, Any

from ..against_key import Met, Seen, missed_by_most, read_otherwise, seen_by_many, toml_of
from ..agreement import YARDSTICK, alpha, cautions
from ..article import Segment, Span
from ..calibration import Calibration, calibration
from ..classroom import Class, Passed, Pupil
from ..divided import Divided, Passage, divided_in, level, most_divided, passages, question, splits
from ..faults import LessonError
from ..key import Key, Note
from ..layers import Layer, Tag
from ..reasons import Reason, reasons
from ..tally import FEW_MARKS, FEW_PUPILS, LEAST, NONE, counts, marks_in, readers, votes_in
from ..words import Words
from ..workbook import Workbook
from .classparts import bar, bar_list, caution, listed, plain_name, quoted, short, small, wrapped
from .classvote import ClassDesk, Vote, nothing_to_vote_on
from .markup import language, link, note_list, page, plain, segment_name, set_article, step, tag_name
from .parts import style
from .sheet import Sheet, findings

if TYPE_CHECKING:
    import pandas as pd

MOST_REASONS = 40
"""Reasons of one tag on a page; of more, some are drawn that do not depend on who wrote them."""

BAR_FROM = 100
"""A bar is shown while so many files are read; fewer are there before one could look."""

_MOST_SAID = 5


class ClassSheet(Sheet):
    """A page of the class, to read from far away."""

    _css = style("sheet", "classpages")


class Classroom:
    """
    A class's reading of an article, and the verbs to show it with.

    No page names a pupil, unless `reasons` is asked to.

    Parameters
    ----------
    handed_in
        The class.
    layer
        Gives a layer by its name, or says which names there are.
    key
        Gives the key of a layer, or None.
    workbook
        The teacher's own, in which votes are kept.
    source
        What the folder or zip is called that was read, without the folders it is in.
    """

    def __init__(
        self,
        handed_in: Class,
        layer: Callable[[str], Layer],
        key: Callable[[str], Key | None],
        workbook: Workbook,
        source: str = "",
    ) -> None:
        self.handed_in = handed_in
        self._source = source
        self._layer = layer
        self._key = key
        self._workbook = workbook
        self._words = workbook.words
        self._article = handed_in.article

    def __repr__(self) -> str:
        """Say how much there is, without anything of a learner: notebooks are shared and compared."""
        there = self.handed_in
        return f"Classroom(article={self._article.name!r}, pupils={len(there.pupils)}, files not taken={len(there.passed)})"

    @cached_property
    def counted(self) -> "pd.DataFrame":
        """What the class has done, as counts."""
        return counts(self.handed_in.pupils, self._article, self.handed_in.layers)

    def files(self) -> Sheet:
        """Say what was taken and what was not, and why; a page for the teacher alone, since files can bear names."""
        return ClassSheet("files", self._article, None, lambda: wrapped(self._files()))

    def see(self, layer: str) -> Sheet:
        """Show the article as the class sees it: how many have marked each word, where they are split, tag by tag."""
        asked = self._layer(layer)
        return self._sheet("see", asked, "class.see_title", lambda: self._see(asked))

    def talk(self, layer: str, number: int = 5) -> Sheet:
        """
        Show the segments most worth talking about, each with a question to ask.

        Parameters
        ----------
        layer
            Name of the layer.
        number
            How many segments, at most.
        """
        asked = self._layer(layer)
        return self._sheet("talk", asked, "class.talk_title", lambda: self._talk(asked, number))

    def reasons(self, layer: str, segment: str | None = None, *, names: bool = False) -> Sheet:
        """
        Show what was written on one segment, side by side.

        Parameters
        ----------
        layer
            Name of the layer.
        segment
            Id of the segment, such as ``"s4"``; by default the one on which the class differs most.
        names
            Whether to write pseudonyms to the reasons.
        """
        asked = self._layer(layer)
        shown = self._segment(asked, segment)
        if shown is None:
            return self._sheet("reasons", asked, "class.reasons_title", lambda: self._no_segment(asked, "reasons"))
        return self._sheet("reasons", asked, "class.reasons_title", lambda: self._reasons(asked, shown, names=names))

    def agreement(self) -> Sheet:
        """Show how far the class agrees in each layer, with what to be careful about."""
        return ClassSheet("agreement", self._article, None, lambda: wrapped(self._agreement()))

    def against_key(self, layer: str) -> Sheet:
        """Hold the class against the key: what most missed, and what many saw that the key lacks."""
        asked = self._layer(layer)
        return self._sheet("against_key", asked, "class.key_title", lambda: self._against_key(asked))

    def check(self, layer: str, who: str | None = None) -> Sheet:
        """
        Hold one pupil's marks against the key, as their own check would; a page for the teacher alone.

        Parameters
        ----------
        layer
            Name of the layer.
        who
            The pupil's made-up name, or the name of the file they handed in. Without it, those who
            have marks in the layer are listed.

        Raises
        ------
        LessonError
            When nobody here goes by that name, or several do.
        """
        asked = self._layer(layer)
        if who is None:
            return self._sheet("check", asked, "class.check_title", lambda: self._to_check(asked))
        pupil = self._pupil(who)
        return self._sheet("check", asked, "class.check_title", lambda: self._check(asked, pupil))

    def confidence(self, layer: str) -> Sheet:
        """Hold how sure the class was against how often it read alike."""
        asked = self._layer(layer)
        return self._sheet("confidence", asked, "class.confidence_title", lambda: self._confidence(asked))

    def vote(self, layer: str, segment: str | None = None) -> ClassDesk:
        """
        Vote on words before and after a talk.

        Parameters
        ----------
        layer
            Name of the layer.
        segment
            Id of the segment; by default the one on which the class differs most.
        """
        asked = self._layer(layer)
        shown = self._segment(asked, segment)
        if shown is None:
            return nothing_to_vote_on(self._workbook, asked, self._no_segment(asked, "vote"))
        vote = Vote(asked, shown.id, self._words, self.handed_in.place)
        one = divided_in(self.counted, self._article, asked, shown.id)
        steps = vote.steps(
            self._vote_on(asked, shown, one),
            tuple(tag for tag in asked.tags if one is None or tag.name in one.counts),
        )
        title, how = self._words("class.vote_title"), self._words("class.vote_how")
        return ClassDesk(self._workbook, vote.name, title, how, steps)

    # What a page needs

    def _sheet(self, verb: str, layer: Layer, title: str, make: Callable[[], Iterable[str]]) -> Sheet:
        def whole() -> str:
            return wrapped(page(self._words(title, layer=layer.title), layer.question, list(make())))

        return ClassSheet(verb, self._article, layer.name, whole)

    def _segment(self, layer: Layer, name: str | None) -> Segment | None:
        """Find a segment by its id, or without one that on which the class differs most; None where nobody differs."""
        there = self._article.over(layer.over)
        if name is None:
            first = most_divided(self.counted, self._article, layer, 1)
            if not first:
                return None
            name = first[0].segment
        for segment in there:
            if segment.id == name:
                return segment
        ids = ", ".join(segment.id for segment in there)
        raise LessonError(self._words("class.no_segment", segment=name, layer=layer.name, segments=ids))

    def _no_segment(self, layer: Layer, verb: str) -> list[str]:
        """Say why no segment comes first, and what to type in place of what was typed."""
        if not readers(self.counted, layer).marked:
            return [*self._stand(layer), *self._nobody(layer, verb)]
        marks = marks_in(self.counted, layer).groupby("segment", sort=False)["n"].sum()
        call = f'classroom.{verb}("{layer.name}", "{marks.idxmax()}")'
        return [*self._stand(layer), plain(self._words("class.no_difference")), _typed([call])]

    def _nobody(self, layer: Layer, verb: str) -> list[str]:
        """Say that nobody has a mark in a layer, and name the layers in which somebody has."""
        said = [plain(self._words("class.nobody"))]
        others = [
            name
            for name, one in self.handed_in.layers.items()
            if name != layer.name and readers(self.counted, one).marked
        ]
        if others:
            said += [plain(self._words("class.elsewhere")), _typed([f'classroom.{verb}("{name}")' for name in others])]
        elif not self.handed_in.pupils:
            said.append(plain(self._words("class.files_none")))
            said.append(_typed(["classroom.files()"], self._words("class.files_see")))
        return said

    def _pupil(self, who: str) -> Pupil:
        """Find a pupil by made-up name or file, and never by guess."""
        asked, there = who.strip().casefold(), self.handed_in.pupils
        by_file = [pupil for pupil in there if asked in {pupil.file.casefold(), _last(pupil.file).casefold()}]
        found = by_file or [pupil for pupil in there if pupil.pseudonym.casefold() == asked]
        if not found:
            raise LessonError(self._words("class.check_nobody", who=short(who)))
        if len(found) > 1:
            files = ", ".join(sorted(pupil.file for pupil in found)[:_MOST_SAID])
            raise LessonError(self._words("class.check_several", number=len(found), who=short(who), files=files))
        return found[0]

    def _stand(self, layer: Layer) -> list[str]:
        """Say how many pupils stand behind a page, and that they are few where they are."""
        behind = readers(self.counted, layer)
        said = self._words("class.stand", pupils=behind.pupils, marked=behind.marked, marks=behind.marks)
        few = [caution(self._words("class.few", least=FEW_PUPILS))] if behind.few else []
        return [small(said), *self._made_up(), *few]

    def _made_up(self) -> list[str]:
        """Say how many are no learners: somebody may come in late and take a rehearsal for the class."""
        number = sum(pupil.made_up for pupil in self.handed_in.pupils)
        return [caution(self._words("class.made_up", number=number))] if number else []

    def _text(self, segment: Segment, span: Span | None) -> str:
        """Set a segment with some of its words in a box."""
        text = segment.text
        if span is None:
            inside = escape(text)
        else:
            start, end = segment.words[span.first][0], segment.words[span.last][1]
            inside = (
                f'{escape(text[:start])}<mark class="cl-passage">{escape(text[start:end])}</mark>{escape(text[end:])}'
            )
        return f"<p {language(self._article)}>{inside}</p>"

    def _named(self, name: str, layer: Layer) -> str:
        return escape(self._words("class.none")) if name == NONE else tag_name(layer.tag(name))

    def _tags(self, given: Mapping[str, int], layer: Layer) -> str:
        """Write down how many gave which tag."""
        return ", ".join(f"{self._named(name, layer)}: {number}" for name, number in given.items())

    def _bars(self, one: Divided, layer: Layer) -> str:
        """Draw how many gave words which tag, in the order of the tags, those of no tag last."""
        order = [*(tag.name for tag in layer.tags if tag.name in one.counts), *([NONE] if NONE in one.counts else [])]
        rows = []
        for name in order:
            number, sure = one.counts[name], one.sure.get(name, 0)
            said = escape(self._words("class.of", number=number, all=one.readers))
            if sure:
                said += f" <small>({escape(self._words('class.sure', number=sure))})</small>"
            tag = None if name == NONE else layer.tag(name)
            rows.append(bar(self._named(name, layer), number / one.readers, said, tag))
        return bar_list(rows)

    # Pages

    def _files(self) -> str:
        words, there = self._words, self.handed_in
        parts = [plain(words("class.files_how"))]
        if self._source:
            parts.append(small(words("class.files_source", source=self._source)))
        if not there.pupils:
            parts.append(plain(words("class.files_none")))
        else:
            marks = sum(len(pupil.marks) for pupil in there.pupils)
            idle = sum(not pupil.marks for pupil in there.pupils)
            aside = sum(pupil.aside for pupil in there.pupils)
            stand = words("class.files_stand", pupils=len(there.pupils), marked=len(there.pupils) - idle, marks=marks)
            parts.append(f'<p class="cl-big">{escape(stand)}</p>')
            parts += self._made_up()
            behind = [(layer.title, readers(self.counted, layer)) for layer in there.layers.values()]
            lines = [
                words("class.files_layer", layer=title, marked=one.marked, marks=one.marks)
                for title, one in behind
                if one.marks
            ]
            parts.append(listed([escape(line) for line in lines]))
            if idle:
                parts.append(plain(words("class.files_idle", number=idle)))
            if aside:
                parts.append(plain(words("class.files_aside", number=aside)))
        parts.append(self._listed("passed", there.passed, is_open=True))
        parts.append(self._listed("partly", there.partly))
        parts.append(self._listed("replaced", there.replaced))
        if there.pupils:
            taken = listed([escape(name) for name in sorted(pupil.file for pupil in there.pupils)])
            parts.append(step("taken", words("class.files_taken", number=len(there.pupils)), taken))
        return page(words("class.files_title"), self._article.title, parts)

    def _listed(self, name: str, passed: Sequence[Passed], *, is_open: bool = False) -> str:
        """List files with the reason why they were not taken."""
        if not passed:
            return ""
        title = self._words(f"class.files_{name}", number=len(passed))
        lines = listed([escape(self._words("class.files_line", file=one.file, why=one.why)) for one in passed])
        return f"<h4>{escape(title)}</h4>{lines}" if is_open else step(name, title, lines)

    def _see(self, layer: Layer) -> Iterator[str]:
        words, article = self._words, self._article
        yield from self._stand(layer)
        behind = readers(self.counted, layer)
        if not behind.marked:
            yield from self._nobody(layer, "see")
            return
        votes = votes_in(self.counted, article, layer)
        cut = {segment.id: passages(votes, segment.id) for segment in article.over(layer.over)}
        split = [one for segment in cut for one in splits(votes, segment)]
        yield plain(words("class.see_how"))
        if split:
            yield plain(words("class.see_split"))
        yield small(words("class.numbers"))
        names = words.list("class.see_levels")
        heats = "".join(
            f'<li><span class="cl-h" data-h="{number}">{escape(name)}</span></li>' for number, name in enumerate(names)
        )
        yield f'<p class="cl-note">{escape(words("class.see_heat"))}</p><ul class="cl-heats">{heats}</ul>'
        numbers = {one.span: number for number, one in enumerate(split, start=1)}

        def inside(segment: Segment) -> str:
            return self._heated(segment, cut[segment.id], numbers)

        if layer.over == "article":
            yield set_article(article, words, inside)
        else:
            lines = "".join(f"<p>{inside(segment)}</p>" for segment in article.over(layer.over))
            yield f'<div class="lk-article" {language(article)}>{lines}</div>'
        yield self._split_list(split, layer)
        yield f"<h4>{escape(words('class.multiples_title'))}</h4>{plain(words('class.multiples_how'))}"
        multiples = "".join(self._multiple(tag, layer, cut) for tag in layer.tags)
        yield f'<div class="cl-multiples">{multiples}</div>'
        yield step("words", words("class.words_title"), self._in_words(layer, cut))

    def _heated(self, segment: Segment, cut: Sequence[Passage], numbers: Mapping[Span, int]) -> str:
        """Set a segment with how many have marked its words, and a box where they are split."""
        starts = {span.first: (span, number) for span, number in numbers.items() if span.segment == segment.id}
        levels = [one.level for one in cut for _ in range(one.span.first, one.span.last + 1)]
        text, pieces, at, word = segment.text, [], 0, 0
        while word < len(levels):
            span, number = starts.get(word, (None, 0))
            last = (
                span.last
                if span
                else next((n - 1 for n in range(word + 1, len(levels)) if n in starts), len(levels) - 1)
            )
            inside, before = [], segment.words[word][0]
            for heat, run in groupby(range(word, last + 1), key=lambda n: levels[n]):
                run_words = list(run)
                start, end = segment.words[run_words[0]][0], segment.words[run_words[-1]][1]
                inside.append(escape(text[before:start]))
                shown = escape(text[start:end])
                inside.append(f'<span class="cl-h" data-h="{heat}">{shown}</span>' if heat else shown)
                before = end
            pieces.append(escape(text[at : segment.words[word][0]]))
            if span:
                sign = escape(self._words("class.see_sign", number=number))
                pieces.append(f'<span class="cl-split"><span class="cl-sign">{sign}</span>{"".join(inside)}</span>')
            else:
                pieces += inside
            at, word = before, last + 1
        return "".join(pieces) + escape(text[at:])

    def _split_list(self, found: Sequence[Passage], layer: Layer) -> str:
        words, article = self._words, self._article
        title = f"<h4>{escape(words('class.splits_title'))}</h4>"
        if not found:
            return title + plain(words("class.splits_none"))
        items = []
        for number, one in enumerate(found, start=1):
            sign = words("class.see_sign", number=number)
            where = plain_name(article.segment(one.span.segment), words)
            line = words("class.splits_line", number=sign, where=where, quote=article.quote(one.span))
            unmarked = one.readers - one.marked
            given = dict(one.counts) | ({NONE: unmarked} if unmarked else {})
            items.append(f"<strong>{escape(line)}</strong><br>{self._tags(given, layer)}")
        return title + listed(items)

    def _multiple(self, tag: Tag, layer: Layer, cut: Mapping[str, Sequence[Passage]]) -> str:
        """Draw the article as rows of blocks, as high as many gave its words one tag."""
        words, article = self._words, self._article
        longest = max(len(segment.text) for segment in article.over(layer.over))
        rows, places = [], []
        for segment in article.over(layer.over):
            blocks = []
            runs = groupby(cut[segment.id], key=lambda one: level(one.counts.get(tag.name, 0), one.readers))
            for heat, run in runs:
                same = list(run)
                span = Span(segment.id, same[0].span.first, same[-1].span.last)
                number = max(one.counts.get(tag.name, 0) for one in same)
                blocks.append(f'<i{f" data-h={heat}" if heat else ""} style="flex:{len(article.quote(span))}"></i>')
                if number:
                    places.append((-number / same[0].readers, article.place(span), number, same[0].readers, span))
            wide = round(100 * len(segment.text) / longest)
            rows.append(
                f'<div class="cl-row"><b>{escape(segment.id)}</b><span style="inline-size:{wide}%">{"".join(blocks)}</span></div>'
            )
        most = [
            words(
                "class.multiples_row",
                where=plain_name(article.segment(span.segment), words),
                quote=article.quote(span),
                number=number,
                all=all_,
            )
            for *_, number, all_, span in sorted(places)[:_MOST_SAID]
        ]
        if not places:
            return f"<figure><figcaption>{tag_name(tag)}</figcaption>{plain(words('class.multiples_nobody'))}</figure>"
        *_, number, all_, span = min(places)
        said = words(
            "class.multiples_most",
            quote=short(article.quote(span)),
            where=plain_name(article.segment(span.segment), words),
            number=number,
            all=all_,
        )
        alt = f"{tag.title}: {'; '.join(most)}"
        return (
            f"<figure><figcaption>{tag_name(tag)}</figcaption>"
            f'<div role="img" aria-label="{escape(alt)}" data-tag="{tag.key}" dir="{escape(article.direction)}">{"".join(rows)}</div>'
            f'<p class="cl-note">{escape(said)}</p></figure>'
        )

    def _in_words(self, layer: Layer, cut: Mapping[str, Sequence[Passage]]) -> str:
        """Say the whole page in words, segment by segment."""
        words, article = self._words, self._article
        parts = []
        for segment in article.over(layer.over):
            lines = []
            runs = groupby(cut[segment.id], key=lambda one: (one.level, next(iter(one.counts), "")))
            for (heat, _), run in runs:
                same = list(run)
                if not heat:
                    continue
                quote = article.quote(Span(segment.id, same[0].span.first, same[-1].span.last))
                most = max(same, key=lambda one: one.marked)
                least = min(one.marked for one in same)
                number = (
                    str(least) if least == most.marked else words("class.words_range", least=least, most=most.marked)
                )
                tags = words("class.and").join(
                    words("class.count", tag=layer.tag(name).title, number=many) for name, many in most.counts.items()
                )
                line = words("class.words_line", quote=quote, number=number, all=most.readers, tags=tags)
                lines.append(escape(line))
            nothing = words("class.words_nothing" if cut[segment.id][0].readers else "class.words_unread")
            parts.append(f"<h5>{segment_name(segment, words)}</h5>{listed(lines) if lines else plain(nothing)}")
        return "".join(parts)

    def _talk(self, layer: Layer, number: int) -> Iterator[str]:
        words, article = self._words, self._article
        yield from self._stand(layer)
        behind = readers(self.counted, layer)
        if not behind.marked:
            yield from self._nobody(layer, "talk")
            return
        found = most_divided(self.counted, article, layer, number)
        if not any(len(one.tags) > 1 for one in found):
            yield plain(words("class.talk_one" if behind.pupils == 1 else "class.talk_none"))
        else:
            yield plain(words("class.talk_how"))
        if found:
            yield small(words("class.numbers"))
        key = self._key(layer.name)
        for place, one in enumerate(found, start=1):
            yield self._talk_segment(place, one, layer, key)
        if found:
            yield small(words("class.talk_order"))

    def _talk_segment(self, place: int, one: Divided, layer: Layer, key: Key | None) -> str:
        words, article = self._words, self._article
        segment = article.segment(one.segment)
        title = words("class.talk_place", place=place, where=plain_name(segment, words))
        parts = [f"<h4>{escape(title)}</h4>", self._text(segment, one.span), self._bars(one, layer)]
        # One alone who is sure is not called upon: in a class, everybody would know who it is.
        sure = [(name, one.sure[name]) for name in one.tags if one.sure.get(name, 0) >= LEAST]
        if len(sure) > 1:
            tags = words("class.and").join(
                words("class.count", tag=layer.tag(name).title, number=number) for name, number in sure
            )
            parts.append(plain(words("class.talk_sure", tags=tags)))
        parts.append(f'<p class="cl-ask">{escape(question(one, layer, words))}</p>')
        if key is not None:
            notes = [note for note in key.of(segment.id) if note.span.words & one.span.words]
            said = "".join(plain(f"“{note.quote}”") + self._note(note, layer) for note in notes)
            parts.append(step(f"key-{segment.id}", words("class.talk_key"), said or plain(words("class.talk_no_note"))))
        calls = [f'classroom.{verb}("{layer.name}", "{segment.id}")' for verb in ("reasons", "vote")]
        parts.append(_typed(calls, words("class.talk_next")))
        return f'<section class="lk-segment">{"".join(parts)}</section>'

    def _note(self, note: Note, layer: Layer) -> str:
        return f"<p>{tag_name(layer.tag(note.tag))} {escape(note.why)}</p>{note_list(note, layer, self._words, named=True)}"

    def _reasons(self, layer: Layer, segment: Segment, *, names: bool) -> Iterator[str]:
        words = self._words
        if names:
            yield caution(words("class.reasons_named"))
        yield from self._stand(layer)
        yield plain(words("class.reasons_how_named" if names else "class.reasons_how"))
        one = divided_in(self.counted, self._article, layer, segment.id)
        chosen = one.span if one else None
        if chosen:
            yield plain(words("class.reasons_chosen"))
        text = self._text(segment, chosen)
        yield f'<section class="lk-segment"><h4>{segment_name(segment, words)}</h4>{text}</section>'
        written: dict[str, list[Reason]] = {}
        for one_reason in reasons(self.handed_in.pupils, layer, segment.id):
            written.setdefault(one_reason.tag, []).append(one_reason)
        if not written:
            yield plain(words("class.reasons_none"))
        rows = marks_in(self.counted, layer)
        marks = rows[rows["segment"] == segment.id].groupby("value")["n"].sum()
        given = {tag.name: int(marks[tag.name]) for tag in layer.tags if tag.name in marks}
        many = {name: sum(len(one.pseudonyms) for one in here) for name, here in written.items()}
        if written:
            sides = [
                self._side(layer.tag(name), segment, chosen, written[name], given[name] - many[name], names=names)
                for name in sorted(written, key=lambda name: -many[name])
            ]
            yield f'<div class="lk-sides cl-columns">{"".join(sides)}</div>'
        without = [
            words("class.count", tag=layer.tag(name).title, number=number)
            for name, number in given.items()
            if name not in written
        ]
        if without:
            yield plain(words("class.reasons_without", tags=words("class.and").join(without)))

    def _side(  # noqa: PLR0913 - a column, and what is in it
        self, tag: Tag, segment: Segment, chosen: Span | None, here: Sequence[Reason], silent: int, *, names: bool
    ) -> str:
        """Set what was written for one tag below each other, first what was written on the words that were chosen."""
        words = self._words
        wanted = frozenset() if chosen is None else chosen.words
        near = [one for one in _some(here) if one.span.words & wanted]
        shown = sorted(near, key=lambda one: len(one.span.words ^ wanted))
        shown += [one for one in _some(here) if not one.span.words & wanted]
        inside = ""
        for span, group in groupby(shown, key=lambda one: one.span):
            quote = escape(words("class.quoted", quote="\0")).replace("\0", quoted(segment, span, chosen))
            inside += (
                f'<p class="cl-note cl-quote">{quote}</p>{listed([self._reason(one, names=names) for one in group])}'
            )
        if len(here) > len(shown):
            inside += small(words("class.reasons_more", number=len(here) - len(shown)))
        if silent > 0:
            inside += small(words("class.reasons_silent", number=silent))
        return f'<div class="lk-side cl-reasons"><h5>{tag_name(tag)}</h5>{inside}</div>'

    def _reason(self, one: Reason, *, names: bool) -> str:
        words = self._words
        said = f'<span dir="auto">{escape(one.reason)}</span>'
        more = [words(f"confidence.{one.confidence}")] if one.confidence else []
        if names:
            more.append(words("class.reasons_by", names=words("class.and").join(one.pseudonyms)))
        elif len(one.pseudonyms) > 1:
            more.append(words("class.reasons_times", number=len(one.pseudonyms)))
        return said + (f" <small>({escape(words('class.and').join(more))})</small>" if more else "")

    def _agreement(self) -> str:
        words = self._words
        yardstick = f"{YARDSTICK:.3f}"
        parts = [
            plain(words("class.agreement_how")),
            f"<p>{escape(words('class.agreement_yardstick', yardstick=yardstick))} {link(words('class.agreement_source'), words)}</p>",
            plain(words("class.agreement_low")),
            *self._made_up(),
        ]
        parts += [
            self._agreement_of(layer)
            for layer in self.handed_in.layers.values()
            if layer.over == "article" or readers(self.counted, layer).marks
        ]
        how = escape(words("class.cautions_how"))
        parts.append(f'<p class="cl-note">{how} {link(words("class.cautions_source"), words)}</p>')
        return page(words("class.agreement_title"), self._article.title, parts)

    def _agreement_of(self, layer: Layer) -> str:
        """Say how far a class agrees in a layer, and before it what makes the figure weaker than it looks."""
        words = self._words
        votes, behind = votes_in(self.counted, self._article, layer), readers(self.counted, layer)
        said = words("class.stand", pupils=behind.pupils, marked=behind.marked, marks=behind.marks)
        parts = [f"<h4>{escape(layer.title)}</h4>", plain(layer.question), small(said)]
        figure = alpha(votes) if behind.marked else None
        if figure is None:
            parts.append(plain(words("class.agreement_none")))
        else:
            found = cautions(votes, marks_in(self.counted, layer), behind, layer)
            if found:
                parts.append(f"<h5>{escape(words('class.cautions_title'))}</h5>")
                parts += [caution(words(f"class.caution.{one.name}", **one.blanks)) for one in found]
            else:
                parts.append(small(words("class.cautions_none")))
            shown, at = f"{figure:.2f}", 100 * min(1, max(0, figure))
            parts.append(
                f'<p class="cl-big">● {escape(words("class.agreement_alpha", alpha=shown))}</p>'
                f'<div class="cl-scale" role="img" aria-label="{escape(words("class.agreement_scale", alpha=shown))}">'
                f'<span class="cl-you" style="inset-inline-start:{at:.1f}%"></span></div>'
                f'<p class="cl-ends"><span>{escape(words("class.agreement_chance"))}</span><span>{escape(words("class.agreement_alike"))}</span></p>'
            )
        return f'<section class="lk-segment">{"".join(parts)}</section>'

    def _against_key(self, layer: Layer) -> Iterator[str]:
        words, article = self._words, self._article
        yield from self._stand(layer)
        key = self._key(layer.name)
        if key is None:
            yield plain(words("class.key_missing"))
            return
        if not readers(self.counted, layer).marked:
            yield from self._nobody(layer, "against_key")
            return
        yield plain(words("class.key_how"))
        votes = votes_in(self.counted, article, layer)
        for name, found in (("missed", missed_by_most(votes, key)), ("otherwise", read_otherwise(votes, key))):
            yield f"<h4>{escape(words(f'class.key_{name}'))}</h4>"
            if not found:
                yield plain(words(f"class.key_{name}_none"))
            for number, one in enumerate(found):
                yield self._met(one, layer, f"{name}-{number}", name)
        yield f"<h4>{escape(words('class.key_seen'))}</h4>"
        seen = seen_by_many(votes, key, article)
        if not seen:
            yield plain(words("class.key_seen_none"))
        yield from (self._seen(one, layer) for one in seen)

    def _met(self, one: Met, layer: Layer, name: str, kind: str) -> str:
        words = self._words
        segment = self._article.segment(one.note.span.segment)
        if kind == "missed":
            said = words("class.key_unmarked", number=self._mean(one.unmarked, one), all=one.readers)
        else:
            other, accepted = self._mean(one.other, one), self._mean(one.accepted, one)
            said = words("class.key_other", number=other, all=one.readers, accepted=accepted)
        return (
            f'<section class="lk-segment"><h5>{segment_name(segment, words)}</h5>{self._text(segment, one.note.span)}'
            f'{plain(said)}<p class="cl-ask">{escape(one.note.hint)}</p>'
            f"{step(f'{name}-key', words('class.key_says'), self._note(one.note, layer))}</section>"
        )

    def _mean(self, number: float, one: Met) -> str:
        """Write down how many, as a mean where the note has several words."""
        return self._words("class.about", number=round(number)) if len(one.note.span.words) > 1 else f"{number:.0f}"

    def _seen(self, one: Seen, layer: Layer) -> str:
        words, article = self._words, self._article
        segment = article.segment(one.span.segment)
        many = words("class.key_many", number=one.pupils, all=one.readers)
        parts = [f"<h5>{segment_name(segment, words)}</h5>", self._text(segment, one.span)]
        parts.append(f"<p>{tag_name(layer.tag(one.tag))}: {escape(many)}</p>")
        name = f"seen-{one.span.segment}-{one.span.first}-{one.span.last}-{one.tag}"
        if one.note is None:
            key_says = words("class.key_has_none")
        else:
            key_says = words("class.key_has", quote=one.note.quote, tag=layer.tag(one.note.tag).title)
        # Folded even where the key has nothing: a card without a step would say so.
        parts.append(step(f"{name}-key", words("class.key_says"), plain(key_says)))
        # The key of the page is worked out by the kit, and there is no file to put anything in.
        if layer.over == "article":
            file = f"{article.folder.name}/{layer.name}.toml"
            how = words("class.key_new") if one.note is None else words("class.key_also", quote=one.note.quote)
            inside = [plain(words("class.key_defensible", file=file)), plain(how)]
            inside.append(f"<pre>{escape(toml_of(one, article, layer, words))}</pre>")
            parts.append(step(name, words("class.key_take"), "".join(inside)))
        return f'<section class="lk-segment">{"".join(parts)}</section>'

    def _to_check(self, layer: Layer) -> Iterator[str]:
        """List who has marks to be looked at, in the order of their files, as a pile of them would lie."""
        words = self._words
        yield from self._made_up()
        marked = [
            (pupil, [mark for mark in pupil.marks if mark.layer == layer.name]) for pupil in self.handed_in.pupils
        ]
        lines = [
            escape(
                words(
                    "class.check_line",
                    name=pupil.pseudonym or words("class.check_nameless"),
                    marks=len(marks),
                    reasons=sum(bool(mark.reason) for mark in marks),
                    file=pupil.file,
                )
            )
            for pupil, marks in sorted(marked, key=lambda one: one[0].file)
            if marks
        ]
        if not lines:
            yield from self._nobody(layer, "check")
            return
        yield plain(words("class.check_choose", layer=layer.name))
        # Names of files can be names of pupils, and a teacher may have run all cells with the projector on.
        yield step("who", words("class.check_who", number=len(lines)), listed(lines))

    def _check(self, layer: Layer, pupil: Pupil) -> Iterator[str]:
        words = self._words
        name = pupil.pseudonym or words("class.check_nameless")
        yield f'<p class="cl-big">{escape(name)}</p>'
        yield small(words("class.check_file", file=pupil.file))
        if pupil.made_up:
            yield caution(words("class.check_made_up"))
        key = self._key(layer.name)
        if key is None:
            yield plain(words("class.key_missing"))
            return
        marks = [mark for mark in pupil.marks if mark.layer == layer.name]
        if not marks:
            yield plain(words("class.check_no_marks"))
            return
        yield plain(words("class.check_how"))
        looked, apart = pupil.looked.get(layer.name, frozenset()), layer.apart_from
        yield from findings(self._article, layer, key, marks, looked, words, self._key(apart) if apart else None)

    def _confidence(self, layer: Layer) -> Iterator[str]:
        words = self._words
        yield from self._stand(layer)
        if not readers(self.counted, layer).marked:
            yield from self._nobody(layer, "confidence")
            return
        key = self._key(layer.name)
        found = calibration(self.counted, self._article, layer, key)
        yield plain(words("class.confidence_how"))
        yield f"<h4>{escape(words('class.confidence_others'))}</h4>"
        yield bar_list([self._calibrated(one, one.shown, one.with_class, one.compared) for one in found], "cl-shares")
        if key is not None:
            yield f"<h4>{escape(words('class.confidence_key'))}</h4>{plain(words('class.confidence_key_how'))}"
            yield bar_list(
                [self._calibrated(one, one.key_shown, one.with_key, one.key_compared) for one in found], "cl-shares"
            )
        yield plain(words("class.confidence_alone"))
        yield small(words("class.confidence_shown_from", pupils=FEW_PUPILS, marks=FEW_MARKS))

    def _calibrated(self, one: Calibration, shown: bool, number: int, all_: int) -> str:  # noqa: FBT001 - a private helper with one kind of caller
        words = self._words
        name = escape(words(f"confidence.{one.confidence}"))
        if not shown:
            return f'<li><span class="cl-name">{name}</span><span class="cl-hidden">{escape(words("class.confidence_hidden", marks=all_))}</span></li>'
        said = words("class.confidence_line", percent=100 * number // all_, number=number, all=all_)
        return bar(name, number / all_, escape(said), None)

    def _vote_on(self, layer: Layer, segment: Segment, one: Divided | None) -> str:
        """Show what is voted on, and folded away how the workbooks have it."""
        words = self._words
        parts = [f"<h4>{segment_name(segment, words)}</h4>", self._text(segment, one.span if one else None)]
        if one is not None:
            parts.append(f'<p class="cl-ask">{escape(question(one, layer, words))}</p>')
            parts.append(step(f"marks-{segment.id}", words("class.vote_marks"), self._bars(one, layer)))
        return "".join(parts)


def reading_bar(words: Words) -> Callable[[int, int], None]:
    """
    Make a bar that shows how far the files have been read.

    Returns
    -------
    callable
        Takes how many are read and how many there are. It shows nothing where they are few, and is
        gone when all are read.
    """
    bars: list[Any] = []

    def tell(done: int, all_: int) -> None:
        # A bar that stands is brought to its end, also where the rest of a zip was not read after all.
        if all_ < BAR_FROM and not bars:
            return
        if not bars:
            from IPython.display import display
            from ipywidgets import IntProgress

            bars.append(
                IntProgress(max=all_, description=words("class.progress"), style={"description_width": "initial"})
            )
            display(bars[0])  # type: ignore[no-untyped-call]
        bars[0].max, bars[0].value = all_, done
        if done >= all_:
            bars[0].close()

    return tell


def _typed(calls: Sequence[str], before: str = "") -> str:
    """Show what can be typed next."""
    code = " ".join(f"<code>{escape(call)}</code>" for call in calls)
    return f'<p class="cl-note">{escape(before)} {code}</p>'


def _last(file: str) -> str:
    """Give the last part of a file's name, as it stands in its folder or zip."""
    return file.rpartition("/")[2].rpartition("\\")[2]


def _some(here: Sequence[Reason]) -> list[Reason]:
    """Draw as many reasons as fit, by their words and not by who wrote them, and leave them in order."""
    if len(here) <= MOST_REASONS:
        return list(here)
    drawn = sorted(here, key=lambda one: hashlib.sha256(f"{one.quote}\n{one.reason}".encode()).digest())[:MOST_REASONS]
    return [one for one in here if one in drawn]
