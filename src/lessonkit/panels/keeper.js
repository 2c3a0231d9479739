/* Taking work away as a file made here in the browser, and bringing a file back. */

const ANSWER_WITHIN = 2000; // ms in which Python says what there is to keep; after that, what is known here is taken

function render({ model, el }) {
  const words = model.get("words");
  const fill = (text, values) => Object.entries(values).reduce((out, [name, value]) => out.replaceAll(`{${name}}`, String(value)), text);

  el.classList.add("lessonkit", "lk-keeper");
  guardKeys(el);

  const root = make("section", { "aria-label": words.title });
  const status = make("p", { role: "status", class: "lk-status" });
  const say = (sentence) => {
    status.textContent = "";
    // A live region speaks when its text changes; the pause makes it speak the same words twice.
    setTimeout(() => { status.textContent = sentence; }, 30);
  };
  // The same sentence beside the button, where the eyes are; it is spoken from below, once.
  const beside = new Map();
  const sayAt = (button, sentence) => {
    for (const note of beside.values()) note.textContent = "";
    beside.get(button).textContent = sentence;
    status.classList.add("lk-spoken");
    say(sentence);
  };
  const sayBelow = (sentence) => {
    for (const note of beside.values()) note.textContent = "";
    status.classList.remove("lk-spoken");
    say(sentence);
  };
  const control = (text, kind, action) => {
    const button = make("button", { type: "button", class: `lk-button ${kind}`.trim() }, text);
    const note = make("p", { class: "lk-note", "aria-hidden": "true" });
    const box = make("div");
    button.addEventListener("click", () => action(button));
    beside.set(button, note);
    box.append(button, note);
    return { button, box };
  };
  const takeIt = control(words.take, "lk-main", takeWork);
  const pageIt = control(words.portfolio, "", takePage);
  const isEmpty = (kept) => !kept.marks.some((mark) => !mark.removed) && !Object.values(kept.texts ?? {}).some(({ text }) => text);
  const holdings = make("p", { class: "lk-holdings" });
  const given = make("p", { class: "lk-given", id: unique("given") }, words.name_later);
  const name = make("input", { type: "text", maxlength: model.get("limits").pseudonym, autocomplete: "off", id: unique("name") });

  root.append(
    make("h3", {}, words.title),
    ...model.get("messages").map((text) => make("p", { class: "lk-message" }, text)),
    holdings, part(words.take_title, words.take_how, takeIt.box), part(words.portfolio_title, words.portfolio_how, pageIt.box),
    bringBack(), pseudonym(), browser(), status,
  );
  el.replaceChildren(root);
  suppressShortcuts(el);

  // How much there is to keep is said, so that nobody takes away an empty file unawares.
  const showKept = () => {
    const kept = model.get("kept");
    const marks = kept.marks.filter((mark) => !mark.removed).length;
    const texts = Object.values(kept.texts ?? {}).filter(({ text }) => text).length;
    const text = !marks && texts ? words.holds_texts_only : ([words.holds_none, words.holds_one][marks] ?? words.holds);
    const more = marks && texts ? ` ${words.holds_texts}` : "";
    holdings.textContent = fill(text + more, { marks, texts, pseudonym: kept.pseudonym });
    if (document.activeElement !== name) name.value = kept.pseudonym;
    given.hidden = Boolean(kept.pseudonym);
    // Not `disabled`: whoever comes by keyboard finds it and is told why.
    takeIt.button.setAttribute("aria-disabled", String(isEmpty(kept)));
  };
  let waiting = null;
  let making = false;
  const take = (kept) => {
    clearTimeout(waiting);
    waiting = null;
    if (isEmpty(kept)) {
      sayAt(takeIt.button, words.take_nothing);
      return;
    }
    const file = `${fileStem(kept)}.json`;
    download(file, JSON.stringify(kept, null, 1), "application/json");
    sayAt(takeIt.button, fill(words.taken, { file }));
  };
  const onMessage = (message) => {
    if (message.did === "keep" && waiting) take(message.kept);
    if (message.did !== "portfolio" || !making) return;
    madeOrNot();
    if (!message.page) {
      sayAt(pageIt.button, message.why);
      return;
    }
    const file = `${fileStem(model.get("kept"))}.html`;
    download(file, message.page, "text/html");
    sayAt(pageIt.button, fill(words.taken, { file }));
  };
  const showTold = () => { if (model.get("told")) sayBelow(model.get("told")); };
  showKept();
  model.on("change:kept", showKept);
  model.on("change:told", showTold);
  model.on("msg:custom", onMessage);
  return () => {
    model.off("change:kept", showKept);
    model.off("change:told", showTold);
    model.off("msg:custom", onMessage);
    clearTimeout(waiting);
  };

  function takeWork() {
    // A mark made a moment ago may be on its way, or was made in another notebook: Python knows it first.
    // Where Python does not answer, because its machine is gone, this browser's copy is what there is.
    clearTimeout(waiting);
    waiting = setTimeout(() => take(model.get("kept")), ANSWER_WITHIN);
    try {
      model.send({ do: "keep" });
    } catch {
      take(model.get("kept"));
    }
  }

  function takePage() {
    if (making) return;
    making = true;
    pageIt.button.setAttribute("aria-disabled", "true");
    pageIt.button.classList.add("lk-busy");
    sayAt(pageIt.button, words.portfolio_coming);
    try {
      model.send({ do: "portfolio" });
    } catch {
      madeOrNot();
    }
  }

  function madeOrNot() {
    making = false;
    pageIt.button.removeAttribute("aria-disabled");
    pageIt.button.classList.remove("lk-busy");
  }

  function bringBack() {
    const input = make("input", { type: "file", accept: ".json,application/json", id: unique("file") });
    const read = (file) => {
      if (!file) return;
      if (file.size > model.get("limits").bytes) {
        sayBelow(fill(words.too_large, { megabytes: Math.floor(model.get("limits").bytes / 1e6) }));
        return;
      }
      file.text().then(
        (text) => model.send({ do: "restore", text }),
        () => sayBelow(words.unreadable),
      );
      sayBelow(words.reading);
    };
    input.addEventListener("change", () => { read(input.files[0]); input.value = ""; });
    const box = make("div", { class: "lk-drop" });
    box.append(make("label", { for: input.id }, words.bring), input);
    for (const kind of ["dragenter", "dragover"]) {
      box.addEventListener(kind, (event) => { event.preventDefault(); event.stopPropagation(); box.classList.add("lk-over"); });
    }
    box.addEventListener("dragleave", () => box.classList.remove("lk-over"));
    box.addEventListener("drop", (event) => {
      // JupyterLab would take the file for itself and upload it into its folder.
      event.preventDefault();
      event.stopPropagation();
      box.classList.remove("lk-over");
      read(event.dataTransfer.files[0]);
    });
    return part(words.bring_title, words.bring_how, box);
  }

  function pseudonym() {
    const button = make("button", { type: "button", class: "lk-button" }, words.rename);
    const send = () => model.send({ do: "rename", pseudonym: name.value });
    button.addEventListener("click", send);
    name.addEventListener("keydown", (event) => { if (event.key === "Enter") send(); });
    const row = make("div", { class: "lk-row" });
    name.setAttribute("aria-describedby", given.id);
    row.append(make("label", { for: name.id }, words.name), name, button, given);
    return part(words.name_title, words.name_how, row);
  }

  function browser() {
    const button = make("button", { type: "button", class: "lk-button" }, words.erase);
    button.addEventListener("click", () => {
      let erased = 0;
      try {
        const mine = Object.keys(localStorage).filter((key) => key.startsWith(`lessonkit/${model.get("kept").article}/`));
        for (const key of mine) localStorage.removeItem(key);
        erased = mine.length;
      } catch {
        // A browser that keeps nothing has nothing to erase.
      }
      window.dispatchEvent(new CustomEvent("lessonkit-erased"));
      sayBelow(erased ? words.erased : words.nothing_to_erase);
    });
    return part(words.erase_title, words.erase_how, button);
  }
}

function make(name, attributes = {}, text = "") {
  const element = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
  if (text) element.textContent = text;
  return element;
}

function part(title, how, control) {
  const box = make("section", { class: "lk-part" });
  box.append(make("h4", {}, title), make("p", {}, how), control);
  return box;
}

const unique = (name) => `lk-${name}-${Math.random().toString(36).slice(2)}`;

/** Hand a text to the browser as a file. */
function download(file, text, type) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = make("a", { href: address, download: file });
  // In the document while it is clicked: Firefox ignores a link that is not.
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** "idlib-blue-otter": letters and digits of any script, so that every system takes it. */
function fileStem(kept) {
  const plain = kept.pseudonym.normalize("NFC").replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "");
  return `${kept.article}-${plain || "work"}`;
}

export default { render };
