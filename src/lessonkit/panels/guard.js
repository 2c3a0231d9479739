/* Shared by every panel; it stands in front of each panel's own module.
   JupyterLab listens for single keys anywhere on the page: an arrow leaves the cell, "d d"
   deletes it. A key that a learner types inside a panel is the panel's. */

/** Keys that stay JupyterLab's: saving, and running the cell. */
const isForLab = (event) =>
  ((event.ctrlKey || event.metaKey) && ["s", "S"].includes(event.key)) ||
  (event.key === "Enter" && (event.shiftKey || event.ctrlKey || event.metaKey));

const SUPPRESS = "data-lm-suppress-shortcuts";

function guardKeys(root) {
  root.addEventListener("keydown", (event) => {
    if (!isForLab(event)) {
      event.stopPropagation();
      return;
    }
    // With its attribute on, JupyterLab would pass over its own keys too, and Ctrl+S would save the web page.
    const element = event.target;
    element.removeAttribute(SUPPRESS);
    setTimeout(() => element.setAttribute(SUPPRESS, "true"));
  });
}

/** JupyterLab looks at this attribute on the focused element itself; on a parent it does nothing. */
function suppressShortcuts(root) {
  for (const element of root.querySelectorAll("a, button, input, select, textarea, summary, [tabindex]")) {
    element.setAttribute(SUPPRESS, "true");
  }
}
