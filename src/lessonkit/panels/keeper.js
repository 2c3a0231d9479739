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
  const holdings = make("p", { class: "lk-holdings" });
  const name = make("input", { type: "text", maxlength: model.get("limits").pseudonym, autocomplete: "off", id: unique("name") });

  root.append(
    make("h3", {}, words.title),
    ...model.get("messages").map((text) => make("p", { class: "lk-message" }, text)),
    holdings, takeAway(), portfolio(), bringBack(), pseudonym(), browser(), status,
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
  };
  let waiting = null;
  const take = (kept) => {
    clearTimeout(waiting);
    waiting = null;
    const file = `${fileStem(kept)}.json`;
    download(file, JSON.stringify(kept, null, 1), "application/json");
    say(fill(words.taken, { file }));
  };
  const onMessage = (message) => {
    if (message.did === "keep" && waiting) take(message.kept);
    if (message.did !== "portfolio") return;
    const file = `${fileStem(model.get("kept"))}.html`;
    download(file, message.page, "text/html");
    say(fill(words.taken, { file }));
  };
  const showTold = () => { if (model.get("told")) say(model.get("told")); };
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

  function takeAway() {
    const button = make("button", { type: "button", class: "lk-button lk-main" }, words.take);
    button.addEventListener("click", () => {
      // A mark made a moment ago may be on its way, or was made in another notebook: Python knows it first.
      // Where Python does not answer, because its machine is gone, this browser's copy is what there is.
      clearTimeout(waiting);
      waiting = setTimeout(() => take(model.get("kept")), ANSWER_WITHIN);
      try {
        model.send({ do: "keep" });
      } catch {
        take(model.get("kept"));
      }
    });
    return part(words.take_title, words.take_how, button);
  }

  function portfolio() {
    const button = make("button", { type: "button", class: "lk-button" }, words.portfolio);
    button.addEventListener("click", () => {
      say(words.portfolio_coming);
      model.send({ do: "portfolio" });
    });
    return part(words.portfolio_title, words.portfolio_how, button);
  }

  function bringBack() {
    const input = make("input", { type: "file", accept: ".json,application/json", id: unique("file") });
    const read = (file) => {
      if (!file) return;
      if (file.size > model.get("limits").bytes) {
        say(fill(words.too_large, { megabytes: Math.floor(model.get("limits").bytes / 1e6) }));
        return;
      }
      file.text().then(
        (text) => model.send({ do: "restore", text }),
        () => say(words.unreadable),
      );
      say(words.reading);
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
    row.append(make("label", { for: name.id }, words.name), name, button);
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
      say(erased ? words.erased : words.nothing_to_erase);
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
