// The results page, upgraded: the service renders it as ever, and what is new in it takes the place of
// the old. So the page says the same with and without a script, in the words of one set of templates.

const LIVE_MS = 400; // after the last key: the list has answered by then
const DATE_MS = 1_000; // after the last change of a day: its parts are typed one by one
const PLACE_MS = 200; // after the last movement: browsers take so many notes of it and no more

/** What becomes of the address, the focus and the place on the page.
 * @typedef {{ history: "push" | "replace" | "keep", to?: "results" | "same", y?: number, typing?: boolean }} Going */

class ResultsPage {
  /** @param {HTMLElement} box @param {HTMLFormElement} form @param {Combobox} combobox @param {Speech} speech */
  constructor(box, form, combobox, speech) {
    this.box = box;
    this.form = form;
    this.combobox = combobox;
    this.speech = speech;
    this.main = /** @type {HTMLElement} */ (box.closest("main"));
    this.status = make("div", { role: "status", class: "unseen" });
    box.after(this.status);
    /** @type {XMLHttpRequest | null} */
    this.request = null;
    this.following = false;
    this.asked = location.search;
    this.live = later(() => this.follow(), LIVE_MS);
    this.dated = later(() => void this.go(this.address(), { history: "push", to: "same" }), DATE_MS);
    this.placed = later(() => history.replaceState({ y: scrollY }, ""), PLACE_MS);
    this.slow = later(() => this.main.setAttribute("data-busy", ""), SLOW_MS);
    this.listen();
    this.furnish();
  }

