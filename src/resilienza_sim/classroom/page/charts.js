"use strict";
// Lines week by week. Axes are fixed for the whole run: a small difference looks small.

const Charts = (() => {
  const { make, draw } = Dom;
  const PAD = { left: 4, right: 46, top: 6, bottom: 6 };

  // what is shown: column, factor, decimals, least span of the axis (in shown units), whether from 0
  const KINDS = {
    quality: { factor: 100, digits: 1, span: 6, live: [94, 102] },
    trust: { factor: 100, digits: 1, span: 20 },
    rancour_share: { factor: 100, digits: 1, span: 10, zero: true },
    service_waiting: { factor: 1, digits: 0, span: 20, zero: true, live: [0, 40] },
    above_share: { factor: 100, digits: 1, span: 10, zero: true },
    observed_trust: { factor: 100, digits: 1, span: 20 },
    perceived_support: { factor: 100, digits: 1, span: 20 },
    anger: { factor: 100, digits: 1, span: 10, zero: true },
    fatigue: { factor: 100, digits: 1, span: 20, zero: true },
    groups: { factor: 1, digits: 0, span: 20, zero: true },
    active_share: { factor: 100, digits: 1, span: 10, zero: true },
    bridging: { factor: 100, digits: 1, span: 20, zero: true },
    burnout: { factor: 100, digits: 1, span: 10, zero: true },
    service_unserved: { factor: 100, digits: 0, span: 20, zero: true },
    informal_share: { factor: 100, digits: 0, span: 20, zero: true },
    neighbours_helped: { factor: 1, digits: 0, span: 20, zero: true },
    displaced: { factor: 1, digits: 0, span: 20, zero: true },
    levee: { factor: 1, digits: 2, span: 1, zero: true },
  };

  function values(arm, name) {
    if (name === "spent") return Totals.spent(arm);
    const { factor } = KINDS[name];
    return (arm.indicators[name] || []).map((value) => (value === null ? null : factor * value));
  }

  /** The ends of an axis over the whole of every arm shown. */
  function ends(name, shown) {
    const kind = KINDS[name] || { span: 1, zero: true };
    let [low, high] = [Infinity, -Infinity];
    for (const row of shown) {
      for (const value of row) {
        if (value === null) continue;
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
    if (low > high) [low, high] = [0, 1];
    if (Live.on && kind.live) [low, high] = [Math.min(low, kind.live[0]), Math.max(high, kind.live[1])];
    if (name === "quality") high = Math.max(high, 100);
    if (name === "spent") {
      const { purse_eur: purse, weeks, decision } = Player.recording.scene;
      high = Math.max(high, ((purse / 1000) * (weeks - decision)) / 52);
    }
    if (kind.zero) low = Math.min(0, low);
    const missing = kind.span - (high - low);
    if (missing > 0) {
      if (kind.zero) high += missing;
      else { low -= missing / 2; high += missing / 2; }
    }
    const room = 0.04 * (high - low);
    return [kind.zero && low === 0 ? 0 : low - room, high + room];
  }

  /** A line with a gap wherever a value is missing. */
  function path(row, from, to, x, y) {
    let text = "";
    let pen = false;
    for (let week = from; week <= to && week < row.length; week += 1) {
      if (row[week] === null || row[week] === undefined) { pen = false; continue; }
      text += `${pen ? "L" : "M"}${x(week).toFixed(1)} ${y(row[week]).toFixed(1)}`;
      pen = true;
    }
    return text;
  }

  /** Where two lines lie so close that nobody could tell: half the effect around their middle. */
  function band(one, other, to, x, y, effect) {
    const there = [];
    for (let week = Player.recording.scene.decision; week <= to; week += 1) {
      if (one[week] === null || other[week] === null || one[week] === undefined) continue;
      there.push([week, (one[week] + other[week]) / 2]);
    }
    if (there.length < 2) return "";
    const up = there.map(([week, middle]) => `${x(week).toFixed(1)} ${y(middle + effect / 2).toFixed(1)}`);
    const down = there.reverse().map(([week, middle]) => `${x(week).toFixed(1)} ${y(middle - effect / 2).toFixed(1)}`);
    return `M${up.join("L")}L${down.join("L")}Z`;
  }

  function render(card) {
    const { recording, state } = Player;
    const [one, other] = [Player.a, Player.b].map((arm) => values(arm, card.column));
    const box = card.plot.getBoundingClientRect();
    const [width, height] = [Math.max(80, box.width), Math.max(40, box.height)];
    const [low, high] = ends(card.column, recording.arms.map((arm) => values(arm, card.column)));
    const weeks = recording.scene.weeks;
    const x = (week) => PAD.left + (week / Math.max(1, weeks - 1)) * (width - PAD.left - PAD.right);
    const y = (value) => PAD.top + ((high - value) / (high - low)) * (height - PAD.top - PAD.bottom);
    const kind = KINDS[card.column] || { digits: 0 };
    const parts = [];
    for (const event of recording.scene.events) {
      if (event.first > state.seen) continue;
      const left = x(event.first);
      parts.push(draw("rect", {
        x: left.toFixed(1), y: 0, height,
        width: Math.max(3, x(Math.min(event.last + 1, state.seen + 1)) - left).toFixed(1), class: "event",
      }));
    }
    const effect = recording.smallest_effect / Math.max(1, weeks - recording.scene.decision);
    if (card.column === "quality") {
      parts.push(draw("path", { d: band(one, other, state.week, x, y, effect), class: "band" }));
      if (low < 100 && high > 100) {
        parts.push(draw("line", { x1: PAD.left, x2: width - PAD.right, y1: y(100), y2: y(100), class: "before" }));
      }
    }
    parts.push(draw("line", {
      x1: x(recording.scene.decision), x2: x(recording.scene.decision), y1: 0, y2: height, class: "decision",
    }));
    for (const [row, style] of [[one, "a"], [other, "b"]]) {
      parts.push(draw("path", { d: path(row, state.week, state.seen, x, y), class: `line seen ${style}` }));
      parts.push(draw("path", { d: path(row, 0, state.week, x, y), class: `line ${style}` }));
    }
    if (card.column === "quality" && Prediction.curve.length) {
      parts.push(draw("path", { d: path(Prediction.curve, 0, weeks - 1, x, y), class: "line drawn" }));
    }
    const now = x(state.week);
    parts.push(draw("line", { x1: now, x2: now, y1: 0, y2: height, class: "now" }));
    for (const value of [low, high]) {
      parts.push(draw("text", {
        x: width - PAD.right + 6, y: value === high ? 13 : height - 4, class: "tick",
      }, Words.number(value, kind.span > 3 || card.column === "spent" ? 0 : 1)));
    }
    const svg = draw("svg", {
      viewBox: `0 0 ${width} ${height}`, width, height, role: "img",
      "aria-label": Words.say("chart.alt", {
        title: title(card.column), a: Words.number(one[state.week], kind.digits),
        b: Words.number(other[state.week], kind.digits),
      }),
    }, parts);
    Dom.put(card.plot, svg);
    card.a.textContent = Words.number(one[state.week], kind.digits);
    card.b.textContent = Words.number(other[state.week], kind.digits);
  }

  const title = (column) => Words.say(`chart.${column}`);

  /** A card with a title, the two values of this week and the lines. */
  function card(column, options) {
    const a = make("span", { class: "value a" });
    const b = make("span", { class: "value b" });
    const plot = make("div", { class: "plot" });
    const found = { column, plot, a, b };
    let head = make("h2", { title: title(column) }, title(column));
    if (options) {
      const choice = make("select", { name: "chart", "aria-label": Words.say("chart.choose"), onchange: () => {
        found.column = choice.value;
        render(found);
      } }, options.map((name) => make("option", { value: name, selected: name === column }, title(name))));
      head = make("h2", {}, choice);
    }
    found.element = make("section", { class: "chart" },
      make("header", {}, head, make("p", { class: "values" }, a, " ", b)), plot);
    found.render = () => render(found);
    return found;
  }

  const others = (arm) => Object.keys(KINDS).filter((name) => name in arm.indicators);
  return { card, values, ends, path, title, others, KINDS };
})();

/** Sums over the weeks, made once for each arm and length. */
const Totals = (() => {
  const kept = new WeakMap();

  function sums(arm) {
    const length = arm.suffering[0].length;
    const old = kept.get(arm);
    if (old && old.length === length) return old;
    const people = arm.suffering.map((row) => {
      let sum = 0;
      return row.map((value, week) => (sum += week < Player.recording.scene.decision ? 0 : value / 10));
    });
    const weekly = Object.values(arm.spent_eur);
    let euros = 0;
    const spent = Array.from({ length }, (_, week) => {
      if (week >= Player.recording.scene.decision) {
        for (const row of weekly) euros += row[week] || 0;
      }
      return euros / 1000;
    });
    const found = { length, people, spent };
    kept.set(arm, found);
    return found;
  }

  return { people: (arm) => sums(arm).people, spent: (arm) => sums(arm).spent };
})();
