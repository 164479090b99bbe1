// One search box: the parts put together, on a form of the page's own or in a form made for it.

const RECENT = "broadsheet-recent"; // the one key in sessionStorage, and only with the attribute
const MOST_RECENT = 5;
const SUGGESTED_ROWS = 8;
// What the suggest route understands beside the text.
const NARROWING = ["exact", "in", "type", "category", "tag", "lang", "author", "from", "to"];
const SAYING_NOTHING = ["exact=0", "sort=relevance", "page=1", "per_page=10"];

let boxes = 0;

class Box {
  /** @param {HTMLElement} host @param {HTMLFormElement | null} given the form in the host, if it has one
   * @param {string} endpoint address of the service, with a slash at its end */
  constructor(host, given, endpoint) {
    this.host = host;
    this.quotes = `${endpoint}quotes`;
    this.speech = new Speech(/** @type {HTMLElement | null} */ (host.closest("[lang]"))?.lang || "en");
    // The page that Enter leads to: what the host says, the action of its form, or the service's own.
    const leading = host.getAttribute("results") || given?.getAttribute("action");
    this.results = leading ? new URL(leading, document.baseURI).href : endpoint;
    const paged = host.hasAttribute("page") && given !== null;
    this.root = paged ? host : host.attachShadow({ mode: "open" });
    /** @type {Settings | null} */
    this.settings = paged ? null : new Settings(this.speech, `${endpoint}api/v1/search`, () => this.narrowed());
    this.form = paged ? given : this.dressed(given);
    this.field = /** @type {HTMLInputElement} */ (this.form.querySelector("input[name]"));
    this.status = make("div", { role: "status", class: "bs-unseen" });
    this.panel = new Panel(this.speech, this, `broadsheet-${(boxes += 1)}`);
    this.combobox = new Combobox(this, this.panel, new Asking(`${endpoint}api/v1/suggest`), this.status, this.speech);
    this.combobox.adopt(this.field);
    this.furnish();
    this.sheet = new Sheet(this.field, this.combobox, this.speech, () => this.form.requestSubmit());
    this.root.append(this.sheet.dialog);
    this.listen();
    this.page = paged ? new ResultsPage(host, this.form, this.combobox, this.speech) : null;
    if (!paged) this.takeOver(queryField(given));
  }

  /** A form with a look of its own, for a page that is not ours. The given one stays behind it.
   * @param {HTMLFormElement | null} given
   * @returns {HTMLFormElement} */
  dressed(given) {
    const { speech } = this;
    const old = queryField(given);
    const name = old?.labels?.[0]?.textContent?.trim() || old?.getAttribute("aria-label");
    const input = make("input", { type: "search", name: "q", class: "bs-input", dir: "auto",
      "aria-label": name || speech.say("search"), placeholder: old?.placeholder || name || speech.say("search"),
      enterkeyhint: "search", autocapitalize: "off", spellcheck: "false" });
    const go = make("button", { type: "submit", class: "bs-go" }, speech.say("search"));
    const line = make("div", { class: "bs-line" }, input, go);
    // What a form says to another page than ours is no question to us.
    const hidden = this.host.hasAttribute("results") ? [] : given?.querySelectorAll("input[type=hidden][name]") ?? [];
    const kept = [...hidden].map((one) => one.cloneNode());
    const form = make("form", { role: "search", class: "bs-form", action: this.results,
      lang: speech.lang, dir: speech.dir }, line, this.settings?.root, ...kept);
    this.root.append(form);
    return /** @type {HTMLFormElement} */ (form);
  }

  /** The list below the line of the field, and the button that empties it. */
  furnish() {
    const clear = button("bs-clear", "×", () => {
      this.combobox.clear();
      this.field.focus();
    });
    clear.ariaLabel = this.speech.say("box_clear");
    const line = /** @type {HTMLElement} */ (this.field.parentElement);
    this.field.after(clear);
    line.after(make("div", { class: "bs-below" }, this.panel.root, this.status));
    wear(this.root instanceof ShadowRoot ? this.root : document);
  }

  listen() {
    this.form.addEventListener("submit", (event) => this.submitted(event));
    this.root.addEventListener("focusout", (event) => this.used(/** @type {FocusEvent} */ (event).relatedTarget));
  }

  /** @param {Event} event */
  submitted(event) {
    this.combobox.close();
    this.remember(this.combobox.text);
    if (this.host.hasAttribute("page")) return;
    event.preventDefault();
    location.assign(addressed(this.results, asked(this.form)));
  }

