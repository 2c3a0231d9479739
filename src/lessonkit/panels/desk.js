/* The desk: fields to write in or to choose from, and what Python makes of them. guard.js, work.js and
   table.js stand in front of this file; of work.js the line and the mirror are used. What is entered is told to
   Python through the trait `drafts`, and Python answers with `heard`, the number of each draft that is
   on disk, and with `made`, HTML in which it has escaped everything. */

const SEND_TEXT_AFTER = 500;
const SEND_CHOICE_AFTER = 800; // with the arrow keys, every choice on the way is made and given up again
const FIRST_YEAR = 1000; // while somebody types 2020, a date field has the years 2, 20 and 202
const GENEROUS = 1.15; // “about 60 words” is not 60
const MOST_RADIOS = 4;
const MOST_OFFERED = 3; // texts that an offer quotes; of more it says how many

/** All fields among some parts, in order. */
const fieldsIn = (parts) =>
  parts.flatMap((part) => (part.part === "field" ? [part] : part.part === "fold" ? fieldsIn(part.parts) : []));

/** The drafts of one model; several views of it show the same. */
class Drafts extends Line {
  constructor(model) {
    super(model);
    this.plan = model.get("plan");
    this.fields = this.plan.steps.flatMap(({ parts }) => fieldsIn(parts));
    this.drafts = { ...model.get("drafts") };
    /** What was entered on this page: of these the browser's copy can only be older. */
    this.mine = new Set();
    /** Of these fields the browser's copy is what was entered on this page. */
    this.copied = new Set();
    for (const name of ["heard", "trouble"]) model.on(`change:${name}`, () => this.judge());
    for (const name of ["texts", "made"]) model.on(`change:${name}`, () => this.tell());
    model.on("change:kept", () => this.mirror(false));
    this.judge();
  }

  /** A number above mine is that of another page on this model, which wrote here later: then mine is no longer awaited. */
  isWaiting(name) {
    const draft = this.drafts[name];
    return Boolean(draft) && draft.number > (this.model.get("heard")[name] ?? 0);
  }

  waiting() {
    return this.fields.some(({ name }) => this.isWaiting(name));
  }

  /** What is in a field: what was typed last, until Python has it. */
  text(name) {
    return this.isWaiting(name) ? this.drafts[name].text : (this.model.get("texts")[name] ?? "");
  }

  typed(name, text, wait = SEND_TEXT_AFTER) {
    const number = Math.max(this.drafts[name]?.number ?? 0, this.model.get("heard")[name] ?? 0) + 1;
    this.drafts = { ...this.drafts, [name]: { text, number } };
    this.mine.add(name);
    clearTimeout(this.mirrorTimer);
    this.mirrorTimer = setTimeout(() => this.mirror(true));
    clearTimeout(this.sendTimer);
    this.sendTimer = setTimeout(() => this.flush(), wait);
    this.judge();
  }

  /** What was pointed at is whole at once; the arrow keys may only be passing by. */
  chose(name, value, byKeys = false) {
    this.typed(name, value, SEND_CHOICE_AFTER);
    if (!byKeys) this.flush();
  }

  flush() {
    clearTimeout(this.sendTimer);
    if (this.model.get("drafts") === this.drafts || !this.waiting()) return;
    this.send({ drafts: this.drafts });
  }

  /** Tell everything again: a number that was heard is passed over. */
  resend() {
    this.drafts = { ...this.drafts };
    this.flush();
    this.ask({ do: "save" });
  }

  judge() {
    this.expect(this.waiting());
    this.tell();
  }

  state() {
    if (this.waiting()) return this.late ? "late" : "saving";
    return this.fields.some(({ name }) => this.text(name)) ? "saved" : "";
  }

