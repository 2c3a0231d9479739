"""The rewriting bench: sentences of an article with other words and other turns, and what each version keeps."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from .article import Article, Segment
from .deeds import names
from .faults import LessonError
from .files import read_toml
from .key import Label, is_address, read_key
from .layers import Layer
from .workbook import Kept, Workbook

KINDS = ("active", "passive", "doer", "no-doer", "order", "plain")
"""What a sentence can be turned into."""

VIEWS = ("closer", "further", "same", "open")
"""What can be predicted of a reader."""

OWN = "own"
"""The headline as the learner has made it on the bench."""

MOST_FILES = 200
"""Kept files that are looked at in one folder."""

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,11}")
_BLANK = re.compile(r"\{([a-z0-9-]+)\}")
_AKIN = 4  # letters that two forms of one word share at the beginning

_Read = TypeVar("_Read")


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
    """When it was read, where the file says so."""
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
class Known:
    """Something that is known from elsewhere."""

    text: str
    address: str
    read: str


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
    known: tuple[Known, ...] = ()
    cannot: str = ""
    """What no version says, because the article says it nowhere."""

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
        return Version(_filled(template, filling), swaps, idle, form)


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
    address: str
    read: str
    seen: bool
    """Whether the headline itself was seen, and not only the words in the page's address."""


@dataclass(frozen=True)
class Lean:
    """Words that lean on a sentence before theirs."""

    at: str
    quote: str
    on: str


@dataclass(frozen=True)
class Bench:
    """All there is to rewrite in an article."""

    readers: tuple[Reader, ...]
    sentences: tuple[Sentence, ...]
    headlines: tuple[Headline, ...] = ()
    leans: tuple[Lean, ...] = ()
    order_why: str = ""
    order_also: tuple[str, ...] = ()

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
        *(pick(sentence.name, name) for name in (*slots, "form", "why", "feeling")),
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
    if not path.is_file():
        return None
    table = read_toml(path)
    key = read_key(article, framing) if framing is not None else None
    labels = [label for note in key.notes for label in note.labels] if key else None
    try:
        return _bench(table, article, labels)
    except LessonError as error:
        msg = f"{path}, {error}"
        raise LessonError(msg) from None


def _bench(table: Mapping[str, Any], article: Article, labels: Sequence[Label] | None) -> Bench:
    _only(table, (), ("reader", "sentence", "headline", "leans", "order"))
    readers = _each(table, "reader", _reader)
    sentences = _each(table, "sentence", lambda entry: _sentence(entry, article, labels))
    headlines = _each(table, "headline", _headline)
    leans = _each(table, "leans", lambda entry: _lean(entry, article))
    if not readers or not sentences:
        _fault("there is no [[reader]] or no [[sentence]]. Write at least one of each, or delete the file.")
    _unique("reader", [one.name for one in readers])
    _unique("sentence", [one.name for one in sentences])
    _unique("headline", [OWN, *(one.name for one in headlines)])
    _unique("field", [name for one in sentences for name in fields(one, readers)])
    order = table.get("order", {})
    if not isinstance(order, dict):
        _fault("order is written as [order], with one bracket on each side.")
    if order:
        _only(order, ("why",), ("also",))
    return Bench(
        tuple(readers),
        tuple(sentences),
        tuple(headlines),
        tuple(leans),
        _text(order, "why") if order else "",
        _list(order, "also"),
    )


def _reader(entry: Mapping[str, Any]) -> Reader:
    _only(entry, ("name", "title"))
    return Reader(_name(entry), _text(entry, "title"))


def _sentence(entry: Mapping[str, Any], article: Article, labels: Sequence[Label] | None) -> Sentence:
    _only(entry, ("name", "at", "asked", "why"), ("also", "facts", "cannot", "slot", "form", "known"))
    segment = _segment(entry, "at", article)
    slots = tuple(_each(entry, "slot", lambda one: _slot(one, segment, article, labels)))
    facts = _list(entry, "facts")
    for fact in facts:
        if not names(fact, segment):
            _fault(f"facts lists “{fact}”, which does not stand in {segment.id}. Copy it exactly.")
    forms = tuple(_each(entry, "form", lambda one: _form(one, segment, slots, facts, article)))
    _unique("form", [form.kind for form in forms])
    asked = entry["asked"]
    if not isinstance(asked, dict) or not asked:
        _fault('asked says which version is predicted for. Write asked = { form = "no-doer" }, or a slot and a choice.')
    sentence = Sentence(
        name=_name(entry),
        segment=segment,
        slots=slots,
        forms=forms,
        asked=asked,
        why=_text(entry, "why"),
        also=_list(entry, "also"),
        known=tuple(_each(entry, "known", _known)),
        cannot=_text(entry, "cannot", ""),
    )
    made = sentence.version(asked)
    if len(made.swaps) + (made.form is not None) < len(asked):
        _fault(
            "asked names a slot, a choice or a form that is not there, or that has no place in that form. Compare the names."
        )
    return sentence


