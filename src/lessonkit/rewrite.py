"""The rewriting bench: sentences of an article with other words and other turns, and what each version keeps."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, NoReturn

from .article import Article, Segment
from .deeds import names
from .facts import PAGE, Fact, Source, fact_of, source_of
from .faults import LessonError
from .key import Label, read_key
from .layers import Layer
from .tables import each, inner, listed, one_of, read_tables, texts, within
from .workbook import Kept, Workbook

KINDS = ("active", "passive", "doer", "no-doer", "order", "plain")
"""What a sentence can be turned into."""

VIEWS = ("closer", "further", "same", "open")
"""What can be predicted of a reader."""

_SAID = ("why", "feeling")
"""What a learner writes of a sentence."""

OWN = "own"
"""The headline as the learner has made it on the bench."""

MOST_FILES = 200
"""Kept files that are looked at in one folder."""

_BLANK = re.compile(r"\{([A-Za-z0-9_-]+)\}")
_AKIN = 4  # letters that two forms of one word share at the beginning
_MOST_QUOTED = 10  # words of somebody else's page
_MOST_HEADLINE = 15  # words of a headline, which is quoted whole: a part of it would be another headline
_QUOTED = re.compile(r"“([^”]*)”")
_LONGEST = 12  # letters of a name: up to two of them are part of what a field is called


@dataclass(frozen=True)
class Choice:
    """Words that somebody really used and that can be swapped in."""

    name: str
    text: str
    """As they stand in the sentence."""
    label: str
    """As their user wrote them."""
    by: str = ""
    """Who used them; empty where it is the article itself."""
    at: str = ""
    """The segment of the article they stand in, where it is the article itself."""
    address: str = ""
    """Where this was read."""
    read: str = ""
    """When it was read; empty where the key of framing has it, which says only where."""
    day: str = ""
    """The day on which they were used; empty where it is the article's own."""
    open: str = ""
    """What cannot be told of the swap, such as whether both names mean the same people."""


@dataclass(frozen=True)
class Slot:
    """Words of a sentence that others can be put in the place of."""

    name: str
    quote: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Drop:
    """Words that a form leaves out."""

    words: str
    said: str
    """What is no longer said then."""


@dataclass(frozen=True)
class Add:
    """Words that a form brings from another place in the article."""

    words: str
    at: str
    """The segment they stand in."""
    said: str
    """What is said by them."""


@dataclass(frozen=True)
class Form:
    """One way to turn a sentence, written by a person."""

    kind: str
    """One of `KINDS`."""
    text: str
    """The sentence, with the names of slots as ``{blanks}``."""
    drops: tuple[Drop, ...] = ()
    adds: tuple[Add, ...] = ()
    bends: Mapping[str, str] = field(default_factory=dict)
    """The words of a slot as the grammar of this form bends them, by the name of the slot; nothing can be swapped in there."""
    open: str = ""


@dataclass(frozen=True)
class Version:
    """A sentence as somebody has made it."""

    text: str
    swaps: tuple[tuple[Slot, Choice], ...]
    """What was swapped in."""
    idle: tuple[tuple[Slot, Choice], ...]
    """What was chosen and has no place in this form."""
    form: Form | None

    @property
    def drops(self) -> tuple[Drop, ...]:
        """What is no longer said."""
        return self.form.drops if self.form else ()

    @property
    def adds(self) -> tuple[Add, ...]:
        """What is said here and stands elsewhere in the article."""
        return self.form.adds if self.form else ()

    @property
    def open(self) -> tuple[str, ...]:
        """What cannot be told of this version, each once."""
        said = [choice.open for _, choice in self.swaps] + ([self.form.open] if self.form else [])
        return tuple(dict.fromkeys(line for line in said if line))