  /** Hold what Python has and what is on its way to it. After erasing there is no copy until something is typed. */
  mirror(make) {
    const kept = this.model.get("kept");
    const key = shelf(this.plan.article) + (this.model.get("workbook_id") || "new");
    const old = stored(key);
    if (!old && !make) return;
    const texts = heldTexts(old, kept, (name) => this.copied.has(name));
    const left = old ? [...old.left] : [];
    for (const field of this.fields.filter(({ name }) => this.isWaiting(name))) {
      const { name } = field;
      // Nobody has answered yet what was found here: it is not overwritten by what is typed in its place.
      if (texts[name]?.unsaved && !this.copied.has(name) && isProse(field)) left.push({ name, text: texts[name].text });
      texts[name] = { text: this.drafts[name].text, before: [], unsaved: true };
      this.copied.add(name);
    }
    const record = { kept: { ...kept, texts, marks: newest(old?.kept.marks ?? [], kept.marks ?? []) } };
    record.left = left.filter(({ name, text }) => !String(texts[name]?.text).includes(text.trim()) && !has(texts[name], text));
    try {
      localStorage.setItem(key, JSON.stringify({ ...record, at: new Date().toISOString() }));
      this.mirrored = true;
    } catch {
      this.mirrored = false;
    }
    // Before its first save a workbook has no id: what was held for it then is held under its id now.
    const before = shelf(this.plan.article) + "new";
    if (key === before) this.wroteNew = true;
    else if (this.wroteNew && !stored(before)?.kept.marks.length && !stored(before)?.left.length) erase([before]);
  }

  /** Texts that this browser holds and the workbook has not: never saved, or saved by another machine. */
  found() {
    return (storedKeys(this.plan.article) ?? [])
      .map((key) => ({ key, record: stored(key) }))
      .filter(({ record }) => record)
      .map(({ key, record }) => ({ key, record, texts: [...this.foundIn(record), ...this.leftIn(record)] }))
      .filter(({ texts }) => texts.length);
  }

  foundIn({ kept }) {
    const known = this.model.get("kept").texts ?? {};
    return this.fields
      .filter(({ name }) => !this.mine.has(name))
      .map(({ name }) => ({ name, ...kept.texts?.[name] }))
      .filter(({ text }) => typeof text === "string" && text.trim())
      .filter(({ name, text, unsaved }) => (unsaved ? text.trim() !== this.text(name) : !this.text(name) && !known[name]));
  }

  leftIn({ left }) {
    return this.fields.flatMap(({ name }) =>
      left
        .filter((one) => one.name === name && !this.text(name).includes(one.text.trim()))
        .map(({ text }) => ({ name, text, unsaved: true, isLeft: true })),
    );
  }
}

class Page {
  constructor(drafts, model, el) {
    this.drafts = drafts;
    this.model = model;
    this.words = model.get("words");
    this.root = el;
    /** @type {Map<string, {show: (text: string) => void, label: (text: string) => string, focus: (how?: FocusOptions) => void}>} */
    this.fields = new Map();
    this.made = new Map();
    this.folds = [];
    /** By the key of the record in which they were found, answered or not. */
    this.offered = new Map();
    this.build();
    this.onDrafts = () => this.paint();
    this.onTold = () => this.say(model.get("told"));
    this.onMessages = () => this.paintMessages();
    this.onMessage = (message) => {
      if (message?.did === "catch up") this.showOffers();
    };
    drafts.watchers.add(this.onDrafts);
    model.on("change:told", this.onTold);
    model.on("change:messages", this.onMessages);
    model.on("msg:custom", this.onMessage);
    this.paintMessages();
    this.paint();
    if (drafts.found().length) {
      // Another notebook may have saved it meanwhile, so Python is asked first; it may not answer.
      drafts.ask({ do: "catch up" });
      this.offerTimer = setTimeout(() => this.showOffers(), LATE_AFTER);
    }
  }

  close() {
    this.drafts.flush();
    clearTimeout(this.offerTimer);
    this.drafts.watchers.delete(this.onDrafts);
    this.model.off("change:told", this.onTold);
    this.model.off("change:messages", this.onMessages);
    this.model.off("msg:custom", this.onMessage);
  }

  build() {
    const { plan } = this.drafts;
    this.root.classList.add("lessonkit", "lk-text", "lk-desk");
    guardKeys(this.root);
    const section = element("section", { "aria-label": plan.title });
    this.notices = element("div");
    this.offers = element("div");
    this.trouble = element("div");
    this.count = element("p", { class: "dk-count" });
    this.state = element("p", { class: "dk-state" });
    this.status = element("p", { class: "dk-spoken", role: "status" });
    const foot = element("div", { class: "dk-foot" });
    foot.append(this.state, this.count);
    section.append(element("h3", {}, plan.title), element("p", {}, plan.prompt), this.notices, this.offers);
    for (const { title, parts } of plan.steps) {
      const step = element("div", { class: "dk-step" });
      if (title) step.append(element("h4", {}, title));
      step.append(...parts.map((part) => this.buildPart(part)));
      section.append(step);
    }
    section.append(foot, this.trouble, this.status);
    this.root.replaceChildren(section);
    suppressShortcuts(this.root);
  }

