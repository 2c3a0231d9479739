/* The marking panel: what is painted, tapped, pressed and spoken. guard.js and work.js stand in front
   of this file; the shapes of Mark, Segment and Tag are described in work.js. */

const CONFIDENCES = ["guessing", "fairly sure", "sure"];
const MOST_REASON = 500;
const MOST_SHOWN = 70; // characters of a quotation beside its tag; the text itself is just above
const DOUBLE_TAP = 500; // ms, as most computers have it for a double click
const TOO_QUICK = 400; // ms in which nobody has seen what came under the finger, and meant it
const SAME_PLACE = 30; // px that a finger strays between two taps

// One model may be shown in several outputs: they share one Work, so that they show one state.
export default () => {
  let work;
  return {
    initialize({ model }) {
      work = new Work(model);
      return () => work.close();
    },
    render({ model, el }) {
      work ??= new Work(model);
      const panel = new Panel(work, model, el);
      return () => panel.close();
    },
  };
};

/* ---------------------------------------------------------------- what is on the screen */

/* How it speaks. Every segment is an element of role "application" of its own, named by its text
   and described by its place and marks: a screen reader hands it all keys, and says the sentence
   as one text when the focus comes to it, while someone who only reads on meets it as one text,
   too. Inside, the focus itself moves to the word (not aria-activedescendant, which speaks only
   inside a list or a grid, and a list of 40 words is no sentence); so the word is spoken, shown
   in Braille and followed by a magnifier like any focus. All of it is one tab stop. */
class Panel {
  constructor(work, model, el) {
    this.work = work;
    this.model = model;
    this.words = model.get("words");
    this.segments = work.article.segments;
    this.tags = work.layer.tags;
    this.number = new Map(this.segments.map((segment, index) => [segment.id, index]));
    this.blocks = new Map();
    this.cursor = { segment: this.segments[0].id, word: null };
    /** @type {Selection|null} */
    this.selection = null;
    this.open = null; // id of the mark whose editor is shown
    this.byKeys = false;
    this.root = el;
    this.build();
    this.follow();
    this.askForOffers();
  }

  close() {
    this.work.flush();
    this.watchLegend.disconnect();
    this.work.watchers.delete(this.onWork);
    this.model.off("change:messages", this.onNotices);
    this.model.off("change:told", this.onTold);
    this.model.off("msg:custom", this.onMessage);
  }

  follow() {
    this.onWork = (what) => {
      if (what === "looked") this.paintProgress();
      else if (what === "state") this.paintState();
      else if (what === "undo") this.paintUndo();
      else this.paint(what);
    };
    this.onTold = () => {
      if (this.model.get("told")) this.say(this.model.get("told"));
    };
    this.onMessage = (message) => {
      if (message?.did === "catch up") this.showOffers();
    };
    this.onNotices = () => this.paintNotices();
    this.work.watchers.add(this.onWork);
    this.model.on("change:messages", this.onNotices);
    this.model.on("change:told", this.onTold);
    this.model.on("msg:custom", this.onMessage);
  }

  /* Building */

  build() {
    const { words, work } = this;
    this.root.classList.add("lessonkit", "lk-marker");
    guardKeys(this.root);
    this.root.addEventListener("keydown", (event) => this.onShortcut(event));
    const head = make("div", { class: "mk-head" });
    head.append(make("h3", {}, work.layer.question), make("p", { class: "mk-how" }, work.layer.how));
    this.notices = make("div");
    this.offerBox = make("div");
    this.guide = this.buildGuide();
    this.text = this.buildArticle();
    const legend = this.buildTags("mk-tags", words.tags);
    // It stays above the text while that scrolls; the style keeps what has the focus from under it.
    this.watchLegend = new ResizeObserver(() => this.root.style.setProperty("--mk-legend", `${legend.offsetHeight}px`));
    this.watchLegend.observe(legend);
    this.root.replaceChildren(head, this.notices, this.offerBox, legend, this.buildBar(), this.text, this.guide);
    for (const segment of this.segments) this.paint(segment.id);
    this.setCurrent(this.cursor.segment);
    this.paintNotices();
    this.paintProgress();
    this.paintState();
    this.paintUndo();
    suppressShortcuts(this.root);
  }

  buildBar() {
    const bar = make("div", { class: "mk-bar" });
    this.progress = make("p", { class: "mk-progress" });
    this.state = make("p", { class: "mk-state" });
    this.status = make("p", { class: "mk-status", role: "status" }, this.words.start);
    this.trouble = make("div", { class: "mk-trouble" });
    this.undoButton = button(this.words.undo, () => this.undo());
    this.redoButton = button(this.words.redo, () => this.redo());
    const tools = make("div", { class: "mk-tools" });
    tools.append(this.undoButton, this.redoButton, button(this.words.help, () => this.showGuide()));
    bar.append(this.progress, this.state, tools, this.trouble, this.status);
    return bar;
  }

