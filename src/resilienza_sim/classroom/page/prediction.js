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

  /** A chart to draw on with a finger, a mouse or the arrows: the quality of life the room expects. */
  function sketch() {
    const { recording } = Player;
    const last = recording.scene.weeks - 1;
    const [low, high] = Charts.ends("quality", recording.arms.map((arm) => Charts.values(arm, "quality")));
    const held = (value) => Math.max(low, Math.min(high, value));
    const svg = draw("svg", {
      viewBox: "0 0 600 180", preserveAspectRatio: "none", class: "sketch", role: "slider", tabindex: 0,
      "aria-label": Words.say("predict.draw"), "aria-valuemin": Math.round(low), "aria-valuemax": Math.round(high),
    });
    const line = draw("path", { class: "line drawn" });
    const pen = draw("ellipse", { class: "pen", rx: 4, ry: 4 });
    const here = { week: recording.scene.decision, value: held(100) };
    const x = (week) => (week / Math.max(1, last)) * 600;
    const y = (value) => ((high - value) / (high - low)) * 180;
    const show = () => {
      line.setAttribute("d", Charts.path(curve, 0, last, x, y));
      pen.setAttribute("cx", x(here.week));
      pen.setAttribute("cy", y(here.value));
      svg.setAttribute("aria-valuenow", Math.round(here.value));
      svg.setAttribute("aria-valuetext", Words.say("predict.at", { week: here.week - recording.scene.decision, value: Math.round(here.value) }));
    };
    /** Draw to a point, in a straight line from the last one if it is near. */
    const to = (week, value) => {
      while (curve.length <= last) curve.push(null);
      const before = curve.slice(0, week).findLastIndex((each) => each !== null);
      if (before >= 0 && week - before < 12) {
        for (let k = before + 1; k < week; k += 1) {
          curve[k] = curve[before] + ((value - curve[before]) * (k - before)) / (week - before);
        }
      }
      curve[week] = value;
      Object.assign(here, { week, value });
      show();
    };
    svg.append(
      draw("line", { x1: 0, x2: 600, y1: y(100), y2: y(100), class: "before" }),
      draw("line", { x1: x(recording.scene.decision), x2: x(recording.scene.decision), y1: 0, y2: 180, class: "decision" }),
      line, pen);
    let drawing = false;
    const at = (event) => {
      const box = svg.getBoundingClientRect();
      const week = Math.round(((event.clientX - box.left) / box.width) * last);
      if (week < 0 || week > last) return;
      to(week, held(high - ((event.clientY - box.top) / box.height) * (high - low)));
    };
    svg.addEventListener("pointerdown", (event) => { drawing = true; svg.setPointerCapture(event.pointerId); at(event); });
    svg.addEventListener("pointermove", (event) => { if (drawing) at(event); });
    for (const end of ["pointerup", "pointercancel"]) svg.addEventListener(end, () => { drawing = false; });
    const keys = { ArrowRight: [4, 0], ArrowLeft: [-4, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    svg.addEventListener("keydown", (event) => {
      const step = keys[event.key];
      if (!step) return;
      event.preventDefault();
      event.stopPropagation();
      to(Math.max(0, Math.min(last, here.week + step[0])), held(here.value + step[1]));
    });
    show();
    const wipe = button(Words.say("predict.wipe"), () => { curve.length = 0; show(); }, { class: "small" });
    return make("div", { class: "drawing" },
      make("h3", {}, Words.say("predict.draw")), make("p", {}, Words.say("predict.keys")), svg, wipe);
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
