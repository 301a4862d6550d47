"use strict";
// Steps of the lesson, language, keys; and the beginning of it all.

const Steps = (() => {
  const { make, button, put, byId } = Dom;
  const NAMES = ["question", "predict", "watch", "compare", "debrief"];
  let given = null;
  let step = "question";

  const next = () => show(NAMES[Math.min(NAMES.length - 1, NAMES.indexOf(step) + 1)]);

  const RENDER = {
    question: (main) => Question.render(main, next, given.lesson),
    predict: (main) => Prediction.render(main, next),
    watch: (main) => Watch.render(main),
    compare: (main) => Compare.render(main, next),
    debrief: (main) => Debrief.render(main, given.lesson, given.source),
  };

  function show(name) {
    if (name !== "watch") {
      Player.pause();
      byId("sheet").close();
    }
    step = name;
    document.body.dataset.step = name;
    header();
    RENDER[name](byId("main"));
    byId("controls").hidden = name !== "watch";
    if (name === "watch") { Controls.build(byId("controls")); Controls.update(); }
    byId("main").scrollTop = 0;
  }

  function header() {
    const { recording } = Player;
    document.title = Words.of(recording.scene.title);
    const other = Words.lang === "it" ? "en" : "it";
    put(byId("header"),
      make("h1", {}, Words.of(recording.scene.title)),
      make("nav", { "aria-label": Words.say("steps") }, NAMES.map((name, k) => button(
        `${k + 1} ${Words.say(`step.${name}`)}`, () => show(name),
        { "aria-current": name === step ? "step" : false }))),
      make("div", { class: "tools" },
        button("?", help, { "aria-label": Words.say("help.title"), title: Words.say("help.title") }),
        button(corners(), full, { "aria-label": Words.say("full"), title: Words.say("full") }),
        button(other === "en" ? "English" : "Italiano", () => speak(other), { lang: other })));
  }

  /** Four corners: a picture, since few fonts have the sign. */
  const corners = () => Dom.draw("svg", { viewBox: "0 0 20 20", width: 16, height: 16, "aria-hidden": "true" },
    Dom.draw("path", { d: "M2 7V2h5M13 2h5v5M18 13v5h-5M7 18H2v-5", fill: "none", stroke: "currentColor", "stroke-width": 2 }));

  function speak(lang) {
    Words.speak(lang, given.words);
    show(step);
  }

  function full() {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen?.().catch(() => {});
  }

  function help() {
    const dialog = byId("help");
    put(dialog, make("h2", {}, Words.say("help.title")),
      make("dl", {}, ["space", "arrows", "shift", "home", "pace", "steps", "view", "person", ...(Live.on ? ["levers"] : []), "full", "help"].map((name) =>
        [make("dt", {}, Words.say(`help.${name}.keys`)), make("dd", {}, Words.say(`help.${name}.does`))])),
      make("p", {}, Words.say("help.about", { version: Player.recording.made_with, seed: Player.recording.seed })),
      make("form", { method: "dialog" }, make("button", { class: "primary" }, Words.say("close"))));
    dialog.showModal();
  }

  const KEYS = {
    " ": () => Player.toggle(),
    ArrowLeft: () => Player.step(-1),
    ArrowRight: () => Player.step(1),
    Home: () => { Player.pause(); Player.go(Player.recording.scene.decision); },
    "+": () => Player.faster(1),
    "-": () => Player.faster(-1),
    v: () => Watch.cycle(),
    p: () => Story.next(),
    l: () => { if (Live.on) Levers.toggle(); },
    f: full,
    "?": help,
  };

  function press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const tag = event.target.tagName;
    if (byId("help").open || tag === "SELECT" || (tag === "INPUT" && event.key !== " ")) return;
    if (tag === "BUTTON" && event.key === " ") return;
    const place = "12345".indexOf(event.key);
    if (place >= 0) { show(NAMES[place]); event.preventDefault(); return; }
    const act = event.shiftKey && event.key.startsWith("Arrow")
      ? () => Player.step(event.key === "ArrowLeft" ? -4 : 4) : KEYS[event.key];
    const always = ["f", "?"].includes(event.key);
    if (act && (always || step === "watch")) { act(); event.preventDefault(); }
  }

  function begin(data) {
    given = data;
    Words.speak(data.lang, data.words);
    Town.begin(data.recording);
    Player.begin(data.recording);
    Story.begin();
    let waiting = false;
    Player.listen(() => {
      if (step !== "watch" || waiting) return;
      waiting = true;
      requestAnimationFrame(() => { waiting = false; Watch.update(); Controls.update(); });
    });
    document.addEventListener("keydown", press);
    new ResizeObserver(() => { if (step === "watch") Player.tell(); }).observe(byId("main"));
    show("question");
  }

  /** Go on from where a page was before it was reloaded. */
  function resume(told) {
    if (told.lang in given.words) Words.speak(told.lang, given.words);
    show(NAMES.includes(told.step) ? told.step : "question");
  }

  return { begin, show, resume, get lesson() { return given.lesson; }, get step() { return step; } };
})();