  buildTags(kind, label) {
    const row = make("div", { class: kind, role: "group", "aria-label": label });
    for (const tag of this.tags) {
      const one = button("", () => this.tagByButton(tag), "mk-tag");
      one.append(make("kbd", {}, tag.key), this.tagName(tag));
      row.append(one);
    }
    return row;
  }

  tagName(tag) {
    return make("span", { class: "lk-u mk-name", "data-tag": tag.key, "data-shape": tag.shape }, tag.title);
  }

  buildArticle() {
    const { language, direction } = this.work.article;
    const article = make("div", { class: "mk-article", role: "group", "aria-label": this.words.article });
    let paragraph, group;
    for (const segment of this.segments) {
      if (segment.paragraph !== paragraph || !group) {
        group = make("div", { class: "mk-paragraph" });
        article.append(group);
        paragraph = segment.paragraph;
      }
      group.append(this.buildBlock(segment, language, direction));
    }
    this.listenToPointer(article);
    article.addEventListener("keydown", (event) => this.onTextKey(event));
    article.addEventListener("focusin", (event) => this.onFocus(event));
    return article;
  }

  buildBlock(segment, language, direction) {
    const kind = this.words.kinds[segment.kind];
    const element = make("div", { class: "mk-block", "data-kind": segment.kind });
    const text = make("div", {
      class: "mk-text", role: "application", tabindex: "-1", lang: language, dir: direction,
      "aria-roledescription": kind, "aria-label": segment.pieces.join(""), "data-segment": segment.id,
    });
    text.append(segment.pieces[0]);
    // A word and the gap behind it are one element: a finger that lands between two words means
    // one of them, and an underline runs through the gap without starting anew.
    const units = Array.from({ length: this.count(segment.id) }, (_, number) => {
      const unit = make("span", { class: "mk-unit", "data-word": number });
      text.append(unit);
      return unit;
    });
    const label = segment.kind === "caption" ? [make("span", { class: "mk-label", "aria-hidden": "true" }, kind)] : [];
    const under = make("div", { class: "mk-under" });
    const note = make("p", { class: "mk-note", "aria-hidden": "true" }); // said by the status line
    const list = make("ul", { class: "mk-chips", "aria-label": this.words.marks_here });
    under.append(note, list);
    element.append(...label, text, under);
    this.blocks.set(segment.id, { segment, element, text, units, painted: [], under, note, list, chips: new Map() });
    return element;
  }

  /* Painting: one segment at a time, and in it only the words whose underlines changed */

  paint(id) {
    const block = this.blocks.get(id);
    if (!block) return;
    const marks = this.work.at(id);
    if (marks.length) this.work.look(id);
    const lanes = laneOf(marks);
    const most = Math.max(0, ...lanes.values());
    block.text.style.setProperty("--lk-lanes", most);
    block.units.forEach((unit, number) => {
      const onWord = marks.filter((mark) => mark.first <= number && number <= mark.last);
      const onGap = onWord.filter((mark) => number < mark.last);
      const chosen = [this.isSelected(id, number), this.isSelected(id, number) && this.isSelected(id, number + 1)];
      const now = [...onWord.map((mark) => mark.tag + lanes.get(mark.id)), onGap.length, ...chosen].join();
      if (block.painted[number] === now) return;
      block.painted[number] = now;
      unit.replaceChildren();
      const [word, gap] = block.segment.pieces.slice(2 * number + 1, 2 * number + 3);
      const lines = (over) => over.map((mark) => [this.tag(mark.tag), lanes.get(mark.id)]);
      const inner = underlined(unit, lines(onWord));
      inner.append(make("span", { class: chosen[0] ? "mk-word mk-selected" : "mk-word" }, word));
      const beside = onGap.length === onWord.length ? inner : underlined(unit, lines(onGap));
      beside.append(chosen[1] ? make("span", { class: "mk-selected" }, gap) : gap);
    });
    this.describe(block, marks);
    this.paintChips(block, marks);
  }

  describe(block, marks) {
    const place = fill(this.words.place, { number: this.number.get(block.segment.id) + 1, all: this.segments.length });
    block.text.setAttribute("aria-description", [place, ...marks.map((mark) => this.spoken("here", mark))].join(" "));
  }

  isSelected(id, word) {
    if (this.selection?.segment !== id) return false;
    const [first, last] = range(this.selection);
    return first <= word && word <= last;
  }

  paintChips(block, marks) {
    const order = [...marks].sort((a, b) => a.first - b.first || a.last - b.last);
    for (const [id, chip] of block.chips) {
      if (order.some((mark) => mark.id === id)) continue;
      const hadFocus = chip.item.contains(document.activeElement);
      chip.item.remove();
      block.chips.delete(id);
      if (hadFocus) this.focusCursor();
    }
    order.forEach((mark, index) => {
      const chip = block.chips.get(mark.id) ?? this.buildChip(block, mark);
      // Moved only where it must be: moving takes the focus from whoever is typing in it.
      if (block.list.children[index] !== chip.item) block.list.insertBefore(chip.item, block.list.children[index] ?? null);
      this.paintChip(chip, mark);
    });
    block.list.hidden = !order.length;
  }