@dataclass(frozen=True)
class Sentence:
    """A sentence on the bench."""

    name: str
    segment: Segment
    slots: tuple[Slot, ...]
    forms: tuple[Form, ...]
    asked: Mapping[str, str]
    """The version that is predicted for: choices by slot, and ``form``."""
    why: str
    """What somebody who studies texts could say of the versions."""
    also: tuple[str, ...] = ()
    """What somebody else could say."""
    known: tuple[Fact, ...] = ()
    cannot: str = ""
    """What no version says, and why."""

    def version(self, picks: Mapping[str, str]) -> Version:
        """
        Make a version of the sentence.

        Parameters
        ----------
        picks
            The name of a choice by the name of its slot, and the kind of a form as ``form``. What
            is not there, or not known, leaves the sentence as it stands.

        Returns
        -------
        Version
        """
        form = next((one for one in self.forms if one.kind == picks.get("form")), None)
        found = [(slot, one) for slot in self.slots for one in slot.choices if one.name == picks.get(slot.name)]
        template = form.text if form else _template(self.segment.text, self.slots)
        here = set(_BLANK.findall(template))
        swaps = tuple((slot, one) for slot, one in found if slot.name in here)
        idle = tuple((slot, one) for slot, one in found if slot.name not in here)
        filling = {slot.name: slot.quote for slot in self.slots} | {slot.name: one.text for slot, one in swaps}
        return Version(_filled(template, filling, self.segment), swaps, idle, form)


@dataclass(frozen=True)
class Reader:
    """Somebody to predict for."""

    name: str
    title: str


@dataclass(frozen=True)
class Headline:
    """A headline that a house had for the same news."""

    name: str
    text: str
    by: str
    source: Source
    seen: bool
    """Whether the headline itself was seen, and not only the words in the page's address."""


@dataclass(frozen=True)
class Lean:
    """Words that lean on a sentence before theirs."""

    at: str
    quote: str
    on: str


@dataclass(frozen=True)
class Fixed:
    """Somebody who keeps the article's name."""

    title: str
    text: str
    """Why there is no other one."""


@dataclass(frozen=True)
class Bench:
    """All there is to rewrite in an article."""

    readers: tuple[Reader, ...]
    sentences: tuple[Sentence, ...]
    headlines: tuple[Headline, ...] = ()
    leans: tuple[Lean, ...] = ()
    order_why: str = ""
    order_also: tuple[str, ...] = ()
    fixed: tuple[Fixed, ...] = ()

    def loose(self, lead: str) -> tuple[Lean, ...]:
        """Give the words of a sentence that lean on one it is moved in front of."""
        return tuple(lean for lean in self.leans if lean.at == lead)


@dataclass(frozen=True)
class Others:
    """What others predicted."""

    kept: tuple[Kept, ...]
    """One for each learner."""
    passed: tuple[str, ...] = ()
    """Why a file was not taken, in a sentence each."""

    def views(self, name: str) -> dict[str, int]:
        """
        Count what was predicted in one field.

        Parameters
        ----------
        name
            The field's name, as `prediction` gives it.

        Returns
        -------
        dict of str to int
            How many chose each of `VIEWS`, in that order.
        """
        chosen = Counter(one.texts.get(name, "") for one in self.kept)
        return {view: chosen[view] for view in VIEWS}


def prediction(sentence: str, reader: str) -> str:
    """Give the name under which a prediction is kept."""
    return f"rewrite-{sentence}-as-{reader}"


def pick(sentence: str, slot: str) -> str:
    """Give the name under which a choice on the bench is kept: of a slot, or of the ``form``."""
    return f"rewrite-{sentence}-{slot}"


def picks(sentence: Sentence, texts: Mapping[str, str]) -> dict[str, str]:
    """
    Give what a learner has chosen for a sentence.

    Parameters
    ----------
    sentence
        The sentence.
    texts
        All texts of a workbook, by name.

    Returns
    -------
    dict of str to str
        As `Sentence.version` takes it.
    """
    chosen = {
        name: texts.get(pick(sentence.name, name), "") for name in (*(slot.name for slot in sentence.slots), "form")
    }
    return {name: value for name, value in chosen.items() if value}


def fields(sentence: Sentence, readers: Sequence[Reader]) -> list[str]:
    """Give the names under which everything about a sentence is kept."""
    slots = [slot.name for slot in sentence.slots]
    return [
        *(prediction(sentence.name, reader.name) for reader in readers),
        *(pick(sentence.name, name) for name in (*slots, "form", *_SAID)),
    ]


