"use strict";
// The town seen from above: quarters in boxes, people as dots. The map and the network share boxes.

const Town = (() => {
  const SHADES = ["#fbe6c4", "#f3bd7e", "#dd7f4a", "#a8363f", "#4a1238"];
  const BOUNDS = [0.1, 0.2, 0.35, 0.5];  // of suffering
  const QUARTER = "#eeebe2";
  const bit = {};

  function begin(recording) {
    recording.flags.forEach((name, place) => { bit[name] = 1 << place; });
  }

  const flagged = (arm, person, week, name) => (arm.flags[person][week] & bit[name]) !== 0;
  const shade = (thousandths) => {
    const at = BOUNDS.findIndex((bound) => thousandths / 1000 < bound);
    return SHADES[at < 0 ? SHADES.length - 1 : at];
  };

  /** One box a quarter, as large as it has people: one above the other, or side by side. */
  function boxes(recording, width, height) {
    const counts = recording.scene.quarters.map((_, k) =>
      Math.max(8, recording.people.filter((person) => person.quarter === k).length));
    const total = counts.reduce((sum, count) => sum + count, 0);
    const wide = width > 1.15 * height;
    const gap = 6;
    const room = (wide ? width : height) - gap * (counts.length - 1);
    let at = 0;
    return counts.map((count) => {
      const long = (room * count) / total;
      const box = wide ? { x: at, y: 0, width: long, height } : { x: 0, y: at, width, height: long };
      at += long + gap;
      return box;
    });
  }

  /** Households in rows, the people of one close together. */
  function homes(recording, width, height) {
    const places = [];
    const areas = boxes(recording, width, height);
    areas.forEach((box, quarter) => {
      const houses = new Map();
      recording.people.forEach((person, k) => {
        if (person.quarter !== quarter) return;
        if (!houses.has(person.household)) houses.set(person.household, []);
        houses.get(person.household).push(k);
      });
      const inner = { x: box.x + 8, y: box.y + 24, width: box.width - 16, height: box.height - 30 };
      const columns = Math.max(1, Math.ceil(Math.sqrt((houses.size * inner.width) / Math.max(inner.height, 1))));
      const rows = Math.max(1, Math.ceil(houses.size / columns));
      const [wide, high] = [inner.width / columns, inner.height / rows];
      const near = Math.min(wide, high) * 0.24;
      let at = 0;
      for (const members of houses.values()) {
        const x = inner.x + wide * ((at % columns) + 0.5);
        const y = inner.y + high * (Math.floor(at / columns) + 0.5);
        members.forEach((person, k) => {
          const turn = (2 * Math.PI * k) / members.length;
          const away = members.length === 1 ? 0 : near;
          places[person] = { x: x + away * Math.cos(turn), y: y + away * Math.sin(turn), size: Math.min(wide, high) };
        });
        at += 1;
      }
    });
    return { areas, places };
  }

  /** Places of the network, kept from the first week to the last. */
  function network(recording, width, height) {
    const areas = boxes(recording, width, height);
    const places = recording.people.map((person) => {
      const box = areas[person.quarter];
      return {
        x: box.x + 12 + (person.x / 1000) * (box.width - 24),
        y: box.y + 28 + (person.y / 1000) * Math.max(box.height - 38, 4),
        size: 16,
      };
    });
    return { areas, places };
  }

  function ground(context, areas) {
    context.font = "600 13px system-ui, sans-serif";
    areas.forEach((box, k) => {
      context.fillStyle = QUARTER;
      context.beginPath();
      context.roundRect(box.x, box.y, box.width, box.height, 8);
      context.fill();
      context.fillStyle = "#4d5a66";
      context.fillText(Player.recording.scene.quarters[k], box.x + 8, box.y + 16, box.width - 16);
    });
  }

  function ties(context, arm, places) {
    const { recording, state } = Player;
    const moment = Math.floor(state.week / recording.trust_every);
    const mine = Story.person;
    recording.ties.forEach((tie, k) => {
      const trust = (arm.trust[k][moment] || 0) / 1000;
      if (trust === 0) return;
      const own = tie.a === mine || tie.b === mine;
      const [from, to] = [places[tie.a], places[tie.b]];
      context.strokeStyle = own ? "rgba(23,50,77,0.9)" : `rgba(70,95,120,${(0.05 + 0.5 * trust * trust).toFixed(3)})`;
      context.lineWidth = own ? 2 : 0.5 + 1.4 * trust;
      context.beginPath();
      context.moveTo(from.x, from.y);
      context.lineTo(to.x, to.y);
      context.stroke();
    });
  }

  function dot(context, place, colour, radius, ring, square) {
    if (square) {
      context.fillStyle = "#9dc3e0";
      context.fillRect(place.x - radius - 3, place.y - radius - 3, 2 * radius + 6, 2 * radius + 6);
    }
    context.fillStyle = colour;
    context.strokeStyle = ring ? "#111" : "rgba(60,45,30,0.45)";
    context.lineWidth = ring ? 2.2 : 0.8;
    context.beginPath();
    context.arc(place.x, place.y, radius, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  }

  function chosen(context, places, width) {
    const place = places[Story.person];
    if (!place) return;
    const name = Player.recording.people[Story.person].name;
    context.strokeStyle = "#17324d";
    context.lineWidth = 3;
    context.beginPath();
    context.arc(place.x, place.y, 11, 0, 2 * Math.PI);
    context.stroke();
    context.font = "700 14px system-ui, sans-serif";
    const long = context.measureText(name).width;
    const x = place.x + 14 + long > width ? place.x - 14 - long : place.x + 14;
    context.lineWidth = 4;
    context.strokeStyle = "rgba(255,255,255,0.9)";
    context.strokeText(name, x, place.y + 5);
    context.fillStyle = "#17324d";
    context.fillText(name, x, place.y + 5);
  }

  const radius = (place) => Math.max(2.6, Math.min(6.5, place.size * 0.2));

  /** Draw an arm as a map or as a network; `colour(person)` replaces the shade of suffering. */
  function paint(context, width, height, arm, view, colour) {
    const { recording, state } = Player;
    const laid = view === "network" ? network(recording, width, height) : homes(recording, width, height);
    ground(context, laid.areas);
    if (view === "network") ties(context, arm, laid.places);
    recording.people.forEach((_, person) => {
      const place = laid.places[person];
      const struck = flagged(arm, person, state.week, "hit") || flagged(arm, person, state.week, "out_of_home");
      dot(context, place, colour ? colour(person) : shade(arm.suffering[person][state.week]),
        radius(place), flagged(arm, person, state.week, "waiting") && !colour, struck && !colour);
    });
    chosen(context, laid.places, width);
    return laid.places;
  }

  /** In words, for those who do not see the picture. */
  function told(arm) {
    const { recording, state } = Player;
    const count = (name) => recording.people.filter((_, k) => flagged(arm, k, state.week, name)).length;
    return Words.say("map.alt", {
      arm: Words.of(arm.title), people: recording.people.length, above: count("above_threshold"),
      waiting: count("waiting"), out: count("out_of_home"), week: state.week,
    });
  }

  return { begin, paint, told, flagged, shade, SHADES, BOUNDS };
})();
