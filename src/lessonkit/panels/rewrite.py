"""The rewriting bench: predict, swap and turn sentences, put the page in another order, ask how others see it."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from functools import partial
from html import escape

from ..article import Article, Segment
from ..deeds import Deeds, names
from ..rewrite import OWN, VIEWS, Bench, Choice, Others, Sentence, Version, front, pick, picks, prediction
from ..words import Words
from .desk import Field, Fold, Made, Option, Part, Shown, Step
from .markup import language, link, plain, step

LEAD, HEADLINE, SECONDS = "rewrite-lead", "rewrite-top", "rewrite-seconds"
_QUOTES = '"“”'
_START_WORDS = 7  # of a sentence, to know it by
_FRONT = 2  # sentences that somebody in a hurry reads


def rewrite_steps(
    article: Article, bench: Bench, words: Words, deeds: Deeds | None = None, others: Others | None = None
) -> tuple[Step, ...]:
    """
    Give what is on the desk of the rewriting bench.

    Parameters
    ----------
    article
        The article.
    bench
        What there is to rewrite in it.
    words
        The words learners read.
    deeds
        The article's actors, to say who is named on a page; None where nobody has listed them.
    others
        What others predicted; None where nobody's files were given.

    Returns
    -------
    tuple of Step
    """
    folds = [_sentence(sentence, article, bench, words, others) for sentence in bench.sentences]
    how = plain(words("rewrite.sentences_how")) + plain(words("rewrite.readers_how"))
    return (
        Step(words("rewrite.sentences_title"), (Shown(how), *folds, *_fixed(bench, words))),
        Step(words("rewrite.page_title"), _page(article, bench, words, deeds)),
        Step(words("rewrite.class_title"), (Shown(_class(words, others)),)),
    )


def _fixed(bench: Bench, words: Words) -> tuple[Shown, ...]:
    """Say who keeps the article's name, and why: a name that nobody may change would look like the only one."""
    if not bench.fixed:
        return ()
    items = "".join(f"<li>{escape(one.title)}: {escape(one.text)}</li>" for one in bench.fixed)
    return (Shown(f'{_heading(words("rewrite.fixed"))}<ul class="lk-list">{items}</ul>'),)


# One sentence


def _sentence(sentence: Sentence, article: Article, bench: Bench, words: Words, others: Others | None) -> Fold:
    """Fold away all there is to do with a sentence: to predict, and behind that the bench."""
    where = _where(sentence.segment, words)
    asked = sentence.version(sentence.asked)
    views = tuple(Option(view, words(f"rewrite.views.{view}")) for view in VIEWS)
    shown = (
        _beside(sentence.segment.text, asked.text, words("rewrite.suppose"), article, words)
        + _heading(words("rewrite.predict"))
        + plain(words("rewrite.predict_how"))
    )
    readers = [Field(prediction(sentence.name, one.name), one.title, options=views) for one in bench.readers]
    return Fold(
        f"rewrite-{sentence.name}",
        _line(sentence.segment, words),
        (
            Shown(shown),
            *readers,
            Field(pick(sentence.name, "why"), words("rewrite.why"), rows=2),
            Fold(
                f"rewrite-bench-{sentence.name}",
                words("rewrite.bench", where=where),
                tuple(_bench(sentence, article, bench, words, others)),
            ),
        ),
    )


def _bench(sentence: Sentence, article: Article, bench: Bench, words: Words, others: Others | None) -> Iterator[Part]:
    how = plain(words("rewrite.bench_how"))
    yield Shown(how + (plain(sentence.cannot) if sentence.cannot else ""))
    # Where the key of framing is not there, a slot can be without any other words.
    for slot in (one for one in sentence.slots if one.choices):
        options = tuple(Option(one.name, _choice(one, article, words)) for one in slot.choices)
        yield Field(
            pick(sentence.name, slot.name), words("rewrite.slot", quote=slot.quote.strip(_QUOTES)), options=options
        )
    if sentence.forms:
        kinds = tuple(Option(form.kind, words(f"rewrite.kinds.{form.kind}")) for form in sentence.forms)
        yield Field(pick(sentence.name, "form"), words("rewrite.form"), options=kinds)
    yield Made(f"rewrite-sides-{sentence.name}", partial(_sides, sentence, article, words))
    yield Made(f"rewrite-fact-{sentence.name}", partial(_fact, sentence, article, words), spoken=True)
    yield Field(pick(sentence.name, "feeling"), words("rewrite.feeling"), rows=3, hint=words("rewrite.feeling_hint"))
    yield Made(f"rewrite-says-{sentence.name}", partial(_says, sentence, words))
    if others is not None and others.kept:
        yield Made(f"rewrite-class-{sentence.name}", partial(_predicted, sentence, bench, words, others))


