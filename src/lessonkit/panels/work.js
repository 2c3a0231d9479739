/* What the marking panel knows. Whatever a learner does is noted here and told to Python through the
   trait `marks`; Python answers with `saved`, the versions that are on disk. Until it has answered,
   and in case its machine goes away, the browser's own store holds a copy: the mirror.

   In this order: the line to Python (Line), what is known (Work), what this browser holds (the
   mirror). marker.js shows it; the desk uses the line and the mirror. */

/**
 * @typedef {{id: string, layer: string, segment: string, first: number, last: number, quote: string,
 *   tag: string, reason: string, confidence: string, rev: number, removed: boolean}} Mark
 * @typedef {{id: string, kind: "headline"|"caption"|"sentence"|"line", paragraph: number, pieces: string[]}} Segment
 *   Pieces are gap, word, gap, word, …, gap: word number n is `pieces[2 * n + 1]`.
 * @typedef {{name: string, key: string, title: string, definition: string, ask: string, shape: string}} Tag
 * @typedef {{segment: string, anchor: number, head: number}} Selection
 */

const LATE_AFTER = 3000; // ms without an answer before the panel says so
const SEND_REASON_AFTER = 500;
const SEND_LOOKED_AFTER = 800;

/* ---------------------------------------------------------------- the line to Python */

/** What is told and asked over a model, and whether the answer is late: what a panel's work extends. */
class Line {
  constructor(model) {
    this.model = model;
    this.watchers = new Set();
    this.mirrored = true;
    this.late = false;
    this.lateTimer = null;
  }

  close() {
    clearTimeout(this.lateTimer);
    clearTimeout(this.resendTimer);
    this.flush();
  }

  /** Tell every view what changed. */
  tell(what) {
    for (const call of this.watchers) call(what);
  }

  send(values) {
    try {
      for (const [name, value] of Object.entries(values)) this.model.set(name, value);
      this.model.save_changes();
    } catch {
      // The kernel is gone: the answer will not come, and the panel says so by itself.
    }
  }

  ask(request) {
    try {
      this.model.send(request);
    } catch {
      // As above.
    }
  }

  /** Without an answer for half the time, tell everything again; after all of it, the answer is late. */
  expect(isWaiting) {
    if (!isWaiting) {
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
  }
}

/* ---------------------------------------------------------------- what is known */

/** The marks of one model, their history, and what Python has acknowledged. Views hear a segment's id, "looked", "state" or "undo". */
class Work extends Line {
  constructor(model) {
    super(model);
    this.article = model.get("article");
    this.layer = model.get("layer");
    /** @type {Map<string, Mark>} in the order in which they were made */
    this.marks = new Map();
    this.looked = new Set(model.get("looked"));
    this.past = [];
    this.future = [];
    this.sent = new Map();
    this.hear("marks", () => this.merge());
    this.hear("looked", () => this.mergeLooked());
    this.hear("saved", () => this.judge());
    this.hear("trouble", () => this.judge());
    this.hear("kept", () => refreshMirror(this));
    this.merge();
    this.judge();
  }

  hear(name, call) {
    this.model.on(`change:${name}`, call);
  }

  /** @returns {Mark[]} */
  at(segment) {
    return [...this.marks.values()].filter((mark) => mark.segment === segment && !mark.removed);
  }

  /** Take over what is newer in Python. What is missing there is on its way, and is kept. */
  merge() {
    const touched = new Set();
    for (const mark of this.model.get("marks")) {
      const mine = this.marks.get(mark.id);
      if (mine && (mine.rev > mark.rev || JSON.stringify(mine) === JSON.stringify(mark))) continue;
      if (mine) touched.add(mine.segment);
      this.marks.set(mark.id, mark);
      this.sent.set(mark.id, mark.rev);
      touched.add(mark.segment);
    }
    for (const segment of touched) this.tell(segment);
    this.judge();
  }

  mergeLooked() {
    for (const id of this.model.get("looked")) this.looked.add(id);
    this.tell("looked");
  }

  look(segment) {
    if (this.looked.has(segment)) return;
    this.looked.add(segment);
    this.tell("looked");
    clearTimeout(this.lookTimer);
    this.lookTimer = setTimeout(() => this.send({ looked: [...this.looked] }), SEND_LOOKED_AFTER);
  }

  /**
   * Make a new version of a mark and everything that follows from it.
   * @param {Mark} version
   */
  change(version) {
    const before = this.marks.get(version.id) ?? null;
    const after = { ...version, rev: (before?.rev ?? 0) + 1 };
    this.past.push({ before, after });
    this.future = [];
    this.put(after);
    return after;
  }

  /** A reason grows by letters: until it is sent, it stays one version and one step to undo. */
  draft(id, reason) {
    const mark = this.marks.get(id);
    if (!mark || mark.reason === reason) return;
    const step = this.past.at(-1);
    const typing = step && step.typing && step.after.id === id && mark.rev > (this.sent.get(id) ?? 0);
    const after = { ...mark, reason, rev: typing ? mark.rev : mark.rev + 1 };
    if (typing) step.after = after;
    else this.past.push({ before: mark, after, typing: true });
    this.future = [];
    this.put(after, SEND_REASON_AFTER);
  }

  put(mark, wait = 0) {
    this.marks.set(mark.id, mark);
    this.tell(mark.segment);
    this.tell("undo");
    // Not in this task: the mark is painted first.
    clearTimeout(this.mirrorTimer);
    this.mirrorTimer = setTimeout(() => (this.mirrored = writeMirror(this)));
    clearTimeout(this.sendTimer);
    this.sendTimer = setTimeout(() => this.flush(), wait);
    this.judge();
  }

