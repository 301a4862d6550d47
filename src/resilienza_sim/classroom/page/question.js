"use strict";
// The first slide: the question, the two ways out, what this is and what it is not.

const Question = (() => {
  const { make, button, put } = Dom;

  function way(letter, arm) {
    return make("article", { class: `way ${letter.toLowerCase()}` },
      make("h3", {}, `${letter} · ${Words.of(arm.title)}`),
      make("p", {}, Words.of(arm.description)));
  }

  function arms() {
    const { recording, state } = Player;
    if (recording.arms.length < 3) return null;
    const choose = (letter) => make("label", {}, `${letter.toUpperCase()} `,
      make("select", { name: letter, onchange: (event) => { state[letter] = Number(event.target.value); Player.tell(); Steps.show("question"); } },
        recording.arms.map((arm, k) => make("option", {
          value: k, selected: state[letter] === k, disabled: k === state[letter === "a" ? "b" : "a"],
        }, Words.of(arm.title)))));
    return make("p", { class: "choose" }, Words.say("question.choose"), " ", choose("a"), " ", choose("b"));
  }

  function render(main, next, lesson) {
    const { scene } = Player.recording;
    put(main, make("section", { class: "slide" },
      make("h2", {}, Words.of(lesson.question)),
      make("p", { class: "lead" }, Words.of(scene.description)),
      make("div", { class: "two" }, way("A", Player.a), way("B", Player.b)),
      arms(),
      make("p", { class: "facts" }, Words.say("question.facts", {
        citizens: Words.number(scene.citizens), town: scene.municipality,
        purse: Words.number(scene.purse_eur), decision: Words.date(scene.start, scene.decision),
        sample: Words.number(Player.recording.people.length),
      })),
      make("aside", { class: "honest" },
        make("p", {}, make("strong", {}, Words.say("honest.is")), " ", Words.say("honest.is_text")),
        make("p", {}, make("strong", {}, Words.say("honest.not")), " ", Words.say("honest.not_text"))),
      make("p", {}, button(Words.say("question.go"), next, { class: "primary" }))));
  }

  return { render };
})();
