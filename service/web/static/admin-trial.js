// A preview that is made while the page is there already: its progress is shown, then what came of it.
// @ts-check
import { fetchedPage } from "./admin-live.js";

/** Have the preview made, and put it where its progress is.
 * @param {HTMLElement} region - `data-try` is the address of the page that has it.
 */
export async function tryOut(region) {
  const address = region.dataset["try"];
  if (!address) return;
  const trying = region.querySelector("[data-trying]");
  if (trying instanceof HTMLElement) trying.hidden = false;
  const made = (await fetchedPage(address))?.getElementById(region.id);
  if (!made) return location.replace(address); // the page itself says why there is none
  const typed = /** @type {HTMLTextAreaElement | null} */ (region.querySelector("textarea"));
  const at = document.activeElement === typed;
  const next = document.adoptNode(made);
  const field = next.querySelector("textarea");
  if (typed && field) field.value = typed.value;
  region.replaceWith(next);
  if (at) field?.focus();
}
