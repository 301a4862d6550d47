"use strict";
// What the room expects before it watches: hands counted, and a curve drawn if it likes.

const Prediction = (() => {
  const { make, draw, button, put } = Dom;
  const hands = { a: 0, b: 0, same: 0 };
  const curve = [];

  function row(name, label) {
    const count = make("output", { class: "count", "aria-live": "polite" }, String(hands[name]));
    const change = (by) => () => {
      hands[name] = Math.max(0, Math.min(999, hands[name] + by));
      count.textContent = String(hands[name]);
    };
    return make("div", { class: `hands ${name}` },
      make("span", { class: "who" }, label),
      button("−", change(-1), { "aria-label": Words.say("predict.less", { who: label }) }),
      count,
      button("+", change(1), { "aria-label": Words.say("predict.more", { who: label }) }));
  }

  /** A chart to draw on with a finger or a mouse: the quality of life the room expects. */
  function sketch() {
    const { recording } = Player;
    const [low, high] = Charts.ends("quality", recording.arms.map((arm) => Charts.values(arm, "quality")));
    const svg = draw("svg", { viewBox: "0 0 600 180", preserveAspectRatio: "none", class: "sketch", role: "img", "aria-label": Words.say("predict.draw") });
    const line = draw("path", { class: "line drawn" });
    const x = (week) => (week / Math.max(1, recording.scene.weeks - 1)) * 600;
    const y = (value) => ((high - value) / (high - low)) * 180;
    const show = () => line.setAttribute("d", Charts.path(curve, 0, recording.scene.weeks - 1, x, y));
    svg.append(
      draw("line", { x1: 0, x2: 600, y1: y(100), y2: y(100), class: "before" }),
      draw("line", { x1: x(recording.scene.decision), x2: x(recording.scene.decision), y1: 0, y2: 180, class: "decision" }),
      line);
    let drawing = false;
    const at = (event) => {
      const box = svg.getBoundingClientRect();
      const week = Math.round(((event.clientX - box.left) / box.width) * (recording.scene.weeks - 1));
      if (week < 0 || week >= recording.scene.weeks) return;
      while (curve.length < recording.scene.weeks) curve.push(null);
      const value = high - ((event.clientY - box.top) / box.height) * (high - low);
      const before = curve.slice(0, week).findLastIndex((each) => each !== null);
      if (before >= 0 && week - before < 12) {
        for (let k = before + 1; k < week; k += 1) {
          curve[k] = curve[before] + ((value - curve[before]) * (k - before)) / (week - before);
        }
      }
      curve[week] = Math.max(low, Math.min(high, value));
      show();
    };
    svg.addEventListener("pointerdown", (event) => { drawing = true; svg.setPointerCapture(event.pointerId); at(event); });
    svg.addEventListener("pointermove", (event) => { if (drawing) at(event); });
    for (const end of ["pointerup", "pointercancel"]) svg.addEventListener(end, () => { drawing = false; });
    show();
    const wipe = button(Words.say("predict.wipe"), () => { curve.length = 0; show(); }, { class: "small" });
    return make("div", { class: "drawing" }, make("h3", {}, Words.say("predict.draw")), svg, wipe);
  }

  function render(main, next) {
    put(main, make("section", { class: "slide" },
      make("h2", {}, Words.say("predict.title")),
      make("p", { class: "lead" }, Words.say("predict.hands")),
      row("a", `A · ${Words.of(Player.a.title)}`),
      row("b", `B · ${Words.of(Player.b.title)}`),
      row("same", Words.say("predict.same")),
      sketch(),
      make("p", {}, button(Words.say("predict.go"), next, { class: "primary" }))));
  }

  const total = () => hands.a + hands.b + hands.same;
  return { render, hands, total, curve };
})();