def front(article: Article, lead: str) -> tuple[Segment, ...]:
    """
    Give the sentences of an article with one of them moved to the top.

    Parameters
    ----------
    article
        The article.
    lead
        Id of the sentence to move; where there is no such sentence, all stay where they are.

    Returns
    -------
    tuple of Segment
        Sentences only: captions and the headline stand elsewhere on a page.
    """
    sentences = [segment for segment in article.segments if segment.kind == "sentence"]
    return tuple(sorted(sentences, key=lambda segment: segment.id != lead))


def others_in(path: Path, workbook: Workbook) -> Others:
    """
    Read what others predicted from files they kept.

    Parameters
    ----------
    path
        One kept file, or a folder of them.
    workbook
        The learner's own; a file kept from it is passed over, because it is not another's.

    Returns
    -------
    Others
        Of one learner's files in a folder, only the newest counts.

    Raises
    ------
    LessonError
        When the file, or the folder, cannot be taken.
    """
    path = path.expanduser()
    alone = not path.is_dir()
    files = [path] if alone else sorted(one for one in path.glob("*.json") if not one.name.startswith("."))
    if not files:
        raise LessonError(workbook.words("rewrite.no_files", folder=path))
    newest: dict[str, Kept] = {}
    passed = []
    for one in files[:MOST_FILES]:
        try:
            kept = workbook.texts_in(one)
        except LessonError as error:
            if alone:
                raise
            passed.append(str(error))
            continue
        who = kept.id or one.name
        if who != workbook.id and (who not in newest or kept.saved > newest[who].saved):
            newest[who] = kept
    if len(files) > MOST_FILES:
        passed.append(workbook.words("rewrite.too_many", most=MOST_FILES))
    return Others(tuple(newest.values()), tuple(passed))


def read_bench(article: Article, framing: Layer | None) -> Bench | None:
    """
    Read what there is to rewrite.

    Parameters
    ----------
    article
        The article whose folder holds ``rewrite.toml``.
    framing
        The layer whose key names other labels: a choice with ``take`` is taken from there, and
        left out where the article has no such key.

    Returns
    -------
    Bench or None
        None where the folder has no such file.

    Raises
    ------
    LessonError
        At the first entry that breaks a rule, naming file, entry, fault and remedy.
    """
    path = article.folder / "rewrite.toml"
    table = read_tables(path, "reader", "sentence", "headline", "leans", "order", "fixed")
    if table is None:
        return None
    key = read_key(article, framing) if framing is not None else None
    labels = [label for note in key.notes for label in note.labels] if key else None
    with within(path):
        return _bench(table, article, labels)


def _bench(table: Mapping[str, Any], article: Article, labels: Sequence[Label] | None) -> Bench:
    readers = each(table, "reader", lambda entry: Reader(*texts(entry, ("name", "title"))), longest=_LONGEST)
    sentences = each(table, "sentence", lambda entry: _sentence(entry, article, labels), longest=_LONGEST)
    headlines = each(table, "headline", _headline, longest=_LONGEST, taken=(OWN,))
    leans = each(table, "leans", lambda entry: _lean(entry, article))
    fixed = each(table, "fixed", lambda entry: Fixed(*texts(entry, ("title", "text"))))
    if not readers or not sentences:
        _fault("there is no [[reader]] or no [[sentence]]. Write at least one of each, or delete the file.")
    _unique("field", [name for one in sentences for name in fields(one, readers)])
    if "order" not in table:
        return Bench(readers, sentences, headlines, leans, fixed=fixed)
    order = inner(table, "order", "[order], with one bracket on each side")
    with within("order"):
        (why,) = texts(order, ("why",), other=("also",))
        return Bench(readers, sentences, headlines, leans, why, listed(order, "also"), fixed)


