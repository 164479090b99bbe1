// The list below the field: groups of options, or one sentence with what can be done.

/** What the panel asks of the box: where rows lead to.
 * @typedef {{ forQuery(text: string): string, forAll(text: string): string, forCategory(slug: string): string }} Addresses */

/** @type {[Row["kind"], string][]} */
const GROUPS = [
  ["spelling", "box_spelling"],
  ["query", "box_queries"],
  ["category", "box_categories"],
  ["article", "box_articles"],
];

class Panel {
  /** @param {Speech} speech @param {Addresses} addresses @param {string} id */
  constructor(speech, addresses, id) {
    this.speech = speech;
    this.addresses = addresses;
    this.id = id;
    this.active = -1;
    /** @type {HTMLAnchorElement[]} */
    this.options = [];
    this.list = make("div", { role: "listbox", id, class: "bs-list",
      "aria-label": speech.say("box_suggestions") });
    this.note = make("div", { class: "bs-note" });
    this.root = make("div", { class: "bs-panel", hidden: true }, this.note, this.list);
    // A mouse must not take the focus out of the field.
    this.root.addEventListener("mousedown", (event) => event.preventDefault());
  }

  get open() {
    return !this.root.hidden;
  }

  close() {
    this.root.hidden = true;
    this.move(-1);
  }

  /** @param {boolean} busy */
  wait(busy) {
    this.root.toggleAttribute("data-busy", busy);
    if (busy && !this.open) this.tell("…");
  }

  /** Show an answer; one without a row says so.
   * @param {Suggested} answer
   * @param {string[]} recent */
  show(answer, recent) {
    this.move(-1);
    this.options = [];
    const groups = GROUPS.map(([kind, title]) =>
      this.group(title, answer.suggestions.filter((row) => row.kind === kind).map((row) => this.row(row))));
    const before = this.group("box_recent", recent.map((text) => this.query(text, text)));
    this.list.replaceChildren(...[before, ...groups, this.all(answer)].filter((part) => part !== null));
    this.note.replaceChildren();
    if (!this.options.length && answer.q) this.note.append(this.speech.say("box_none"));
    this.list.hidden = !this.options.length;
    this.note.hidden = this.options.length > 0;
    this.root.hidden = !this.options.length && !answer.q;
    this.list.scrollTop = 0;
  }

  /** Show a sentence instead of rows, with a button when there is something to press.
   * @param {string} text
   * @param {string} [name] of the button
   * @param {() => void} [work] */
  tell(text, name = "", work) {
    this.move(-1);
    this.options = [];
    this.list.hidden = true;
    this.note.hidden = false;
    this.note.replaceChildren(make("span", {}, text));
    if (work) this.note.append(button("bs-again", name, work));
    this.root.hidden = false;
  }

  /** Make an option the active one, or none; gives its id for the field.
   * @param {number} index */
  move(index) {
    this.options[this.active]?.setAttribute("aria-selected", "false");
    this.active = index;
    const option = this.options[index];
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    return option?.id ?? "";
  }

  /** @param {string} title @param {HTMLAnchorElement[]} options */
  group(title, options) {
    if (!options.length) return null;
    const id = `${this.id}-${title}`;
    const heading = make("div", { class: "bs-heading", id }, this.speech.say(title));
    return make("div", { role: "group", "aria-labelledby": id, class: "bs-group" }, heading, ...options);
  }

  /** @param {string} href @param {string} kind @param {...(Node | string | null | false)} inside */
  option(href, kind, ...inside) {
    const id = `${this.id}-${this.options.length}`;
    const option = /** @type {HTMLAnchorElement} */ (make("a", { role: "option", id, href, tabindex: -1,
      "aria-selected": "false", class: `bs-option bs-${kind}` }, ...inside));
    this.options.push(option);
    return option;
  }

  /** @param {Row} row */
  row(row) {
    if (row.kind === "article") return this.article(row);
    if (row.kind === "category") {
      const count = make("span", { class: "bs-count" }, this.speech.numbers.format(row.count ?? 0));
      return this.option(this.addresses.forCategory(row.value), row.kind, titled(row), count);
    }
    return this.query(row.text, titled(row));
  }

  /** @param {string} text @param {Node | string} shown */
  query(text, shown) {
    const name = typeof shown === "string" ? make("bdi", { class: "bs-title" }, shown) : shown;
    return this.option(this.addresses.forQuery(text), "query", name);
  }

  /** @param {Row} row */
  article(row) {
    const href = followable(row.link) || this.addresses.forQuery(row.text);
    const day = row.published_at && make("time", { datetime: row.published_at }, this.speech.day(row.published_at));
    const category = row.categories[0] && make("bdi", {}, row.categories[0].label);
    const facts = (day || category) && make("span", { class: "bs-facts", lang: this.speech.lang,
      dir: this.speech.dir }, day, category);
    const snippet = row.snippet?.text && make("span", { class: "bs-snippet", dir: "auto" }, marked(row.snippet));
    const option = this.option(href, "article", titled(row), facts || null, snippet || null);
    if (row.lang && row.lang !== "und") option.lang = row.lang;
    return option;
  }

  /** The way to all results.
   * @param {Suggested} answer */
  all(answer) {
    if (!answer.total) return null;
    const text = `${this.speech.say("box_all")} (${this.speech.numbers.format(answer.total)})`;
    return this.option(this.addresses.forAll(answer.corrected ?? answer.q), "all", text);
  }
}

/** @param {Row} row */
function titled(row) {
  const shown = row.highlight.text ? marked(row.highlight) : row.text;
  return make("span", { class: "bs-title", dir: "auto" }, shown);
}