def _choice(choice: Choice, article: Article, words: Words) -> str:
    if choice.at:
        return words("rewrite.by_article", text=choice.text, where=_where(article.segment(choice.at), words))
    return words("rewrite.by", text=choice.text, by=_by(choice, words))


def _by(choice: Choice, words: Words) -> str:
    """Name whoever used some words, and the day where it is another one than the article's."""
    return words("rewrite.by_on", by=choice.by, day=choice.day) if choice.day else choice.by


def _sides(sentence: Sentence, article: Article, words: Words, texts: Mapping[str, str]) -> str:
    """Put a sentence and what the learner has made of it side by side."""
    version = sentence.version(picks(sentence, texts))
    if not version.swaps and not version.form:
        return plain(words("rewrite.nothing_yet")) + _idle(version, words)
    lines = [
        escape(words("rewrite.swapped", new=choice.text, old=slot.quote.strip(_QUOTES)))
        + " "
        + _user(choice, article, words)
        for slot, choice in version.swaps
    ]
    if version.form:
        lines.append(escape(words("rewrite.turned", kind=words(f"rewrite.kinds.{version.form.kind}"))))
    items = "".join(f"<li>{line}</li>" for line in lines)
    return (
        f"{_beside(sentence.segment.text, version.text, words('rewrite.yours'), article, words)}"
        f'<p class="lk-label">{escape(words("rewrite.marks"))}</p>'
        f'<ul class="lk-list">{items}</ul>{_idle(version, words)}'
    )


def _user(choice: Choice, article: Article, words: Words) -> str:
    """Say who used some words, and where that was read."""
    if choice.at:
        return escape(words("rewrite.used_here", where=_where(article.segment(choice.at), words)))
    name = "rewrite.used" if choice.label == choice.text else "rewrite.used_as"
    return f"{escape(words(name, by=_by(choice, words), label=choice.label))} {_source(choice.address, choice.read, words)}"


def _idle(version: Version, words: Words) -> str:
    return "".join(plain(words("rewrite.idle", new=choice.text)) for _, choice in version.idle)


def _fact(sentence: Sentence, article: Article, words: Words, texts: Mapping[str, str]) -> str:
    """Say what a version no longer says, what it brings, and what cannot be told of it."""
    version = sentence.version(picks(sentence, texts))
    if not version.swaps and not version.form:
        lines = [words("rewrite.fact_waiting")]
    elif not version.drops and not version.adds:
        lines = [words("rewrite.fact_unclear" if version.open else "rewrite.fact_none")]
    else:
        dropped = "; ".join(drop.said for drop in version.drops)
        lines = [words("rewrite.fact_dropped", said=dropped)] if dropped else [words("rewrite.fact_only_added")]
        lines += [
            words("rewrite.fact_added", where=_where(article.segment(add.at), words), said=add.said)
            for add in version.adds
        ]
    unclear = "".join(plain(line) for line in version.open)
    said = (
        _heading(words("rewrite.fact"))
        + "".join(plain(line) for line in lines)
        + (_heading(words("rewrite.unclear")) + unclear if unclear else "")
    )
    return f'<section class="lk-segment">{said}</section>'


