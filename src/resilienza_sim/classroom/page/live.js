"use strict";
// The second feed: weeks that a program lives while the room watches. What is played is the same.

const Live = (() => {
  const { make, button, put, byId } = Dom;
  const AGAIN = 2000;  // milliseconds before asking again a program that does not answer
  let data = null;
  let session = "";
  let run = 0;
  let first = 0;
  let levers = null;
  let recording = null;
  let wanted = null;  // the week to come back to
  let playOn = false;

  const rest = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

  function notice(text, act) {
    const element = byId("notice");
    element.hidden = !text;
    element.dataset.lost = text === Words.say("live.lost") ? "yes" : "";
    put(element, text || "", act ? [" ", button(Words.say("live.again"), act, { class: "small" })] : []);
  }

  async function fetched(path, options) {
    const answer = await fetch(path, { cache: "no-store", ...options });
    if (!answer.ok) throw new Error(`${answer.status}`);
    return answer.json();
  }

  function remember() {
    try {
      sessionStorage.setItem("resilienza session", JSON.stringify({ session, run, levers }));
    } catch { /* the browser keeps nothing */ }
  }

  /** Ask for a life with the levers where they stand; whatever is under way is overtaken. */
  async function ask(next, week = null) {
    levers = next || levers;
    wanted = week;
    playOn = week !== null;
    try {
      const answer = await fetched("run", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ session, levers }),
      });
      if (answer.refused) { refuse(answer.refused); return; }
      run = answer.run;
      first = 0;
      remember();
      notice("");
      listen(run);
    } catch {
      notice(Words.say("live.gone"), () => ask());
    }
  }

  /** Say why levers are refused. A page with nothing to show yet begins with the usual ones. */
  async function refuse(text) {
    const usual = Levers.usual(data.levers);
    if (!recording && JSON.stringify(levers) !== JSON.stringify(usual)) await ask(usual);
    notice(Words.of(text));
  }

  async function listen(mine) {
    while (mine === run) {
      let answer = null;
      try {
        answer = await fetched(`feed?session=${session}&run=${mine}&first=${first}`);
      } catch {
        notice(Words.say("live.lost"));
        await rest(AGAIN);
        continue;
      }
      if (mine !== run) return;
      if (answer.run !== mine) { ask(); return; }  // another program, or one that forgot us
      if (byId("notice").dataset.lost) notice("");
      first += answer.messages.length;
      for (const message of answer.messages) {
        if (take(message)) return;
      }
    }
  }

  /** Take in one message; true if it is the last. */
  function take(message) {
    if (message.kind === "begin") begin(message.recording);
    else if (message.kind === "weeks") append(message);
    else if (message.kind === "watched") recording.watched = message.pair;
    else if (message.kind === "pair") recording.pairs[message.pair.number] = message.pair;
    else if (message.kind === "refused") refuse(message.text);
    else if (message.kind === "dead") notice(Words.say("live.dead"), () => ask());
    if (message.kind === "watched" || message.kind === "pair") {
      if (Steps.step === "compare") Steps.show("compare");
      if (Steps.step === "debrief") Debrief.renew(byId("main"), Steps.lesson);
    }
    return ["refused", "dead", "end"].includes(message.kind);
  }

  function begin(next) {
    const before = recording;
    recording = next;
    if (!before) {
      byId("waiting").hidden = true;
      Steps.begin({ ...data, recording });
      const told = Memory.restore();
      if (told) {
        wanted = told.week;
        Steps.resume(told);
      }
      return;
    }
    Player.again(recording);
    if (wanted === null) Story.begin();
    if (Steps.step === "watch") {
      Steps.show("watch");
      if (wanted === null) Player.play();
    }
  }

  const extend = (old, more) => { for (const [name, row] of Object.entries(more)) old[name].push(...row); };

  function append(message) {
    const length = Player.length();
    recording.ties.push(...message.ties);
    recording.arms.forEach((arm, k) => {
      const more = message.arms[k];
      extend(arm.indicators, more.indicators);
      for (const [name, row] of Object.entries(more.spent_eur)) {
        (arm.spent_eur[name] ??= Array(length).fill(0)).push(...row);
      }
      arm.suffering.forEach((row, person) => row.push(...more.suffering[person]));
      arm.flags.forEach((row, person) => row.push(...more.flags[person]));
      more.trust.forEach((row, tie) => { arm.trust[tie] ? arm.trust[tie].push(...row) : arm.trust.push(row); });
      arm.services.forEach((service, place) => extend(service, more.services[place]));
      arm.groups.forEach((group, place) => extend(group, more.groups[place]));
    });
    if (wanted !== null && Player.last() >= wanted) {
      Player.comeTo(wanted);
      wanted = null;
      if (playOn && Steps.step === "watch") Player.play();
    }
    Player.tell();
  }

  async function start() {
    try {
      data = await fetched("data");
    } catch {
      byId("waiting").textContent = byId("waiting").dataset.gone;
      return;
    }
    Words.speak(data.lang, data.words);
    byId("waiting").textContent = Words.say("live.past");
    let kept = null;
    try {
      kept = JSON.parse(sessionStorage.getItem("resilienza session"));
    } catch { /* the browser keeps nothing */ }
    levers = { ...Levers.usual(data.levers), ...kept?.levers };
    session = /^[a-z0-9]{16}$/.test(kept?.session || "") ? kept.session
      : Array.from(crypto.getRandomValues(new Uint8Array(16)), (sign) => (sign % 36).toString(36)).join("");
    if (kept?.session === session && Number.isInteger(kept.run) && kept.run > 0) {
      run = kept.run;
      listen(run);
    } else ask();
  }

  return { start, ask, get on() { return data !== null; }, get levers() { return levers; }, get session() { return session; }, get sheet() { return data.levers; } };
})();

