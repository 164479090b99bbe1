// Elements. Nothing here reads text as HTML: what comes from a page or a query becomes text nodes.

/** @typedef {{ text: string, ranges: [number, number][] }} Marked */

/** An element with attributes (true stands for an empty value; false and null for none) and children. Its
 * classes of ours are its parts, too, so that a page may style them through `::part`.
 * @param {string} tag
 * @param {Record<string, string | number | boolean | null | undefined>} [attributes]
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {HTMLElement} */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  const parts = element.className.match(/(?<=bs-)\w+/g);
  if (parts) element.setAttribute("part", parts.join(" "));
  element.append(.../** @type {(Node | string)[]} */ (children.filter(Boolean)));
  return element;
}

/** A button that does something here.
 * @param {string} name its class @param {string} text @param {() => void} work */
function button(name, text, work) {
  const made = make("button", { type: "button", class: name }, text);
  made.addEventListener("click", work);
  return made;
}

/** A text with its marks. Ranges count code points; those that do not fit are left out.
 * @param {Marked} highlight */
function marked({ text, ranges }) {
  const letters = Array.from(text);
  const found = document.createDocumentFragment();
  let at = 0;
  for (const [start, end] of ranges) {
    if (start < at || end <= start || end > letters.length) continue;
    found.append(letters.slice(at, start).join(""), make("mark", {}, letters.slice(start, end).join("")));
    at = end;
  }
  found.append(letters.slice(at).join(""));
  return found;
}

/** The address, when it is one of the web; else nothing. No page can have `javascript:` followed.
 * @param {string} address */
function followable(address) {
  try {
    return /^https?:$/.test(new URL(address).protocol) ? address : "";
  } catch {
    return "";
  }
}

/** Runs the last call only, `ms` after it.
 * @param {() => void} work
 * @param {number} ms */
function later(work, ms) {
  let timer = 0;
  return {
    start(wait = ms) {
      clearTimeout(timer);
      timer = window.setTimeout(work, wait);
    },
    stop() {
      clearTimeout(timer);
    },
  };
}