def _says(sentence: Sentence, words: Words, texts: Mapping[str, str]) -> str:
    """Fold away what can be said of the versions; ask for the learner's own words first."""
    first = "" if texts.get(pick(sentence.name, "feeling")) else plain(words("rewrite.try_first"))
    known = "".join(
        f"<li>{escape(one.text)} {_source(one.source.address, one.source.read, words)}</li>" for one in sentence.known
    )
    inside = (
        plain(sentence.why)
        + "".join(plain(words("rewrite.also", text=text)) for text in sentence.also)
        + (f'<ul class="lk-list">{known}</ul>' if known else "")
        + plain(words("rewrite.no_right"))
    )
    return first + step(f"says-{sentence.name}", words("rewrite.says"), inside)


def _beside(before: str, after: str, title: str, article: Article, words: Words) -> str:
    """Put the sentence as it stands beside another version of it."""
    sides = "".join(
        f'<section class="lk-segment">{_heading(name)}<p {language(article)}>{text}</p></section>'
        for name, text in zip((words("rewrite.stands"), title), _compared(before, after), strict=True)
    )
    return f'<div class="lk-sides">{sides}</div>'


def _compared(before: str, after: str) -> tuple[str, str]:
    """Give both versions as HTML, with what only one of them has marked."""
    old, new = before.split(), after.split()
    ours, theirs = [], []
    for change, left, right, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if right > left:
            ours.append(_piece("del", "dotted", old[left:right], marked=change != "equal"))
        if end > start:
            theirs.append(_piece("ins", "double", new[start:end], marked=change != "equal"))
    return " ".join(ours), " ".join(theirs)


def _piece(element: str, shape: str, words: Sequence[str], *, marked: bool) -> str:
    text = escape(" ".join(words))
    return f'<{element} class="lk-u" data-shape="{shape}" data-lane="0">{text}</{element}>' if marked else text


# The whole page


def _page(article: Article, bench: Bench, words: Words, deeds: Deeds | None) -> tuple[Part, ...]:
    leads = tuple(Option(one.id, _line(one, words)) for one in front(article, ""))
    own = _headline_sentence(article, bench)
    headlines = [Option(one.name, words("rewrite.by", text=one.text, by=one.by)) for one in bench.headlines]
    if own is not None:
        headlines.insert(0, Option(OWN, words("rewrite.headline_own")))
    parts: list[Part] = [Shown(plain(words("rewrite.page_how"))), Field(LEAD, words("rewrite.lead"), options=leads)]
    if headlines:
        parts.append(Field(HEADLINE, words("rewrite.headline"), options=tuple(headlines)))
    parts.append(Made("rewrite-front", partial(_front, article, bench, words, deeds)))
    parts.append(Field(SECONDS, words("rewrite.seconds"), rows=3))
    if bench.order_why:
        parts.append(Made("rewrite-order", partial(_order, bench, words)))
    return tuple(parts)


def _front(article: Article, bench: Bench, words: Words, deeds: Deeds | None, texts: Mapping[str, str]) -> str:
    """Show the top of the page, and say what leans on nothing and who is named."""
    lead = texts.get(LEAD, "")
    order = front(article, lead)
    top = order[:_FRONT]
    text, said, source = _top(article, bench, words, texts)
    page = (
        f'<div class="lk-article" {language(article)}><p class="lk-headline"><strong>{escape(text)}</strong></p>'
        + "".join(f"<p>{escape(segment.text)}</p>" for segment in top)
        + "</div>"
    )
    lines = [f"{escape(said)} {source}"]
    if order[0] != front(article, "")[0]:
        lines += [
            escape(words("rewrite.loose", quote=lean.quote, where=_where(article.segment(lean.on), words)))
            for lean in bench.loose(lead)
        ]
    lines += [escape(line) for line in _named(article, top, words, deeds)]
    items = "".join(f"<li>{line}</li>" for line in lines)
    return f'<section class="lk-segment">{_heading(words("rewrite.front"))}{page}</section><ul class="lk-list">{items}</ul>'


