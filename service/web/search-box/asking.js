// Questions to the service while a visitor types: one at a time, and never an old answer over a new one.

/** @typedef {{ value: string, label: string }} Labelled */
/** @typedef {{ kind: "article" | "category" | "query" | "spelling", text: string, highlight: Marked,
 *   url: string, link: string, value: string, count: number | null, lang: string, published_at: string,
 *   categories: Labelled[], snippet: Marked | null }} Row */
/** @typedef {{ q: string, total: number, corrected: string | null, suggestions: Row[] }} Suggested */

const ANSWER_MS = 10_000; // a visitor has given up by then; "Try again" is better than a wait
const KEPT = 50; // answers, so that going back a letter asks nobody
const KEPT_MS = 30_000; // as long as any cache in front may keep them

class Asking {
  /** @param {string} address of the suggest route */
  constructor(address) {
    this.address = address;
    this.number = 0;
    /** @type {AbortController | null} */
    this.controller = null;
    /** @type {Map<string, { answer: Suggested, at: number }>} */
    this.kept = new Map();
  }

  get busy() {
    return this.controller !== null;
  }

  /** Drop the question in flight; its answer is nobody's any more. */
  stop() {
    this.number += 1;
    this.controller?.abort();
    this.controller = null;
  }

  /** The answer to a query string, or nothing when another question came meanwhile.
   * @param {string} query
   * @returns {Promise<Suggested | null>} */
  async ask(query) {
    this.stop();
    const known = this.kept.get(query);
    if (known && performance.now() - known.at < KEPT_MS) return known.answer;
    const number = this.number;
    const controller = (this.controller = new AbortController());
    const timer = setTimeout(() => controller.abort(), ANSWER_MS);
    try {
      const answer = await this.fetched(query, controller.signal);
      if (number !== this.number) return null;
      this.keep(query, answer);
      return answer;
    } catch (error) {
      if (number !== this.number) return null;
      throw error;
    } finally {
      clearTimeout(timer);
      if (this.controller === controller) this.controller = null;
    }
  }

  /** @param {string} query @param {AbortSignal} signal @returns {Promise<Suggested>} */
  async fetched(query, signal) {
    const response = await fetch(`${this.address}?${query}`, { signal, credentials: "omit" });
    if (!response.ok) throw new Error(`${response.status}`);
    return response.json();
  }

  /** @param {string} query @param {Suggested} answer */
  keep(query, answer) {
    this.kept.delete(query);
    this.kept.set(query, { answer, at: performance.now() });
    const oldest = this.kept.keys().next().value;
    if (this.kept.size > KEPT && oldest !== undefined) this.kept.delete(oldest);
  }
}