def _sentence(entry: Mapping[str, Any], article: Article, labels: Sequence[Label] | None) -> Sentence:
    name, at, why, cannot = texts(
        entry, ("name", "at", "why"), ("cannot",), ("asked", "also", "facts", "slot", "form", "known")
    )
    segment = _segment(article, at)
    slots = each(
        entry, "slot", lambda one: _slot(one, segment, article, labels), longest=_LONGEST, taken=("form", *_SAID)
    )
    _apart(slots, segment)
    facts = listed(entry, "facts")
    for fact in facts:
        if not names(fact, segment):
            _fault(f"facts lists “{fact}”, which does not stand in {segment.id}. Copy it exactly.")
    forms = each(entry, "form", lambda one: _form(one, segment, slots, facts, article))
    _unique("form", [form.kind for form in forms])
    asked = inner(
        entry, "asked", '{ form = "no-doer" }, or with a slot and a choice: the version that is predicted for'
    )
    _asked_stays(entry, asked)
    also, known = listed(entry, "also"), each(entry, "known", _known)
    sentence = Sentence(name, segment, slots, forms, asked, why, also, known, cannot)
    made = sentence.version(asked)
    if not asked or len(made.swaps) + (made.form is not None) < len(asked):
        _fault(
            "asked names nothing, or a slot, a choice or a form that is not there or has no place in that form. Compare the names."
        )
    return sentence


def _asked_stays(entry: Mapping[str, Any], asked: Mapping[str, str]) -> None:
    """Refuse to predict for a label of another file: without that file the bench would not open."""
    for slot in entry.get("slot", ()):
        for choice in slot.get("choice", ()):
            if "take" in choice and asked.get(slot["name"]) == choice["name"]:
                _fault(
                    f"asked names “{choice['name']}”, which take has from framing.toml, and a lesson has to work without that file. Write label, by, address and read there in place of take."
                )


def _headline(entry: Mapping[str, Any]) -> Headline:
    name, text, by = texts(entry, ("name", "text", "by"), other=("seen", *PAGE))
    # Of some headlines only the words in the address of the page were seen.
    seen = one_of({"seen": "headline", **entry}, "seen", ("headline", "address"))
    _short(text, _MOST_HEADLINE)
    return Headline(name, text, by, source_of(entry), seen == "headline")


def _known(entry: Mapping[str, Any]) -> Fact:
    fact = fact_of(entry)
    for quoted in _QUOTED.findall(fact.text):
        _short(quoted, _MOST_QUOTED)
    return fact


def _short(quoted: str, most: int) -> None:
    """Refuse to quote so much of somebody else's page that it is no longer a quotation of a few words."""
    if len(quoted.split()) > most:
        _fault(f"“{quoted[:40]}…” is longer than {most} words. Quote fewer: the rest is at the address.")


def _lean(entry: Mapping[str, Any], article: Article) -> Lean:
    at, quote, on = texts(entry, ("at", "quote", "on"))
    here, there = _segment(article, at), _segment(article, on)
    if not names(quote, here):
        _fault(f"“{quote}” does not stand in {at}. Copy it exactly.")
    order = front(article, "")
    if there not in order or here not in order or order.index(there) >= order.index(here):
        _fault(f"{at} cannot lean on {on}. Name a sentence that stands before it.")
    return Lean(at, quote, on)


# Words to swap in


def _slot(entry: Mapping[str, Any], segment: Segment, article: Article, labels: Sequence[Label] | None) -> Slot:
    name, quote = texts(entry, ("name", "quote"), other=("choice",))
    if (there := len(_places(quote, segment.text))) != 1:
        _fault(f"“{quote}” stands {there} times in {segment.id}. Quote words that stand there once.")
    found = each(entry, "choice", lambda one: _choice(one, quote, segment, article, labels), longest=_LONGEST)
    return Slot(name, quote, tuple(one for one in found if one is not None))