def _top(article: Article, bench: Bench, words: Words, texts: Mapping[str, str]) -> tuple[str, str, str]:
    """Give the headline that was chosen, what to say of it, and the link to where it was read."""
    chosen = texts.get(HEADLINE, "")
    own = _headline_sentence(article, bench)
    if chosen == OWN and own is not None:
        return own.version(picks(own, texts)).text, words("rewrite.headline_by", by=words("rewrite.headline_own")), ""
    for one in bench.headlines:
        if one.name == chosen:
            said = words("rewrite.headline_by" if one.seen else "rewrite.headline_slug", by=one.by)
            return one.text, said, _source(one.source.address, one.source.read, words)
    own_words = next((segment.text for segment in article.segments if segment.kind == "headline"), "")
    return own_words, words("rewrite.headline_by", by=words("rewrite.headline_article")), ""


def _headline_sentence(article: Article, bench: Bench) -> Sentence | None:
    return next((one for one in bench.sentences if article.segment(one.segment.id).kind == "headline"), None)


def _named(article: Article, top: Sequence[Segment], words: Words, deeds: Deeds | None) -> list[str]:
    """Say which actors the first sentences name, and which only the others do."""
    if deeds is None or not deeds.actors:
        return []

    def among(segments: Sequence[Segment]) -> list[str]:
        return [
            actor.name
            for actor in deeds.actors
            if any(names(name, segment) for name in actor.named for segment in segments)
        ]

    here = among(top)
    later = [name for name in among(article.segments) if name not in here]
    lines = [words("rewrite.named", actors=", ".join(here))] if here else []
    return [*lines, words("rewrite.not_named", actors=", ".join(later))] if later else lines


def _order(bench: Bench, words: Words, texts: Mapping[str, str]) -> str:
    first = "" if texts.get(SECONDS) else plain(words("rewrite.try_first"))
    inside = plain(bench.order_why) + "".join(plain(words("rewrite.also", text=text)) for text in bench.order_also)
    return first + step("order", words("rewrite.order_says"), inside)


# The class


def _class(words: Words, others: Others | None) -> str:
    """Say whose predictions stand on the desk, and which files were not taken."""
    if others is None:
        return plain(words("rewrite.class_how"))
    said = "rewrite.class_from" if others.kept else "rewrite.class_none"
    html = plain(words(said, number=len(others.kept)))
    if others.kept:
        html += plain(words("rewrite.class_differ"))
    if others.passed:
        items = "".join(f"<li>{escape(line)}</li>" for line in others.passed)
        html += f'{_heading(words("rewrite.passed"))}<ul class="lk-list">{items}</ul>'
    return html


def _predicted(sentence: Sentence, bench: Bench, words: Words, others: Others, texts: Mapping[str, str]) -> str:
    """Fold away how many chose what, beside the learner's own choice."""
    lines = []
    for reader in bench.readers:
        name = prediction(sentence.name, reader.name)
        counts = {view: number for view, number in others.views(name).items() if number}
        views = ", ".join(
            words("rewrite.class_view", view=words(f"rewrite.views.{view}").lower(), number=number)
            for view, number in counts.items()
        )
        line = words("rewrite.class_line" if counts else "rewrite.class_nobody", reader=reader.title, views=views)
        if texts.get(name) in VIEWS:
            line += " " + words("rewrite.class_you", view=words(f"rewrite.views.{texts[name]}").lower())
        lines.append(f"<li>{escape(line)}</li>")
    return step(
        f"class-{sentence.name}", words("rewrite.class_predicted"), f'<ul class="lk-list">{"".join(lines)}</ul>'
    )


# Small pieces


def _where(segment: Segment, words: Words) -> str:
    """Name a segment as a reader would, as plain text."""
    name = words(f"kind.{segment.kind}")
    return name if segment.kind == "headline" else f"{name} {segment.id[1:]}"


def _line(segment: Segment, words: Words) -> str:
    """Name a segment by its number and its first words."""
    start = " ".join(segment.text.strip(_QUOTES).split()[:_START_WORDS])
    return words("rewrite.fold", where=_where(segment, words), start=f"{start} …")


def _source(address: str, read: str, words: Words) -> str:
    """Link to the page where something was read, and say when."""
    shown = link(address, words)
    return f"{shown} {escape(words('rewrite.read', read=read))}" if shown and read else shown


def _heading(title: str) -> str:
    return f"<h5>{escape(title)}</h5>"
