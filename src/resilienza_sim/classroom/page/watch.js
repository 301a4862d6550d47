"use strict";
// The two towns side by side, the charts, the story, the controls.

const Watch = (() => {
  const { make, button, put, canvas } = Dom;
  const VIEWS = ["map", "network", "difference"];
  const COLUMNS = ["quality", "trust", "rancour_share", "service_waiting", "spent"];
  let view = "map";
  let parts = null;

  const key = (mark, text) => make("span", { class: "key" }, mark, " ", text);
  const bounds = (k) => (k < Town.BOUNDS.length
    ? `< ${Words.number(100 * Town.BOUNDS[k])}` : `≥ ${Words.number(100 * Town.BOUNDS[k - 1])}`);

  const legend = () => make("p", { class: "legend" }, view === "difference" ? [
    key(make("span", { class: "swatch a" }), Words.say("legend.better", { arm: "A" })),
    key(make("span", { class: "swatch b" }), Words.say("legend.better", { arm: "B" })),
    key(make("span", { class: "swatch same" }), Words.say("legend.same")),
  ] : [
    make("span", { class: "key" }, Words.say("legend.suffering"), " ",
      Town.SHADES.map((_, k) => make("span", { class: `swatch s${k}`, title: bounds(k) }))),
    key(make("span", { class: "ring" }), Words.say("legend.waiting")),
    key(make("span", { class: "square" }), Words.say("legend.struck")),
  ]);

  function panel(letter) {
    const arm = () => (letter === "a" ? Player.a : Player.b);
    let places = [];
    const picture = canvas("", (context, width, height) => {
      const { state } = Player;
      if (view === "difference" && letter === "b") {
        Difference.bars(context, width, height);
        return;
      }
      const gains = view === "difference" ? Difference.gains(state.week) : null;
      const bound = Difference.least(state.week);
      places = Town.paint(context, width, height, arm(), view === "difference" ? "map" : view,
        gains && ((person) => Difference.colour(gains[person], bound)));
    });
    picture.addEventListener("click", (event) => {
      const box = picture.getBoundingClientRect();
      const [x, y] = [event.clientX - box.left, event.clientY - box.top];
      let best = null;
      places.forEach((place, person) => {
        const away = Math.hypot(place.x - x, place.y - y);
        if (away < 18 && (!best || away < best.away)) best = { person, away };
      });
      if (best) Story.choose(best.person);
    });
    const title = make("h2", {});
    const value = make("span", { class: "quality" });
    const holder = make("div", { class: "picture" }, picture);
    const element = make("section", { class: `town ${letter}` }, make("header", {}, title, value), holder);
    const render = () => {
      const { state } = Player;
      const quality = arm().indicators.quality[state.week];
      const counts = view === "difference" ? Difference.counts(state.week) : null;
      if (!counts) title.textContent = `${letter.toUpperCase()} · ${Words.of(arm().title)}`;
      else title.textContent = letter === "a" ? Words.say("difference.where") : Words.say("difference.counts", counts);
      title.title = title.textContent;
      value.textContent = counts ? "" : Words.number(100 * quality, 1);
      value.title = Charts.title("quality");
      picture.setAttribute("aria-label", counts
        ? Words.say("difference.alt", counts) : Town.told(arm()));
      picture.repaint();
    };
    return { element, render };
  }

  function stopCard() {
    const element = make("section", { class: "stop", role: "status" });
    const render = () => {
      const { state, recording } = Player;
      element.hidden = state.stop === null;
      if (state.stop === null) { put(element); return; }
      if (element.dataset.stop === String(state.stop) && element.childElementCount) return;
      element.dataset.stop = String(state.stop);
      const event = recording.scene.events[state.stop];
      const again = recording.scene.events.findIndex((each) => each.kind === event.kind) < state.stop;
      const key = Words.has(`look.${event.kind}`) ? `look.${event.kind}` : "look.other";
      const looks = [Words.say(key)];
      if (again) looks.push(Words.say("look.again"));
      // Written for the events of the scenario: cards that were drawn move them.
      const own = Steps.lesson.look.length === recording.scene.events.length && Steps.lesson.look[state.stop];
      if (own) looks.unshift(Words.of(own));
      const goOn = button(Words.say("stop.go"), Player.play, { class: "primary" });
      put(element, make("h2", {}, Words.of(event.title)),
        make("p", {}, Words.say("stop.hit", { value: Words.number(100 * event.hit) })),
        make("p", {}, make("strong", {}, Words.say("stop.look")), " ", looks.join(" ")), goOn);
      goOn.focus({ preventScroll: true });
    };
    return { element, render };
  }

  /** Things that surprise, explained from what is recorded, where they appear. */
  function surprise() {
    const element = make("p", { class: "surprise", role: "status" });
    const at = (name) => [Player.a, Player.b].map((arm) => (arm.indicators[name] || [])[Player.state.week]);
    const staff = () => [Player.a, Player.b].map((arm) => (arm.spent_eur.service_staff || [])
      .slice(Player.recording.scene.decision, Player.state.week + 1).reduce((sum, euros) => sum + euros, 0));
    // what looks worse, by how much to be seen, and what else must hold for the explanation to be true
    const CASES = [
      { name: "service_waiting", least: 3, digits: 0, why: staff, sign: 1, whyDigits: 0 },
      { name: "burnout", least: 0.01, digits: 1, why: staff, sign: 1, whyDigits: 0 },
      { name: "trust", least: 0.005, digits: 1, why: () => at("mean_degree"), sign: -1, whyDigits: 1 },
    ];
    const found = () => {
      const quality = at("quality");
      const best = quality[1] > quality[0] ? 1 : 0;
      for (const each of CASES) {
        const values = at(each.name);
        const causes = each.why();
        if ([...values, ...causes].some((value) => value === null || value === undefined)) continue;
        const worse = each.sign * (values[best] - values[1 - best]) > each.least;
        const explained = each.sign * (causes[1 - best] - causes[best]) > 0;
        if (!worse || !explained) continue;
        const factor = Charts.KINDS[each.name].factor;
        return Words.say(`surprise.${each.name}`, {
          arm: "AB"[best],
          a: Words.number(factor * values[0], each.digits), b: Words.number(factor * values[1], each.digits),
          why_a: Words.number(causes[0], each.whyDigits), why_b: Words.number(causes[1], each.whyDigits),
        });
      }
      return "";
    };
    const render = () => {
      const { state, recording } = Player;
      element.classList.toggle("turn", state.turnOver);
      if (state.turnOver) {
        element.hidden = false;
        element.textContent = Words.say("game.stop");
        return;
      }
      const text = state.week > recording.scene.decision + 26 ? found() : "";
      element.hidden = !text;
      if (element.textContent !== text) element.textContent = text;
    };
    return { element, render };
  }

  function build() {
    const towns = [panel("a"), panel("b")];
    const story = make("section", { class: "story" });
    const charts = COLUMNS.filter((name) => name === "spent" || name in Player.a.indicators)
      .map((name, k) => Charts.card(name, k === 3 ? Charts.others(Player.a).filter((each) => !COLUMNS.slice(0, 3).includes(each)) : null));
    const stop = stopCard();
    const odd = surprise();
    const keys = make("div");
    const tabs = VIEWS.map((name) => button(Words.say(`view.${name}`), () => look(name), { "data-view": name }));
    const element = make("div", { class: "watch" },
      make("div", { class: "left" },
        make("div", { class: "bar" }, make("div", { class: "tabs", role: "group", "aria-label": Words.say("view.choose") }, tabs), keys),
        make("div", { class: "towns" }, towns.map((each) => each.element), stop.element),
        odd.element, story),
      make("div", { class: "charts" }, charts.map((each) => each.element)));
    const render = () => {
      element.dataset.view = view;
      for (const tab of tabs) tab.setAttribute("aria-pressed", String(tab.dataset.view === view));
      put(keys, legend());
      odd.render();
      Story.render(story);
      for (const each of [...towns, ...charts, stop]) each.render();  // pictures last: they fill what is left
    };
    return { element, render };
  }

  function look(name) {
    view = name;
    Player.tell();
  }

  function render(main) {
    parts = build();
    put(main, parts.element);
    requestAnimationFrame(() => parts.render());
  }

  const cycle = () => look(VIEWS[(VIEWS.indexOf(view) + 1) % VIEWS.length]);
  const update = () => parts?.render();
  return { render, update, look, cycle, VIEWS };
})();