  buildPart(part) {
    switch (part.part) {
      case "field":
        return part.options.length ? this.buildChoice(part) : this.buildField(part);
      case "fold":
        return this.buildFold(part);
      case "made": {
        const box = element("div", { class: "dk-made", "data-made": part.name, ...(part.spoken ? { role: "status" } : {}) });
        this.made.set(part.name, { box, html: null });
        return box;
      }
      default: {
        const box = element("div");
        box.innerHTML = part.html;
        dressTables(box, this.words, (text) => this.say(text));
        return box;
      }
    }
  }

  buildFold({ name, title, parts }) {
    const fold = element("details", { class: "dk-fold", "data-name": name });
    const summary = element("summary", {}, title);
    const filled = element("span", { class: "dk-filled" });
    const inside = element("div", { class: "lk-inside" });
    summary.append(" ", filled);
    inside.append(...parts.map((part) => this.buildPart(part)));
    fold.append(summary, inside);
    const fields = fieldsIn(parts);
    if (fields.length) this.folds.push({ filled, fields });
    return fold;
  }

  /** @returns attributes that a field shares with its label and its hint */
  about({ name, hint, above }) {
    const id = `lk-${name}-${Math.random().toString(36).slice(2)}`;
    const note = hint || above ? element("p", { class: "dk-hint", id: `${id}-hint` }, hint) : null;
    if (above) this.made.set(above, { box: note, html: null });
    return { id, note, described: note ? { "aria-describedby": note.id } : {} };
  }

  buildField(field) {
    const { name, label, rows, type } = field;
    const box = element("div", { class: "dk-field" });
    const { id, note, described } = this.about(field);
    const common = { id, maxlength: this.drafts.plan.most, dir: "auto", autocomplete: "off", "data-name": name, ...described };
    const kind = type === "number" ? { type, step: "any" } : { type };
    const input = rows > 1 ? element("textarea", { ...common, rows }) : element("input", { ...common, ...kind });
    input.value = this.drafts.text(name);
    input.addEventListener("input", () => {
      if (!isHalf(input)) this.drafts.typed(name, input.value);
      if (input.value.length >= this.drafts.plan.most) this.say(fillIn(this.words.full, { most: this.drafts.plan.most }));
    });
    // Another notebook may have written here since: what it wrote is shown before anything is typed.
    input.addEventListener("focus", () => this.drafts.ask({ do: "catch up" }));
    input.addEventListener("blur", () => {
      // Whoever leaves a date means what stands there, however odd.
      if (type === "date" && input.value !== this.drafts.text(name)) this.drafts.typed(name, input.value);
      this.drafts.flush();
    });
    this.fields.set(name, {
      label: (text) => text,
      focus: (how) => input.focus(how),
      show: (text) => {
        if (input === document.activeElement && isHalf(input)) return;
        // Python cuts the space at the end of lines off, which somebody who is still typing is about to need.
        const cut = input.value.replace(/\s+$/gm, (end) => end.replace(/[^\n]/g, "")).trim();
        if (input.value !== text && !(input === document.activeElement && cut === text)) input.value = text;
      },
    });
    box.append(element("label", { for: id }, label), ...(note ? [note] : []), input);
    return box;
  }

  buildChoice(field) {
    const label = (value) => field.options.find((option) => option.value === value)?.label ?? value;
    const { box, ...control } = field.options.length > MOST_RADIOS ? this.buildSelect(field) : this.buildRadios(field);
    this.fields.set(field.name, { label, ...control });
    return box;
  }

  buildSelect(field) {
    const box = element("div", { class: "dk-field" });
    const { id, note, described } = this.about(field);
    const select = element("select", { id, "data-name": field.name, ...described });
    select.append(element("option", { value: "" }, this.words.choose));
    for (const { value, label } of field.options) select.append(element("option", { value }, label));
    const byKeys = watchKeys(select);
    select.addEventListener("change", () => this.drafts.chose(field.name, select.value, byKeys()));
    select.addEventListener("focus", () => this.drafts.ask({ do: "catch up" }));
    select.addEventListener("blur", () => this.drafts.flush());
    box.append(element("label", { for: id }, field.label), ...(note ? [note] : []), select);
    return {
      box,
      focus: (how) => select.focus(how),
      show: (text) => {
        const value = field.options.some((option) => option.value === text) ? text : "";
        if (select.value !== value) select.value = value;
      },
    };
  }

