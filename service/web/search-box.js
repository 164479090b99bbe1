// <broadsheet-search>: a search box for any page, around a plain form, which serves where no script runs.
//
//   <script src="https://search.example.org/static/search-box.js" defer></script>
//   <broadsheet-search lang="en"><form action="https://search.example.org/">
//     <input name="q" type="search" aria-label="Search"><button>Search</button>
//   </form></broadsheet-search>
//
// Attributes: endpoint (the service; where the script came from when left out), lang, results (the page
// that Enter leads to; the form's action when left out), recent (keep this tab's searches), theme (light
// or dark; as the page when left out), page (the form's own page shows the results).

// An image called currentScript is none.
const SCRIPT = document.currentScript instanceof HTMLScriptElement ? document.currentScript : null;
const SERVICE = new URL(SCRIPT?.src ? "../" : "/", SCRIPT?.src || location.href).href;
const NAME = "broadsheet-search";
const LATEST = "light-dark(#000, #fff)"; // the newest of what the box needs; a browser without it keeps the form
const FORMS = "form[role=search], form.search-form, form.searchform";

class BroadsheetSearch extends HTMLElement {
  /** @type {Box | null} */
  box = null;

  connectedCallback() {
    whenRead(() => this.start());
  }

  start() {
    if (this.box || !this.isConnected) return;
    const endpoint = new URL(this.getAttribute("endpoint") || SERVICE, document.baseURI).href;
    this.box = new Box(this, this.querySelector("form"), endpoint.replace(/\/?$/, "/"));
  }
}

/** Before the page is read to its end, a form may not be there yet. @param {() => void} work */
function whenRead(work) {
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", work);
  else work();
}

/** The script tag alone brings a box, too: data-place names the forms it stands in for, or says "here". */
function place() {
  const where = SCRIPT?.dataset["place"];
  if (where === "here") SCRIPT?.after(wrapped(null));
  else if (where !== undefined) {
    for (const form of document.querySelectorAll(where || FORMS)) if (!form.closest(NAME)) replace(form);
  }
}

/** @param {Element} form */
function replace(form) {
  const held = form.contains(document.activeElement);
  const box = wrapped(form);
  form.replaceWith(box);
  if (held) box.box?.field.focus();
}

/** A box with the attributes of the script tag, and a copy of the form in it.
 * @param {Element | null} form */
function wrapped(form) {
  const attributes = { endpoint: SERVICE, results: SERVICE, ...SCRIPT?.dataset };
  const box = /** @type {BroadsheetSearch} */ (make(NAME, attributes));
  if (form) box.append(form.cloneNode(true));
  return box;
}

if (CSS.supports("color", LATEST)) {
  if (!customElements.get(NAME)) customElements.define(NAME, BroadsheetSearch);
  whenRead(place);
}
