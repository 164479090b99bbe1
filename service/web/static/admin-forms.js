// Forms: sent once, and questions that a key closes again.
// @ts-check

/** @param {SubmitEvent} event */
function sendOnce(event) {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (form.method !== "post") return;
  if (form.dataset["sent"]) return event.preventDefault();
  form.dataset["sent"] = "1";
  event.submitter?.setAttribute("aria-disabled", "true");
}

/** A page that comes back out of the browser's memory has its buttons again. */
function renew() {
  for (const form of document.forms) {
    delete form.dataset["sent"];
    for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
  }
}

/** Escape closes the question that the keyboard is in. @param {KeyboardEvent} event */
function close(event) {
  if (event.key !== "Escape") return;
  const open = /** @type {HTMLElement} */ (event.target).closest("details.confirm[open]");
  if (!(open instanceof HTMLDetailsElement)) return;
  open.open = false;
  open.querySelector("summary")?.focus();
}

/** One question at a time. @param {Event} event */
function closeOthers(event) {
  const opened = event.target;
  if (!(opened instanceof HTMLDetailsElement) || !opened.open || !opened.matches(".confirm")) return;
  for (const other of document.querySelectorAll("details.confirm[open]")) {
    if (other !== opened) other.removeAttribute("open");
  }
}

/** @param {Document} page */
export function furnishForms(page) {
  page.addEventListener("submit", sendOnce);
  page.addEventListener("keydown", close);
  page.addEventListener("toggle", closeOthers, true);
  window.addEventListener("pageshow", renew);
}
