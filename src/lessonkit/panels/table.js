/* Tables that can be sorted and filtered. Python makes them and has escaped everything in them; what
   is added here is made of text, never of HTML. Sorting and filtering change the view alone. */

/** Give the tables in an element what they need beyond their HTML. */
function dressTables(root, words, say) {
  for (const box of root.querySelectorAll(".tb-box:not([data-dressed])")) {
    box.dataset.dressed = "";
    dressTable(box, words, say);
  }
}

function dressTable(box, words, say) {
  const table = box.querySelector("table");
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const rows = [...body.rows]; // in the order Python gave
  const titles = heads.map((head) => head.textContent);
  const wanted = new Map(); // what is chosen, by number of the column
  const count = element("p", { class: "tb-count" });
  const tools = element("div", { class: "tb-tools" });
  let sorted = { at: -1, down: false };

  const cell = (row, at) => row.cells[at];
  const key = (row, at) => cell(row, at).dataset.key || cell(row, at).dataset.value || cell(row, at).textContent.trim();

  function sort(at) {
    // Up, down, and back to the order it came in.
    if (sorted.at !== at) sorted = { at, down: false };
    else if (!sorted.down) sorted = { at, down: true };
    else sorted = { at: -1, down: false };
    const order = [...rows];
    if (sorted.at >= 0) {
      const turn = sorted.down ? -1 : 1;
      order.sort((one, other) => {
        const gaps = ("last" in cell(one, at).dataset) - ("last" in cell(other, at).dataset);
        return gaps || turn * key(one, at).localeCompare(key(other, at), undefined, { numeric: true });
      });
    }
    body.append(...order);
    for (const [number, head] of heads.entries()) {
      const sign = head.querySelector(".tb-sign");
      if (!sign) continue;
      const on = number === sorted.at;
      if (on) head.setAttribute("aria-sort", sorted.down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
      sign.textContent = on ? (sorted.down ? "▼" : "▲") : "↕";
    }
    const told = sorted.at < 0 ? words.unsorted : sorted.down ? words.sorted_down : words.sorted;
    say(fillIn(told, { column: titles[at] }));
  }

  function filter() {
    for (const row of rows) row.hidden = [...wanted].some(([at, value]) => value && cell(row, at).dataset.value !== value);
    const number = rows.filter((row) => !row.hidden).length;
    count.textContent = fillIn(words.shown, { number, all: rows.length });
  }

  for (const [at, head] of heads.entries()) {
    if ("sort" in head.dataset) {
      const button = element("button", { type: "button", class: "tb-sort" });
      button.append(titles[at], " ", element("span", { class: "tb-sign", "aria-hidden": "true" }, "↕"));
      button.addEventListener("click", () => sort(at));
      head.replaceChildren(button);
    }
    const values = [...new Set(rows.map((row) => cell(row, at).dataset.value))].filter(Boolean);
    if ("filter" in head.dataset && values.length > 1) {
      const select = element("select", { "data-column": titles[at] });
      select.append(element("option", { value: "" }, words.filter_all));
      for (const value of values) select.append(element("option", { value }, value));
      select.addEventListener("change", () => {
        wanted.set(at, select.value);
        filter();
        say(count.textContent);
      });
      const label = element("label", { class: "tb-filter" });
      label.append(element("span", {}, fillIn(words.filter, { column: titles[at] })), select);
      tools.append(label);
    }
  }
  filter();
  if (table.tHead.querySelector("button")) tools.append(element("p", { class: "tb-how" }, words.sort_how));
  box.prepend(tools);
  box.append(count);
}