  buildChip(block, mark) {
    const item = make("li", { class: "mk-chip" });
    const line = make("div", { class: "mk-line" });
    const said = make("span", { class: "mk-said" });
    const change = button(this.words.change, () => this.openEditor(mark.id, "tag"), "mk-small");
    const remove = button(this.words.remove, () => this.remove(this.work.marks.get(mark.id)), "mk-small");
    line.append(said, change, remove);
    item.append(line);
    const chip = { item, said, change, remove, editor: null };
    block.chips.set(mark.id, chip);
    this.setTabbable(item, block.segment.id === this.cursor.segment);
    suppressShortcuts(item);
    return chip;
  }

  paintChip(chip, mark) {
    const tag = this.tag(mark.tag);
    const { language, direction } = this.work.article;
    const parts = [this.tagName(tag), make("q", { lang: language, dir: direction }, shortened(mark.quote))];
    if (mark.confidence) parts.push(make("span", { class: "mk-sure" }, this.words.confidences[mark.confidence]));
    if (mark.reason) parts.push(make("span", { class: "mk-reason", dir: "auto" }, mark.reason));
    chip.said.replaceChildren(...parts.flatMap((part) => [part, " "]));
    const spoken = { tag: tag.title, quote: mark.quote };
    chip.change.setAttribute("aria-label", fill(this.words.change_this, spoken));
    chip.remove.setAttribute("aria-label", fill(this.words.remove_this, spoken));
    chip.item.dataset.tag = tag.key;
    chip.item.classList.toggle("mk-open", this.open === mark.id);
    if (this.open !== mark.id) {
      chip.editor?.box.remove();
      chip.editor = null;
    } else if (chip.editor) {
      chip.editor.show(mark);
    }
  }

  /** What is to be known about the workbook's file, as it was found. */
  paintNotices() {
    this.notices.replaceChildren(...this.model.get("messages").map((text) => make("p", { class: "mk-notice" }, text)));
  }

  paintProgress() {
    const looked = this.segments.filter((segment) => this.work.looked.has(segment.id));
    this.progress.textContent = fill(this.words.progress, { looked: looked.length, all: this.segments.length });
    for (const segment of this.segments) {
      this.blocks.get(segment.id).element.classList.toggle("mk-new", !looked.includes(segment));
    }
  }

  paintState() {
    const { state, mirrored } = this.work;
    const trouble = this.work.trouble || (state === "late" ? (mirrored ? this.words.late : this.words.late_nowhere) : "");
    this.state.textContent = trouble ? "" : (this.words[state] ?? "");
    this.state.dataset.state = trouble ? "" : state;
    if (trouble === this.shownTrouble) return;
    const before = this.shownTrouble;
    this.shownTrouble = trouble;
    this.trouble.replaceChildren();
    if (trouble) {
      this.trouble.append(make("p", {}, trouble), button(this.words.again, () => this.saveAgain()));
      suppressShortcuts(this.trouble);
      this.say(trouble, true);
      this.status.classList.add("mk-spoken"); // it stands in the box already
    } else if (before && state === "saved") {
      this.say(this.words.saved_now, true);
    }
  }

  paintUndo() {
    // Not `disabled`: a button that goes dead under the finger loses the focus to nowhere.
    this.undoButton.setAttribute("aria-disabled", String(!this.work.past.length));
    this.redoButton.setAttribute("aria-disabled", String(!this.work.future.length));
  }

  /** Say what happened: in the one live region, and by the text where the eyes are. A quotation is cut to the eye, so that the text below stays where it is. */
  say(text, alsoHere = false, brief = false) {
    this.status.textContent = "";
    this.status.classList.remove("mk-spoken");
    this.status.classList.toggle("mk-brief", brief);
    clearTimeout(this.sayTimer);
    // A live region speaks when its text changes; the pause lets it say the same words twice.
    this.sayTimer = setTimeout(() => (this.status.textContent = text), 40);
    for (const { note } of this.blocks.values()) note.textContent = "";
    if (alsoHere) this.blocks.get(this.cursor.segment).note.textContent = text;
  }

  spoken(word, mark) {
    return fill(this.words[word], { tag: this.tag(mark.tag).title, quote: mark.quote });
  }

  /* Cursor and selection */

  tag(name) {
    return this.tags.find((tag) => tag.name === name);
  }

  count(segment) {
    return (this.segments[this.number.get(segment)].pieces.length - 1) / 2;
  }

  quote(segment, first, last) {
    return this.segments[this.number.get(segment)].pieces.slice(2 * first + 1, 2 * last + 2).join("");
  }

  /** Marks under the cursor, the newest last; on the segment itself, all of its marks. */
  marksHere() {
    const { segment, word } = this.cursor;
    return this.work.at(segment).filter((mark) => word === null || (mark.first <= word && word <= mark.last));
  }