def _choice(
    entry: Mapping[str, Any], quote: str, segment: Segment, article: Article, labels: Sequence[Label] | None
) -> Choice | None:
    """Read words that can be swapped in; None where they would come from a key that is not there."""
    if "take" in entry:
        name, label, text, unclear, day = texts(entry, ("name", "take"), ("text", "open", "day"))
        if labels is None:
            return None
        found = {(one.by, one.address) for one in labels if one.label == label and one.address}
        if len(found) != 1:
            _fault(
                f"take is “{label}”, and the key of framing has {len(found)} users of that label with an address. Copy it exactly, or write label, by, address and read here."
            )
        by, address = found.pop()
        choice = Choice(name, text or label, label, by, address=address, day=day, open=unclear)
    elif "at" in entry:
        name, at, label, text, unclear = texts(entry, ("name", "at", "label"), ("text", "open"))
        if not names(label, _segment(article, at)):
            _fault(f"“{label}” does not stand in {at}. Copy it exactly, or say who used it: by, address and read.")
        choice = Choice(name, text or label, label, at=at, open=unclear)
    else:
        name, label, by, text, unclear, day = texts(entry, ("name", "label", "by"), ("text", "open", "day"), PAGE)
        page = source_of(entry)
        choice = Choice(name, text or label, label, by, "", page.address, page.read, day, unclear)
    if not choice.at:
        _short(choice.label, _MOST_QUOTED)
    used = {*_words(choice.label), *_words(segment.text)}
    for word in _words(choice.text):
        if not any(word[:_AKIN] == other[:_AKIN] for other in used):
            _fault(
                f"“{word}” stands neither in the label “{choice.label}” nor in {segment.id}. Keep to words that were used."
            )
    if set(_numbers(choice.text)) - set(_numbers(quote)):
        _fault(f"“{choice.text}” brings a number that “{quote}” does not have. Leave it out: a swap changes no fact.")
    return choice


# Turns


def _form(
    entry: Mapping[str, Any], segment: Segment, slots: Sequence[Slot], facts: Sequence[str], article: Article
) -> Form:
    text, unclear = texts(entry, ("text",), ("open",), ("kind", "drops", "adds", "bends", "new", "gone"))
    drops = each(entry, "drops", lambda one: Drop(*texts(one, ("words", "said"))))
    adds = each(entry, "adds", lambda one: _add(one, article))
    form = Form(one_of(entry, "kind", KINDS), text, drops, adds, _bends(entry, slots), unclear)
    made = Segment("", "sentence", _filled(form.text, {slot.name: slot.quote for slot in slots}, segment), 0)
    _blanks_fit(form, slots, made)
    for drop in form.drops:
        if not names(drop.words, segment) or names(drop.words, made):
            _fault(
                f"drops lists “{drop.words}”, which must stand in {segment.id} and must be gone from text. Copy it exactly."
            )
    for add in form.adds:
        if not names(add.words, made):
            _fault(
                f"adds lists “{add.words}”, which does not stand in text. Use these words, or take them out of adds."
            )
    for fact in facts:
        if not names(fact, made) and not any(set(_words(drop.words)) & set(_words(fact)) for drop in form.drops):
            _fault(f"“{fact}” is among the facts and is gone from text. Put it back, or say in drops what is lost.")
    _words_told(form, segment, slots, made, entry)
    _numbers_stay(form, segment, made)
    return form


def _add(entry: Mapping[str, Any], article: Article) -> Add:
    words, at, said = texts(entry, ("words", "from", "said"))
    if not names(words, _segment(article, at)):
        _fault(f"“{words}” does not stand in {at}. Only what stands in the article can be put in.")
    return Add(words, at, said)


def _bends(entry: Mapping[str, Any], slots: Sequence[Slot]) -> dict[str, str]:
    if "bends" not in entry:
        return {}
    bends = inner(entry, "bends", '{ slot = "its words as they stand in text" }')
    quotes = {slot.name: slot.quote for slot in slots}
    texts(bends, tuple(bends), other=quotes)
    for name, bent in bends.items():
        kin = {word[:_AKIN] for word in _words(quotes.get(name, ""))}
        if not kin & {word[:_AKIN] for word in _words(bent)}:
            _fault(f"bends says “{bent}” for {name}. Name a slot of this sentence, and keep one of its words.")
    return dict(bends)


def _blanks_fit(form: Form, slots: Sequence[Slot], made: Segment) -> None:
    """Refuse a form in which a slot gets lost or is made up."""
    blanks = Counter(_BLANK.findall(form.text))
    for name in blanks:
        if name not in {slot.name for slot in slots}:
            _fault(f"there is no slot “{name}” for the blank in text. Name a slot of this sentence.")
    for slot in slots:
        bent = form.bends.get(slot.name, "")
        told = bent or any(slot.quote in drop.words for drop in form.drops)
        if blanks[slot.name] != (0 if told else 1):
            _fault(
                f"“{slot.quote}” can be swapped: write {{{slot.name}}} in its place, once. Where the form has no place for it, say in drops or bends what becomes of it."
            )
        if bent and not names(bent, made):
            _fault(f"bends says “{bent}” for {slot.name}, which does not stand in text. Copy it exactly.")


