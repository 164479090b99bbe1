// A part of a page that follows what happens: it is fetched again while there is something to follow.
// @ts-check

/** A page, made a document by the browser's own loader, in which no script runs.
 * @param {string} address
 * @returns {Promise<Document | null>} `null` when there is none: no connection, or signed out meanwhile.
 */
export function fetchedPage(address) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("GET", address);
    request.responseType = "document";
    request.onload = () => resolve(request.status === 200 ? request.responseXML : null);
    request.onerror = request.onabort = () => resolve(null);
    request.send();
  });
}

/** Where the keyboard is in a part of the page, so that it can be there again in the next one.
 * @param {HTMLElement} region
 */
function placeOf(region) {
  const focused = document.activeElement;
  if (!(focused instanceof HTMLElement) || !region.contains(focused)) return null;
  const kind = "a, button, summary, input";
  return { row: focused.closest("[id]")?.id ?? "", at: [...region.querySelectorAll(kind)].indexOf(focused), kind };
}

/** Fetch the page's part again, as often as it says, until it says no more; not while nobody looks.
 * @param {HTMLElement} region - `data-live` are seconds; without it there is nothing to follow.
 */
export function follow(region) {
  const seconds = Number(region.dataset["live"]);
  if (!(seconds > 0)) return;
  setTimeout(async () => {
    if (document.hidden) {
      document.addEventListener("visibilitychange", () => follow(region), { once: true });
      return;
    }
    const fresh = (await fetchedPage(location.href))?.getElementById(region.id);
    if (!fresh) return follow(region);
    if (region.querySelector("details[open]")) return follow(region); // somebody is about to answer a question
    const place = placeOf(region);
    const next = document.adoptNode(fresh);
    region.replaceWith(next);
    if (place) /** @type {HTMLElement | undefined} */ (next.querySelectorAll(place.kind)[place.at] ?? next.querySelector("a"))?.focus();
    follow(next);
  }, seconds * 1000);
}