  buildRadios(field) {
    const { id, note, described } = this.about(field);
    const box = element("fieldset", { class: "dk-field dk-choice", "data-name": field.name, ...described });
    const row = element("div", { class: "dk-options" });
    const byKeys = watchKeys(row);
    row.addEventListener("focusout", (event) => {
      if (!row.contains(event.relatedTarget)) this.drafts.flush();
    });
    const radios = field.options.map(({ value, label }) => {
      const radio = element("input", { type: "radio", name: id, value });
      radio.addEventListener("change", () => this.drafts.chose(field.name, value, byKeys()));
      const shown = element("label");
      shown.append(radio, element("span", {}, label));
      row.append(shown);
      return radio;
    });
    // A radio button that is on cannot be switched off; a learner may want to take a choice back.
    const clear = push(this.words.clear, () => {
      this.drafts.chose(field.name, "");
      radios[0].focus();
      this.say(this.words.cleared);
    });
    clear.setAttribute("aria-label", fillIn(this.words.clear_this, { field: field.label }));
    row.append(clear);
    box.append(element("legend", {}, field.label), ...(note ? [note] : []), row);
    return {
      box,
      focus: (how) => radios[0].focus(how),
      show: (text) => {
        for (const radio of radios) radio.checked = radio.value === text;
        clear.hidden = !radios.some((radio) => radio.checked);
      },
    };
  }

  paint() {
    for (const [name, { show }] of this.fields) show(this.drafts.text(name));
    for (const { filled, fields } of this.folds) {
      const number = fields.filter(({ name }) => this.drafts.text(name)).length;
      const text = fillIn(this.words.filled, { number, all: fields.length });
      if (filled.textContent !== text) filled.textContent = text;
    }
    this.paintMade();
    this.paintCount();
    const state = this.drafts.state();
    const late = this.drafts.mirrored ? this.words.late : this.words.late_nowhere;
    const trouble = this.model.get("trouble") || (state === "late" ? late : "");
    this.state.textContent = trouble ? "" : (this.words[state] ?? "");
    this.state.dataset.state = trouble ? "" : state;
    this.paintTrouble(trouble, state);
  }

  /** Show what Python has made, and keep open what the learner has opened in it. */
  paintMade() {
    const made = this.model.get("made");
    for (const [name, one] of this.made) {
      const html = made[name] ?? "";
      if (one.html === html) continue;
      one.html = html;
      const open = new Set([...one.box.querySelectorAll("details[open]")].map((step) => step.dataset.name));
      const here = one.box.contains(document.activeElement) ? standing(one.box, document.activeElement) : null;
      one.box.innerHTML = html;
      for (const step of one.box.querySelectorAll("details")) step.open = open.has(step.dataset.name);
      dressTables(one.box, this.words, (text) => this.say(text));
      suppressShortcuts(one.box);
      // Somebody who has tabbed on to a step or a link before Python answered goes on standing there.
      here?.()?.focus();
    }
  }

  paintTrouble(trouble, state) {
    if (trouble === this.shownTrouble) return;
    const before = this.shownTrouble;
    this.shownTrouble = trouble;
    this.trouble.replaceChildren();
    this.trouble.className = trouble ? "dk-box" : "";
    if (trouble) {
      const row = element("div", { class: "dk-row" });
      row.append(push(this.words.again, () => this.drafts.resend()));
      this.trouble.append(element("p", {}, trouble), row);
      suppressShortcuts(this.trouble);
      this.say(trouble);
    } else if (before && state === "saved") {
      this.say(this.words.saved_now);
    }
  }

  paintCount() {
    const most = this.drafts.plan.words;
    if (!most) return;
    const all = [...this.fields.keys()].map((name) => this.drafts.text(name).trim()).filter(Boolean);
    const number = all.join(" ").split(/\s+/).filter(Boolean).length;
    this.count.textContent = fillIn(number > most * GENEROUS ? this.words.count_over : this.words.count, { number, most });
  }

