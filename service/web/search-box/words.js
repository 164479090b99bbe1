// What the box says, in the language it was given. Numbers, plurals and days are the browser's own.

/** The table of service/web/strings, put in when the script is made: the keys, and in every language
 * their texts in the same order. A form of a plural has the key of its text, a dot and its category.
 * @type {Record<string, string[]>} */
const TABLE = {};

class Speech {
  /** @param {string} lang a language tag; English where there is no table for it */
  constructor(lang) {
    const code = lang.toLowerCase().split("-")[0] ?? "";
    this.lang = TABLE[code] && code !== "keys" ? code : "en";
    this.dir = this.lang === "ar" || this.lang === "fa" ? "rtl" : "ltr";
    // The calendar of the articles' days, and for Arabic the digits of the page.
    const locale = `${this.lang}-u-ca-gregory${this.lang === "ar" ? "-nu-latn" : ""}`;
    this.numbers = new Intl.NumberFormat(locale);
    this.plurals = new Intl.PluralRules(locale);
    this.days = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" });
    this.languages = new Intl.DisplayNames(locale, { type: "language" });
  }

  /** The text of a key; of none, nothing. @param {string} key */
  say(key) {
    return TABLE[this.lang]?.[TABLE["keys"]?.indexOf(key) ?? -1] ?? "";
  }

  /** The text of a key in the form that `n` asks for.
   * @param {string} key
   * @param {number} n */
  counted(key, n) {
    const text = this.say(`${key}.${this.plurals.select(n)}`) || this.say(`${key}.other`);
    return text.replace("{n}", this.numbers.format(n));
  }

  /** An ISO day written out; what is no day, as it is.
   * @param {string} day */
  day(day) {
    const moment = new Date(`${day}T00:00:00Z`);
    if (Number.isNaN(moment.getTime())) return day;
    const text = this.days.format(moment);
    return this.lang === "fr" ? text.replace(/^1 /, "1er ") : text;
  }

  /** The name of a language.
   * @param {string} code
   * @param {string} fallback */
  language(code, fallback) {
    try {
      return this.languages.of(code) ?? fallback;
    } catch {
      return fallback;
    }
  }
}
