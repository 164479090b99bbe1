// The field: an editable combobox with a list, as the ARIA Authoring Practices 1.2 have it. The focus
// stays in the field; nothing is chosen beforehand; Enter with nothing active submits.

const PAUSE_MS = 150; // between two keys of one word most people take less
const CALM_MS = 3_000; // after a failure: a service that cannot be reached is not asked for every letter
const SLOW_MS = 300; // a sooner answer needs no sign that one is waited for
const ANNOUNCE_MS = 1_400; // after the last answer, so that a screen reader is not talked over
const MAX_CHARACTERS = 512; // of a question, and below its words: MAX_QUERY_… of the service; a longer
const MAX_WORDS = 32; // text is a passage, which is found in another way

/** What the box is told by the one who holds it.
 * @typedef {{ question(text: string): string, quote(text: string): void, recent(): string[], changed(): void }} Holder */

class Combobox {
  /** @param {Holder} holder @param {Panel} panel @param {Asking} asking
   * @param {HTMLElement} status @param {Speech} speech */
  constructor(holder, panel, asking, status, speech) {
    this.holder = holder;
    this.panel = panel;
    this.asking = asking;
    this.status = status;
    this.speech = speech;
    /** @type {HTMLInputElement | null} */
    this.input = null;
    this.pressed = -Infinity;
    this.failed = false;
    this.saying = "";
    this.pause = later(() => void this.ask(), PAUSE_MS);
    this.slow = later(() => this.wait(), SLOW_MS);
    this.announcing = later(() => (status.textContent = this.saying), ANNOUNCE_MS);
  }

  /** Make a field the combobox's own. It may have several, one at a time.
   * @param {HTMLInputElement} input */
  adopt(input) {
    const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false",
      "aria-controls": this.panel.id, autocomplete: "off" };
    for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);
    input.addEventListener("focus", () => (this.input = input));
    input.addEventListener("input", (event) => this.typed(/** @type {InputEvent} */ (event).isComposing));
    input.addEventListener("compositionend", () => this.typed(false));
    input.addEventListener("keydown", (event) => this.key(event));
    this.input ??= input;
  }

  get text() {
    return this.input?.value.trim() ?? "";
  }

  /** @param {boolean} composing */
  typed(composing) {
    if (composing) return;
    const idle = !this.asking.busy && !this.failed && performance.now() - this.pressed > PAUSE_MS;
    this.pressed = performance.now();
    this.activate(-1);
    if (!this.text && !this.input?.closest("dialog")) this.close();
    else if (idle || !this.text) void this.ask();
    else this.pause.start(this.failed ? CALM_MS : PAUSE_MS);
    this.holder.changed();
  }

  /** Ask for what is in the field now, and show what comes. */
  async ask() {
    this.pause.stop();
    const { text } = this;
    if (this.passage) return this.offer();
    this.slow.start();
    try {
      const answer = await this.asking.ask(this.holder.question(text));
      if (answer) this.answered(answer);
    } catch (error) {
      this.refused(error instanceof Error ? error.message : "");
    }
  }

  /** Whether the text is too long for a question. */
  get passage() {
    return this.text.length > MAX_CHARACTERS || this.text.split(/\s+/).length > MAX_WORDS;
  }

  /** A passage is found in another way. */
  offer() {
    const { text } = this;
    this.tell("box_long", "quotes", () => this.holder.quote(text));
  }

  /** @param {Suggested} answer */
  answered(answer) {
    this.rest();
    this.failed = false;
    this.expand(() => this.panel.show(answer, answer.q ? [] : this.holder.recent()));
    const none = answer.q ? "box_none" : this.panel.options.length ? "box_queries" : "";
    this.announce(answer.total ? this.speech.counted("articles", answer.total) : this.speech.say(none));
  }

  /** @param {string} status of the refusal, when the service could be reached at all */
  refused(status) {
    this.rest();
    if (!this.failed) window.addEventListener("online", () => this.panel.open && this.failed && this.again(), { once: true });
    this.failed = status !== "400";
    if (!this.failed && this.text.length > MAX_WORDS) this.offer(); // words without spaces are counted by the service
    else if (!this.failed) this.tell("problem");
    else this.tell(navigator.onLine ? "box_error" : "box_offline", "box_retry", () => this.again());
  }

  /** Ask once more for what failed. */
  again() {
    this.input?.focus();
    void this.ask();
  }

  /** Show that an answer is waited for; the list that is there stays as it is. */
  wait() {
    if (this.panel.open) this.panel.wait(true);
    else this.expand(() => this.panel.wait(true));
  }

  /** @param {string} key @param {string} [name] of a button @param {() => void} [work] */
  tell(key, name = "", work) {
    this.expand(() => this.panel.tell(this.speech.say(key), this.speech.say(name), work));
    this.announce(this.speech.say(key));
  }

  rest() {
    this.slow.stop();
    this.panel.wait(false);
  }

  /** @param {() => void} show */
  expand(show) {
    show();
    this.input?.setAttribute("aria-expanded", String(this.panel.open && this.panel.options.length > 0));
    this.activate(-1);
  }

  close() {
    this.pause.stop();
    this.asking.stop();
    this.rest();
    this.announcing.stop();
    this.status.textContent = "";
    this.expand(() => this.panel.close());
  }

  /** @param {string} text */
  announce(text) {
    this.saying = text;
    this.status.textContent = "";
    this.announcing.start();
  }

  /** @param {number} index */
  activate(index) {
    const id = this.panel.move(index);
    if (id) this.input?.setAttribute("aria-activedescendant", id);
    else this.input?.removeAttribute("aria-activedescendant");
  }

  /** @param {number} way 1 for down, -1 for up; past either end lies the field itself */
  step(way) {
    const { length } = this.panel.options;
    const next = this.panel.active + way;
    this.activate(next < -1 ? length - 1 : next >= length ? -1 : next);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.isComposing || event.keyCode === 229) return; // the latter is Safari's Enter that ends a composition
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move) this.arrow(event, move);
    else if (event.key === "Enter") this.enter(event);
    else if (event.key === "Escape") this.escape(event);
    else if (event.key === "Tab" && !this.panel.note.querySelector("button")) this.close();
    else if (["Home", "End", "ArrowLeft", "ArrowRight"].includes(event.key)) this.activate(-1);
  }

  /** @param {KeyboardEvent} event @param {number} way */
  arrow(event, way) {
    event.preventDefault();
    if (event.altKey && way < 0) this.close();
    else if (!this.panel.open) void this.ask();
    else if (!event.altKey) this.step(way);
  }

  /** @param {KeyboardEvent} event */
  enter(event) {
    const option = this.panel.open ? this.panel.options[this.panel.active] : undefined;
    if (!option) return this.close();
    event.preventDefault();
    if (event.ctrlKey || event.metaKey) window.open(option.href, "_blank", "noopener");
    else option.click();
  }

  /** @param {KeyboardEvent} event */
  escape(event) {
    if (!this.panel.open && !this.input?.value) return;
    event.preventDefault();
    if (this.panel.open) this.close();
    else this.clear();
  }

  clear() {
    if (this.input) this.input.value = "";
    this.close();
    this.holder.changed();
  }
}
