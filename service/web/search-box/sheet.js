// On a phone the box fills the screen while it is used: a modal dialog with a field and the list.

const NARROW = "(max-width: 639.98px)";

class Sheet {
  /** @param {HTMLInputElement} opener the field on the page
   * @param {Combobox} combobox @param {Speech} speech @param {() => void} submit */
  constructor(opener, combobox, speech, submit) {
    this.opener = opener;
    this.combobox = combobox;
    this.narrow = window.matchMedia(NARROW);
    this.home = combobox.panel.root.parentElement;
    this.input = /** @type {HTMLInputElement} */ (make("input", { type: "search", class: "bs-input",
      dir: "auto", "aria-label": speech.say("search"), placeholder: opener.placeholder,
      enterkeyhint: "search", autocapitalize: "off", spellcheck: "false", maxlength: opener.getAttribute("maxlength") }));
    const close = button("bs-close", speech.dir === "rtl" ? "→" : "←", () => this.dialog.close());
    close.ariaLabel = speech.say("box_close");
    const go = make("button", { type: "submit", class: "bs-go" }, speech.say("search"));
    const line = make("form", { class: "bs-line" }, close, this.input, go);
    this.dialog = /** @type {HTMLDialogElement} */ (make("dialog", { class: "bs-sheet",
      "aria-label": speech.say("search"), lang: speech.lang, dir: speech.dir }, line));
    line.addEventListener("submit", (event) => {
      event.preventDefault();
      this.dialog.close();
      submit();
    });
    this.input.addEventListener("input", () => (opener.value = this.input.value));
    this.dialog.addEventListener("close", () => this.closed());
    opener.addEventListener("click", () => this.open());
    opener.addEventListener("keydown", (event) => this.begin(event));
    combobox.adopt(this.input);
  }

  /** A key that writes, or asks for the list, opens the sheet; the letter lands in its field.
   * @param {KeyboardEvent} event */
  begin(event) {
    const writes = event.key?.length === 1 && !event.ctrlKey && !event.metaKey;
    if (writes || event.key === "ArrowDown") this.open();
  }

  open() {
    if (!this.narrow.matches || this.dialog.open) return;
    this.combobox.close();
    this.input.value = this.opener.value;
    // What lies behind a modal dialog is inert, the region that speaks included.
    this.dialog.append(this.combobox.panel.root, this.combobox.status);
    this.dialog.showModal();
    this.input.focus();
    this.combobox.input = this.input;
    void this.combobox.ask();
  }

  closed() {
    this.combobox.close();
    this.combobox.input = this.opener;
    this.home?.append(this.combobox.panel.root, this.combobox.status);
  }
}