/** The sheet of levers: shocks, purse, lines of the strategies. */
const Levers = (() => {
  const { make, button, put, byId } = Dom;

  const usual = (sheet) => ({
    peaks: sheet.peaks.map((each) => each.value),
    purse: 1,
    cards: [],
    turns: [],
    lines: Object.fromEntries(Object.keys(sheet.lines).map((name) => [name, {}])),
  });

  function slider(label, value, most, step, show, change) {
    const told = make("output", {}, show(value));
    const input = make("input", {
      type: "range", name: "lever", min: 0, max: most, step, value, "aria-label": label,
      oninput: () => { told.textContent = show(Number(input.value)); },
      onchange: () => { change(Number(input.value)); Live.ask(Live.levers); },
    });
    return make("label", { class: "lever" }, make("span", {}, label), input, told);
  }

  function shocks() {
    const { sheet, levers } = Live;
    return sheet.peaks.map((each, k) => slider(
      each.label ? Words.of(typeof each.label === "string" ? { it: each.label, en: each.label } : each.label)
        : Words.say(`shock.${each.kind}`),
      levers.peaks[k], sheet.highest_peak, 0.05, (value) => Words.number(value, 2),
      (value) => { levers.peaks[k] = value; }));
  }

  function lines(arm, letter) {
    const { sheet, levers } = Live;
    if (!sheet.lines[arm.name]) return [];  // decided in another way
    const mine = levers.lines[arm.name];
    return make("details", { open: letter === "b" }, make("summary", { class: letter }, `${letter.toUpperCase()} · ${Words.of(arm.title)}`),
      sheet.lines[arm.name].map(({ action }) => slider(
        Words.has(`action.${action}`) ? Words.say(`action.${action}`) : action,
        mine[action] ?? 1, sheet.most_factor, 0.1, (value) => `× ${Words.number(value, 1)}`,
        (value) => { if (value === 1) delete mine[action]; else mine[action] = value; })));
  }

  function render() {
    const dialog = byId("sheet");
    put(dialog,
      make("div", { class: "top" }, make("h2", {}, Words.say("levers.title")),
        button(Words.say("levers.usual"), () => { Live.ask(usual(Live.sheet)); render(); }, { class: "small" }),
        button(Words.say("close"), () => dialog.close(), { class: "small" })),
      make("h3", {}, Words.say("levers.cards")), cards(),
      Game.form(),
      make("h3", {}, Words.say("levers.shocks")), shocks(),
      make("h3", {}, Words.say("levers.purse")),
      slider(Words.say("levers.purse"), Live.levers.purse, Live.sheet.most_purse, 0.1,
        (value) => Words.say("levers.euros", { value: Words.number(value * Live.sheet.purse_eur) }),
        (value) => { Live.levers.purse = value; }),
      make("h3", {}, Words.say("levers.lines")), lines(Player.a, "a"), lines(Player.b, "b"),
      make("p", {}, make("a", { href: `save?session=${Live.session}`, download: `${Player.recording.scene.name}.zip` }, Words.say("levers.save"))));
  }

  /** A card drawn by chance, shown before it is played: it comes two weeks from now. */
  function cards() {
    const { sheet, levers } = Live;
    const called = (name) => Words.of(sheet.cards.find((card) => card.name === name)?.title);
    const shown = make("div", { class: "card", role: "status" });
    const draw = () => {
      const card = sheet.cards[Math.floor(Math.random() * sheet.cards.length)];
      put(shown, make("h3", {}, Words.of(card.title)), make("p", {}, Words.of(card.text)),
        button(Words.say("levers.play"), () => {
          levers.cards = [...levers.cards, { name: card.name, week: Player.state.week + 2 }];
          byId("sheet").close();
          Live.ask(levers, Player.state.week);
        }, { class: "primary" }));
    };
    const played = levers.cards.map((card) => called(card.name));
    return [
      make("p", { class: "fine" }, played.length ? Words.say("levers.drawn", { names: Words.list(played) }) : Words.say("levers.none")),
      button(Words.say("levers.draw"), draw, { class: "small" }), shown];
  }

  function toggle() {
    const dialog = byId("sheet");
    if (dialog.open) { dialog.close(); return; }
    render();
    dialog.show();
  }

  return { usual, toggle };
})();
