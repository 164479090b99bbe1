// The settings box of a page that has none of its own, and what a script adds to one that is there.

/** @typedef {{ value: string, label: string, count: number, selected: boolean }} Counted */

const FEW = 8; // categories that are found at a glance; more get a field to find one by

class Settings {
  /** @param {Speech} speech @param {string} address of the search route @param {() => void} changed */
  constructor(speech, address, changed) {
    this.speech = speech;
    this.address = address;
    /** @type {Map<string, HTMLElement>} */
    this.counts = new Map();
    this.box = make("div", { class: "bs-box" }, this.generic());
    const summary = make("summary", { part: "summary" }, make("span", {}, speech.say("settings")));
    this.root = /** @type {HTMLDetailsElement} */ (make("details", { class: "bs-settings" }, summary, this.box));
    this.query = "";
    /** @type {Promise<void> | null} */
    this.shown = null;
    this.failed = false;
    this.pause = later(() => void this.refresh(this.query), LIVE_MS);
    this.root.addEventListener("toggle", () => void this.refresh(this.query));
    this.root.addEventListener("change", changed);
  }

  generic() {
    const { speech } = this;
    return fieldset(speech.say("generic"),
      tick("exact", "1", speech.say("exact"), false),
      tick("in", "title", speech.say("in_title"), true),
      tick("in", "content", speech.say("in_content"), true));
  }

  /** Count anew once typing has paused. @param {string} query */
  follow(query) {
    this.query = query;
    this.pause.start(this.failed ? CALM_MS : LIVE_MS);
  }

  /** Bring the counts up to what a question finds. The values are those of the whole site.
   * @param {string} query */
  async refresh(query) {
    this.query = query;
    if (!this.root.open) return;
    try {
      await (this.shown ??= this.fetched("").then((facets) => this.show(facets)));
      const facets = await this.fetched(query);
      if (query === this.query) this.recount(facets);
      this.failed = false;
    } catch {
      this.failed = true;
      if (!this.counts.size) this.shown = null;
      if (!this.counts.size) this.fill(make("p", { role: "status" }, this.speech.say("box_error")));
    }
  }

  /** Put something behind the generic selectors. @param {...Node} parts */
  fill(...parts) {
    this.box.replaceChildren(/** @type {Node} */ (this.box.firstChild), ...parts);
  }

  /** @param {string} query @returns {Promise<Record<string, Counted[]>>} */
  async fetched(query) {
    const response = await fetch(`${this.address}?${query}&per_page=1&prefix=1`, { credentials: "omit" });
    return (await response.json()).facets;
  }

  /** @param {Record<string, Counted[]>} facets */
  show(facets) {
    const { speech } = this;
    const known = (facets["lang"] ?? []).filter((value) => value.value !== "und");
    const languages = known.map((value) => ({ ...value, label: speech.language(value.value, value.label) }));
    const groups = [
      this.group("type", speech.say("types"), facets["type"] ?? []),
      languages.length > 1 ? this.group("lang", speech.say("languages"), languages) : null,
      this.dates(),
      this.group("category", speech.say("categories"), facets["category"] ?? []),
    ];
    this.fill(...groups.filter((group) => group !== null));
  }

  /** @param {string} name @param {string} legend @param {Counted[]} values */
  group(name, legend, values) {
    if (!values.length) return null;
    const order = new Intl.Collator(this.speech.lang, { numeric: true }).compare;
    const ticks = [...values].sort((one, other) => order(one.label, other.label)).map((value) => {
      const label = tick(name, value.value, value.label, false);
      const count = make("span", { class: "count" }, this.speech.numbers.format(value.count));
      this.counts.set(`${name} ${value.value}`, count);
      label.append(count);
      return label;
    });
    const group = fieldset(legend, make("div", { class: "columns" }, ...ticks));
    group.classList.add(`group-${name}`);
    if (values.length > FEW) addFinder(group, this.speech);
    return group;
  }

  /** @param {Record<string, Counted[]>} facets */
  recount(facets) {
    const found = new Map(Object.entries(facets).flatMap(([name, values]) =>
      values.map((value) => [`${name} ${value.value}`, value.count])));
    for (const [key, count] of this.counts) {
      const number = found.get(key) ?? 0;
      count.textContent = this.speech.numbers.format(number);
      count.parentElement?.classList.toggle("none", !number);
    }
  }

  dates() {
    const { speech } = this;
    const day = (/** @type {string} */ name, /** @type {string} */ label) =>
      make("label", { class: "day" }, make("span", {}, label), make("input", { type: "date", name }));
    return fieldset(speech.say("dates"), day("from", speech.say("from")), day("to", speech.say("to")));
  }
}

/** @param {string} legend @param {...Node} inside */
function fieldset(legend, ...inside) {
  return make("fieldset", { class: "group" }, make("legend", {}, legend), ...inside);
}

/** @param {string} name @param {string} value @param {string} label @param {boolean} checked */
function tick(name, value, label, checked) {
  return make("label", { class: "tick" }, make("input", { type: "checkbox", name, value, checked }),
    make("bdi", { class: "label" }, label));
}

/** Give a long group of boxes a field that finds one, and a button that unticks them all.
 * @param {HTMLElement} group @param {Speech} speech */
function addFinder(group, speech) {
  const ticks = /** @type {HTMLElement[]} */ ([...group.querySelectorAll(".tick")]);
  const field = /** @type {HTMLInputElement} */ (make("input", { type: "search", class: "finder", "data-key": "finder", dir: "auto",
    "aria-label": speech.say("box_find"), placeholder: speech.say("box_find"), autocomplete: "off" }));
  const clear = button("untick", speech.say("box_untick"), () => untick(ticks));
  clear.dataset["key"] = "untick";
  const told = make("span", { class: "bs-unseen", role: "status" });
  field.addEventListener("input", (event) => {
    event.stopPropagation();
    const wanted = plain(field.value);
    for (const label of ticks) label.hidden = !plain(label.textContent ?? "").includes(wanted);
    const left = ticks.filter((label) => !label.hidden).length;
    told.textContent = wanted ? `${speech.numbers.format(left)} / ${speech.numbers.format(ticks.length)}` : "";
  });
  field.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  field.addEventListener("change", (event) => event.stopPropagation());
  group.querySelector("legend")?.after(make("div", { class: "finding" }, field, clear, told));
}

/** @param {HTMLElement[]} ticks */
function untick(ticks) {
  const boxes = ticks.map((label) => label.querySelector("input"));
  const ticked = boxes.filter((box) => box?.checked);
  for (const box of ticked) if (box) box.checked = false;
  ticked[0]?.dispatchEvent(new Event("change", { bubbles: true }));
}

/** Letters as they are compared: without accents, in lower case.
 * @param {string} text */
function plain(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim();
}