def _known(entry: Mapping[str, Any]) -> Known:
    _only(entry, ("text", "address", "read"))
    return Known(_text(entry, "text"), *_found(entry))


def _headline(entry: Mapping[str, Any]) -> Headline:
    _only(entry, ("name", "text", "by", "address", "read"), ("seen",))
    seen = _text(entry, "seen", "headline")
    if seen not in {"headline", "address"}:
        _fault('seen is "headline", or "address" where only the words in the address of the page were seen.')
    return Headline(_name(entry), _text(entry, "text"), _text(entry, "by"), *_found(entry), seen == "headline")


def _lean(entry: Mapping[str, Any], article: Article) -> Lean:
    _only(entry, ("at", "quote", "on"))
    at, on, quote = _segment(entry, "at", article), _segment(entry, "on", article), _text(entry, "quote")
    if not names(quote, at):
        _fault(f"“{quote}” does not stand in {at.id}. Copy it exactly.")
    order = front(article, "")
    if on not in order or at not in order or order.index(on) >= order.index(at):
        _fault(f"{at.id} cannot lean on {on.id}. Name a sentence that stands before it.")
    return Lean(at.id, quote, on.id)


# Words to swap in


def _slot(entry: Mapping[str, Any], segment: Segment, article: Article, labels: Sequence[Label] | None) -> Slot:
    _only(entry, ("name", "quote", "choice"))
    quote = _text(entry, "quote")
    if (there := segment.text.count(quote)) != 1:
        _fault(f"“{quote}” stands {there} times in {segment.id}. Quote words that stand there once.")
    found = _each(entry, "choice", lambda one: _choice(one, quote, segment, article, labels))
    choices = tuple(one for one in found if one is not None)
    _unique("choice", [one.name for one in choices])
    return Slot(_name(entry), quote, choices)


def _choice(
    entry: Mapping[str, Any], quote: str, segment: Segment, article: Article, labels: Sequence[Label] | None
) -> Choice | None:
    """Read words that can be swapped in; None where they would come from a key that is not there."""
    name, unclear = _name(entry), _text(entry, "open", "")
    if "take" in entry:
        _only(entry, ("name", "take"), ("text", "open"))
        label = _text(entry, "take")
        if labels is None:
            return None
        found = {(one.by, one.address) for one in labels if one.label == label and one.address}
        if len(found) != 1:
            _fault(
                f"take is “{label}”, and the key of framing has {len(found)} users of that label with an address. Copy it exactly, or write label, by, address and read here."
            )
        by, address = found.pop()
        choice = Choice(name, _text(entry, "text", label), label, by, address=address, open=unclear)
    elif "at" in entry:
        _only(entry, ("name", "at", "label"), ("text", "open"))
        label, there = _text(entry, "label"), _segment(entry, "at", article)
        if not names(label, there):
            _fault(
                f"“{label}” does not stand in {there.id}. Copy it exactly, or say who used it: by, address and read."
            )
        choice = Choice(name, _text(entry, "text", label), label, at=there.id, open=unclear)
    else:
        _only(entry, ("name", "label", "by", "address", "read"), ("text", "open"))
        label, by = _text(entry, "label"), _text(entry, "by")
        address, read = _found(entry)
        choice = Choice(name, _text(entry, "text", label), label, by, address=address, read=read, open=unclear)
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
    _only(entry, ("kind", "text"), ("drops", "adds", "bends", "new", "gone", "open"))
    kind = _text(entry, "kind")
    if kind not in KINDS:
        _fault(f"kind is “{kind}”. Choose one of {', '.join(KINDS)}.")
    form = Form(
        kind=kind,
        text=_text(entry, "text"),
        drops=tuple(_each(entry, "drops", _drop)),
        adds=tuple(_each(entry, "adds", lambda one: _add(one, article))),
        bends=_bends(entry, slots),
        open=_text(entry, "open", ""),
    )
    made = Segment("", "sentence", _filled(form.text, {slot.name: slot.quote for slot in slots}), 0)
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


def _drop(entry: Mapping[str, Any]) -> Drop:
    _only(entry, ("words", "said"))
    return Drop(_text(entry, "words"), _text(entry, "said"))