  paintMessages() {
    this.notices.replaceChildren(...this.model.get("messages").map((text) => element("p", { class: "dk-box" }, text)));
  }

  /** An offer stands as it was made until it is answered, whatever is typed meanwhile, or until Python has all of it. */
  showOffers() {
    clearTimeout(this.offerTimer);
    for (const offer of this.drafts.found().filter(({ key }) => !this.offered.has(key))) {
      const box = this.buildOffer(offer);
      this.offered.set(offer.key, { box, texts: offer.texts });
      this.offers.append(box);
    }
    for (const { box, texts } of this.offered.values()) {
      if (texts.every(({ name, text }) => this.drafts.text(name).includes(text.trim()))) box.remove();
    }
    suppressShortcuts(this.offers);
  }

  buildOffer({ record, texts }) {
    const box = element("section", { class: "dk-box dk-offer" });
    const row = element("div", { class: "dk-row" });
    // Whoever has answered by keyboard goes on in the field of which it spoke, and not at the top of the page.
    const leave = (how) => {
      box.remove();
      this.fields.get(texts[0].name).focus(how);
    };
    row.append(
      push(this.words.bring, () => {
        this.drafts.ask({ do: "restore", kept: record.kept });
        for (const one of texts) if (one.unsaved) this.bring(one);
        leave();
      }),
      push(this.words.not_now, () => leave({ preventScroll: true })),
    );
    const said = texts.map(({ name, text }) => this.fields.get(name).label(text)).join(" · ");
    const offer = texts.length > MOST_OFFERED ? this.words.offer_many : this.words.offer;
    box.append(element("p", { dir: "auto" }, fillIn(offer, { text: said, number: texts.length })), row);
    return box;
  }

  /** What was entered since the offer was made stays: what is brought stands behind it, or, of a choice, not at all. */
  bring({ name, text, isLeft }) {
    const here = this.drafts.text(name);
    const field = this.drafts.fields.find((one) => one.name === name);
    const isLater = (isLeft || this.drafts.mine.has(name)) && here.trim();
    if (!isLater) this.drafts.typed(name, text);
    else if (isProse(field)) this.drafts.typed(name, here + (field.rows > 1 ? "\n" : " ") + text);
  }

  say(text) {
    this.status.textContent = "";
    clearTimeout(this.sayTimer);
    // A live region speaks when its text changes; the pause lets it say the same words twice.
    this.sayTimer = setTimeout(() => (this.status.textContent = text), 40);
  }
}

/** Whether there is something to lose in a field, when something else is entered: not in a choice, a date or a number. */
const isProse = (field) => !field.options.length && field.type === "text";

/** Whether a date is still being typed: a part of it is missing, or its year has not all its digits. */
const isHalf = (input) => input.type === "date" && (input.validity.badInput || (input.value && parseInt(input.value, 10) < FIRST_YEAR));

/** @returns a question: whether what was done last on something was done with a key that moves a choice */
function watchKeys(one) {
  let byKeys = false;
  one.addEventListener("keydown", ({ key }) => (byKeys = key !== " " && key !== "Enter"));
  one.addEventListener("pointerdown", () => (byKeys = false));
  return () => byKeys;
}

/** @returns a question: which element of a box stands now where this one stood, told by its step and its address */
function standing(box, focused) {
  const alike = () =>
    [...box.querySelectorAll("summary, a[href], button")].filter(
      (one) =>
        one.tagName === focused.tagName &&
        one.getAttribute("href") === focused.getAttribute("href") &&
        one.closest("details")?.dataset.name === inside,
    );
  const inside = focused.closest("details")?.dataset.name;
  const number = alike().indexOf(focused);
  return () => alike()[number];
}

function element(name, attributes = {}, text = "") {
  const one = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) one.setAttribute(attribute, value);
  if (text) one.textContent = text;
  return one;
}

function push(text, call) {
  const one = element("button", { type: "button", class: "dk-button" }, text);
  one.addEventListener("click", call);
  return one;
}

const fillIn = (text, values) => text.replace(/\{(\w+)\}/g, (blank, name) => String(values[name] ?? blank));

export default () => {
  let drafts;
  return {
    initialize({ model }) {
      drafts = new Drafts(model);
      return () => drafts.close();
    },
    render({ model, el }) {
      drafts ??= new Drafts(model);
      const page = new Page(drafts, model, el);
      return () => page.close();
    },
  };
};
