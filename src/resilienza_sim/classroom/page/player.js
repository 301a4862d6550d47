"use strict";
// Where the class is in the recording: a week, a pace, what has been seen. Going back is an index.

const Player = (() => {
  const PACES = [1, 2, 4, 8, 16];
  let recording = null;
  let timer = null;
  const listeners = [];
  const state = {};

  function begin(data) {
    Object.assign(state, { pace: 4, stops: true, a: 0, b: 1 });
    again(data);
  }

  /** Another life of the same town, from the decision: its future is hidden anew. */
  function again(data) {
    clearInterval(timer);
    recording = data;
    Object.assign(state, {
      week: data.scene.decision,
      seen: data.scene.decision,
      playing: false,
      stop: null,
      turnOver: false,
      passed: new Set(),
    });
    // A room that plays is looked at in place of the second arm.
    const room = data.arms.findIndex((arm) => arm.name === "room");
    if (room >= 0) state.b = room;
    if (state.a >= data.arms.length || state.b >= data.arms.length) Object.assign(state, { a: 0, b: 1 });
    state.week = Math.min(state.week, last());
  }

  const length = () => recording.arms[0].suffering[0].length;
  const last = () => length() - 1;

  function tell() {
    for (const listener of listeners) listener(state);
  }

  /** The event that begins in a week and has not stopped the class yet. */
  const startsAt = (week) => recording.scene.events.findIndex(
    (event, k) => event.first === week && !state.passed.has(k));

  function go(week) {
    state.week = Math.max(0, Math.min(last(), Math.round(week)));
    state.seen = Math.max(state.seen, state.week);
    state.stop = null;
    tell();
  }

  /** Come to a week as if all before it had been watched. */
  function comeTo(week) {
    recording.scene.events.forEach((event, k) => { if (event.first <= week) state.passed.add(k); });
    go(week);
  }

  function advance() {
    if (state.week >= last()) {
      if (length() >= recording.scene.weeks) pause();
      return;  // a live run may still be on its way
    }
    state.week += 1;
    state.seen = Math.max(state.seen, state.week);
    const event = startsAt(state.week);
    if (event >= 0) {
      state.passed.add(event);
      if (state.stops) {
        state.stop = event;
        pause();
      }
    }
    if (state.week === Game.turnEnd()) {
      state.turnOver = true;
      pause();
    }
    tell();
  }

  function play() {
    if (state.week >= last() && length() >= recording.scene.weeks) {
      state.week = recording.scene.decision;
      state.passed.clear();
    }
    state.playing = true;
    state.turnOver = false;
    state.stop = null;
    clearInterval(timer);
    timer = setInterval(advance, 1000 / state.pace);
    tell();
  }

  function pause() {
    state.playing = false;
    clearInterval(timer);
    tell();
  }

  const toggle = () => (state.playing ? pause() : play());

  function step(weeks) {
    pause();
    go(state.week + weeks);
    const event = startsAt(state.week);
    if (weeks === 1 && event >= 0) {
      state.passed.add(event);
      state.stop = event;
      tell();
    }
  }

  function pace(weeks) {
    state.pace = weeks;
    if (state.playing) play();
    else tell();
  }

  function faster(by) {
    const place = PACES.indexOf(state.pace) + by;
    pace(PACES[Math.max(0, Math.min(PACES.length - 1, place))]);
  }

  return {
    PACES, begin, again, go, comeTo, play, pause, toggle, step, pace, faster, tell, state, length,
    listen: (listener) => listeners.push(listener),
    get recording() { return recording; },
    get a() { return recording.arms[state.a]; },
    get b() { return recording.arms[state.b]; },
    last,
  };
})();
