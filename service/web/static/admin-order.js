// Lists whose lines are moved: by their buttons, by the arrow keys on their handles, and by dragging these.
// Every move is the form of the line, sent behind the page; what comes back takes the place of what was shown.
// @ts-check

const NEAR_EDGE = 60; // pixels from the window's edge within which dragging scrolls
const SCROLL = 12; // pixels of one such step

/** Moves wait for each other: each begins with what the one before has left. @type {Promise<void>} */
let before = Promise.resolve();

/** The page that answers a form. @param {HTMLFormElement} form @param {string} to
 * @returns {Promise<Document | null>} `null` when it is not the page as it is after the move.
 */
function answer(form, to) {
  return new Promise((resolve) => {
    const fields = new URLSearchParams();
    for (const [name, value] of new FormData(form)) fields.append(name, String(value));
    fields.set("to", to);
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.responseType = "document";
    request.onload = () => resolve(request.status === 200 ? request.responseXML : null);
    request.onerror = request.onabort = () => resolve(null);
    request.send(fields);
  });
}

/** Send the form as a browser does, and show whatever comes of it. @param {HTMLFormElement} form @param {string} to */
function sendPlainly(form, to) {
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = "to";
  field.value = to;
  form.append(field);
  form.submit();
}

/** Put the parts of a page that change into the one that is shown. @param {Document} page */
function refresh(page) {
  for (const old of document.querySelectorAll("[data-fresh]")) {
    const fresh = page.getElementById(old.id);
    if (fresh) old.replaceWith(document.adoptNode(fresh));
  }
  const revision = /** @type {HTMLInputElement | null} */ (document.querySelector("[data-mover] [name=revision]"))?.value;
  for (const field of document.querySelectorAll("input[name=revision]")) {
    if (revision) /** @type {HTMLInputElement} */ (field).value = revision;
  }
  furnishOrder(document);
}

/** The line of a key. @param {string} key */
function lineOf(key) {
  const lines = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-order] > [data-key]"));
  return [...lines].find((line) => line.dataset["key"] === key) ?? null;
}

/** Say what has happened, and let the keyboard be where it was. @param {string} key @param {string} control */
function settle(key, control) {
  const line = lineOf(key);
  const said = document.getElementById("moved");
  if (!line) return;
  const count = document.querySelectorAll("[data-order] > [data-key]").length;
  if (said) said.textContent = `“${line.dataset["title"]}” is at place ${line.dataset["place"]} of ${count}.`;
  const wanted = /** @type {HTMLButtonElement | null} */ (line.querySelector(control));
  const target = wanted && !wanted.disabled ? wanted : /** @type {HTMLElement | null} */ (line.querySelector("[data-handle]"));
  target?.focus();
}

/** Move a line when those before it have moved. @param {string} key @param {(place: number) => number} to
 * @param {string} control - what the keyboard is on
 */
function move(key, to, control) {
  before = before.then(async () => {
    const line = lineOf(key);
    const form = /** @type {HTMLFormElement | null} */ (line?.querySelector("[data-mover]") ?? null);
    if (!line || !form) return;
    const place = Number(line.dataset["place"]);
    const wanted = Math.max(1, to(place));
    if (wanted === place) return;
    const page = await answer(form, String(wanted));
    if (!page?.querySelector("[data-order]")) return sendPlainly(form, String(wanted));
    refresh(page);
    settle(key, control);
  });
}

/** @param {KeyboardEvent} event @param {string} key */
function onKey(event, key) {
  /** @type {Record<string, (place: number) => number>} */
  const keys = { ArrowUp: (place) => place - 1, ArrowDown: (place) => place + 1, Home: () => 1 };
  const to = keys[event.key];
  if (!to || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  move(key, to, "[data-handle]");
}

/** The line that a height of the window is in. @param {HTMLElement} list @param {number} y */
function lineAt(list, y) {
  const lines = /** @type {HTMLElement[]} */ ([...list.querySelectorAll(":scope > [data-key]")]);
  return lines.find((line) => y < line.getBoundingClientRect().bottom) ?? lines.at(-1) ?? null;
}

/** Drag a line until the pointer is let go. @param {PointerEvent} event @param {HTMLElement} line */
function drag(event, line) {
  const list = /** @type {HTMLElement | null} */ (line.closest("[data-order]"));
  const handle = /** @type {HTMLElement} */ (event.currentTarget);
  if (!list || event.button !== 0) return;
  event.preventDefault();
  handle.setPointerCapture(event.pointerId);
  handle.focus();
  line.classList.add("dragged");
  /** @type {HTMLElement | null} */
  let over = null;
  /** @param {PointerEvent} moved */
  const follow = (moved) => {
    if (moved.clientY < NEAR_EDGE) scrollBy(0, -SCROLL);
    else if (moved.clientY > innerHeight - NEAR_EDGE) scrollBy(0, SCROLL);
    over?.classList.remove("above", "below");
    over = lineAt(list, moved.clientY);
    const down = Number(over?.dataset["place"]) > Number(line.dataset["place"]);
    if (over !== line) over?.classList.add(down ? "below" : "above");
  };
  const stop = () => {
    handle.removeEventListener("pointermove", follow);
    handle.removeEventListener("keydown", leave, true);
    line.classList.remove("dragged");
    over?.classList.remove("above", "below");
  };
  const drop = () => {
    stop();
    const place = Number(over?.dataset["place"]);
    if (place) move(String(line.dataset["key"]), () => place, "[data-handle]");
  };
  /** @param {KeyboardEvent} pressed */
  const leave = (pressed) => {
    if (pressed.key !== "Escape") return;
    over?.classList.remove("above", "below");
    over = null;
    handle.releasePointerCapture(event.pointerId);
    stop();
  };
  handle.addEventListener("pointermove", follow);
  handle.addEventListener("keydown", leave, true);
  handle.addEventListener("pointerup", drop, { once: true });
  handle.addEventListener("pointercancel", stop, { once: true });
}

/** @param {HTMLElement} line */
function furnishLine(line) {
  const key = String(line.dataset["key"]);
  const handle = /** @type {HTMLElement | null} */ (line.querySelector("[data-handle]"));
  const form = line.querySelector("[data-mover]");
  if (!handle || !form || !handle.hidden) return;
  handle.hidden = false;
  handle.addEventListener("keydown", (event) => onKey(event, key));
  handle.addEventListener("pointerdown", (event) => drag(event, line));
  form.addEventListener("submit", (event) => {
    const step = Number(/** @type {SubmitEvent} */ (event).submitter?.dataset["step"]);
    if (!step) return;
    event.preventDefault();
    event.stopPropagation(); // it is not sent, so it may be pressed again
    move(key, (place) => place + step, `[data-step="${step}"]`);
  });
}

/** @param {Document} page */
export function furnishOrder(page) {
  for (const line of page.querySelectorAll("[data-order] > [data-key]")) furnishLine(/** @type {HTMLElement} */ (line));
}