/** Play, pause, step, seek, speed. */
const Controls = (() => {
  const { make, button, put } = Dom;
  let parts = null;

  function build(bar) {
    const { recording, state } = Player;
    const play = button("", Player.toggle, { class: "primary play" });
    const seek = make("input", {
      type: "range", name: "week", min: 0, step: 1, value: state.week, "aria-label": Words.say("controls.seek"),
      oninput: () => { Player.pause(); Player.go(Number(seek.value)); },
    });
    const pace = make("select", { name: "pace", "aria-label": Words.say("controls.pace"), onchange: () => Player.pace(Number(pace.value)) },
      Player.PACES.map((weeks) => make("option", { value: weeks, selected: weeks === state.pace }, Words.say("controls.weeks", { weeks }))));
    const marks = make("div", { class: "marks", "aria-hidden": "true" });
    const when = make("p", { class: "when" });
    const stops = make("input", { type: "checkbox", name: "stops", onchange: () => { state.stops = stops.checked; } });
    stops.checked = state.stops;
    put(bar,
      button("|◀", () => { Player.pause(); Player.go(recording.scene.decision); }, { "aria-label": Words.say("controls.start"), title: Words.say("controls.start") }),
      button("−1", () => Player.step(-1), { "aria-label": Words.say("controls.back"), title: Words.say("controls.back") }),
      play,
      button("+1", () => Player.step(1), { "aria-label": Words.say("controls.forward"), title: Words.say("controls.forward") }),
      pace,
      make("label", { class: "stops" }, stops, " ", Words.say("controls.stops")),
      Live.on ? button(Words.say("levers.open"), Levers.toggle) : "",
      make("div", { class: "seek" }, marks, seek), when);
    parts = { play, seek, pace, marks, when };
  }

  function update() {
    if (!parts) return;
    const { recording, state } = Player;
    parts.play.textContent = state.playing ? "❚❚" : "▶";
    parts.play.setAttribute("aria-label", Words.say(state.playing ? "controls.pause" : "controls.play"));
    parts.seek.max = String(recording.scene.weeks - 1);
    parts.seek.value = String(state.week);
    parts.seek.setAttribute("aria-valuetext", Words.date(recording.scene.start, state.week));
    parts.pace.value = String(state.pace);
    parts.when.textContent = Words.say("controls.when", { week: state.week, date: Words.date(recording.scene.start, state.week) });
    put(parts.marks, recording.scene.events.filter((event) => event.first <= state.seen).map((event) => {
      const mark = make("span", { title: Words.of(event.title) });
      mark.style.left = `${(100 * event.first) / Math.max(1, recording.scene.weeks - 1)}%`;
      return mark;
    }));
  }

  return { build, update };
})();