  undo() {
    return this.step(this.past, this.future, "before");
  }

  redo() {
    return this.step(this.future, this.past, "after");
  }

  step(from, to, side) {
    const step = from.pop();
    if (!step) return null;
    const now = this.marks.get(step.after.id);
    const version = step[side] ?? { ...step.after, removed: true };
    const after = { ...version, rev: now.rev + 1 };
    to.push({ before: step.before, after: step.after });
    this.put(after);
    return { before: now, after };
  }

  flush() {
    clearTimeout(this.sendTimer);
    const list = [...this.marks.values()];
    if (list.every((mark) => this.sent.get(mark.id) === mark.rev)) return;
    for (const mark of list) this.sent.set(mark.id, mark.rev);
    this.send({ marks: list });
  }

  /** Tell everything again: telling twice changes nothing, because versions are numbered. */
  resend() {
    this.sent.clear();
    this.flush();
    this.ask({ do: "save" });
  }

  /** How many marks Python has not acknowledged. */
  waiting() {
    const saved = this.model.get("saved");
    return [...this.marks.values()].filter((mark) => saved[mark.id] !== mark.rev).length;
  }

  /** "", "saved", "saving" or "late": only what Python has acknowledged is called saved. */
  judge() {
    const waiting = this.waiting();
    this.expect(waiting);
    const state = waiting ? (this.late ? "late" : "saving") : [...this.marks.values()].length ? "saved" : "";
    if (state === this.state && this.model.get("trouble") === this.trouble) return;
    this.state = state;
    this.trouble = this.model.get("trouble");
    this.tell("state");
  }
}

/* ---------------------------------------------------------------- what this browser holds */

const shelf = (article) => `lessonkit/${article}/`;
const isNewer = (mark, known) => !known.has(mark.id) || mark.rev > known.get(mark.id);
const revs = (marks) => new Map(marks.map((mark) => [mark.id, mark.rev]));

const isText = (value) => typeof value === "string";
const hasUnsaved = (record) => record?.left.length > 0 || Object.values(record?.kept.texts ?? {}).some((text) => text?.unsaved);

/** Whether Python has a text, as the last one or as one before it. */
const has = (known, text) => [known?.text, ...(known?.before ?? [])].some((one) => one?.trim() === text.trim());

/** What Python has, and what this browser alone has from an earlier page: that is offered until it is answered. */
function heldTexts(old, kept, isLater) {
  const texts = { ...old?.kept.texts, ...kept.texts };
  for (const [name, one] of Object.entries(old?.kept.texts ?? {})) {
    if (one?.unsaved && isText(one.text) && !isLater(name) && !has(kept.texts?.[name], one.text)) texts[name] = one;
  }
  return texts;
}

/** A private window may throw at the mere mention of localStorage. */
function stored(key) {
  try {
    const record = JSON.parse(localStorage.getItem(key));
    if (!Array.isArray(record?.kept?.marks)) return null;
    const left = Array.isArray(record.left) ? record.left : [];
    return { ...record, left: left.filter((one) => isText(one?.name) && isText(one?.text)) };
  } catch {
    return null;
  }
}

function storedKeys(article) {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(shelf(article)));
  } catch {
    return null;
  }
}

/** @returns {boolean} whether nothing is left */
function erase(keys) {
  try {
    for (const key of keys) localStorage.removeItem(key);
    return true;
  } catch {
    return false;
  }
}

function newest(...lists) {
  const byId = new Map();
  for (const mark of lists.flat()) {
    const other = byId.get(mark.id);
    if (!other || mark.rev >= other.rev) byId.set(mark.id, mark);
  }
  return [...byId.values()];
}

/**
 * Hold what Python has, what other notebooks left here, and what is not acknowledged yet.
 * @returns {boolean} whether this browser holds it now
 */
function writeMirror(work) {
  const { model, article } = work;
  const kept = model.get("kept");
  const key = shelf(article.name) + (model.get("workbook_id") || "new");
  const old = stored(key);
  const marks = newest(old?.kept.marks ?? [], kept.marks ?? [], [...work.marks.values()]);
  const texts = heldTexts(old, kept, () => false);
  const record = { kept: { ...kept, marks, texts }, left: old?.left, at: new Date().toISOString() };
  try {
    localStorage.setItem(key, JSON.stringify(record));
  } catch {
    return false;
  }
  // Before its first save a workbook has no id: what was held for it then is held under its id now.
  const before = shelf(article.name) + "new";
  const left = stored(before);
  const isLeft = left?.kept.marks.some((mark) => isNewer(mark, revs(marks))) || hasUnsaved(left);
  if (key !== before && !isLeft) erase([before]);
  return true;
}

/** Bring the mirror up to date where there is one. After erasing there is none until the next mark. */
function refreshMirror(work) {
  const { model, article } = work;
  const keys = ["new", model.get("workbook_id")].map((id) => shelf(article.name) + id);
  if (keys.some(stored)) writeMirror(work);
}

/** Work in this browser that the workbook does not have. */
function offers(work) {
  const known = revs(newest(work.model.get("kept").marks ?? [], work.model.get("marks")));
  return (storedKeys(work.article.name) ?? [])
    .map((key) => ({ key, record: stored(key) }))
    .filter(({ record }) => record && !record.brought)
    .map(({ key, record }) => ({ key, record, marks: record.kept.marks.filter((mark) => isNewer(mark, known)) }))
    .map((offer) => ({ ...offer, there: offer.marks.filter((mark) => !mark.removed).length }))
    .filter(({ marks, there }) => there || marks.some((mark) => known.has(mark.id)));
}
