"use strict";
// Three steps: what we saw, why, what it means here.

const Debrief = (() => {
  const { make, button, put } = Dom;
  const STEPS = ["saw", "why", "here"];
  const WORSE = { trust: -1, rancour_share: 1, service_waiting: 1, burnout: 1, above_share: 1, anger: 1, fatigue: 1, perceived_support: -1, service_unserved: 1 };
  let step = "saw";
  let source = null;

  const mean = (row) => {
    const told = row.slice(Player.recording.scene.decision).filter((value) => value !== null);
    return told.length ? told.reduce((sum, value) => sum + value, 0) / told.length : null;
  };

  function saw() {
    const last = Player.last();
    const lowest = (arm) => Math.min(...arm.indicators.quality.slice(Player.recording.scene.decision).filter((v) => v !== null)) * 100;
    const values = (arm) => ({ end: Words.number(100 * arm.indicators.quality[last], 1), low: Words.number(lowest(arm), 1) });
    const counts = Difference.counts(last);
    return [
      make("div", { class: "two" }, [["a", Player.a], ["b", Player.b]].map(([letter, arm]) =>
        make("article", { class: `way ${letter}` }, make("h3", {}, `${letter.toUpperCase()} · ${Words.of(arm.title)}`),
          make("p", {}, Words.say("debrief.saw.arm", values(arm)))))),
      make("p", { class: "lead" }, Words.say("debrief.saw.people", { ...counts, people: Player.recording.people.length })),
      make("p", {}, Words.say("debrief.saw.ask")),
    ];
  }

  /** The first week from which two lines stay further apart than can be told. */
  function parted() {
    const effect = Player.recording.smallest_effect / Math.max(1, Player.recording.scene.weeks - Player.recording.scene.decision) / 100;
    const [one, other] = [Player.a, Player.b].map((arm) => arm.indicators.quality);
    for (let week = Player.recording.scene.decision; week < one.length; week += 1) {
      if (one[week] !== null && other[week] !== null && Math.abs(one[week] - other[week]) > effect) return week;
    }
    return null;
  }

  function money() {
    const names = [...new Set([Player.a, Player.b].flatMap((arm) => Object.keys(arm.spent_eur)))];
    const sums = (arm) => Object.fromEntries(names.map((name) => [name,
      (arm.spent_eur[name] || []).slice(Player.recording.scene.decision).reduce((sum, value) => sum + value, 0)]));
    const [one, other] = [sums(Player.a), sums(Player.b)];
    const most = Math.max(1, ...names.map((name) => Math.max(one[name], other[name])));
    const bar = (letter, value) => {
      const fill = make("span", { class: `fill ${letter}` });
      fill.style.width = `${(100 * value) / most}%`;
      return make("span", { class: "track" }, fill, make("span", { class: "euros" }, value ? Words.number(value) : "–"));
    };
    names.sort((p, q) => Math.max(one[q], other[q]) - Math.max(one[p], other[p]));
    return make("table", { class: "money" },
      make("caption", {}, Words.say("debrief.why.money")),
      make("thead", {}, make("tr", {}, make("th", { scope: "col" }, Words.say("debrief.why.action")),
        make("th", { scope: "col", class: "a" }, "A"), make("th", { scope: "col", class: "b" }, "B"))),
      make("tbody", {}, names.map((name) => make("tr", {},
        make("th", { scope: "row" }, Words.has(`action.${name}`) ? Words.say(`action.${name}`) : name),
        make("td", {}, bar("a", one[name])), make("td", {}, bar("b", other[name]))))));
  }

  const sum = (row) => row.reduce((total, value) => total + value, 0);

  /** What each action spared in the other towns: what would be lost on top if it did nothing. */
  function mattered() {
    const arms = [Player.a, Player.b];
    const towns = Player.recording.pairs.filter((pair) => arms.every((arm) => arm.name in (pair.spared ?? {})));
    if (!towns.length) return [];
    const values = (arm, name) => towns.map((pair) => pair.spared[arm.name][name]).filter((value) => value !== undefined);
    const names = [...new Set(arms.flatMap((arm) => Object.keys(towns[0].spared[arm.name])))];
    const weight = (name) => Math.max(...arms.map((arm) => Math.abs(sum(values(arm, name)))));
    names.sort((p, q) => weight(q) - weight(p));
    const cell = (arm, name) => {
      const found = values(arm, name);
      return found.length ? Words.say("debrief.why.spared", {
        mean: Words.number(sum(found) / found.length, 0, true), low: Words.number(Math.min(...found), 0, true), high: Words.number(Math.max(...found), 0, true),
      }) : "–";
    };
    return [make("table", { class: "money" },
      make("caption", {}, Words.say("debrief.why.mattered", { towns: towns.length })),
      make("thead", {}, make("tr", {}, make("th", { scope: "col" }, Words.say("debrief.why.action")),
        make("th", { scope: "col", class: "a" }, "A"), make("th", { scope: "col", class: "b" }, "B"))),
      make("tbody", {}, names.map((name) => make("tr", {},
        make("th", { scope: "row" }, Words.has(`action.${name}`) ? Words.say(`action.${name}`) : name),
        arms.map((arm) => make("td", {}, cell(arm, name))))))),
      make("p", { class: "fine" }, Words.say("debrief.why.mattered_fine"))];
  }

  function worse() {
    return Object.entries(WORSE).flatMap(([name, sign]) => {
      const kind = Charts.KINDS[name];
      const [one, other] = [Player.a, Player.b].map((arm) => mean(arm.indicators[name] || []));
      if (!kind || one === null || other === null) return [];
      const change = sign * kind.factor * (other - one);
      if (Math.abs(change) < 0.05 * 10 ** -kind.digits + 0.5 * 10 ** -kind.digits) return [];
      return [make("li", {}, Words.say("debrief.why.worse", {
        title: Charts.title(name), arm: change > 0 ? "B" : "A",
        a: Words.number(kind.factor * one, kind.digits), b: Words.number(kind.factor * other, kind.digits),
      }))];
    });
  }

  function why() {
    const week = parted();
    const causes = mattered();
    return [
      make("p", { class: "lead" }, week === null ? Words.say("debrief.why.never")
        : Words.say("debrief.why.parted", { date: Words.date(Player.recording.scene.start, week), week })),
      make("div", { class: "two" }, make("div", {}, money(), causes.length ? [] : make("p", { class: "fine" }, Words.say("debrief.why.fine"))),
        make("div", {}, causes, make("h3", {}, Words.say("debrief.why.got_worse")), make("ul", {}, worse()))),
    ];
  }

  function here(lesson, source) {
    const part = (name) => make("details", {},
      make("summary", {}, Words.say(`source.${name}`)),
      make("ul", {}, source[name].map((each) => make("li", {},
        make("strong", {}, Words.of(each.title)), ": ", Words.of(each.claim)))));
    return [
      make("p", { class: "lead" }, Words.of(lesson.learn)),
      Player.recording.pairs.length ? make("p", {}, Words.say("debrief.here.found", { towns: Player.recording.pairs.length }), make("ul", {}, Compare.KINDS.map((kind) =>
        make("li", {}, Words.say("debrief.here.count", { kind: Words.say(`compare.kind.${kind}`), ...Compare.counted(kind) }))))) : [],
      make("p", {}, Words.of(lesson.note)),
      make("h3", {}, Words.say("debrief.here.ask")),
      make("ol", {}, lesson.here.map((question) => make("li", {}, Words.of(question)))),
      make("h3", {}, Words.say("debrief.here.source")),
      ["ways", "climate", "lesson", "condition", "strategy"].map(part),
      make("p", { class: "fine" }, Words.say("debrief.here.fine")),
    ];
  }

  function render(main, lesson, from) {
    source = from;
    const tabs = STEPS.map((name, k) => button(`${k + 1} · ${Words.say(`debrief.tab.${name}`)}`,
      () => { step = name; render(main, lesson, source); main.querySelector("[aria-pressed=true]")?.focus(); },
      { "aria-pressed": String(name === step) }));
    const body = { saw, why, here: () => here(lesson, source) }[step]();
    put(main, make("section", { class: "slide wide" },
      make("h2", {}, Words.say("debrief.title")),
      make("div", { class: "tabs", role: "group", "aria-label": Words.say("debrief.choose") }, tabs),
      body));
  }

  /** Draw the causes again, as more towns have told theirs; the other steps stay as they are. */
  function renew(main, lesson) {
    if (step !== "why") return;
    const held = main.contains(document.activeElement);
    const at = main.scrollTop;
    render(main, lesson, source);
    main.scrollTop = at;
    if (held) main.querySelector("[aria-pressed=true]")?.focus();
  }

  return { render, renew, parted };
})();
