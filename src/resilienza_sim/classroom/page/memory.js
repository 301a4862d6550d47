"use strict";
// A page that is reloaded goes on from where it was: kept by the browser, for this tab alone.

const Memory = (() => {
  const name = () => `resilienza ${Player.recording.scene.name} ${Player.recording.seed}`;

  function save() {
    if (!Player.recording) return;
    const { week, seen, pace, stops, a, b, passed } = Player.state;
    const told = {
      step: Steps.step, lang: Words.lang, week, seen, pace, stops, a, b, passed: [...passed],
      hands: Prediction.hands, curve: Prediction.curve, person: Story.person,
    };
    try {
      sessionStorage.setItem(name(), JSON.stringify(told));
    } catch { /* a browser that keeps nothing: the lesson begins anew */ }
  }

  function restore() {
    let told = null;
    try {
      told = JSON.parse(sessionStorage.getItem(name()));
    } catch { /* the same */ }
    if (!told) return;
    const { recording, state } = Player;
    const arm = (k) => Number.isInteger(k) && k >= 0 && k < recording.arms.length;
    Object.assign(state, {
      pace: Player.PACES.includes(told.pace) ? told.pace : state.pace,
      stops: told.stops !== false,
      a: arm(told.a) ? told.a : 0,
      b: arm(told.b) && told.b !== told.a ? told.b : state.b,
      passed: new Set(told.passed || []),
    });
    for (const who of ["a", "b", "same"]) Prediction.hands[who] = Math.max(0, Number(told.hands?.[who]) || 0);
    Prediction.curve.push(...(told.curve || []));
    if (told.person in recording.people) Story.choose(told.person);
    Player.go(Number(told.seen) || 0);
    Player.go(Number(told.week) || 0);
    return told;
  }

  addEventListener("pagehide", save);
  addEventListener("visibilitychange", () => { if (document.hidden) save(); });
  return { save, restore };
})();
