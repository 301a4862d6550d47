"use strict";
// Sentences of the catalogues, and how each language writes numbers and dates.

const Words = (() => {
  let lang = "it";
  let sentences = {};

  function speak(next, all) {
    lang = next;
    sentences = all[next];
    document.documentElement.lang = next;
  }

  /** The sentence of a key with its {values} filled. */
  function say(key, values) {
    const sentence = sentences[key];
    if (sentence === undefined) return key;
    return sentence.replace(/\{(\w+)\}/g, (whole, name) =>
      values && name in values ? String(values[name]) : whole);
  }

  const has = (key) => key in sentences;
  /** A text given in both languages. */
  const of = (text) => (text ? text[lang] ?? text.it ?? "" : "");
  const minus = (text) => text.replace("-", "\u2212");

  function number(value, digits = 0, sign = false) {
    if (value === null || value === undefined || Number.isNaN(value)) return "–";
    const style = {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
      signDisplay: sign ? "exceptZero" : "negative",
      useGrouping: "always",
    };
    return minus(new Intl.NumberFormat(lang === "it" ? "it-IT" : "en-GB", style).format(value));
  }

  function date(start, week) {
    const day = new Date(`${start}T12:00:00Z`);
    day.setUTCDate(day.getUTCDate() + 7 * week);
    const style = { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" };
    return new Intl.DateTimeFormat(lang === "it" ? "it-IT" : "en-GB", style).format(day);
  }

  const list = (items) =>
    new Intl.ListFormat(lang, { style: "long", type: "conjunction" }).format(items);

  return { speak, say, has, of, number, date, list, get lang() { return lang; } };
})();
