/* The panel to write in. guard.js and work.js stand in front of this file; of work.js only the mirror
   is used. What is typed is told to Python through the trait `drafts`, and Python answers with
   `heard`, the number of each draft that is on disk. */

const SEND_TEXT_AFTER = 500;

/** The drafts of one model; several views of it show the same. */
class Drafts {
  constructor(model) {
    this.model = model;
    this.task = model.get("task");
    this.drafts = { ...model.get("drafts") };
    this.watchers = new Set();
    this.late = false;
    this.mirrored = true;
    for (const name of ["heard", "trouble"]) model.on(`change:${name}`, () => this.judge());
    model.on("change:texts", () => this.tell());
    model.on("change:kept", () => this.mirror(false));
    this.judge();
  }

  close() {
    clearTimeout(this.lateTimer);
    clearTimeout(this.resendTimer);
    this.flush();
  }

  tell() {
    for (const call of this.watchers) call();
  }

  isWaiting(name) {
    const draft = this.drafts[name];
    return Boolean(draft) && draft.number !== (this.model.get("heard")[name] ?? 0);
  }

  waiting() {
    return this.task.fields.some(({ name }) => this.isWaiting(name));
  }

  /** What is in a field: what was typed last, until Python has it. */
  text(name) {
    return this.isWaiting(name) ? this.drafts[name].text : (this.model.get("texts")[name] ?? "");
  }

  typed(name, text) {
    const number = Math.max(this.drafts[name]?.number ?? 0, this.model.get("heard")[name] ?? 0) + 1;
    this.drafts = { ...this.drafts, [name]: { text, number } };
    clearTimeout(this.mirrorTimer);
    this.mirrorTimer = setTimeout(() => this.mirror(true));
    clearTimeout(this.sendTimer);
    this.sendTimer = setTimeout(() => this.flush(), SEND_TEXT_AFTER);
    this.judge();
  }

  flush() {
    clearTimeout(this.sendTimer);
    if (this.model.get("drafts") === this.drafts || !this.waiting()) return;
    try {
      this.model.set("drafts", this.drafts);
      this.model.save_changes();
    } catch {
      // The kernel is gone: `heard` will not come, and the panel says so by itself.
    }
  }

  ask(request) {
    try {
      this.model.send(request);
    } catch {
      // As above.
    }
  }

  /** Tell everything again: a number that was heard is passed over. */
  resend() {
    this.drafts = { ...this.drafts };
    this.flush();
    this.ask({ do: "save" });
  }

  judge() {
    if (!this.waiting()) {
      clearTimeout(this.lateTimer);
      clearTimeout(this.resendTimer);
      this.lateTimer = null;
      this.late = false;
    } else if (!this.lateTimer) {
      this.resendTimer = setTimeout(() => this.resend(), LATE_AFTER / 2);
      this.lateTimer = setTimeout(() => {
        this.late = true;
        this.judge();
      }, LATE_AFTER);
    }
    this.tell();
  }

  state() {
    if (this.waiting()) return this.late ? "late" : "saving";
    return this.task.fields.some(({ name }) => this.text(name)) ? "saved" : "";
  }

  /** Hold what Python has and what is on its way to it. After erasing there is no copy until something is typed. */
  mirror(make) {
    const kept = this.model.get("kept");
    const key = shelf(this.task.article) + (this.model.get("workbook_id") || "new");
    const old = stored(key);
    if (!old && !make) return;
    const pending = this.task.fields.map(({ name }) => name).filter((name) => this.isWaiting(name));
    const texts = { ...old?.kept.texts, ...kept.texts };
    for (const name of pending) texts[name] = { text: this.drafts[name].text, before: [], unsaved: true };
    const marks = newest(old?.kept.marks ?? [], kept.marks ?? []);
    try {
      localStorage.setItem(key, JSON.stringify({ kept: { ...kept, marks, texts }, at: new Date().toISOString() }));
      this.mirrored = true;
    } catch {
      this.mirrored = false;
    }
    // Before its first save a workbook has no id: what was held for it then is held under its id now.
    const before = shelf(this.task.article) + "new";
    if (key === before) this.wroteNew = true;
    else if (this.wroteNew && !stored(before)?.kept.marks.length) erase([before]);
  }

  /** Texts that this browser holds and the workbook has not: never saved, or saved by another machine. */
  found() {
    const known = this.model.get("kept").texts ?? {};
    return (storedKeys(this.task.article) ?? [])
      .map(stored)
      .filter(Boolean)
      .map((record) => ({
        record,
        texts: this.task.fields
          .map(({ name }) => ({ name, ...record.kept.texts?.[name] }))
          .filter(({ text }) => typeof text === "string" && text.trim())
          .filter(({ name, text, unsaved }) => (unsaved ? text.trim() !== this.text(name) : !this.text(name) && !known[name])),
      }))
      .filter(({ texts }) => texts.length);
  }
}