def _words_told(form: Form, segment: Segment, slots: Sequence[Slot], made: Segment, entry: Mapping[str, Any]) -> None:
    """Refuse a form that says something else than the sentence without telling."""
    before, after = set(_words(segment.text)), set(_words(made.text))
    brought = [add.words for add in form.adds] + list(form.bends.values())
    lost = [drop.words for drop in form.drops] + [slot.quote for slot in slots if slot.name in form.bends]
    for name, changed, told, place in (
        ("new", after - before, brought, "adds, with its segment"),
        ("gone", before - after, lost, "drops"),
    ):
        grammar = {word for text in listed(entry, name) for word in _words(text)}
        if _numbers(" ".join(grammar)):
            _fault(f"{name} holds a number, and a number is no grammar. Put the number back as it was.")
        if idle := sorted(grammar - changed):
            _fault(f"{name} lists “{idle[0]}”, and that word is not {name}. Take it out.")
        if untold := sorted(changed - grammar - {word for text in told for word in _words(text)}):
            _fault(
                f"the word “{untold[0]}” is {name}. List it in {name} if it carries grammar alone; if it says something, tell it in {place}."
            )


def _numbers_stay(form: Form, segment: Segment, made: Segment) -> None:
    kept = Counter(_numbers(segment.text))
    kept -= Counter(number for drop in form.drops for number in _numbers(drop.words))
    kept += Counter(number for add in form.adds for number in _numbers(add.words))
    if Counter(_numbers(made.text)) != kept:
        _fault(f"the numbers in text are not those of {segment.id}. Put them back: a form changes no fact.")


def _places(quote: str, text: str) -> list[int]:
    """Say where words stand in a sentence. At its beginning they may have the capital letter that all sentences have."""
    begins = text.startswith(_capital(quote)) and not text.startswith(quote)
    return [0] * begins + [place.start() for place in re.finditer(re.escape(quote), text)]


def _apart(slots: Sequence[Slot], segment: Segment) -> None:
    """Refuse slots that share words: only one of them could ever be swapped."""
    for one, other in pairwise(sorted(slots, key=lambda slot: _places(slot.quote, segment.text))):
        [place], [after] = _places(one.quote, segment.text), _places(other.quote, segment.text)
        if after < place + len(one.quote):
            _fault(
                f"the slots “{one.quote}” and “{other.quote}” share words in {segment.id}. Quote words that stand apart."
            )


def _template(text: str, slots: Sequence[Slot]) -> str:
    """Give a sentence as it stands, with blanks for its slots."""
    places = {_places(slot.quote, text)[0]: slot for slot in slots}
    for place, slot in sorted(places.items(), reverse=True):
        text = f"{text[:place]}{{{slot.name}}}{text[place + len(slot.quote) :]}"
    return text


def _filled(template: str, filling: Mapping[str, str], segment: Segment) -> str:
    """Fill the blanks, and begin with a capital letter where the sentence of the article does not begin small."""
    text = _BLANK.sub(lambda blank: filling.get(blank[1], blank[0]), template)
    return text if segment.text[:1].islower() else _capital(text)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _words(text: str) -> list[str]:
    """Give the words of a text without capital letters."""
    return [text[start:end].casefold() for start, end in Segment("", "sentence", text, 0).words]


def _numbers(text: str) -> list[str]:
    return [word for word in _words(text) if any(map(str.isdigit, word))]


# What every entry needs


def _fault(said: str) -> NoReturn:
    raise LessonError(said)


def _segment(article: Article, at: str) -> Segment:
    segment = article.segment(at)
    if segment.kind == "line":
        _fault(f"{at} is a line of the saved page. Name a segment of the article, such as s1.")
    return segment


def _unique(kind: str, given: Sequence[str]) -> None:
    if twice := [name for name, number in Counter(given).items() if number > 1]:
        _fault(f"the {kind} “{twice[0]}” is there twice. Rename one.")
