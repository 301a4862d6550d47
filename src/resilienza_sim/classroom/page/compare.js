"use strict";
// Ten towns against the room's vote: one town can deceive.

const Compare = (() => {
  const { make, draw, button, put } = Dom;
  const KINDS = ["total", "due_to_shocks", "everyday"];
  let kind = "total";

  /** Loss that B spares against A in one town. */
  function spared(pair, kind) {
    const of = (name) => pair[name][Player.a.name] - pair[name][Player.b.name];
    return kind === "total" ? of("due_to_shocks") + of("everyday") : of(kind);
  }

  function counted(what = kind) {
    const effect = Player.recording.smallest_effect;
    const found = { a: 0, b: 0, same: 0 };
    for (const pair of Player.recording.pairs) {
      const gain = spared(pair, what);
      found[gain > effect ? "b" : gain < -effect ? "a" : "same"] += 1;
    }
    return found;
  }

  function verdict() {
    const found = counted();
    const towns = Player.recording.pairs.length;
    const values = { ...found, towns };
    if (found.b > 0.8 * towns) return Words.say("compare.verdict.b", values);
    if (found.a > 0.8 * towns) return Words.say("compare.verdict.a", values);
    if (found.same > 0.8 * towns) return Words.say("compare.verdict.same", values);
    return Words.say("compare.verdict.open", values);
  }

  /** The town that was watched, once it has been lived to its end, and the others so far. */
  function towns() {
    const { watched, pairs } = Player.recording;
    return [
      ...(watched ? [{ name: Words.say("compare.watched"), pair: watched, own: true }] : []),
      ...pairs.map((pair, k) => ({ name: Words.say("compare.town", { number: k + 1 }), pair })),
    ];
  }

  /** Every difference of every kind in one picture's ends: they do not move with the choice. */
  function reach() {
    const every = KINDS.flatMap((each) => towns().map(({ pair }) => Math.abs(spared(pair, each))));
    return 1.1 * Math.max(1.5 * Player.recording.smallest_effect, ...every);
  }

  function picture() {
    const { recording } = Player;
    const [width, row, left] = [720, 30, 132];
    const rows = towns();
    const height = row * rows.length + 46;
    const most = reach();
    const x = (value) => left + ((value + most) / (2 * most)) * (width - left - 20);
    const effect = recording.smallest_effect;
    const parts = [
      draw("rect", { x: x(-effect), width: x(effect) - x(-effect), y: 4, height: height - 46, class: "band" }),
      draw("line", { x1: x(0), x2: x(0), y1: 4, y2: height - 42, class: "before" }),
    ];
    rows.forEach(({ name, pair, own }, k) => {
      const gain = spared(pair, kind);
      const y = 20 + k * row;
      const style = gain > effect ? "b" : gain < -effect ? "a" : "same";
      parts.push(
        draw("text", { x: left - 12, y: y + 5, "text-anchor": "end", class: own ? "tick own" : "tick" }, name),
        draw("line", { x1: x(0), x2: x(gain), y1: y, y2: y, class: `stem ${style}` }),
        style === "a"
          ? draw("rect", { x: x(gain) - 7, y: y - 7, width: 14, height: 14, class: `dot ${style}` })
          : draw("circle", { cx: x(gain), cy: y, r: 8, class: `dot ${style}` }));
    });
    parts.push(
      draw("text", { x: left, y: height - 22, class: "tick a" }, Words.say("compare.left")),
      draw("text", { x: width - 20, y: height - 22, "text-anchor": "end", class: "tick b" }, Words.say("compare.right")),
      draw("text", { x: x(0), y: height - 4, "text-anchor": "middle", class: "tick" }, Words.say("compare.band", { value: Words.number(effect) })));
    const values = counted();
    return draw("svg", { viewBox: `0 0 ${width} ${height}`, class: "towns-plot", role: "img", "aria-label": Words.say("compare.alt", { ...values, towns: recording.pairs.length }) }, parts);
  }

  function vote() {
    const { hands } = Prediction;
    if (!Prediction.total()) return make("p", {}, Words.say("compare.no_vote"));
    return make("p", { class: "vote" }, Words.say("compare.vote", hands));
  }

  function render(main, next) {
    const again = () => render(main, next);
    const tabs = KINDS.map((name) => button(Words.say(`compare.kind.${name}`),
      () => { kind = name; again(); main.querySelector("[aria-pressed=true]")?.focus(); },
      { "aria-pressed": String(name === kind) }));
    const empty = !Player.recording.pairs.length;
    put(main, make("section", { class: "slide wide" },
      make("h2", {}, Words.say("compare.title")),
      empty ? make("p", {}, Words.say(Live.on ? "compare.wait" : "compare.none")) : [
        make("div", { class: "tabs", role: "group", "aria-label": Words.say("compare.choose") }, tabs),
        make("div", { class: "compared" },
          make("div", {}, picture()),
          make("div", { class: "told" },
            make("p", { class: "lead" }, verdict()),
            vote(),
            make("p", {}, Words.say(`compare.about.${kind}`)),
            make("p", { class: "fine" }, Words.say("compare.fine"))))],
      make("p", {}, button(Words.say("compare.go"), next, { class: "primary" }))));
  }

  return { render, counted, KINDS };
})();