class Page {
  constructor(drafts, model, el) {
    this.drafts = drafts;
    this.model = model;
    this.words = model.get("words");
    this.root = el;
    this.fields = new Map();
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
    const { task } = this.drafts;
    this.root.classList.add("lessonkit", "lk-writer");
    guardKeys(this.root);
    const section = element("section", { "aria-label": task.title });
    this.notices = element("div");
    this.offers = element("div");
    this.trouble = element("div");
    this.count = element("p", { class: "wr-count" });
    this.state = element("p", { class: "wr-state" });
    this.status = element("p", { class: "wr-spoken", role: "status" });
    const foot = element("div", { class: "wr-foot" });
    foot.append(this.state, this.count);
    section.append(element("h3", {}, task.title), element("p", {}, task.prompt), this.notices, this.offers);
    section.append(...task.fields.map((field) => this.buildField(field)), foot, this.trouble, this.status);
    this.root.replaceChildren(section);
    suppressShortcuts(this.root);
  }

  buildField({ name, label, rows }) {
    const box = element("div", { class: "wr-field" });
    const id = `lk-${name}-${Math.random().toString(36).slice(2)}`;
    const common = { id, maxlength: this.drafts.task.most, dir: "auto", autocomplete: "off", "data-name": name };
    const input = rows > 1 ? element("textarea", { ...common, rows }) : element("input", { ...common, type: "text" });
    input.value = this.drafts.text(name);
    input.addEventListener("input", () => {
      this.drafts.typed(name, input.value);
      if (input.value.length >= this.drafts.task.most) this.say(fillIn(this.words.full, { most: this.drafts.task.most }));
    });
    // Another notebook may have written here since: what it wrote is shown before anything is typed.
    input.addEventListener("focus", () => this.drafts.ask({ do: "catch up" }));
    input.addEventListener("blur", () => this.drafts.flush());
    this.fields.set(name, input);
    box.append(element("label", { for: id }, label), input);
    return box;
  }

  paint() {
    for (const [name, input] of this.fields) {
      const text = this.drafts.text(name);
      // Python cuts the space at the end off, which somebody who is still typing is about to need.
      if (input.value !== text && !(input === document.activeElement && input.value.trim() === text)) input.value = text;
    }
    this.paintCount();
    const state = this.drafts.state();
    const late = this.drafts.mirrored ? this.words.late : this.words.late_nowhere;
    const trouble = this.model.get("trouble") || (state === "late" ? late : "");
    this.state.textContent = trouble ? "" : (this.words[state] ?? "");
    this.state.dataset.state = trouble ? "" : state;
    this.paintTrouble(trouble, state);
  }

  paintTrouble(trouble, state) {
    if (trouble === this.shownTrouble) return;
    const before = this.shownTrouble;
    this.shownTrouble = trouble;
    this.trouble.replaceChildren();
    this.trouble.className = trouble ? "wr-box" : "";
    if (trouble) {
      const row = element("div", { class: "wr-row" });
      row.append(push(this.words.again, () => this.drafts.resend()));
      this.trouble.append(element("p", {}, trouble), row);
      suppressShortcuts(this.trouble);
      this.say(trouble);
    } else if (before && state === "saved") {
      this.say(this.words.saved_now);
    }
  }

  paintCount() {
    const most = this.drafts.task.words;
    if (!most) return;
    const all = [...this.fields.values()].map((input) => input.value.trim()).filter(Boolean);
    const number = all.join(" ").split(/\s+/).filter(Boolean).length;
    this.count.textContent = fillIn(number > most ? this.words.count_over : this.words.count, { number, most });
  }

  paintMessages() {
    this.notices.replaceChildren(...this.model.get("messages").map((text) => element("p", { class: "wr-box" }, text)));
  }

  showOffers() {
    clearTimeout(this.offerTimer);
    this.offers.replaceChildren(
      ...this.drafts.found().map(({ record, texts }) => {
        const box = element("section", { class: "wr-box wr-offer" });
        const row = element("div", { class: "wr-row" });
        row.append(
          push(this.words.bring, () => {
            this.drafts.ask({ do: "restore", kept: record.kept });
            for (const { name, text, unsaved } of texts) if (unsaved) this.bring(name, text);
            box.remove();
          }),
          push(this.words.not_now, () => box.remove()),
        );
        box.append(element("p", { dir: "auto" }, fillIn(this.words.offer, { text: texts.map(({ text }) => text).join(" · ") })), row);
        return box;
      }),
    );
    suppressShortcuts(this.offers);
  }

  bring(name, text) {
    this.fields.get(name).value = text;
    this.drafts.typed(name, text);
  }

  say(text) {
    this.status.textContent = "";
    clearTimeout(this.sayTimer);
    // A live region speaks when its text changes; the pause lets it say the same words twice.
    this.sayTimer = setTimeout(() => (this.status.textContent = text), 40);
  }
}

function element(name, attributes = {}, text = "") {
  const one = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) one.setAttribute(attribute, value);
  if (text) one.textContent = text;
  return one;
}

function push(text, call) {
  const one = element("button", { type: "button", class: "wr-button" }, text);
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
