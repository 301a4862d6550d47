"use strict";
// The room plays: a quarter at a time, each role for its own lines, within one purse.

const Game = (() => {
  const { make, button, byId } = Dom;
  const STEP = 5;  // per cent of the purse
  let shares = {};

  const turns = () => Live.levers.turns || [];

  /** The week at which the quarter under way ends; null where nobody plays. */
  function turnEnd() {
    if (!Live.on || !turns().length) return null;
    return Player.recording.scene.decision + Live.sheet.turn_weeks * turns().length;
  }

  function called(option) {
    const [action, ...marks] = option.split(":");
    const name = Words.has(`action.${action}`) ? Words.say(`action.${action}`) : action;
    const told = marks.map((mark) => {
      const key = [`service.${mark}`, `mark.${mark}`].find(Words.has);
      return key ? Words.say(key) : mark;
    });
    return told.length ? `${name}: ${told.join(", ")}` : name;
  }

  function decide() {
    const played = Object.fromEntries(Object.entries(shares).filter(([, share]) => share > 0)
      .map(([name, share]) => [name, share / 100]));
    const begins = Player.recording.scene.decision + Live.sheet.turn_weeks * turns().length;
    Live.levers.turns = [...turns(), played];
    byId("sheet").close();
    Live.ask(Live.levers, begins);
  }

  /** The form of the next quarter; it begins from what was decided last. */
  function form() {
    const before = turns().at(-1) || {};
    shares = Object.fromEntries(Object.entries(before).map(([name, share]) => [name, Math.round(100 * share)]));
    const sum = make("p", { class: "gain", role: "status" });
    const go = button(Words.say("game.decide"), decide, { class: "primary" });
    const count = () => {
      const total = Object.values(shares).reduce((all, share) => all + share, 0);
      sum.textContent = `${Words.say("game.sum", { value: Words.number(total) })} ${total > 100 ? Words.say("game.over") : ""}`;
      go.disabled = total > 100 || total === 0;
    };
    const line = (option) => {
      const told = make("output", {}, `${shares[option] || 0} %`);
      const input = make("input", {
        type: "range", name: "share", min: 0, max: 100, step: STEP, value: shares[option] || 0, "aria-label": called(option),
        oninput: () => { shares[option] = Number(input.value); told.textContent = `${input.value} %`; count(); },
      });
      return make("label", { class: "lever" }, make("span", {}, called(option)), input, told);
    };
    count();
    return make("details", { open: turns().length > 0 }, make("summary", {}, Words.say("game.title")),
      make("p", { class: "fine" }, Words.say("game.about")),
      make("h3", {}, Words.say("game.turn", { turn: turns().length + 1 })),
      Live.sheet.roles.map((role) => make("fieldset", {}, make("legend", {}, Words.of(role.title)), role.options.map(line))),
      sum, go);
  }

  return { form, turnEnd };
})();