  /** The mark that keys speak of: the one whose editor is open if it is here, else the newest. */
  markHere() {
    const here = this.marksHere();
    return here.find((mark) => mark.id === this.open) ?? here.at(-1);
  }

  setCurrent(segment) {
    const before = this.blocks.get(this.cursor.segment);
    const block = this.blocks.get(segment);
    for (const one of [before, block]) {
      one.text.tabIndex = one === block ? 0 : -1;
      one.element.classList.toggle("mk-current", one === block);
      this.setTabbable(one.under, one === block);
    }
    // A finger that taps again must find the same word under it, so for a pointer nothing closes yet.
    if (before !== block && this.byKeys) this.closeEditor();
  }

  setTabbable(element, yes) {
    for (const one of element.querySelectorAll("button")) one.tabIndex = yes ? 0 : -1;
  }

  /** Stand on a segment (word null) or on one of its words. */
  moveTo(segment, word, scroll = true) {
    this.leaveWord();
    this.setCurrent(segment);
    this.cursor = { segment, word };
    this.work.look(segment);
    this.focusCursor(scroll);
  }

  leaveWord() {
    const { segment, word } = this.cursor;
    if (word !== null) this.blocks.get(segment).units[word].removeAttribute("tabindex");
  }

  focusCursor(scroll = false) {
    const block = this.blocks.get(this.cursor.segment);
    const target = this.cursor.word === null ? block.text : block.units[this.cursor.word];
    if (target !== block.text) target.tabIndex = -1;
    target.setAttribute(SUPPRESS, "true");
    target.focus({ preventScroll: true });
    if (scroll) target.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  onFocus(event) {
    const id = event.target.dataset?.segment;
    if (!id) return;
    if (id !== this.cursor.segment) {
      this.leaveWord();
      this.setCurrent(id);
      this.cursor = { segment: id, word: null };
    } else if (this.cursor.word !== null) {
      this.leaveWord();
      this.cursor.word = null;
    }
    this.work.look(id);
  }

  /** @param {Selection|null} selection */
  select(selection) {
    const touched = new Set([this.selection?.segment, selection?.segment]);
    this.selection = selection;
    for (const id of touched) if (id) this.paint(id);
    this.paintPalette();
  }

  selectWhole(segment) {
    this.select({ segment, anchor: 0, head: this.count(segment) - 1 });
    this.saySelection();
  }

  /** By the button, which is gone once the whole is selected: the keys are the text's again. */
  takeWhole(segment) {
    const { head } = this.selection;
    this.selectWhole(segment);
    this.moveTo(segment, head, this.byKeys);
  }

  saySelection() {
    clearTimeout(this.selectionTimer);
    if (!this.selection) {
      this.say(this.words.unselected);
      return;
    }
    // Held keys make many selections; only the one they end in is spoken.
    this.selectionTimer = setTimeout(() => {
      if (this.selection) this.say(fill(this.words.selected, { quote: this.selectedWords() }), false, true);
    }, 250);
  }

  selectedWords() {
    return this.quote(this.selection.segment, ...range(this.selection));
  }

  /** The tags come to the words, because the row above may be a screen away. */
  paintPalette() {
    const id = this.selection?.segment;
    if (this.palette && this.paletteAt !== id) {
      const hadFocus = this.palette.contains(document.activeElement);
      this.palette.remove();
      this.palette = null;
      if (hadFocus) this.focusCursor();
    }
    if (!id) return;
    this.palette ??= this.buildPalette(id);
    const whole = Math.abs(this.selection.head - this.selection.anchor) + 1 === this.count(id);
    this.wholeButton.hidden = whole;
  }

  buildPalette(id) {
    const block = this.blocks.get(id);
    const palette = make("div", { class: "mk-palette" });
    this.wholeButton = button(this.words.whole[block.segment.kind], () => this.takeWhole(id), "mk-small");
    const clear = button(this.words.clear, () => this.select(null), "mk-small");
    const line = make("div", { class: "mk-palette-head" });
    line.append(make("span", {}, this.words.these_words), this.wholeButton, clear);
    palette.append(line, this.buildTags("mk-tags", this.words.these_words));
    block.under.prepend(palette);
    this.paletteAt = id;
    suppressShortcuts(palette);
    return palette;
  }

  /* Pointer and touch. A tap is a click, so scrolling by finger is never mistaken for one;
     dragging is for the mouse and the pen. */

  listenToPointer(article) {
    article.addEventListener("mousedown", (event) => this.onMouseDown(event));
    article.addEventListener("pointermove", (event) => this.onDrag(event));
    article.addEventListener("click", (event) => this.onTap(event));
    this.root.addEventListener("click", (event) => this.onPair(event), true);
    this.root.addEventListener("pointerdown", () => (this.byKeys = false), true);
    this.root.addEventListener("pointerup", () => (this.drag = null));
  }

  onMouseDown(event) {
    const place = placeOf(event.target);
    if (!place || event.button !== 0) return;
    event.preventDefault(); // the words are selected by us, whole, and the focus goes where we say
    this.drag = { ...place, moved: false };
  }

  onDrag(event) {
    if (!this.drag || event.pointerType === "touch" || !(event.buttons & 1)) return;
    const place = placeOf(document.elementFromPoint(event.clientX, event.clientY));
    if (!place || place.segment !== this.drag.segment || (!this.drag.moved && place.word === this.drag.word)) return;
    this.drag.moved = true;
    this.dragged = true;
    if (this.selection?.head === place.word && this.selection.anchor === this.drag.word) return;
    const selection = { segment: place.segment, anchor: this.drag.word, head: place.word };
    this.keepPlace(this.textOf(place.segment), () => this.select(selection));
  }

  /** The second click of a pair means what the first one met, not what has come under the pointer since. */
  onPair(event) {
    if (!event.detail) return; // made by a key
    const on = event.target.closest("button, label, input, select, [data-word]");
    // A click on a label is followed by one on its control, at once and at the same place: the two are one.
    const now = { at: event.timeStamp, x: event.clientX, y: event.clientY, on: on?.control ?? on };
    const before = this.clicked;
    this.clicked = now;
    if (!before?.on || now.at - before.at > TOO_QUICK || Math.hypot(now.x - before.x, now.y - before.y) > SAME_PLACE) return;
    const place = placeOf(before.on);
    if (now.on === before.on || (place && placeOf(now.on))) return;
    event.preventDefault();
    event.stopPropagation();
    if (!place) return;
    this.selectWhole(place.segment);
    this.moveTo(place.segment, place.word, false);
  }

  onTap(event) {
    const place = placeOf(event.target);
    if (!place) {
      if (!event.target.closest(".mk-under") && !this.dragged) this.select(null);
      this.dragged = false;
      return;
    }
    if (this.dragged) {
      this.dragged = false;
      this.moveTo(place.segment, this.selection.head, false);
      this.saySelection();
      return;
    }
    const { segment, word } = place;
    const now = performance.now();
    const twice = this.tapped?.segment === segment && this.tapped.word === word && now - this.tapped.at < DOUBLE_TAP;
    this.tapped = { segment, word, at: now };
    this.keepPlace(this.textOf(segment), () => {
      this.moveTo(segment, word, false);
      if (twice) this.selectWhole(segment);
      else this.selectByTap(segment, word);
    });
  }

  selectByTap(segment, word) {
    const open = this.selection?.segment === segment ? this.selection : null;
    if (open && open.anchor === word && open.head === word) this.select(null);
    else this.select({ segment, anchor: open ? open.anchor : word, head: word });
    this.saySelection();
  }

  /* Keys */

  /** Keys that mean the same wherever in the panel they are pressed, except where one writes. */
  onShortcut(event) {
    this.byKeys = true;
    if (event.defaultPrevented || isForLab(event) || this.guide.open) return;
    const command = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    const writing = event.target.matches("input[type=text]");
    if (command && !writing && key === "z") this.do(event, event.shiftKey ? () => this.redo() : () => this.undo());
    else if (command && !writing && key === "y") this.do(event, () => this.redo());
    else if (!command && !writing && key === "?") this.do(event, () => this.showGuide());
    else if (key === "escape" && !event.target.closest(".mk-text")) this.do(event, () => this.backToText());
  }

  do(event, action) {
    event.preventDefault();
    action();
  }

  onTextKey(event) {
    if (!event.target.closest(".mk-text") || event.ctrlKey || event.metaKey || event.altKey || isForLab(event)) return;
    const action = this.actionOf(event);
    if (action) this.do(event, action);
  }

  actionOf(event) {
    const { key, shiftKey } = event;
    const onward = this.work.article.direction === "rtl" ? "ArrowLeft" : "ArrowRight";
    const { segment, word } = this.cursor;
    const last = this.count(segment) - 1;
    const step = (to) => () => (shiftKey ? this.extend(to) : this.walk(to));
    switch (key) {
      case "ArrowUp": return () => this.walkSegments(-1);
      case "ArrowDown": return () => this.walkSegments(1);
      case "ArrowLeft":
      case "ArrowRight": return step((word ?? (key === onward ? -1 : 0)) + (key === onward ? 1 : -1));
      case "Home": return step(0);
      case "End": return step(last);
      case "Enter": return this.isOnMark() ? () => this.openEditor(this.markHere().id, "reason") : () => this.selectWhole(segment);
      case " ":
      case "a":
      case "A": return () => this.selectWhole(segment);
      case "Backspace": return () => this.undo();
      case "Delete": return () => this.removeHere();
      case "r":
      case "R": return () => this.withMark((mark) => this.openEditor(mark.id, "reason"));
      case "c":
      case "C": return () => this.withMark((mark) => this.nextConfidence(mark));
      case "Escape": return () => this.leave();
      default: return this.tagAction(key);
    }
  }

  tagAction(key) {
    const tag = this.tags.find((one) => one.key === key);
    return tag ? () => this.tagHere(tag) : null;
  }

  isOnMark() {
    return this.cursor.word !== null && !this.selection && this.marksHere().length > 0;
  }

  walkSegments(step) {
    const to = this.segments[this.number.get(this.cursor.segment) + step];
    if (!to) return;
    this.select(null);
    this.moveTo(to.id, null);
  }

  /** Go to a word; before the first one is the segment itself. */
  walk(word) {
    const { segment } = this.cursor;
    if (this.selection) this.select(null);
    if (word >= this.count(segment)) return;
    this.moveTo(segment, word < 0 ? null : word);
    if (word >= 0 && this.marksHere().length) this.say(this.marksHere().map((mark) => this.spoken("here", mark)).join(" "), false, true);
  }

  extend(word) {
    const { segment } = this.cursor;
    const head = Math.min(Math.max(word, 0), this.count(segment) - 1);
    const anchor = this.selection?.segment === segment ? this.selection.anchor : (this.cursor.word ?? head);
    this.moveTo(segment, head);
    this.select({ segment, anchor, head });
    this.saySelection();
  }

  leave() {
    const { segment, word } = this.cursor;
    if (this.selection) {
      this.select(null);
      this.say(this.words.unselected);
    } else if (word !== null) {
      this.moveTo(segment, null);
    }
  }

  backToText() {
    this.work.flush();
    this.focusCursor(true);
  }

  /* Marking */

  tagByButton(tag) {
    if (this.selection || this.byKeys) this.tagHere(tag);
    else this.say(this.words.choose_first, true);
  }

  tagHere(tag) {
    const { segment, word } = this.cursor;
    const whole = [0, this.count(segment) - 1];
    const at = this.selection?.segment ?? segment;
    const [first, last] = this.selection ? range(this.selection) : word === null ? whole : [word, word];
    const same = this.work.at(at).find((mark) => mark.first === first && mark.last === last && mark.tag === tag.name);
    this.select(null);
    if (same) {
      this.say(this.spoken("already", same), true);
      return;
    }
    const mark = this.work.change({
      id: newId(), layer: this.work.layer.name, segment: at, first, last, quote: this.quote(at, first, last),
      tag: tag.name, reason: "", confidence: "", rev: 0, removed: false,
    });
    this.say(this.spoken("added", mark), false, true);
    this.keepPlace(this.textOf(at), () => this.openEditor(mark.id));
  }

  textOf(segment) {
    return this.blocks.get(segment).text;
  }

  /** When the editor or the tags of other words close, the text under the learner's eyes stays where it is. */
  keepPlace(element, action) {
    const here = element.dataset.segment;
    const editor = this.open && this.work.marks.get(this.open)?.segment;
    const palette = this.selection?.segment;
    if ([editor, palette].every((segment) => !segment || segment === here)) {
      action();
      return;
    }
    const before = element.getBoundingClientRect().top;
    action();
    scrollerOf(element)?.scrollBy(0, element.getBoundingClientRect().top - before);
  }

  removeHere() {
    this.withMark((mark) => this.remove(mark));
  }

  withMark(action) {
    const mark = this.markHere();
    if (mark) action(mark);
    else this.say(this.words.no_mark, true);
  }

  remove(mark) {
    this.work.change({ ...mark, removed: true });
    this.say(this.spoken("removed", mark));
  }

  setConfidence(id, confidence) {
    const mark = this.work.marks.get(id);
    if (mark.confidence === confidence) return;
    this.work.change({ ...mark, confidence });
  }

  nextConfidence(mark) {
    const next = CONFIDENCES[(CONFIDENCES.indexOf(mark.confidence) + 1) % CONFIDENCES.length];
    this.setConfidence(mark.id, next);
    this.say(fill(this.words.now, { confidence: this.words.confidences[next], quote: mark.quote }));
  }

  setTag(id, name) {
    const mark = this.work.change({ ...this.work.marks.get(id), tag: name });
    this.say(this.spoken("changed", mark));
  }

  undo() {
    this.sayStep(this.work.undo(), "undone", "nothing_to_undo");
  }

  redo() {
    this.sayStep(this.work.redo(), "redone", "nothing_to_redo");
  }

  sayStep(step, done, nothing) {
    if (!step) {
      this.say(this.words[nothing], true);
      return;
    }
    const { before, after } = step;
    const what = after.removed ? "removed" : before.removed ? "added" : "changed";
    this.say(fill(this.words[done], { change: this.spoken(what, after) }), true);
  }

  saveAgain() {
    this.focusCursor();
    this.work.resend();
  }

  /* Reason and confidence: one line under the mark. It opens by itself and leaves the focus alone. */

  /** @param {"tag"|"reason"} [enter] which of its fields takes the focus, if any does */
  openEditor(id, enter) {
    const { segment } = this.work.marks.get(id);
    const before = this.open;
    this.open = id;
    if (before && before !== id) this.paint(this.work.marks.get(before).segment);
    if (enter) this.setCurrentFrom(segment);
    const chip = this.blocks.get(segment).chips.get(id);
    chip.editor ??= this.buildEditor(chip, id);
    this.paint(segment);
    if (enter === "tag") chip.editor.which.hidden = false;
    if (enter) chip.editor[enter].focus();
  }

  setCurrentFrom(segment) {
    if (segment === this.cursor.segment) return;
    const { open } = this;
    this.leaveWord();
    this.setCurrent(segment);
    this.cursor = { segment, word: null };
    this.open = open;
  }

  closeEditor() {
    const mark = this.open && this.work.marks.get(this.open);
    this.open = null;
    if (!mark) return;
    this.work.flush();
    this.paint(mark.segment);
  }

  buildEditor(chip, id) {
    const { words } = this;
    const mark = this.work.marks.get(id);
    const box = make("div", { class: "mk-editor", role: "group", "aria-label": this.spoken("edit", mark) });
    const reason = make("input", { type: "text", maxlength: MOST_REASON, autocomplete: "off", placeholder: words.reason_hint, dir: "auto" });
    reason.addEventListener("input", () => this.work.draft(id, reason.value));
    reason.addEventListener("blur", () => this.work.flush());
    reason.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.isComposing && !isForLab(event)) this.do(event, () => this.backToText());
    });
    const sure = this.buildConfidence(id);
    const tag = this.buildTagChoice(id);
    const done = button(words.done, () => this.finish(), "mk-small");
    const which = labelled(words.tag, tag, "mk-which");
    which.hidden = true; // it has a tag already; "Change" shows this
    box.append(which, labelled(words.reason, reason, "mk-why"), sure.box, done);
    chip.item.append(box);
    suppressShortcuts(box);
    const show = (now) => {
      if (document.activeElement !== reason && reason.value !== now.reason) reason.value = now.reason;
      for (const radio of sure.radios) radio.checked = radio.value === now.confidence;
      tag.value = now.tag;
    };
    show(mark);
    return { box, which, tag, reason, show };
  }

  finish() {
    this.closeEditor();
    this.focusCursor();
  }

  buildConfidence(id) {
    const box = make("fieldset", { class: "mk-sureness" });
    const row = make("div", { class: "mk-radios" });
    const name = newId();
    const radios = CONFIDENCES.map((value) => {
      const radio = make("input", { type: "radio", name, value });
      radio.addEventListener("change", () => this.setConfidence(id, value));
      const label = make("label");
      label.append(radio, this.words.confidences[value]);
      row.append(label);
      return radio;
    });
    box.append(make("legend", {}, this.words.confidence), row);
    return { box, radios };
  }

  buildTagChoice(id) {
    const choice = make("select");
    for (const tag of this.tags) choice.append(make("option", { value: tag.name }, tag.title));
    choice.addEventListener("change", () => this.setTag(id, choice.value));
    return choice;
  }

  /* The guide: keys, question, tags, and what this browser holds */

  buildGuide() {
    const words = this.words.guide;
    const guide = make("dialog", { class: "mk-guide" });
    const title = make("h4", { id: newId() }, words.title);
    guide.setAttribute("aria-labelledby", title.id);
    const close = button(words.close, () => guide.close(), "mk-close");
    const top = make("div", { class: "mk-guide-top" });
    top.append(title, close);
    guide.append(top, this.guideTags(), ...this.guideGestures(), ...this.guideErase());
    guide.addEventListener("close", () => this.focusCursor());
    guide.addEventListener("click", (event) => {
      if (event.target === guide) guide.close(); // beside the page
    });
    return guide;
  }

  guideTags() {
    const { layer } = this.work;
    const box = make("section");
    const list = make("dl");
    for (const tag of this.tags) {
      const name = make("dt");
      name.append(make("kbd", {}, tag.key), " ", this.tagName(tag));
      list.append(name, make("dd", {}, tag.definition), make("dd", { class: "mk-ask" }, tag.ask));
    }
    box.append(make("h5", {}, layer.question), make("p", {}, layer.how), list);
    return box;
  }

  guideGestures() {
    const words = this.words.guide;
    const list = make("dl", { class: "mk-keys" });
    for (const { keys, does } of words.list) {
      const name = make("dt");
      name.append(...keys.flatMap((key) => [make("kbd", {}, fill(key, { most: this.tags.at(-1).key })), " "]));
      list.append(name, make("dd", {}, does));
    }
    return [make("h5", {}, words.pointer), make("p", {}, words.pointer_how), make("h5", {}, words.keys), list];
  }

  guideErase() {
    const words = this.words.guide;
    const row = make("div", { class: "mk-row" });
    const said = make("p", { role: "status" });
    const first = button(words.erase, () => {
      said.textContent = words.erase_sure;
      row.replaceChildren(yes, no);
      no.focus();
    });
    const back = (sentence) => {
      said.textContent = sentence;
      row.replaceChildren(first);
      first.focus();
    };
    const yes = button(words.erase_yes, () => back(this.eraseAll() ? words.erased : words.erase_failed), "mk-warn");
    const no = button(words.erase_no, () => back(""));
    row.append(first);
    return [make("h5", {}, words.erase_title), make("p", {}, words.erase_how), row, said];
  }

  /** After this nothing is held here until the next change, because a mirror is only made by one. */
  eraseAll() {
    const keys = storedKeys(this.work.article.name);
    const gone = keys !== null && erase(keys);
    if (gone) this.offerBox.replaceChildren();
    return gone;
  }

  showGuide() {
    if (!this.guide.open) this.guide.showModal();
  }

  /* Work found in this browser: offered, never applied */

  /** Python looks into the journal again first: another notebook may have saved it by now. */
  askForOffers() {
    if (offers(this.work).length) this.work.ask({ do: "catch up" });
  }

  showOffers() {
    const found = offers(this.work);
    this.offerBox.replaceChildren(...found.map((offer) => this.buildOffer(offer)));
    suppressShortcuts(this.offerBox);
  }

  buildOffer({ key, record, marks, there }) {
    const { words } = this;
    const sentence = there === 0 ? words.offer_removed : there === 1 ? words.offer_one : words.offer;
    const values = { marks: there || marks.length, name: record.kept.pseudonym || words.nobody, when: when(record.at) };
    const box = make("section", { class: "mk-notice mk-offer" });
    const row = make("div", { class: "mk-row" });
    const leave = () => {
      box.remove();
      this.focusCursor();
    };
    row.append(
      button(words.bring, () => {
        this.work.ask({ do: "restore", kept: record.kept });
        this.whenBrought(key, record);
        leave();
      }, "mk-main"),
      button(words.not_now, leave),
      button(words.erase_offer, () => {
        erase([key]);
        leave();
        this.say(words.erased_offer, true);
      }),
    );
    box.append(make("p", {}, fill(sentence, values)), row);
    return box;
  }

  /** What has come back is not offered again; it stays, in case some of it had no words to stand on. */
  whenBrought(key, record) {
    const seen = () => {
      this.model.off("change:kept", seen);
      const now = stored(key);
      if (now?.at !== record.at) return; // changed since, by this workbook's own marks
      try {
        localStorage.setItem(key, JSON.stringify({ ...now, brought: true }));
      } catch {
        // Then it is offered once more.
      }
    };
    this.model.on("change:kept", seen);
  }
}