  /** The list closes when the focus leaves it and the field's line: the settings lie below it.
   * @param {EventTarget | null} next */
  used(next) {
    const own = [this.field.parentElement, this.panel.root].some((one) => one?.contains(/** @type {Node} */ (next)));
    if (!own && !this.sheet.dialog.open) this.combobox.close();
  }

  /** What was typed into the plain form before the script came. @param {HTMLInputElement | null} old */
  takeOver(old) {
    this.field.value = old?.value ?? ""; // the caret is behind it then
    if (old && old === document.activeElement) this.field.focus();
  }

  // -- what the combobox and the panel ask -----------------------------------------------------

  /** The question to the suggest route. @param {string} text */
  question(text) {
    return `${this.narrowing(text)}&limit=${SUGGESTED_ROWS}`;
  }

  /** Look for a passage on the page that finds them; as a body, for it has no place in an address.
   * @param {string} text */
  quote(text) {
    const form = make("form", { method: "post", action: this.quotes, hidden: true },
      make("input", { name: "text", value: text }));
    this.root.append(form);
    /** @type {HTMLFormElement} */ (form).submit();
    form.remove();
  }

  /** @param {string} text */
  narrowing(text) {
    const query = asked(this.form);
    for (const name of [...query.keys()]) if (!NARROWING.includes(name)) query.delete(name);
    query.set("q", text.normalize("NFC").replace(/\s+/g, " "));
    return query.toString();
  }

  /** The settings have changed. */
  narrowed() {
    if (this.combobox.passage) return;
    void this.settings?.refresh(this.narrowing(this.combobox.text));
  }

  /** The text has changed. */
  changed() {
    this.page?.typed();
    if (this.combobox.passage) return;
    this.settings?.follow(this.narrowing(this.combobox.text));
  }

  /** @param {string} text */
  forQuery(text) {
    const query = asked(this.form);
    query.set("q", text);
    return addressed(this.results, query);
  }

  /** What the list is the beginning of: the last word may go on. @param {string} text */
  forAll(text) {
    return `${this.forQuery(text)}&prefix=1`;
  }

  /** @param {string} slug */
  forCategory(slug) {
    return addressed(this.results, new URLSearchParams({ category: slug }));
  }

  // -- recent searches, when the page has switched them on --------------------------------------

  /** @returns {string[]} */
  recent() {
    if (!this.host.hasAttribute("recent")) return [];
    try {
      return [JSON.parse(sessionStorage.getItem(RECENT) ?? "[]")].flat().filter((text) => typeof text === "string");
    } catch {
      return [];
    }
  }

  /** @param {string} text */
  remember(text) {
    if (!this.host.hasAttribute("recent") || !text) return;
    const texts = [...new Set([text, ...this.recent()])].slice(0, MOST_RECENT);
    try {
      sessionStorage.setItem(RECENT, JSON.stringify(texts));
    } catch {
      // A browser that keeps nothing keeps no searches either.
    }
  }
}

/** What a form asks, without what says nothing. @param {HTMLFormElement} form */
function asked(form) {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    const text = typeof value === "string" ? value.trim() : "";
    if (text && !SAYING_NOTHING.includes(`${name}=${text}`)) query.append(name, text);
  }
  if (query.getAll("in").length !== 1) query.delete("in");
  return query;
}

/** @param {string} page @param {URLSearchParams} query */
function addressed(page, query) {
  const url = new URL(page, location.href);
  for (const name of new Set(query.keys())) url.searchParams.delete(name);
  for (const [name, value] of query) url.searchParams.append(name, value);
  return url.href;
}

/** @param {HTMLFormElement | null} form @returns {HTMLInputElement | null} */
function queryField(form) {
  return form?.querySelector("input[type=search], input[type=text], input:not([type])") ?? null;
}

/** The style sheet of service/web/search-box, put in when the script is served. */
const STYLE = "";

/** @type {CSSStyleSheet | undefined} */
let worn;

/** A style sheet made by a script stands under any content security policy; a style element does not.
 * @param {Document | ShadowRoot} root */
function wear(root) {
  if (!worn) {
    worn = new CSSStyleSheet();
    worn.replaceSync(STYLE);
  }
  if (!root.adoptedStyleSheets.includes(worn)) root.adoptedStyleSheets = [...root.adoptedStyleSheets, worn];
}