  listen() {
    document.addEventListener("click", (event) => this.click(event));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.go(this.address(), { history: "push", to: "results" });
    });
    this.form.addEventListener("change", (event) => this.changed(/** @type {HTMLInputElement} */ (event.target)));
    window.addEventListener("scroll", () => this.placed.start());
    window.addEventListener("popstate", (event) => {
      // A link to a place on the page comes here, too: the answer is the one that is shown.
      if (location.search === this.asked) return;
      void this.go(location.href, { history: "keep", y: event.state?.y ?? 0 });
    });
  }

  /** The settings have changed. A year that is still typed begins with a nought. @param {HTMLInputElement} input */
  changed(input) {
    if (!input.closest(".box")) return;
    if (input.type !== "date") this.dated.start(0);
    else if (!input.value.startsWith("0")) this.dated.start();
  }

  /** The address of the form as it stands. */
  address() {
    return addressed(this.form.action, asked(this.form));
  }

  /** @param {MouseEvent} event */
  click(event) {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const url = new URL(link.href, location.href);
    const elsewhere = url.origin !== location.origin || url.pathname !== location.pathname || link.target;
    if (elsewhere || (url.hash && url.search === location.search)) return;
    event.preventDefault();
    if (link.matches(".reason")) return void this.explain(link);
    const stays = link.closest(".refine, .chips");
    void this.go(url.href, { history: "push", to: stays ? "same" : "results" });
  }

  /** While typing, the results follow the list; on the start page they wait for Enter. */
  typed() {
    if (this.following) this.stop();
    if (document.body.matches(".results, .empty, .faulty")) this.live.start();
  }

  /** Whether the field is still typed in: the results below change for nobody who has begun to read them. */
  get typing() {
    return this.combobox.input === document.activeElement;
  }

  follow() {
    if (this.combobox.asking.busy) return this.live.start();
    const query = asked(this.form);
    const shown = new URLSearchParams(location.search).get("q");
    if (!this.typing || this.combobox.passage || !query.get("q") || query.get("q") === shown) return;
    if (!query.has("exact")) query.set("prefix", "1");
    void this.go(addressed(this.form.action, query), { history: "replace", to: "same", typing: true });
  }

  /** Show another state of the page.
   * @param {string} address
   * @param {Going} going */
  async go(address, going) {
    this.stop();
    if (!going.typing) this.leave();
    const typed = this.find("input")?.value;
    const request = (this.request = new XMLHttpRequest());
    this.following = going.typing ?? false;
    this.asked = new URL(address).search;
    this.slow.start();
    const fresh = await fetchedPage(request, address);
    if (request !== this.request) return;
    this.stop();
    if (going.typing && (!fresh || !this.typing)) return;
    if (!fresh) return this.failed(address, going);
    if (madeBy(fresh) !== madeBy(document)) return location.assign(address); // another release is served now
    this.remember(request.responseURL || address, going);
    this.swap(fresh, going, typed);
  }

  /** Drop the answer that is waited for. */
  stop() {
    this.live.stop();
    this.dated.stop();
    this.slow.stop();
    this.request?.abort();
    this.request = null;
    this.following = false;
    this.asked = location.search;
    this.main.removeAttribute("data-busy");
  }

  /** The visitor goes to other results: list and sheet are done with. */
  leave() {
    this.combobox.close();
    this.box.querySelector("dialog")?.close();
  }

  /** @param {string} address @param {Going} going */
  remember(address, going) {
    if (going.history === "push") {
      history.replaceState({ y: scrollY }, "");
      history.pushState({}, "", address);
    } else if (going.history === "replace") {
      history.replaceState(history.state, "", address);
    }
    this.asked = location.search;
  }

  /** @param {Document} fresh @param {Going} going @param {string} [typed] what was in the field when it was asked */
  swap(fresh, going, typed) {
    const main = /** @type {HTMLElement} */ (fresh.querySelector("main"));
    const place = /** @type {HTMLElement} */ (main.querySelector("broadsheet-search"));
    const held = heldFocus();
    for (const old of [...this.main.children]) if (old !== this.box && old !== this.status) old.remove();
    const [before, after] = around([...main.children], place);
    this.box.before(...before);
    this.status.after(...after);
    this.swapForm(place, going.typing ? undefined : typed);
    swapFrame(fresh);
    this.settle(held, going);
    if (!going.typing) this.status.textContent = document.querySelector("h1")?.textContent ?? "";
  }

  /** All of the form is new but the field: that is the visitor's while it is typed in, and when it holds other
   * than what was `typed` before.
   * @param {Element} place @param {string} [typed] */
  swapForm(place, typed) {
    const own = ".line, .bs-below";
    const [details, rolled, sought] = [this.find("details"), this.find(".columns")?.scrollTop, this.find(".finder")];
    const open = details?.hasAttribute("open");
    for (const old of [...this.form.children]) if (!old.matches(own)) old.remove();
    const fresh = place.querySelectorAll("form > *");
    this.form.append(...[...fresh].filter((child) => !child.matches(own)));
    if (open) this.find("details")?.setAttribute("open", "");
    const [field, newField] = [this.find("input"), place.querySelector("input")];
    if (field && newField) {
      field.ariaInvalid = newField.ariaInvalid;
      if (field.value === typed) field.value = newField.value;
    }
    this.furnish(sought?.value);
    this.find(".columns")?.scrollTo(0, rolled ?? 0);
  }

  /** @param {string} selector @returns {HTMLInputElement | null} */
  find(selector) {
    return this.form.querySelector(selector);
  }

  /** What only a script can do for the settings.
   * @param {string} [sought] */
  furnish(sought = "") {
    for (const group of this.form.querySelectorAll("fieldset")) {
      const many = group.querySelectorAll(".tick").length > FEW;
      if (many && !group.querySelector(".finder")) addFinder(group, this.speech);
    }
    const finder = this.find(".finder");
    if (!finder || !sought) return;
    finder.value = sought;
    finder.dispatchEvent(new Event("input"));
  }

  /** @param {string} held @param {Going} going */
  settle(held, going) {
    const same = held && document.querySelector(held);
    const results = document.getElementById("results");
    if (going.typing) return;
    if (going.history === "keep") return scrollTo(0, going.y ?? 0);
    if (going.to === "same") {
      if (same instanceof HTMLElement) same.focus({ preventScroll: true });
      else if (held) results?.focus({ preventScroll: true });
      return;
    }
    results?.focus({ preventScroll: true });
    if (results && results.getBoundingClientRect().top < 0) results.scrollIntoView();
  }

  /** The connection is gone, or the service: what is shown stays, and says so.
   * @param {string} address @param {Going} going */
  failed(address, going) {
    this.main.querySelector(".unreached")?.remove();
    const again = button("go", this.speech.say("box_retry"), () => void this.go(address, going));
    const text = this.speech.say(navigator.onLine ? "box_error" : "box_offline");
    const told = make("div", { class: "unreached", role: "alert" }, make("p", {}, text), again);
    this.status.after(told);
  }

  /** Say why a hit is there, in the place of the link that asks for it.
   * @param {HTMLAnchorElement} link */
  async explain(link) {
    const fresh = await fetchedPage(new XMLHttpRequest(), link.href);
    const id = link.closest("article")?.id ?? "";
    const why = fresh?.getElementById(id)?.querySelector("details");
    if (!why) return location.assign(link.href);
    why.open = true;
    link.parentElement?.replaceWith(why);
    why.querySelector("summary")?.focus();
  }
}

/** A page as a document, or nothing when it could not be had. Scripts of such a document never run.
 * @param {XMLHttpRequest} request @param {string} address
 * @returns {Promise<Document | null>} */
function fetchedPage(request, address) {
  return new Promise((resolve) => {
    request.open("GET", address);
    request.responseType = "document";
    request.setRequestHeader("Accept", "text/html");
    request.timeout = ANSWER_MS;
    request.onloadend = () => {
      const page = request.responseXML;
      resolve(page?.querySelector("main broadsheet-search") ? page : null); // a proxy's page of an error is none
    };
    request.send();
  });
}

/** The script a page was made with. @param {Document} page */
function madeBy(page) {
  return page.querySelector("script")?.getAttribute("src");
}

/** @param {Element[]} children @param {Element} place @returns {[Element[], Element[]]} */
function around(children, place) {
  const at = children.findIndex((child) => child === place);
  return [children.slice(0, at), children.slice(at + 1)];
}

/** What stands around `main`. @param {Document} fresh */
function swapFrame(fresh) {
  document.title = fresh.title;
  document.body.className = fresh.body.className;
  const [footer, newFooter] = [document.querySelector("footer"), fresh.querySelector("footer")];
  if (footer && newFooter) footer.replaceWith(newFooter);
}

/** What has the focus and will be there again, by the key that the service gives it. */
function heldFocus() {
  const key = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset["key"];
  return key ? `[data-key="${CSS.escape(key)}"]` : "";
}