/* ---------------------------------------------------------------- small helpers */

/** Give every mark the highest line below the text that is free over its words. The oldest chooses first. */
function laneOf(marks) {
  const lanes = new Map();
  const taken = [];
  for (const mark of marks) {
    const lane = taken.findIndex((others) => others.every((other) => other.last < mark.first || mark.last < other.first));
    const number = lane < 0 ? taken.push([]) - 1 : lane;
    taken[number].push(mark);
    lanes.set(mark.id, number);
  }
  return lanes;
}

/** Make room in an element for text with underlines: one inside the other, each with its own line. */
function underlined(element, lines) {
  let inner = element;
  for (const [tag, lane] of lines) {
    const line = make("span", { class: "lk-u", "data-tag": tag.key, "data-shape": tag.shape });
    line.style.setProperty("--lk-lane", lane);
    inner.append(line);
    inner = line;
  }
  return inner;
}

/** A long quotation, as it is shown beside its tag: its beginning and its end. */
function shortened(quote) {
  if (quote.length <= MOST_SHOWN) return quote;
  const words = quote.split(/\s+/);
  return words.length < 9 ? quote : `${words.slice(0, 5).join(" ")} … ${words.slice(-2).join(" ")}`;
}

/** First and last word of a selection. */
function range({ anchor, head }) {
  return [Math.min(anchor, head), Math.max(anchor, head)];
}

function scrollerOf(element) {
  let parent = element.parentElement;
  while (parent && !(parent.scrollHeight > parent.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(parent).overflowY))) parent = parent.parentElement;
  return parent;
}

/** The word an element belongs to. */
function placeOf(element) {
  const word = element?.closest?.("[data-word]");
  return word ? { segment: word.closest(".mk-text").dataset.segment, word: Number(word.dataset.word) } : null;
}

/** Data becomes text here and nowhere markup. */
function make(name, attributes = {}, text = "") {
  const element = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
  if (text) element.textContent = text;
  return element;
}

function button(text, action, kind = "") {
  const element = make("button", { type: "button", class: `mk-button ${kind}`.trim() }, text);
  element.addEventListener("click", action);
  return element;
}

function labelled(text, control, kind) {
  const label = make("label", { class: kind });
  label.append(make("span", {}, text), control);
  return label;
}

function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (blank, name) => (name in values ? String(values[name]) : blank));
}

/** crypto.randomUUID is missing on plain http, which is how a school's server may be reached. */
function newId() {
  return "m" + [...crypto.getRandomValues(new Uint8Array(10))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function when(iso) {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return "?";
  return date.toLocaleString(undefined, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
}