def _add(entry: Mapping[str, Any], article: Article) -> Add:
    _only(entry, ("words", "from", "said"))
    words, there = _text(entry, "words"), _segment(entry, "from", article)
    if not names(words, there):
        _fault(f"“{words}” does not stand in {there.id}. Only what stands in the article can be put in.")
    return Add(words, there.id, _text(entry, "said"))


def _bends(entry: Mapping[str, Any], slots: Sequence[Slot]) -> dict[str, str]:
    bends = entry.get("bends", {})
    if not isinstance(bends, dict):
        _fault('bends is written as bends = { slot = "its words as they stand in text" }.')
    quotes = {slot.name: slot.quote for slot in slots}
    for name in bends:
        kin = {word[:_AKIN] for word in _words(quotes.get(name, ""))}
        if not kin & {word[:_AKIN] for word in _words(_text(bends, name))}:
            _fault(f"bends says “{bends[name]}” for {name}. Name a slot of this sentence, and keep one of its words.")
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
        grammar = {word for text in _list(entry, name) for word in _words(text)}
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


def _template(text: str, slots: Sequence[Slot]) -> str:
    """Give a sentence as it stands, with blanks for its slots."""
    for slot in slots:
        text = text.replace(slot.quote, f"{{{slot.name}}}", 1)
    return text


def _filled(template: str, filling: Mapping[str, str]) -> str:
    """Fill the blanks, and begin with a capital letter."""
    text = _BLANK.sub(lambda blank: filling.get(blank[1], blank[0]), template)
    return text[:1].upper() + text[1:]


def _words(text: str) -> list[str]:
    """Give the words of a text without capital letters."""
    return [text[start:end].casefold() for start, end in Segment("", "sentence", text, 0).words]


def _numbers(text: str) -> list[str]:
    return [word for word in _words(text) if any(map(str.isdigit, word))]


# The form of an entry


def _fault(said: str) -> NoReturn:
    raise LessonError(said)


def _each(table: Mapping[str, Any], kind: str, read: Callable[[Mapping[str, Any]], _Read]) -> list[_Read]:
    """Read a list of tables, and name the one that breaks a rule."""
    entries = table.get(kind, [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        _fault(f"{kind} is no list of tables. Write [[{kind}]], with two brackets on each side.")
    found = []
    for number, entry in enumerate(entries, start=1):
        try:
            found.append(read(entry))
        except LessonError as error:
            shown = next(
                (entry[name] for name in ("name", "kind", "quote", "words", "text") if name in entry), "no name"
            )
            msg = f"{kind} {number} (“{str(shown)[:40]}”): {error}"
            raise LessonError(msg) from None
    return found


def _only(entry: Mapping[str, Any], needed: Sequence[str], also: Sequence[str] = ()) -> None:
    """Refuse an entry that lacks something or has something that nobody would read."""
    if missing := [name for name in needed if name not in entry]:
        _fault(f"{missing[0]} is missing. It needs {', '.join(needed)}.")
    if unknown := sorted(set(entry) - {*needed, *also}):
        _fault(f"{unknown[0]} is not known here. Known are {', '.join([*needed, *also])}.")


def _text(entry: Mapping[str, Any], name: str, default: str | None = None) -> str:
    text = entry.get(name, default)
    if not isinstance(text, str) or (not text.strip() and name in entry):
        _fault(f'{name} must be text in quotation marks, such as {name} = "...".')
    return text


def _list(entry: Mapping[str, Any], name: str) -> tuple[str, ...]:
    texts = entry.get(name, [])
    if not isinstance(texts, list) or not all(isinstance(text, str) and text.strip() for text in texts):
        _fault(f'{name} must be a list of texts, such as {name} = ["..."].')
    return tuple(texts)


def _name(entry: Mapping[str, Any]) -> str:
    name = _text(entry, "name")
    if not _NAME.fullmatch(name):
        _fault(f"name is “{name}”. It is stored: use 1 to 12 small letters, digits and -, such as turkey.")
    return name


def _found(entry: Mapping[str, Any]) -> tuple[str, str]:
    """Give where and when something was read."""
    if not is_address(entry["address"]):
        _fault("address is not the address of a web page. Write it whole, beginning with https://.")
    return entry["address"], _text(entry, "read")


def _segment(entry: Mapping[str, Any], name: str, article: Article) -> Segment:
    segment = article.segment(_text(entry, name))
    if segment.kind == "line":
        _fault(f"{segment.id} is a line of the saved page. Name a segment of the article, such as s1.")
    return segment


def _unique(kind: str, given: Sequence[str]) -> None:
    if twice := [name for name, number in Counter(given).items() if number > 1]:
        _fault(f"the {kind} “{twice[0]}” is there twice, or this word is kept for something else. Rename one.")
