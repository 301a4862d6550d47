"use strict";
// One citizen, one group, one service, in words: the same person in two towns.

const Story = (() => {
  const { make, button, put } = Dom;
  let person = 0;
  let group = 0;
  let service = 0;
  let about = "person";

  const begins = (arm, name, week) => Town.flagged(arm, person, week, name);

  /** Somebody whose two lives differ, struck at some time: worth following. */
  function begin() {
    const hit = Player.recording.people.map((_, k) =>
      Player.a.flags[k].some((_, week) => Town.flagged(Player.a, k, week, "hit")));
    const adults = Player.recording.people.map((each) => each.age >= 18);
    const changes = Player.recording.people.map((_, k) =>
      Player.a.flags[k].filter((flags, week) => flags !== Player.b.flags[k][week]).length);
    const order = Player.recording.people.map((_, k) => k)
      .sort((p, q) => (hit[q] && adults[q]) - (hit[p] && adults[p]) || changes[q] - changes[p]);
    person = order[0];
  }

  /** Weeks in a row, up to this one, in which something is so. */
  function lasting(arm, name) {
    let weeks = 0;
    for (let week = Player.state.week; week >= 0 && begins(arm, name, week); week -= 1) weeks += 1;
    return weeks;
  }

  function trusted(arm) {
    const { recording, state } = Player;
    const moment = Math.floor(state.week / recording.trust_every);
    return recording.ties
      .map((tie, k) => ({ tie, trust: arm.trust[k][moment] || 0 }))
      .filter(({ tie, trust }) => trust > 0 && (tie.a === person || tie.b === person))
      .sort((p, q) => q.trust - p.trust)
      .map(({ tie }) => recording.people[tie.a === person ? tie.b : tie.a].name);
  }

  /** What changed for a citizen so far, the latest first. */
  function moments(arm, most) {
    const { recording, state } = Player;
    const found = [];
    for (let week = state.week; week > 0 && found.length < most; week -= 1) {
      if (week < recording.scene.decision) break;
      for (const name of recording.flags) {
        const [now, then] = [begins(arm, name, week), begins(arm, name, week - 1)];
        const key = `story.${name}.${now ? "begins" : "ends"}`;
        if (now !== then && Words.has(key) && found.length < most) {
          found.push(make("li", {}, make("span", { class: "when" }, Words.date(recording.scene.start, week)), " ", Words.say(key)));
        }
      }
    }
    return found;
  }

  function citizen(arm) {
    const { state } = Player;
    const now = Math.round(arm.suffering[person][state.week] / 10);
    const told = [Words.say("story.suffering", { value: now })];
    for (const name of ["above_threshold", "out_of_home", "waiting", "in_care"]) {
      const weeks = lasting(arm, name);
      if (weeks) told.push(Words.say(`story.${name}.now`, { weeks }));
    }
    for (const name of ["active", "helping", "rancour"]) {
      if (begins(arm, name, state.week)) told.push(Words.say(`story.${name}.now`));
    }
    const friends = trusted(arm);
    if (friends.length) {
      told.push(Words.say("story.trusts", { count: friends.length, names: Words.list(friends.slice(0, 3)) }));
    }
    return [make("p", {}, told.join(" ")), make("ul", { class: "moments" }, moments(arm, 3))];
  }

  function ofGroup(arm) {
    const told = arm.groups[group];
    const week = Player.state.week;
    if (!told.members[week]) return [make("p", {}, Words.say("story.group.ended"))];
    const before = told.members[Player.recording.scene.decision];
    return [make("p", {}, [
      Words.say("story.group.members", { members: told.members[week], active: told.active[week], before }),
      Words.say("story.group.capability", { value: Math.round(told.capability[week] / 10) }),
      Words.say(told.allied[week] ? "story.group.allied" : "story.group.alone"),
    ].join(" "))];
  }

  function ofService(arm) {
    const told = arm.services[service];
    const week = Player.state.week;
    return [make("p", {}, [
      Words.say("story.service.now", { waiting: told.waiting[week], care: told.in_care[week] }),
      Words.say("story.service.gave_up", { count: told.gave_up[week] }),
      Words.say("story.service.burnout", { value: Math.round(told.burnout[week] / 10) }),
    ].join(" "))];
  }

  const ABOUT = { person: citizen, group: ofGroup, service: ofService };

  function title() {
    const { recording } = Player;
    if (about === "person") {
      const each = recording.people[person];
      return Words.say("story.person.title", {
        name: each.name, age: each.age, quarter: recording.scene.quarters[each.quarter],
      });
    }
    if (about === "group") {
      const each = Player.a.groups[group];
      return Words.say(`story.group.title.${each.kind}`, { quarter: recording.scene.quarters[each.quarter] });
    }
    return Words.say(`service.${Player.a.services[service].name}`);
  }

  function next() {
    const { recording } = Player;
    if (about === "person") {
      const order = recording.people.map((each, k) => k).filter((k) => recording.people[k].age >= 14);
      person = order[(order.indexOf(person) + 37) % order.length];
    } else if (about === "group") group = (group + 1) % Player.a.groups.length;
    else service = (service + 1) % Player.a.services.length;
    Player.tell();
  }

  function choose(index) {
    person = index;
    about = "person";
    Player.tell();
  }

  function render(panel) {
    const tabs = Object.keys(ABOUT)
      .filter((name) => name !== "group" || Player.a.groups.length)
      .map((name) => button(Words.say(`story.tab.${name}`), () => { about = name; Player.tell(); },
        { "aria-pressed": name === about, class: "small" }));
    const gain = about === "person" ? Difference.gains(Player.state.week)[person] : 0;
    const verdict = about !== "person" || Player.state.week <= Player.recording.scene.decision ? null
      : make("p", { class: "gain" }, Words.say(
        Math.abs(gain) < 0.5 ? "story.gain.none" : gain > 0 ? "story.gain.b" : "story.gain.a",
        { value: Words.number(Math.abs(gain)) }));
    const focus = panel.contains(document.activeElement) ? document.activeElement.textContent : null;
    put(panel,
      make("header", {}, make("h2", {}, title()), make("span", { class: "tabs" }, tabs,
        button(Words.say("story.next"), next, { class: "small" }))),
      make("div", { class: "two" },
        make("div", { class: "life a" }, make("h3", {}, `A · ${Words.of(Player.a.title)}`), ABOUT[about](Player.a)),
        make("div", { class: "life b" }, make("h3", {}, `B · ${Words.of(Player.b.title)}`), ABOUT[about](Player.b))),
      verdict ? [verdict] : []);
    if (focus !== null) {
      [...panel.querySelectorAll("button")].find((each) => each.textContent === focus)?.focus();
    }
  }

  return { begin, render, choose, next, get person() { return person; } };
})();
