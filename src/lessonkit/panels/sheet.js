/* A page to read. Python makes its HTML and has escaped everything in it; this file keeps open what
   the reader has opened, shows and hides layers, and keeps JupyterLab's hands off the reader's keys. */

function render({ model, el }) {
  el.classList.add("lessonkit", "lk-text", "lk-sheet");
  guardKeys(el);

  const show = () => {
    const open = new Set([...el.querySelectorAll("details[open]")].map((step) => step.dataset.name));
    el.innerHTML = model.get("page");
    for (const step of el.querySelectorAll("details")) {
      step.open = open.has(step.dataset.name);
    }
    // Which layers are shown is kept on the panel itself, which outlives the page in it.
    for (const box of el.querySelectorAll("input[data-layer]")) {
      const hidden = `lk-hide-${box.dataset.layer}`;
      box.checked = !el.classList.contains(hidden);
      box.addEventListener("change", () => el.classList.toggle(hidden, !box.checked));
    }
    suppressShortcuts(el);
  };
  show();
  model.on("change:page", show);
  return () => model.off("change:page", show);
}

export default { render };
